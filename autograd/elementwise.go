package autograd

import (
	"math"

	"descent/internal/elementary"
	"gorgonia.org/gorgonia"
)

// Neg returns −v.
func (v Var) Neg() Var {
	return v.unary("neg", func(x float64) float64 { return -x },
		func(_, _, g Var) Var { return g.Neg() })
}

// Abs returns |v|; its derivative at 0 is 0.
func (v Var) Abs() Var {
	return v.unary("abs", math.Abs, func(x, _, g Var) Var { return g.Mul(x.Sign()) })
}

// Sign returns −1, 0 or 1; its derivative is 0 everywhere.
func (v Var) Sign() Var {
	return v.unary("sign", func(x float64) float64 {
		switch {
		case x > 0:
			return 1
		case x < 0:
			return -1
		}
		return x // 0, or NaN
	}, func(_, _, g Var) Var { return g.Mul(Const(0)) })
}

// Sqrt returns √v; its derivative at 0 is +Inf.
func (v Var) Sqrt() Var {
	return v.unary("sqrt", math.Sqrt, func(_, y, g Var) Var { return g.over(y.Mul(Const(2))) })
}

// Exp returns e to the power v.
func (v Var) Exp() Var {
	return v.unary("exp", math.Exp, func(_, y, g Var) Var { return g.Mul(y) })
}

// Log returns the natural logarithm of v; its derivative at 0 is +Inf.
func (v Var) Log() Var {
	return v.unary("log", math.Log, func(x, _, g Var) Var { return g.over(x) })
}

// Sin returns sin v.
func (v Var) Sin() Var {
	return v.unary("sin", elementary.Sin, func(x, _, g Var) Var { return g.Mul(x.Cos()) })
}

// Cos returns cos v.
func (v Var) Cos() Var {
	return v.unary("cos", elementary.Cos, func(x, _, g Var) Var { return g.Mul(x.Sin()).Neg() })
}

// Sinh returns sinh v.
func (v Var) Sinh() Var {
	return v.unary("sinh", elementary.Sinh, func(x, _, g Var) Var { return g.Mul(x.Cosh()) })
}

// Cosh returns cosh v.
func (v Var) Cosh() Var {
	return v.unary("cosh", math.Cosh, func(x, _, g Var) Var { return g.Mul(x.Sinh()) })
}

// Tanh returns tanh v.
func (v Var) Tanh() Var {
	return v.unary("tanh", elementary.Tanh, func(_, y, g Var) Var { return g.Mul(Const(1).Sub(y.Mul(y))) })
}

// Square returns v².
func (v Var) Square() Var { return v.Mul(v) }

// unary applies f to each element. df returns the gradient of x from x,
// y = f(x) and y's gradient g.
func (v Var) unary(name string, f func(float64) float64, df func(x, y, g Var) Var) Var {
	switch {
	case v.err != nil:
		return v
	case v.isConst():
		return Const(f(v.value))
	}
	c := compute{
		f32: func(y []float32, in [][]float32) {
			for i, x := range in[0] {
				y[i] = float32(f(float64(x)))
			}
		},
		f64: func(y []float64, in [][]float64) {
			for i, x := range in[0] {
				y[i] = f(x)
			}
		},
	}
	return apply(name, c, v.shape(), func(in []Var, out, grad Var) []Var {
		return []Var{df(in[0], out, grad)}
	}, v.node)
}

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

// Mul returns v · w.
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
	return v.unary("pow", func(x float64) float64 { return math.Pow(x, p) }, func(x, _, g Var) Var {
		if p == 0 {
			return g.Mul(Const(0))
		}
		return g.Mul(Const(p)).times(x.powConst(p - 1))
	})
}

// times is Mul with 0·±Inf = 0: what a derivative that is infinite at a point
// gives where nothing depends on it, or where the other factor is 0 all around.
func (v Var) times(w Var) Var {
	return binary("mul", v, w, finiteTimes[float64], each(finiteTimes[float32]), each(finiteTimes[float64]),
		func(a, b, _, g Var) (Var, Var) { return g.times(b), g.times(a) })
}

// over is Div with 0/0 = 0, as times.
func (v Var) over(w Var) Var {
	return binary("div", v, w, finiteOver[float64], each(finiteOver[float32]), each(finiteOver[float64]),
		func(_, b, y, g Var) (Var, Var) {
			q := g.over(b)
			return q, q.times(y).Neg()
		})
}

func finiteTimes[T Float](a, b T) T {
	if y := a * b; y == y || a != a || b != b {
		return y
	}
	return 0
}

func finiteOver[T Float](a, b T) T {
	if a == 0 && b == 0 {
		return 0
	}
	return a / b
}

// each applies f to each pair of elements.
func each[T Float](f func(a, b T) T) func(y, a, b []T) {
	return func(y, a, b []T) {
		for i := range y {
			y[i] = f(a[i], b[i])
		}
	}
}

// binary applies an operation to each pair of elements. Of a scalar and a
// tensor, the scalar goes with each element. d returns the gradients of a and
// b from both, y and y's gradient g.
func binary(name string, a, b Var, f func(a, b float64) float64, f32 func(y, a, b []float32), f64 func(y, a, b []float64), d func(a, b, y, g Var) (Var, Var)) Var {
	switch {
	case a.err != nil:
		return a
	case b.err != nil:
		return b
	case a.isConst() && b.isConst():
		return Const(f(a.value, b.value))
	}
	if a, b = alike(a, b); a.err != nil {
		return a
	}
	if a.node.Dtype() != b.node.Dtype() || !a.shape().Eq(b.shape()) {
		return failed("%s of %v %v and %v %v: want equal types and shapes, or a scalar", name, a.node.Dtype(), a.shape(), b.node.Dtype(), b.shape())
	}
	c := compute{
		f32: func(y []float32, in [][]float32) { f32(y, in[0], in[1]) },
		f64: func(y []float64, in [][]float64) { f64(y, in[0], in[1]) },
	}
	return apply(name, c, a.shape(), func(in []Var, out, grad Var) []Var {
		da, db := d(in[0], in[1], out, grad)
		return []Var{da, db}
	}, a.node, b.node)
}

// alike gives a constant a node, and a scalar the shape of the other.
func alike(a, b Var) (Var, Var) {
	if a.isConst() {
		a = Wrap(constantLike(b.node, a.value))
	} else if b.isConst() {
		b = Wrap(constantLike(a.node, b.value))
	}
	switch {
	case a.err != nil || b.err != nil:
	case len(a.shape()) == 0 && len(b.shape()) > 0:
		a = a.Fill(b.shape()...)
	case len(b.shape()) == 0 && len(a.shape()) > 0:
		b = b.Fill(a.shape()...)
	}
	if b.err != nil {
		return b, a
	}
	return a, b
}

func add[T Float](y, a, b []T) {
	for i := range y {
		y[i] = a[i] + b[i]
	}
}

func sub[T Float](y, a, b []T) {
	for i := range y {
		y[i] = a[i] - b[i]
	}
}

func mul[T Float](y, a, b []T) {
	for i := range y {
		y[i] = a[i] * b[i]
	}
}

func div[T Float](y, a, b []T) {
	for i := range y {
		y[i] = a[i] / b[i]
	}
}

func pow[T Float](y, a, b []T) {
	for i := range y {
		y[i] = T(math.Pow(float64(a[i]), float64(b[i])))
	}
}

// addNodes returns a + b, of equal shapes.
func addNodes(a, b *gorgonia.Node) (*gorgonia.Node, error) {
	return Var{node: a}.Add(Var{node: b}).Node()
}
