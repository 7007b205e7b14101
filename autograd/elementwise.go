package autograd

import (
	"math"
	"slices"

	"descent/internal/elementary"
	"descent/internal/graph"
	"descent/internal/kernel"
)

// Neg returns −v.
func (v Var) Neg() Var { return v.Mul(Const(-1)) }

// Abs returns |v|; its derivative at 0 is 0.
func (v Var) Abs() Var {
	return v.unary("abs", of(math.Abs), func(x, _, g Var) Var { return g.Mul(x.Sign()) })
}

// Sign returns −1, 0 or 1; its derivative is 0 everywhere.
func (v Var) Sign() Var {
	return v.unary("sign", of(func(x float64) float64 {
		switch {
		case x > 0:
			return 1
		case x < 0:
			return -1
		}
		return x // 0, or NaN
	}), nil)
}

// Sqrt returns √v; its derivative at 0 is +Inf.
func (v Var) Sqrt() Var {
	return v.unary("sqrt", of(math.Sqrt), func(_, y, g Var) Var { return g.over(y.Mul(Const(2))) })
}

// Exp returns e to the power v.
func (v Var) Exp() Var {
	return v.unary("exp", kernels(kernel.Set[float32].Exp, kernel.Set[float64].Exp), func(_, y, g Var) Var { return g.Mul(y) })
}

// Log returns the natural logarithm of v; its derivative at 0 is +Inf.
func (v Var) Log() Var {
	return v.unary("log", kernels(kernel.Set[float32].Log, kernel.Set[float64].Log), func(x, _, g Var) Var { return g.over(x) })
}

// Sin returns sin v.
func (v Var) Sin() Var {
	return v.unary("sin", of(elementary.Sin), func(x, _, g Var) Var { return g.Mul(x.Cos()) })
}

// Cos returns cos v.
func (v Var) Cos() Var {
	return v.unary("cos", of(elementary.Cos), func(x, _, g Var) Var { return g.Mul(x.Sin()).Neg() })
}

// Sinh returns sinh v.
func (v Var) Sinh() Var {
	return v.unary("sinh", of(elementary.Sinh), func(x, _, g Var) Var { return g.Mul(x.Cosh()) })
}

// Cosh returns cosh v.
func (v Var) Cosh() Var {
	return v.unary("cosh", of(math.Cosh), func(x, _, g Var) Var { return g.Mul(x.Sinh()) })
}

// Tanh returns tanh v.
func (v Var) Tanh() Var {
	return v.unary("tanh", kernels(kernel.Set[float32].Tanh, kernel.Set[float64].Tanh), func(_, y, g Var) Var { return g.Mul(Const(1).Sub(y.Mul(y))) })
}

// Sigmoid returns 1/(1 + e^−v), without overflow.
func (v Var) Sigmoid() Var {
	return v.unary("sigmoid", kernels(kernel.Set[float32].Sigmoid, kernel.Set[float64].Sigmoid), func(_, y, g Var) Var { return g.Mul(y).Mul(Const(1).Sub(y)) })
}

// Square returns v².
func (v Var) Square() Var { return v.Mul(v) }

// Detach returns v as a constant: no derivative goes through it.
func (v Var) Detach() Var {
	return v.unary("detach", of(func(x float64) float64 { return x }), nil)
}

// unary applies f to each element. d returns the gradient of x from x, y = f(x)
// and y's gradient g; without it x counts as constant.
func (v Var) unary(name string, f function, d func(x, y, g Var) Var) Var {
	if d == nil {
		return elementwise(name, f, nil, v)
	}
	return elementwise(name, f, func(x []Var, y, g Var) []Var { return []Var{d(x[0], y, g)} }, v)
}

// elementwise applies f to the elements of operands that are broadcast to one
// shape. d returns the gradients of the operands x from those, y and y's gradient
// g, before they are summed to the operands' shapes; without it they count as
// constant.
func elementwise(name string, f function, d func(x []Var, y, g Var) []Var, x ...Var) Var {
	var some Var // an operand that is not constant
	var shape []int
	for _, v := range x {
		switch {
		case v.err != nil:
			return v
		case v.isConst():
			continue
		case some.isConst():
			some = v
		case some.node.Dtype() != v.node.Dtype():
			return failed("%s of %v and %v: want equal types", name, some.node.Dtype(), v.node.Dtype())
		}
		var err error
		if shape, err = broadcast(name, shape, v.shape()); err != nil {
			return Var{err: err}
		}
	}
	var views []view
	var values [][]float64
	for _, v := range x {
		views, values = append(views, broadcastView(v.Shape(), shape)), append(values, []float64{v.value})
	}
	if some.isConst() {
		y := []float64{0}
		mapping(views, f.f64)(graph.Env{}, y, values)
		return Const(y[0])
	}
	o := operation{name: name, shape: shape, compute: compute{f32: mapping(views, f.f32), f64: mapping(views, f.f64)}}
	if d != nil {
		o.derivative = func(x []Var, y, g Var) []Var {
			grads := d(x, y, g)
			for i, v := range x {
				if !v.isConst() {
					grads[i] = grads[i].sumTo(v.Shape())
				}
			}
			return grads
		}
	}
	return o.apply(x...)
}

// sumTo returns the sum of a gradient over the axes along which an operand of
// that shape was broadcast.
func (v Var) sumTo(shape []int) Var {
	if v.node == nil || slices.Equal(v.Shape(), shape) {
		return v
	}
	return v.sum(shape, shape)
}
