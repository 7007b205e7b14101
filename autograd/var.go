package autograd

import (
	"errors"
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Var is an expression: a node of a graph, or a constant that has no graph yet.
// Its methods are the algebra that objectives are written in. They work on
// float32 and float64 tensors of any shape, elementwise where nothing else is
// said, a scalar going with each element of a tensor; and every derivative is
// again an expression in the same algebra, so that [Grad] can be repeated.
//
// Where a derivative does not exist, the operation says what it returns. One that
// is infinite, times an outer derivative of 0, is 0.
//
// An error is kept and handed on: check it once, at the end, with [Var.Node].
type Var struct {
	node  *gorgonia.Node
	value float64 // of a constant, whose node and err are nil
	err   error
}

// Const returns a constant.
func Const(v float64) Var { return Var{value: v} }

// Wrap returns the node of a graph as an expression. It takes an error as well,
// so that a call which returns both can be wrapped.
//
// The node may be of a stock Gorgonia operation. Their elementwise functions,
// sums and products have right first and second derivatives; gorgonia.Slice has
// a wrong second one: use [Var.Slice].
func Wrap(n *gorgonia.Node, err error) Var {
	if n == nil && err == nil {
		err = errors.New("autograd: expression: node is nil")
	}
	if err == nil && n.Dtype() != tensor.Float32 && n.Dtype() != tensor.Float64 {
		err = fmt.Errorf("autograd: expression: %v holds %v: want float32 or float64", n, n.Dtype())
	}
	return Var{node: n, err: err}
}

// Node returns the node of the expression, or the first error met on the way.
// A constant has no node: that is an error too.
func (v Var) Node() (*gorgonia.Node, error) {
	if v.isConst() {
		return nil, fmt.Errorf("autograd: expression: the constant %v is of no graph", v.value)
	}
	return v.node, v.err
}

// isConst reports whether v is a constant without a graph.
func (v Var) isConst() bool { return v.node == nil && v.err == nil }

// failed returns an expression that carries an error.
func failed(format string, args ...any) Var {
	return Var{err: fmt.Errorf("autograd: expression: "+format, args...)}
}

// shape returns the shape of a node, empty for a scalar.
func (v Var) shape() tensor.Shape { return v.node.Shape() }

// compute fills an operation's output y from the values of its inputs.
type compute struct {
	f32 func(y []float32, in [][]float32)
	f64 func(y []float64, in [][]float64)
}

// apply adds a node of the given shape, computed by c. The derivative returns
// the gradient with respect to each input, from the inputs, the output and the
// output's gradient; it is nil for an operation that has none.
func apply(name string, c compute, shape tensor.Shape, derivative func(in []Var, out, grad Var) []Var, in ...*gorgonia.Node) Var {
	var o *op
	if in[0].Dtype() == tensor.Float64 {
		o = newOp(name, in, tensor.Float64, shape, computing(c.f64, shape, len(in)))
	} else {
		o = newOp(name, in, tensor.Float32, shape, computing(c.f32, shape, len(in)))
	}
	if derivative != nil {
		o.diff = slices.Repeat([]bool{true}, len(in))
		o.sym = func(in gorgonia.Nodes, out, grad *gorgonia.Node) (gorgonia.Nodes, error) {
			args := make([]Var, len(in))
			for i, n := range in {
				args[i] = Var{node: n}
			}
			parts := derivative(args, Var{node: out}, Var{node: grad})
			grads := make(gorgonia.Nodes, len(parts))
			for i, p := range parts {
				var err error
				if grads[i], err = p.Node(); err != nil {
					return nil, err
				}
			}
			return grads, nil
		}
	}
	return Wrap(gorgonia.ApplyOp(o, in...))
}

// computing returns an operation's function, with an output of its own.
func computing[T Float](f func(y []T, in [][]T), shape tensor.Shape, inputs int) func([]gorgonia.Value) (gorgonia.Value, error) {
	out, y := newValue[T](shape)
	in := make([][]T, inputs)
	return func(v []gorgonia.Value) (gorgonia.Value, error) {
		for i := range in {
			in[i] = dataOf[T](v[i])
		}
		f(y, in)
		return out, nil
	}
}
