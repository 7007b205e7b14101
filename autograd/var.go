package autograd

import (
	"errors"
	"fmt"
	"slices"

	"descent/internal/graph"
	"descent/internal/memory"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Var is an expression: a node of a graph, or a constant that has no graph yet.
// Its methods are the algebra that objectives, layers and losses are written
// in. They work on float32 and float64 tensors of any shape, elementwise where
// nothing else is said; and every derivative is again an expression in the same
// algebra, so that [Grad] can be repeated.
//
// Two operands of an elementwise method are broadcast as in NumPy: shapes are
// aligned at their last dimension, and a dimension of 1, or a missing one, goes
// with each index of the other's. Axes count from 0, and −1 is the last. The
// same expression of the same nodes is one node, computed once.
//
// Where a derivative does not exist, the operation says what it returns. One that
// is infinite, times an outer derivative of 0, is 0.
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

// Shape returns the shape of the expression, empty for a scalar, a constant
// and an expression with an error.
func (v Var) Shape() []int {
	if v.node == nil {
		return nil
	}
	return slices.Clone(v.node.Shape())
}

// isConst reports whether v is a constant without a graph.
func (v Var) isConst() bool { return v.node == nil && v.err == nil }

// failed returns an expression that carries an error.
func failed(format string, args ...any) Var {
	return Var{err: fmt.Errorf("autograd: expression: "+format, args...)}
}

// shape returns the shape of a node, empty for a scalar.
func (v Var) shape() tensor.Shape { return v.node.Shape() }

// axis returns an axis counted from 0, or an error.
func (v Var) axis(name string, axis int) (int, error) {
	dims := len(v.shape())
	if axis < -dims || axis >= dims {
		return 0, fmt.Errorf("autograd: expression: %s: axis %d of shape %v: want %d to %d", name, axis, []int(v.shape()), -dims, dims-1)
	}
	return (axis + dims) % dims, nil
}

// compute fills an operation's output y from the values of its inputs.
type compute struct {
	f32 func(e graph.Env, y []float32, in [][]float32)
	f64 func(e graph.Env, y []float64, in [][]float64)
}

// operation is what a node of the algebra is made from.
type operation struct {
	name  string
	args  []any // settings, which tell operations of one name apart
	shape []int // of the result
	compute
	// derivative returns the gradient with respect to each input, from the
	// inputs, the output and the output's gradient. The zero Var is none: the
	// output does not change with that input. If it is nil, the output changes with
	// none of them.
	derivative func(in []Var, out, grad Var) []Var
}

// apply adds a node, or returns the one that computes the same already.
func (o operation) apply(in ...*gorgonia.Node) Var {
	key := fmt.Sprintf("%s %v %v", o.name, o.args, o.shape)
	if n := graph.Find(key, in); n != nil {
		return Var{node: n}
	}
	if err := (&memory.Budget{Limit: memory.Machine()}).Take(8, o.shape...); err != nil {
		return failed("%s: %w", o.name, err)
	}
	p := graph.NewOp(o.name, in, in[0].Dtype(), o.shape, nil)
	if p.Key = key; in[0].Dtype() == tensor.Float64 {
		p.Compute = computing(p, o.f64, o.shape, len(in))
	} else {
		p.Compute = computing(p, o.f32, o.shape, len(in))
	}
	if o.derivative == nil {
		p.Constant = true
		return Wrap(gorgonia.ApplyOp(p, in...))
	}
	p.Diff = slices.Repeat([]bool{true}, len(in))
	p.Sym = func(in gorgonia.Nodes, out, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		args := make([]Var, len(in))
		for i, n := range in {
			args[i] = Var{node: n}
		}
		grads := make(gorgonia.Nodes, len(in))
		for i, g := range o.derivative(args, Var{node: out}, Var{node: grad}) {
			if g == (Var{}) {
				continue
			}
			var err error
			if grads[i], err = g.Node(); err != nil {
				return nil, err
			}
		}
		return grads, nil
	}
	return Wrap(gorgonia.ApplyOp(p, in...))
}

// computing returns an operation's function, with an output of its own.
func computing[T graph.Float](o *graph.Op, f func(e graph.Env, y []T, in [][]T), shape tensor.Shape, inputs int) func([]gorgonia.Value) (gorgonia.Value, error) {
	out, y := graph.NewValue[T](shape)
	in := make([][]T, inputs)
	return func(v []gorgonia.Value) (gorgonia.Value, error) {
		for i := range in {
			in[i] = graph.DataOf[T](v[i])
		}
		f(o.Env, y, in)
		return out, nil
	}
}
