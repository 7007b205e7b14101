package graph

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"gorgonia.org/gorgonia"
)

// ErrRemoved is for a node that Gorgonia removed from its graph and emptied.
var ErrRemoved = errors.New("it was removed from the graph by Gorgonia, as BinaryXent(p, y) does with 1 − p")

// Edges are the inputs, in order, of each node that some nodes of one graph depend
// on.
type Edges map[*gorgonia.Node]gorgonia.Nodes

// Order returns the nodes from the oldest to the newest, each after its inputs.
func (e Edges) Order() gorgonia.Nodes {
	return slices.SortedFunc(maps.Keys(e), func(a, b *gorgonia.Node) int { return int(a.ID() - b.ID()) })
}

// Below returns the edges of the nodes that the targets depend on. It uses a subgraph
// made for the purpose: the graph itself looks up its nodes in an index that is wrong
// once Gorgonia has removed one, as when it replaces log(1 − x) by log1p(−x).
//
// It returns an error if a removed node is still used.
func Below(targets ...*gorgonia.Node) (Edges, error) {
	if targets[0].Graph() == nil {
		return nil, fmt.Errorf("%v has no graph", targets[0])
	}
	state := map[*gorgonia.Node]bool{}
	for _, t := range targets {
		if cyclic(t, state) {
			return nil, fmt.Errorf("%v: %w", t, ErrRemoved)
		}
	}
	sub := targets[0].Graph().ExactSubgraphRoots(targets...)
	e := Edges{}
	for _, n := range sub.AllNodes() {
		var in gorgonia.Nodes
		for it := sub.From(n.ID()); it.Next(); {
			c := it.Node().(*gorgonia.Node)
			if c.Type() == nil || c.ID() >= n.ID() { // emptied; or used again for another node, and a node is newer than its inputs
				return nil, fmt.Errorf("an input of %v: %w", n, ErrRemoved)
			}
			in = append(in, c)
		}
		e[n] = in
	}
	return e, nil
}

// cyclic reports whether n depends on itself: a removed node may be reused for one
// that depends on it. Gorgonia's own walk would not end. In state, a node is true
// while it is visited, and false afterwards.
func cyclic(n *gorgonia.Node, state map[*gorgonia.Node]bool) bool {
	if open, seen := state[n]; seen {
		return open
	}
	state[n] = true
	if o, ok := n.Op().(*Op); ok {
		for _, c := range o.inputs {
			if cyclic(c, state) {
				return true
			}
		}
	} else if n.Graph() != nil {
		for it := n.Graph().From(n.ID()); it != nil && it.Next(); {
			if cyclic(it.Node().(*gorgonia.Node), state) {
				return true
			}
		}
	}
	state[n] = false
	return false
}
