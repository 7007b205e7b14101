package minimize_test

import (
	"errors"
	"testing"

	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/optimize"
	"gonum.org/v1/gonum/optimize/functions"
)

// Gonum's own methods on an objective of ours.
func TestProblem(t *testing.T) {
	p := minimize.Problem(rosenbrock, rosenbrockHessian)
	for _, method := range []optimize.Method{&optimize.Newton{}, &optimize.BFGS{}, &optimize.CG{}} {
		result, err := optimize.Minimize(p, []float64{-1.2, 1}, &optimize.Settings{Concurrent: 3}, method)
		require.NoError(t, err)
		assert.InDeltaSlice(t, []float64{1, 1}, result.X, 1e-4)
	}
	assert.Nil(t, minimize.Problem(rosenbrock, nil).Hess)
}

func TestProblemFails(t *testing.T) {
	broken := errors.New("broken")
	for _, test := range []struct {
		hessian minimize.Hessian
		err     string
	}{
		{func([]float64) ([][]float64, error) { return nil, broken }, "broken"},
		{func([]float64) ([][]float64, error) { return [][]float64{{1}}, nil }, "minimize: Problem: the Hessian has 1 rows: want 2"},
	} {
		_, err := optimize.Minimize(minimize.Problem(rosenbrock, test.hessian), []float64{-1.2, 1}, nil, &optimize.Newton{})
		assert.EqualError(t, err, test.err)
	}
}

// A problem of gonum's, there and back.
func TestFromProblem(t *testing.T) {
	f, h := minimize.FromProblem(minimize.Problem(rosenbrock, rosenbrockHessian))
	x, grad, want := []float64{.3, -2}, make([]float64, 2), make([]float64, 2)
	value, err := f(x, grad)
	require.NoError(t, err)
	wantValue, _ := rosenbrock(x, want)
	assert.Equal(t, wantValue, value)
	assert.Equal(t, want, grad)
	rows, err := h(x)
	require.NoError(t, err)
	wantRows, _ := rosenbrockHessian(x)
	assert.Equal(t, wantRows, rows)

	value, err = f(x, nil)
	require.NoError(t, err)
	assert.Equal(t, wantValue, value)
}

func TestFromProblemFails(t *testing.T) {
	beale := functions.Beale{}
	f, h := minimize.FromProblem(optimize.Problem{Func: beale.Func})
	assert.Nil(t, h)
	_, err := f([]float64{1, 1}, nil)
	assert.NoError(t, err)
	_, err = minimize.Run(t.Context(), f, []float64{1, 1}, 1, minimize.Descent{Rule: optimizers.SGD{}, Schedule: lrsched.Constant(.1)})
	assert.ErrorIs(t, err, optimize.ErrMissingGrad)

	f, _ = minimize.FromProblem(optimize.Problem{})
	_, err = f([]float64{1, 1}, nil)
	assert.EqualError(t, err, "minimize: FromProblem: Func is nil")

	broken := errors.New("broken")
	for _, test := range []struct {
		status optimize.Status
		err    error
		want   string
	}{
		{optimize.NotTerminated, broken, "broken"},
		{optimize.Failure, broken, "broken"},
		{optimize.Success, nil, "minimize: FromProblem: the problem ends the run: Success"},
	} {
		f, _ = minimize.FromProblem(optimize.Problem{Func: beale.Func, Status: func() (optimize.Status, error) { return test.status, test.err }})
		_, err = f([]float64{1, 1}, nil)
		assert.EqualError(t, err, test.want)
	}

	f, h = minimize.FromProblem(minimize.Problem(rosenbrock, func([]float64) ([][]float64, error) { return nil, broken }))
	_, err = minimize.Run(t.Context(), f, []float64{1, 1.5}, 2, minimize.Search{Direction: minimize.Newton{}, Hessian: h})
	assert.ErrorIs(t, err, broken)
}
