package autograd

import (
	"fmt"
	"slices"
	"strings"

	"descent/internal/graph"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Grad adds to the graph the gradient of the scalar y with respect to each
// node of wrt, by reverse-mode differentiation, and returns its nodes in the
// order of wrt.
//
// It asks each operation for its symbolic derivative, as [gorgonia.Grad] does,
// but keeps its adjoints private. Applied to a function of its own results, it
// gives second derivatives, whereas gorgonia.Grad skips the nodes that it
// differentiated before and is silently wrong. The terms of a node with several
// uses are added in the order in which the uses were created, latest first, and
// none is overwritten.
//
// It returns an error if y is not a scalar, if y does not depend on a node of
// wrt, or if an operation in between has no derivative.
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
	depends := dependents(e, wrt)
	one := map[tensor.Dtype]gorgonia.Value{gorgonia.Float64: gorgonia.NewF64(1), gorgonia.Float32: gorgonia.NewF32(1)}[y.Dtype()]
	if one == nil {
		return nil, fmt.Errorf("autograd: gradient of %v, which holds %v: want float32 or float64", y, y.Dtype())
	}
	adjoint := map[*gorgonia.Node]gorgonia.Nodes{y: {y.Graph().Constant(one)}}
	for _, n := range slices.Backward(e.Order()) { // each after all its uses
		terms, in := adjoint[n], e[n]
		if len(terms) == 0 || !depends[n] {
			continue
		}
		sum, err := total(n, terms)
		if err != nil {
			return nil, fmt.Errorf("autograd: gradient of %v: %w", n, err)
		}
		adjoint[n] = gorgonia.Nodes{sum}
		if len(in) == 0 { // an input or a constant
			continue
		}
		parts, err := differentiate(in, n, sum, depends)
		if err != nil {
			return nil, fmt.Errorf("autograd: gradient: %w", err)
		}
		for i, p := range parts {
			if p != nil && depends[in[i]] {
				adjoint[in[i]] = append(adjoint[in[i]], p)
			}
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

// total returns the sum of the gradients of a node.
func total(n *gorgonia.Node, terms gorgonia.Nodes) (*gorgonia.Node, error) {
	other := func(t *gorgonia.Node) bool { return !slices.Equal(t.Shape(), n.Shape()) }
	if o, ok := n.Op().(*graph.Op); ok && o.Sum != nil && len(terms) > 1 && !slices.ContainsFunc(terms, other) {
		return o.Sum(terms...)
	}
	sum := Var{node: terms[0]}
	for _, t := range terms[1:] {
		sum = sum.Add(Var{node: t})
	}
	return sum.node, sum.err
}

// differentiate returns the gradients of an operation's inputs. It returns an error
// for a missing derivative with respect to one that matters, for a panic, and for a
// result of the wrong length: the operation may be a stock one or the user's. For an
// operation of this module, nil means that the output does not change.
func differentiate(in gorgonia.Nodes, out, grad *gorgonia.Node, matters map[*gorgonia.Node]bool) (parts gorgonia.Nodes, err error) {
	defer func() {
		if r := recover(); r != nil {
			parts, err = nil, fmt.Errorf("%v: panic: %v", out.Op(), r)
		}
	}()
	d, ok := out.Op().(gorgonia.SDOp)
	if !ok {
		return nil, fmt.Errorf("%v has no derivative", out.Op())
	}
	missing := func(n *gorgonia.Node) error {
		return fmt.Errorf("%v has no derivative with respect to its input %v: if it is to count as 0, use Var.Detach", d, n)
	}
	wanted := d.DiffWRT(len(in))
	for i, n := range in {
		if matters[n] && (i >= len(wanted) || !wanted[i]) {
			return nil, missing(n)
		}
	}
	if parts, err = d.SymDiff(in, out, grad); err != nil {
		return nil, fmt.Errorf("%v: %w", d, err)
	}
	if len(parts) > len(in) {
		return nil, fmt.Errorf("%v: %d gradients: want one for each of %d inputs", d, len(parts), len(in))
	}
	_, own := d.(*graph.Op)
	for i, n := range in {
		if matters[n] && !own && (i >= len(parts) || parts[i] == nil) {
			return nil, missing(n)
		}
	}
	return parts, nil
}

// dependents returns the nodes of wrt and those that depend on one of them.
func dependents(e graph.Edges, wrt gorgonia.Nodes) map[*gorgonia.Node]bool {
	depends := map[*gorgonia.Node]bool{}
	for _, n := range wrt {
		depends[n] = true
	}
	for _, n := range e.Order() {
		if !constant(n) && slices.ContainsFunc(e[n], func(c *gorgonia.Node) bool { return depends[c] }) {
			depends[n] = true
		}
	}
	return depends
}

// constant reports whether n counts as constant whatever its inputs are: because it
// says so, or because it is Gorgonia's size of an axis.
func constant(n *gorgonia.Node) bool {
	if o, ok := n.Op().(*graph.Op); ok {
		return o.Constant
	}
	return strings.HasPrefix(fmt.Sprint(n.Op()), "SizeOf")
}
