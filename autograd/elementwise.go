package autograd

import (
	"math"

	"descent/internal/elementary"
	"descent/internal/graph"
	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
)

// Neg returns −v.
func (v Var) Neg() Var {
	return v.unary("neg", func(x float64) float64 { return -x }, nil,
		func(_, _, g Var) Var { return g.Neg() })
}

// Abs returns |v|; its derivative at 0 is 0.
func (v Var) Abs() Var {
	return v.unary("abs", math.Abs, nil, func(x, _, g Var) Var { return g.Mul(x.Sign()) })
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
	}, nil, nil)
}

// Sqrt returns √v; its derivative at 0 is +Inf.
func (v Var) Sqrt() Var {
	return v.unary("sqrt", math.Sqrt, nil, func(_, y, g Var) Var { return g.over(y.Mul(Const(2))) })
}

// Exp returns e to the power v.
func (v Var) Exp() Var {
	return v.unary("exp", math.Exp, kernel.Set[float32].Exp, func(_, y, g Var) Var { return g.Mul(y) })
}

// Log returns the natural logarithm of v; its derivative at 0 is +Inf.
func (v Var) Log() Var {
	return v.unary("log", math.Log, kernel.Set[float32].Log, func(x, _, g Var) Var { return g.over(x) })
}

// Sin returns sin v.
func (v Var) Sin() Var {
	return v.unary("sin", elementary.Sin, nil, func(x, _, g Var) Var { return g.Mul(x.Cos()) })
}

// Cos returns cos v.
func (v Var) Cos() Var {
	return v.unary("cos", elementary.Cos, nil, func(x, _, g Var) Var { return g.Mul(x.Sin()).Neg() })
}

// Sinh returns sinh v.
func (v Var) Sinh() Var {
	return v.unary("sinh", elementary.Sinh, nil, func(x, _, g Var) Var { return g.Mul(x.Cosh()) })
}

// Cosh returns cosh v.
func (v Var) Cosh() Var {
	return v.unary("cosh", math.Cosh, nil, func(x, _, g Var) Var { return g.Mul(x.Sinh()) })
}

// Tanh returns tanh v.
func (v Var) Tanh() Var {
	return v.unary("tanh", elementary.Tanh, kernel.Set[float32].Tanh, func(_, y, g Var) Var { return g.Mul(Const(1).Sub(y.Mul(y))) })
}

// Sigmoid returns 1/(1 + e^−v), without overflow.
func (v Var) Sigmoid() Var {
	logistic := func(x float64) float64 {
		e := math.Exp(-math.Abs(x))
		if x < 0 {
			return e / (1 + e)
		}
		return 1 / (1 + e)
	}
	return v.unary("sigmoid", logistic, kernel.Set[float32].Sigmoid, func(_, y, g Var) Var { return g.Mul(y).Mul(Const(1).Sub(y)) })
}

// Square returns v².
func (v Var) Square() Var { return v.Mul(v) }

// Detach returns v as a constant: no derivative goes through it.
func (v Var) Detach() Var {
	return v.unary("detach", func(x float64) float64 { return x }, nil, nil)
}

// unary applies f to each element, in float32 by a kernel if there is one. df
// returns the gradient of x from x, y = f(x) and y's gradient g; without it x
// counts as constant.
func (v Var) unary(name string, f func(float64) float64, f32 func(k kernel.Set[float32], y, x []float32), df func(x, y, g Var) Var, args ...any) Var {
	switch {
	case v.err != nil:
		return v
	case v.isConst():
		return Const(f(v.value))
	}
	loop32, loop64 := mapping[float32](f), mapping[float64](f)
	o := operation{
		name: name, args: args, shape: v.shape(),
		compute: compute{
			f32: func(e graph.Env, y []float32, in [][]float32) {
				if f32 == nil {
					split(e, y, in[0], loop32)
					return
				}
				if e.Tasks(len(y)) == 1 {
					f32(kernel.Set[float32]{ISA: e.ISA}, y, in[0])
					return
				}
				split(e, y, in[0], func(y, x []float32) { f32(kernel.Set[float32]{ISA: e.ISA}, y, x) })
			},
			f64: func(e graph.Env, y []float64, in [][]float64) { split(e, y, in[0], loop64) },
		},
	}
	if df != nil {
		o.derivative = func(in []Var, out, grad Var) []Var { return []Var{df(in[0], out, grad)} }
	}
	return o.apply(v.node)
}

// mapping returns a loop of f.
func mapping[T graph.Float](f func(float64) float64) func(y, x []T) {
	return func(y, x []T) {
		for i, v := range x {
			y[i] = T(f(float64(v)))
		}
	}
}

// split calls f for pieces of y and x, on the workers.
func split[T graph.Float](e graph.Env, y, x []T, f func(y, x []T)) {
	n := e.Tasks(len(y))
	if n == 1 {
		f(y, x)
		return
	}
	e.Run(n, func(i, _ int) {
		from, to := i*graph.Grain, min((i+1)*graph.Grain, len(y))
		f(y[from:to], x[from:to])
	})
}

// addNodes returns a + b, of equal shapes.
func addNodes(a, b *gorgonia.Node) (*gorgonia.Node, error) {
	return Var{node: a}.Add(Var{node: b}).Node()
}
