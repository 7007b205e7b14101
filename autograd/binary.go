package autograd

import (
	"math"
	"slices"

	"descent/internal/graph"
	"gorgonia.org/gorgonia"
)

// Add returns v + w.
func (v Var) Add(w Var) Var {
	return binary("add", v, w, func(a, b float64) float64 { return a + b }, add[float32], add[float64],
		func(_, _, _, g Var) (Var, Var) { return g, g })
}

// Sub returns v − w.
func (v Var) Sub(w Var) Var {
	return binary("sub", v, w, func(a, b float64) float64 { return a - b }, sub[float32], sub[float64],
		func(_, _, _, g Var) (Var, Var) { return g, g.Neg() })
}

// Mul returns v · w, elementwise.
func (v Var) Mul(w Var) Var {
	return binary("mul", v, w, func(a, b float64) float64 { return a * b }, mul[float32], mul[float64],
		func(a, b, _, g Var) (Var, Var) { return g.Mul(b), g.Mul(a) })
}

// Div returns v / w, by IEEE 754 where w is 0: the derivatives are infinite
// there, that with respect to w NaN where the quotient is.
func (v Var) Div(w Var) Var {
	return binary("div", v, w, func(a, b float64) float64 { return a / b }, div[float32], div[float64],
		func(_, b, y, g Var) (Var, Var) {
			q := g.over(b)
			return q, q.times(y).Neg()
		})
}

// Pow returns v to the power w. With a constant exponent v may be negative
// where the power is defined; otherwise the derivative with respect to w has a
// log v, and is NaN there.
//
// At v = 0 the derivatives are the limits from above: with respect to v, 0 for
// w = 0 and w > 1, 1 for w = 1, and otherwise infinite; with respect to w, 0 for
// w > 0 and −Inf for w ≤ 0.
func (v Var) Pow(w Var) Var {
	if w.isConst() {
		return v.powConst(w.value)
	}
	return binary("pow", v, w, math.Pow, pow[float32], pow[float64],
		func(a, b, y, g Var) (Var, Var) {
			return g.Mul(b).times(a.Pow(b.Sub(Const(1)))), g.times(y).times(a.Log())
		})
}

func (v Var) powConst(p float64) Var {
	return v.unary("pow", func(x float64) float64 { return math.Pow(x, p) }, nil, func(x, _, g Var) Var {
		if p == 0 {
			return Var{}
		}
		return g.Mul(Const(p)).times(x.powConst(p - 1))
	}, p)
}

// times is Mul with 0·±Inf = 0: what a derivative that is infinite at a point
// gives where nothing depends on it, or where the other factor is 0 all around.
func (v Var) times(w Var) Var {
	f := func(a, b float64) float64 {
		if y := a * b; y == y || a != a || b != b {
			return y
		}
		return 0
	}
	return binary("times", v, w, f, each[float32](f), each[float64](f), func(a, b, _, g Var) (Var, Var) { return g.times(b), g.times(a) })
}

// over is Div with 0/0 = 0, as times.
func (v Var) over(w Var) Var {
	f := func(a, b float64) float64 {
		if a == 0 && b == 0 {
			return 0
		}
		return a / b
	}
	return binary("over", v, w, f, each[float32](f), each[float64](f), func(_, b, y, g Var) (Var, Var) {
		q := g.over(b)
		return q, q.times(y).Neg()
	})
}

// Greater returns 1 where v > w and 0 elsewhere: a mask. Its derivative is 0
// everywhere.
func (v Var) Greater(w Var) Var {
	return mask("greater", v, w, func(a, b float64) bool { return a > b })
}

// Less returns 1 where v < w and 0 elsewhere; its derivative is 0 everywhere.
func (v Var) Less(w Var) Var { return w.Greater(v) }

// Equal returns 1 where v = w and 0 elsewhere; its derivative is 0 everywhere.
func (v Var) Equal(w Var) Var { return mask("equal", v, w, func(a, b float64) bool { return a == b }) }

func mask(name string, a, b Var, f func(a, b float64) bool) Var {
	one := func(a, b float64) float64 {
		if f(a, b) {
			return 1
		}
		return 0
	}
	return binary(name, a, b, one, each[float32](one), each[float64](one), nil)
}

// Where returns v where mask is not 0 and w elsewhere, element for element: an
// infinite or undefined value on the side that is not taken does no harm, nor
// does its derivative. The derivative with respect to mask is 0.
func (v Var) Where(mask, w Var) Var { return take(mask, v).Add(leave(mask, w)) }

// take is x where m is not 0, and 0 elsewhere.
func take(m, x Var) Var {
	f := func(m, x float64) float64 {
		if m != 0 {
			return x
		}
		return 0
	}
	return binary("take", m, x, f, each[float32](f), each[float64](f), func(m, _, _, g Var) (Var, Var) { return Var{}, take(m, g) })
}

// leave is x where m is 0, and 0 elsewhere.
func leave(m, x Var) Var {
	f := func(m, x float64) float64 {
		if m != 0 {
			return 0
		}
		return x
	}
	return binary("leave", m, x, f, each[float32](f), each[float64](f), func(m, _, _, g Var) (Var, Var) { return Var{}, leave(m, g) })
}

// Maximum returns the larger of v and w, NaN if one is; where they are equal
// the derivative goes to w.
func (v Var) Maximum(w Var) Var { return v.Where(v.Greater(w), w) }

// binary applies an operation to each pair of elements, of operands that are
// broadcast to one shape. d returns the gradients of a and b from both, y and
// y's gradient g, before they are summed to the operands' shapes; without it both
// count as constant.
func binary(name string, a, b Var, f func(a, b float64) float64, f32 func(y, a, b []float32), f64 func(y, a, b []float64), d func(a, b, y, g Var) (Var, Var)) Var {
	switch {
	case a.err != nil:
		return a
	case b.err != nil:
		return b
	case a.isConst() && b.isConst():
		return Const(f(a.value, b.value))
	}
	// A constant is a scalar that the operation has in itself.
	var nodes gorgonia.Nodes
	var constants []any
	for _, v := range []Var{a, b} {
		if v.isConst() {
			constants = append(constants, v.value)
		} else {
			nodes, constants = append(nodes, v.node), append(constants, nil)
		}
	}
	if len(nodes) == 2 && nodes[0].Dtype() != nodes[1].Dtype() {
		return failed("%s of %v and %v: want equal types", name, nodes[0].Dtype(), nodes[1].Dtype())
	}
	l, err := broadcast(name, a.Shape(), b.Shape())
	if err != nil {
		return Var{err: err}
	}
	o := operation{
		name: name, args: constants, shape: l.shape,
		compute: compute{f32: pairwise(l, constants, f32), f64: pairwise(l, constants, f64)},
	}
	if d != nil {
		o.derivative = func(in []Var, out, grad Var) []Var {
			x, k := [2]Var{a, b}, 0
			for i := range x {
				if !x[i].isConst() {
					x[i], k = in[k], k+1
				}
			}
			da, db := d(x[0], x[1], out, grad)
			var grads []Var
			for i, g := range []Var{da, db} {
				if !x[i].isConst() {
					grads = append(grads, g.sumTo(x[i].Shape()))
				}
			}
			return grads
		}
	}
	return o.apply(nodes...)
}

// pairwise returns the computation of a binary operation.
func pairwise[T graph.Float](l layout, constants []any, f func(y, a, b []T)) func(e graph.Env, y []T, in [][]T) {
	var operands [2][]T
	for i, c := range constants {
		if c != nil {
			operands[i] = []T{T(c.(float64))}
		}
	}
	w := &walker[T]{layout: l, f: f}
	return func(e graph.Env, y []T, in [][]T) {
		x, k := operands, 0
		for i := range x {
			if constants[i] == nil {
				x[i], k = in[k], k+1
			}
		}
		w.run(e, y, x[0], x[1])
	}
}

// each returns a loop of f.
func each[T graph.Float](f func(a, b float64) float64) func(y, a, b []T) {
	return func(y, a, b []T) {
		for i := range y {
			y[i] = T(f(float64(a[i]), float64(b[i])))
		}
	}
}

func add[T graph.Float](y, a, b []T) {
	a, b = a[:len(y)], b[:len(y)]
	for i := range y {
		y[i] = a[i] + b[i]
	}
}

func sub[T graph.Float](y, a, b []T) {
	a, b = a[:len(y)], b[:len(y)]
	for i := range y {
		y[i] = a[i] - b[i]
	}
}

func mul[T graph.Float](y, a, b []T) {
	a, b = a[:len(y)], b[:len(y)]
	for i := range y {
		y[i] = a[i] * b[i]
	}
}

func div[T graph.Float](y, a, b []T) {
	a, b = a[:len(y)], b[:len(y)]
	for i := range y {
		y[i] = a[i] / b[i]
	}
}

func pow[T graph.Float](y, a, b []T) {
	for i := range y {
		y[i] = T(math.Pow(float64(a[i]), float64(b[i])))
	}
}

// sumTo returns the sum of a gradient over the axes along which an operand of
// that shape was broadcast.
func (v Var) sumTo(shape []int) Var {
	if v == (Var{}) || v.err != nil || v.isConst() || slices.Equal(v.Shape(), shape) {
		return v
	}
	var axes []int
	missing := len(v.shape()) - len(shape)
	for i, d := range v.shape() {
		if i < missing || shape[i-missing] == 1 && d != 1 {
			axes = append(axes, i)
		}
	}
	y := v.Sum(axes...)
	if len(shape) == 0 {
		return y
	}
	return y.Reshape(shape...)
}
