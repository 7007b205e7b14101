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
// Its methods are the algebra in which objectives, layers and losses are written.
// They work on float32 and float64 tensors of any shape, elementwise unless
// documented otherwise. Every derivative is again an expression in the same
// algebra, so that [Grad] can be repeated.
//
// Two operands of an elementwise method are broadcast as in NumPy: shapes are
// aligned at their last dimension, and a dimension of 1, or a missing one, is
// repeated to match the other's. Axes count from 0, and −1 is the last. The same
// expression of the same nodes is one node, computed once.
//
// Where a derivative does not exist, the method documents what it returns. An
// infinite derivative times an outer derivative of 0 is 0.
//
// Errors are kept and passed on: check once, at the end, with [Var.Node].
type Var struct {
	node  *gorgonia.Node
	value float64 // of a constant, whose node and err are nil
	err   error
}

// Const returns a constant.
func Const(v float64) Var { return Var{value: v} }

// Wrap returns the node of a graph as an expression. It also takes an error, so
// that a call that returns both can be wrapped.
//
// The node may be that of a stock Gorgonia operation. Gorgonia's elementwise
// functions, sums and products have correct first and second derivatives. The
// second derivative of gorgonia.Slice is wrong: use [Var.Slice].
func Wrap(n *gorgonia.Node, err error) Var {
	if n == nil && err == nil {
		err = errors.New("autograd: expression: node is nil")
	}
	if err == nil && n.Dtype() != tensor.Float32 && n.Dtype() != tensor.Float64 {
		err = fmt.Errorf("autograd: expression: %v holds %v: want float32 or float64", n, n.Dtype())
	}
	return Var{node: n, err: err}
}

// Node returns the node of the expression, or the first error in it. A constant
// has no node, which is also an error.
func (v Var) Node() (*gorgonia.Node, error) {
	if v.isConst() {
		return nil, fmt.Errorf("autograd: expression: the constant %v has no graph", v.value)
	}
	return v.node, v.err
}

// Shape returns the shape of the expression, which is empty for a scalar, a
// constant or an expression with an error.
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

// compute fills an operation's output y from its operands.
type compute struct {
	f32 func(e graph.Env, y []float32, x [][]float32)
	f64 func(e graph.Env, y []float64, x [][]float64)
}

// operation is what a node of the algebra is made from.
type operation struct {
	name  string
	args  []any // settings, which tell operations of one name apart
	shape []int // of the result
	compute
	// derivative returns the gradient with respect to each operand, given the
	// operands, the output and the output's gradient. The zero Var means none: the
	// output does not change with that operand. If derivative is nil, the output
	// changes with no operand.
	derivative func(x []Var, out, grad Var) []Var
}

// apply adds a node, or returns the existing one that computes the same. A constant
// operand is a scalar inside the operation.
func (o operation) apply(x ...Var) Var {
	var in gorgonia.Nodes
	var which []int // of the operands they are
	constants := make([]any, len(x))
	for i, v := range x {
		if v.isConst() {
			constants[i] = v.value
		} else {
			in, which = append(in, v.node), append(which, i)
		}
	}
	key := fmt.Sprintf("%s %v %v %v", o.name, o.args, constants, o.shape)
	if n := graph.Find(key, in); n != nil {
		return Var{node: n}
	}
	if err := (&memory.Budget{Limit: memory.Machine()}).Take(8, o.shape...); err != nil {
		return failed("%s: %w", o.name, err)
	}
	p := graph.NewOp(o.name, in, in[0].Dtype(), o.shape, nil)
	if p.Key = key; in[0].Dtype() == tensor.Float64 {
		p.Compute = computing(p, o.f64, o.shape, x, which)
	} else {
		p.Compute = computing(p, o.f32, o.shape, x, which)
	}
	if p.Constant = o.derivative == nil; p.Constant {
		return Wrap(gorgonia.ApplyOp(p, in...))
	}
	p.Diff = slices.Repeat([]bool{true}, len(in))
	p.Sym = func(in gorgonia.Nodes, out, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		operands := slices.Clone(x)
		for k, i := range which {
			operands[i] = Var{node: in[k]}
		}
		all := o.derivative(operands, Var{node: out}, Var{node: grad})
		grads := make(gorgonia.Nodes, len(in))
		for k, i := range which {
			if all[i] == (Var{}) {
				continue
			}
			var err error
			if grads[k], err = all[i].Node(); err != nil {
				return nil, err
			}
		}
		return grads, nil
	}
	return Wrap(gorgonia.ApplyOp(p, in...))
}

// computing returns an operation's function, which has its own output.
func computing[T graph.Float](o *graph.Op, f func(e graph.Env, y []T, x [][]T), shape tensor.Shape, operands []Var, which []int) func([]gorgonia.Value) (gorgonia.Value, error) {
	out, y := graph.NewValue[T](shape)
	x := make([][]T, len(operands))
	for i, v := range operands {
		x[i] = []T{T(v.value)}
	}
	return func(in []gorgonia.Value) (gorgonia.Value, error) {
		for k, i := range which {
			x[i] = graph.DataOf[T](in[k])
		}
		f(o.Env, y, x)
		return out, nil
	}
}
