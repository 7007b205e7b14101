package autograd

import (
	"fmt"
	"slices"
	"strings"

	"descent/internal/graph"
	"gorgonia.org/gorgonia"
)

// Grad adds to the graph the gradient of the scalar y with respect to each
// node of wrt, by reverse-mode differentiation, and returns its nodes in the
// order of wrt.
//
// It asks each operation for its symbolic derivative, as [gorgonia.Grad] does,
// but keeps its adjoints to itself: applied to a function of its own results
// it gives second derivatives, where gorgonia.Grad skips the nodes that it
// differentiated before and is silently wrong. The terms of a node with several
// uses are added in the order of creation of the uses, latest first, by
// [Var.Add], which overwrites neither.
//
// It returns an error if y is not a scalar, if y does not depend on a node of
// wrt, and if an operation on the way has no derivative.
func Grad(y *gorgonia.Node, wrt ...*gorgonia.Node) (gorgonia.Nodes, error) {
	grads, err := gradients(y, wrt)
	if err != nil {
		return nil, err
	}
	for i, n := range grads {
		if n == nil {
			return nil, fmt.Errorf("autograd: gradient: %v does not depend on %v through differentiable operations", y, wrt[i])
		}
	}
	return grads, nil
}

// gradients is Grad with a nil node for each node of wrt that y does not depend
// on.
func gradients(y *gorgonia.Node, wrt gorgonia.Nodes) (gorgonia.Nodes, error) {
	if y == nil || len(y.Shape()) != 0 {
		return nil, fmt.Errorf("autograd: gradient of %v: want a scalar node", y)
	}
	e, err := graph.Below(y)
	if err != nil {
		return nil, fmt.Errorf("autograd: %w", err)
	}
	path := between(e, y, wrt)
	one, err := constantLike(y, 1)
	if err != nil {
		return nil, err
	}
	adjoint := map[*gorgonia.Node]gorgonia.Nodes{y: {one}}
	for _, n := range path { // from y to its inputs
		terms := adjoint[n]
		if len(terms) == 0 {
			continue
		}
		sum := terms[0]
		for _, t := range terms[1:] {
			if sum, err = addNodes(sum, t); err != nil {
				return nil, fmt.Errorf("autograd: gradient of %v: %w", n, err)
			}
		}
		adjoint[n] = gorgonia.Nodes{sum}
		if n.Op() == nil {
			continue
		}
		if err := pullBack(e[n], n, sum, path, adjoint); err != nil {
			return nil, err
		}
	}
	grads := make(gorgonia.Nodes, len(wrt))
	for i, n := range wrt {
		if len(adjoint[n]) > 0 {
			grads[i] = adjoint[n][0]
		}
	}
	return grads, nil
}

// pullBack appends to the adjoints of n's inputs what n's adjoint gives them.
func pullBack(in gorgonia.Nodes, n, sum *gorgonia.Node, path gorgonia.Nodes, adjoint map[*gorgonia.Node]gorgonia.Nodes) error {
	if len(in) == 0 { // a constant
		return nil
	}
	d, ok := n.Op().(gorgonia.SDOp)
	if !ok {
		return fmt.Errorf("autograd: gradient: %v has no derivative", n.Op())
	}
	needed := make([]bool, len(in))
	for i, c := range in {
		needed[i] = onPath(path, c)
	}
	parts, err := differentiate(d, in, n, sum, needed)
	if err != nil {
		return fmt.Errorf("autograd: gradient: %w", err)
	}
	for i, p := range parts {
		if p != nil && onPath(path, in[i]) {
			adjoint[in[i]] = append(adjoint[in[i]], p)
		}
	}
	return nil
}

// differentiate returns the gradients of an operation's inputs, those that are
// not needed nil. It makes an error of a missing derivative, of a panic, and of a
// result of the wrong length: the operation may be a stock one, or somebody's own.
// Of an operation of ours, nil means that the output does not change.
func differentiate(d gorgonia.SDOp, in gorgonia.Nodes, out, grad *gorgonia.Node, needed []bool) (parts gorgonia.Nodes, err error) {
	defer func() {
		if r := recover(); r != nil {
			parts, err = nil, fmt.Errorf("%v: panic: %v", d, r)
		}
	}()
	wanted := d.DiffWRT(len(in))
	missing := func(i int) error {
		return fmt.Errorf("%v has no derivative with respect to its input %v: if it is to count as 0, use Var.Detach", d, in[i])
	}
	for i, n := range needed {
		if n && (i >= len(wanted) || !wanted[i]) {
			return nil, missing(i)
		}
	}
	if parts, err = d.SymDiff(in, out, grad); err != nil {
		return nil, fmt.Errorf("%v: %w", d, err)
	}
	if len(parts) > len(in) {
		return nil, fmt.Errorf("%v: %d gradients: want one for each of %d inputs", d, len(parts), len(in))
	}
	parts = append(parts, make(gorgonia.Nodes, len(in)-len(parts))...)
	_, own := d.(*graph.Op)
	for i, n := range needed {
		switch {
		case !n:
			parts[i] = nil
		case parts[i] == nil && !own:
			return nil, missing(i)
		}
	}
	return parts, nil
}

// between returns the nodes that y depends on and that depend on one of wrt,
// newest first. A node is always newer than its children, so that this is an
// order in which each node comes after all its uses.
func between(e graph.Edges, y *gorgonia.Node, wrt gorgonia.Nodes) gorgonia.Nodes {
	depends := map[*gorgonia.Node]bool{}
	for _, n := range wrt {
		depends[n] = true
	}
	var path gorgonia.Nodes
	seen := map[*gorgonia.Node]bool{}
	var visit func(n *gorgonia.Node)
	visit = func(n *gorgonia.Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		for _, c := range e[n] {
			visit(c)
			if depends[c] && !constant(n) {
				depends[n] = true
			}
		}
		if depends[n] {
			path = append(path, n)
		}
	}
	visit(y)
	slices.SortFunc(path, newestFirst)
	return path
}

// constant reports whether n counts as constant whatever its inputs are: by its
// own word, or as Gorgonia's size of an axis.
func constant(n *gorgonia.Node) bool {
	if o, ok := n.Op().(*graph.Op); ok {
		return o.Constant
	}
	return strings.HasPrefix(fmt.Sprint(n.Op()), "SizeOf")
}

func newestFirst(a, b *gorgonia.Node) int { return int(b.ID() - a.ID()) }

func onPath(path gorgonia.Nodes, n *gorgonia.Node) bool {
	_, ok := slices.BinarySearchFunc(path, n, newestFirst)
	return ok
}

// constantLike adds a scalar constant of y's element type.
func constantLike(y *gorgonia.Node, v float64) (*gorgonia.Node, error) {
	switch y.Dtype() {
	case gorgonia.Float64:
		return y.Graph().Constant(gorgonia.NewF64(v)), nil
	case gorgonia.Float32:
		return y.Graph().Constant(gorgonia.NewF32(float32(v))), nil
	}
	return nil, fmt.Errorf("autograd: gradient of %v, which holds %v: want float32 or float64", y, y.Dtype())
}
