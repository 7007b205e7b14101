package minimize_test

import (
	"testing"

	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/optimize"
)

// Where an objective lies does not matter: one that is negative everywhere, or
// changes its sign on the way, leads through the same points as one that is
// not negative.
func TestShift(t *testing.T) {
	bowl := func(shift float64) minimize.Objective {
		return func(x, grad []float64) (float64, error) {
			if grad != nil {
				grad[0], grad[1] = x[0], 4*x[1]
			}
			return x[0]*x[0]/2 + 2*x[1]*x[1] + shift, nil
		}
	}
	hessian := func([]float64) ([][]float64, error) { return [][]float64{{1, 0}, {0, 4}}, nil }
	start := []float64{3, -2}
	for _, by := range []minimize.Stepper{
		minimize.Descent{Rule: heavyBall, Schedule: lrsched.Constant(.05)},
		minimize.Descent{Rule: optimizers.DefaultEMA(optimizers.DefaultAdam()), Schedule: lrsched.Constant(.05)},
		minimize.Search{Direction: minimize.Steepest{}, Length: minimize.Backtracking{}},
		minimize.Search{Direction: minimize.Steepest{}, Length: minimize.Bisection{}},
		minimize.Search{Direction: minimize.NewtonCG{}, Hessian: hessian, Length: minimize.Backtracking{}},
	} {
		want, err := minimize.Run(t.Context(), bowl(0), start, 25, by)
		require.NoError(t, err)
		for _, shift := range []float64{-3, -1e6, 1e6} {
			path, err := minimize.Run(t.Context(), bowl(shift), start, 25, by)
			require.NoError(t, err)
			for i, p := range path.Points {
				assert.InDeltaSlice(t, want.Points[i], p, 1e-3, "%+v: shift %v: step %d", by, shift, i)
				assert.InDelta(t, want.Values[i]+shift, path.Values[i], 1e-3)
			}
		}
	}
	for _, shift := range []float64{0, -3, -1e6, 1e6} { // by gonum's own test of convergence
		result, err := optimize.Minimize(minimize.Problem(bowl(shift), nil), start, nil, minimize.Method(heavyBall, lrsched.Constant(.05)))
		require.NoError(t, err)
		assert.Equal(t, optimize.FunctionConvergence, result.Status)
		assert.InDelta(t, shift, result.F, 1e-8)
	}
}
