package autograd

import (
	"errors"
	"fmt"

	"gorgonia.org/gorgonia"
)

// errRemoved is of a node that Gorgonia took out of its graph, and emptied.
var errRemoved = errors.New("it was removed from the graph by Gorgonia, as BinaryXent(p, y) does with 1 − p")

// edges are the inputs, in order, of each node that some nodes of one graph depend
// on.
type edges map[*gorgonia.Node]gorgonia.Nodes

// edgesBelow asks a subgraph made for the purpose. The graph itself looks its
// nodes up in an index that is wrong once Gorgonia has removed one, as it does
// when it replaces log(1 − x) by log1p(−x).
//
// It returns an error if a node that was removed is still used.
func edgesBelow(targets ...*gorgonia.Node) (edges, error) {
	if targets[0].Graph() == nil {
		return nil, fmt.Errorf("autograd: %v is of no graph", targets[0])
	}
	sub := targets[0].Graph().ExactSubgraphRoots(targets...)
	e := edges{}
	for _, n := range sub.AllNodes() {
		var in gorgonia.Nodes
		for it := sub.From(n.ID()); it.Next(); {
			c := it.Node().(*gorgonia.Node)
			if c.Type() == nil || c.ID() >= n.ID() { // emptied; or used again for another node, and a node is newer than its inputs
				return nil, fmt.Errorf("autograd: an input of %v: %w", n, errRemoved)
			}
			in = append(in, c)
		}
		e[n] = in
	}
	return e, nil
}
