package autograd

import "math"

// Add returns v + w.
func (v Var) Add(w Var) Var {
	return elementwise("add", function{add[float32], add[float64]}, func(_ []Var, _, g Var) []Var { return []Var{g, g} }, v, w)
}

// Sub returns v − w.
func (v Var) Sub(w Var) Var {
	return elementwise("sub", function{sub[float32], sub[float64]}, func(_ []Var, _, g Var) []Var { return []Var{g, g.Neg()} }, v, w)
}

// Mul returns v · w, elementwise.
func (v Var) Mul(w Var) Var {
	return elementwise("mul", function{mul[float32], mul[float64]}, func(x []Var, _, g Var) []Var { return []Var{g.Mul(x[1]), g.Mul(x[0])} }, v, w)
}

// Div returns v / w, following IEEE 754 where w is 0: the derivatives are infinite
// there, the one with respect to w NaN where the quotient is.
func (v Var) Div(w Var) Var {
	return elementwise("div", function{div[float32], div[float64]}, quotient, v, w)
}

// quotient returns the gradients of a quotient's operands.
func quotient(x []Var, y, g Var) []Var {
	q := g.over(x[1])
	return []Var{q, q.times(y).Neg()}
}

// Pow returns v to the power w. With a constant exponent, v may be negative where
// the power is defined; otherwise the derivative with respect to w contains log v
// and is NaN there.
//
// At v = 0 the derivatives are the limits from above: with respect to v, 0 for
// w = 0 and w > 1, 1 for w = 1, and otherwise infinite; with respect to w, 0 for
// w > 0 and −Inf for w ≤ 0.
func (v Var) Pow(w Var) Var {
	f := ofTwo(math.Pow)
	if w.isConst() { // not rounded to float32
		f = of(func(a float64) float64 { return math.Pow(a, w.value) })
	}
	return elementwise("pow", f, func(x []Var, y, g Var) []Var {
		a, b := x[0], x[1]
		if b == Const(0) {
			return []Var{{}, {}}
		}
		da := g.Mul(b).times(a.Pow(b.Sub(Const(1))))
		if b.isConst() {
			return []Var{da, {}}
		}
		return []Var{da, g.times(y).times(a.Log())}
	}, v, w)
}

// times is Mul with 0·±Inf = 0. It is for derivatives that are infinite at a point,
// where nothing depends on them or where the other factor is 0 all around.
func (v Var) times(w Var) Var {
	f := func(a, b float64) float64 {
		if y := a * b; y == y || a != a || b != b {
			return y
		}
		return 0
	}
	return elementwise("times", ofTwo(f), func(x []Var, _, g Var) []Var { return []Var{g.times(x[1]), g.times(x[0])} }, v, w)
}

// over is Div with 0/0 = 0, for the same purpose as times.
func (v Var) over(w Var) Var {
	f := func(a, b float64) float64 {
		if a == 0 && b == 0 {
			return 0
		}
		return a / b
	}
	return elementwise("over", ofTwo(f), quotient, v, w)
}

// Greater returns 1 where v > w and 0 elsewhere: a mask. Its derivative is 0
// everywhere.
func (v Var) Greater(w Var) Var {
	return elementwise("greater", ofTwo(func(a, b float64) float64 { return mask(a > b) }), nil, v, w)
}

// Less returns 1 where v < w and 0 elsewhere; its derivative is 0 everywhere.
func (v Var) Less(w Var) Var { return w.Greater(v) }

// Equal returns 1 where v = w and 0 elsewhere; its derivative is 0 everywhere.
func (v Var) Equal(w Var) Var {
	return elementwise("equal", ofTwo(func(a, b float64) float64 { return mask(a == b) }), nil, v, w)
}

func mask(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// Where returns v where mask is not 0 and w elsewhere, elementwise. An infinite or
// undefined value on the side that is not selected does no harm, nor does its
// derivative. The derivative with respect to mask is 0.
func (v Var) Where(mask, w Var) Var {
	return elementwise("where", function{choose[float32], choose[float64]}, func(x []Var, _, g Var) []Var {
		return []Var{{}, g.Where(x[0], Const(0)), Const(0).Where(x[0], g)}
	}, mask, v, w)
}

// Maximum returns the larger of v and w, or NaN where one of them is NaN. Where they
// are equal, the derivative goes to w.
func (v Var) Maximum(w Var) Var { return v.Where(v.Greater(w), w.Where(v.Equal(v), v)) }
