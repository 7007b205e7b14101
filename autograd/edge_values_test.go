package autograd

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Gradients at the edges of where functions have derivatives.
func TestGradientsAtEdges(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	pow := func(v Var) Var { return v.Index(0).Pow(v.Index(1)) }
	div := func(v Var) Var { return v.Index(0).Div(v.Index(1)) }
	first := func(f func(Var) Var) Function { return func(v Var) Var { return f(v.Index(0)) } }
	nothing := func(f func(Var) Var) Function {
		return func(v Var) Var { return f(v.Index(0)).Mul(Const(0)).Add(v.Index(1)) }
	}
	for _, c := range []struct {
		name string
		f    Function
		x    []float64
		want []float64
	}{
		{"0^2", pow, []float64{0, 2}, []float64{0, 0}},
		{"0^1", pow, []float64{0, 1}, []float64{1, 0}},
		{"0^.5", pow, []float64{0, .5}, []float64{inf, 0}},
		{"0^0", pow, []float64{0, 0}, []float64{0, -inf}},
		{"0^-1", pow, []float64{0, -1}, []float64{-inf, -inf}},
		{"2^0", pow, []float64{2, 0}, []float64{0, math.Ln2}},
		{"(-2)^2", pow, []float64{-2, 2}, []float64{-4, nan}},
		{"const base 0", first(func(x Var) Var { return Const(0).Pow(x) }), []float64{2, 0}, []float64{0, 0}},
		{"const 0.5", first(func(x Var) Var { return x.Pow(Const(.5)) }), []float64{0, 0}, []float64{inf, 0}},
		{"sqrt", first(Var.Sqrt), []float64{0, 0}, []float64{inf, 0}},
		{"log", first(Var.Log), []float64{0, 0}, []float64{inf, 0}},
		{"1/0", div, []float64{1, 0}, []float64{inf, -inf}},
		{"0/0", div, []float64{0, 0}, []float64{inf, nan}},
		{"sqrt times 0", nothing(Var.Sqrt), []float64{0, 0}, []float64{0, 1}},
		{"power times 0", nothing(func(x Var) Var { return x.Pow(Const(.5)) }), []float64{0, 0}, []float64{0, 1}},
		{"NaN", pow, []float64{nan, 2}, []float64{nan, nan}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, grad, err := Gradient(c.f, c.x)
			require.NoError(t, err)
			assert.Equal(t, fmt.Sprint(c.want), fmt.Sprint(grad)) // NaN is not NaN
		})
	}
	h, err := Hessian(pow, []float64{0, 2})
	require.NoError(t, err)
	assert.Equal(t, [][]float64{{2, 0}, {0, 0}}, h)
	h, err = Hessian(pow, []float64{0, 3})
	require.NoError(t, err)
	assert.Equal(t, [][]float64{{0, 0}, {0, 0}}, h)
}
