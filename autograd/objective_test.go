package autograd_test

import (
	"fmt"
	"math"
	"testing"

	"descent/autograd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func rosenbrock(x autograd.Var) autograd.Var {
	a, b := x.Index(0), x.Index(1)
	return autograd.Const(1).Sub(a).Square().Add(b.Sub(a.Square()).Square().Mul(autograd.Const(100)))
}

func ExampleHessian() {
	h, err := autograd.Hessian(rosenbrock, []float64{1, 1})
	fmt.Println(h, err)
	// Output: [[802 -400] [-400 200]] <nil>
}

func ExampleGradient() {
	f := func(x autograd.Var) autograd.Var { return x.Cosh().Sum() }
	y, grad, err := autograd.Gradient(f, []float64{0, 0})
	fmt.Println(y, grad, err)
	// Output: 2 [0 0] <nil>
}

// The toy objectives, with derivatives worked out by hand.
func TestSecondDerivatives(t *testing.T) {
	c := autograd.Const
	for _, test := range []struct {
		name   string
		f      autograd.Function
		x      float64
		d1, d2 float64
	}{
		{name: "x³", f: func(x autograd.Var) autograd.Var { return x.Index(0).Pow(c(3)) }, x: 1.3, d1: 3 * 1.69, d2: 7.8},
		{name: "x³ by products", f: func(x autograd.Var) autograd.Var { return x.Index(0).Mul(x.Index(0)).Mul(x.Index(0)) }, x: 1.3, d1: 3 * 1.69, d2: 7.8},
		{name: "tanh", f: func(x autograd.Var) autograd.Var { return x.Tanh().Sum() }, x: 0.4, d1: 1 / math.Pow(math.Cosh(0.4), 2), d2: -2 * math.Tanh(0.4) / math.Pow(math.Cosh(0.4), 2)},
		{name: "exp", f: func(x autograd.Var) autograd.Var { return x.Exp().Sum() }, x: 0.4, d1: math.Exp(0.4), d2: math.Exp(0.4)},
		{name: "log", f: func(x autograd.Var) autograd.Var { return x.Log().Sum() }, x: 0.4, d1: 2.5, d2: -6.25},
		{name: "sqrt", f: func(x autograd.Var) autograd.Var { return x.Sqrt().Sum() }, x: 4, d1: .25, d2: -1. / 32},
		{name: "1/x", f: func(x autograd.Var) autograd.Var { return c(1).Div(x.Index(0)) }, x: 2, d1: -.25, d2: .25},
		{name: "x cos x", f: func(x autograd.Var) autograd.Var { return x.Mul(x.Cos()).Sum() }, x: 1.1, d1: math.Cos(1.1) - 1.1*math.Sin(1.1), d2: -2*math.Sin(1.1) - 1.1*math.Cos(1.1)},
		{name: "x sin x", f: func(x autograd.Var) autograd.Var { return x.Mul(x.Sin()).Sum() }, x: 1.1, d1: math.Sin(1.1) + 1.1*math.Cos(1.1), d2: 2*math.Cos(1.1) - 1.1*math.Sin(1.1)},
		{name: "cosh", f: func(x autograd.Var) autograd.Var { return x.Cosh().Sum() }, x: .7, d1: math.Sinh(.7), d2: math.Cosh(.7)},
		{name: "sinh", f: func(x autograd.Var) autograd.Var { return x.Sinh().Mean() }, x: .7, d1: math.Cosh(.7), d2: math.Sinh(.7)},
		{name: "|x|", f: func(x autograd.Var) autograd.Var { return x.Abs().Sum() }, x: -3, d1: -1, d2: 0},
		{name: "|x| at 0", f: func(x autograd.Var) autograd.Var { return x.Abs().Sum() }, x: 0, d1: 0, d2: 0},
		{name: "2ˣ", f: func(x autograd.Var) autograd.Var { return c(2).Pow(x.Index(0)) }, x: 3, d1: 8 * math.Ln2, d2: 8 * math.Ln2 * math.Ln2},
		{name: "xˣ", f: func(x autograd.Var) autograd.Var { return x.Pow(x).Sum() }, x: 2, d1: 4 * (1 + math.Ln2), d2: 4*math.Pow(1+math.Ln2, 2) + 2},
		{name: "x² of a negative", f: func(x autograd.Var) autograd.Var { return x.Pow(c(2)).Sum() }, x: -3, d1: -6, d2: 2},
		{name: "x¹ at 0", f: func(x autograd.Var) autograd.Var { return x.Pow(c(1)).Sum() }, x: 0, d1: 1, d2: 0},
		{name: "linear", f: func(x autograd.Var) autograd.Var { return x.Neg().Sum() }, x: 5, d1: -1, d2: 0},
		{name: "constant", f: func(autograd.Var) autograd.Var { return c(3).Mul(c(2)) }, x: 5, d1: 0, d2: 0},
		{name: "slice, dot", f: func(x autograd.Var) autograd.Var { return x.Slice(0, 1).Dot(x.Reshape(1, 1).Reshape(1)) }, x: 3, d1: 6, d2: 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, d1, err := autograd.Gradient(test.f, []float64{test.x})
			require.NoError(t, err)
			assert.InDelta(t, test.d1, d1[0], 1e-12)
			d2, err := autograd.Hessian(test.f, []float64{test.x})
			require.NoError(t, err)
			assert.InDelta(t, test.d2, d2[0][0], 1e-12)
		})
	}
}
