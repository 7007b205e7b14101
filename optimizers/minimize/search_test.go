package minimize_test

import (
	"errors"
	"math"
	"testing"

	"descent/optimizers"
	"descent/optimizers/minimize"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The book's section 12.3, "Adaptive Methods": what it prints after ten steps
// from 10.
func TestNewtonOfTheBook(t *testing.T) {
	for _, test := range []struct {
		name string
		c    curve
		eta  float64
		want float64
	}{
		{"cosh(x/2)", cosh, 1, 0},
		{"x·cos(0.15πx)", wave, 1, 26.83413291324767},
		{"x·cos(0.15πx), damped", wave, .5, 7.269860168684531},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := minimize.Search{Direction: minimize.Newton{}, Hessian: test.c.hessian, Length: minimize.Fixed(test.eta)}
			path, err := minimize.Run(t.Context(), test.c.objective, []float64{10}, 10, s)
			require.NoError(t, err)
			assert.InDelta(t, test.want, path.Points[10][0], 1e-12)
			assert.LessOrEqual(t, path.Hessians, 10)
			assert.Equal(t, 11, path.Evaluations)
		})
	}
}

// On a quadratic with a positive definite Hessian, what uses all of it is
// there in one step, and the rest before long.
func TestQuadratic(t *testing.T) {
	for _, test := range []struct {
		name      string
		direction minimize.Direction
		length    minimize.Length
		steps     int
	}{
		{"Newton", minimize.Newton{}, nil, 1},
		{"absolute Newton", minimize.Newton{Absolute: true}, nil, 1},
		{"Newton, backtracking", minimize.Newton{}, minimize.Backtracking{}, 1},
		{"Newton, bisection", minimize.Newton{}, minimize.Bisection{}, 1},
		{"Newton-CG", minimize.NewtonCG{}, minimize.Backtracking{}, 6},
		{"diagonal", minimize.Diagonal{}, nil, 40},
		{"absolute diagonal", minimize.Diagonal{Absolute: true}, nil, 40},
		{"steepest", minimize.Steepest{}, minimize.Fixed(.4), 100},
		{"steepest, backtracking", minimize.Steepest{}, minimize.Backtracking{}, 100},
		{"steepest, bisection", minimize.Steepest{}, minimize.Bisection{}, 40},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := minimize.Search{Direction: test.direction, Length: test.length, Hessian: quadraticHessian}
			path, err := minimize.Run(t.Context(), quadratic, []float64{7, -4}, test.steps, s)
			require.NoError(t, err)
			assert.InDeltaSlice(t, []float64{.6, -.8}, path.Points[test.steps], 1e-7)
			assert.InDelta(t, -.7, path.Values[test.steps], 1e-12)
		})
	}
}

// One step from a point where the Hessian is indefinite: by hand.
func TestDirections(t *testing.T) {
	// H has the eigenvalues 3 and −1 with eigenvectors (1, 1) and (1, −1), and
	// g = (2, 0) = (1, 1) + (1, −1).
	f := func(x, grad []float64) (float64, error) {
		if grad != nil {
			grad[0], grad[1] = 2, 0
		}
		return 0, nil
	}
	indefinite := func([]float64) ([][]float64, error) { return [][]float64{{1, 2}, {2, 1}}, nil }
	negative := func([]float64) ([][]float64, error) { return [][]float64{{-4, 1}, {1, 2}}, nil }
	flat := func([]float64) ([][]float64, error) { return [][]float64{{0, 1}, {1, 2}}, nil }
	for _, test := range []struct {
		name      string
		direction minimize.Direction
		hessian   minimize.Hessian
		want      []float64
	}{
		{"steepest", minimize.Steepest{}, nil, []float64{-2, 0}},
		{"Newton", minimize.Newton{}, indefinite, []float64{-1./3 + 1, -1./3 - 1}},
		{"absolute Newton", minimize.Newton{Absolute: true}, indefinite, []float64{-1./3 - 1, -1./3 + 1}},
		{"diagonal", minimize.Diagonal{}, negative, []float64{.5, 0}},
		{"absolute diagonal", minimize.Diagonal{Absolute: true}, negative, []float64{-.5, 0}},
		{"Newton-CG, negative curvature", minimize.NewtonCG{}, negative, []float64{-.5, 0}},
		{"Newton-CG, no curvature", minimize.NewtonCG{}, flat, []float64{-2, 0}},
		// p = −g has curvature 4, so that d = −2·4/4 = (−2, 0); then r = (0, −4),
		// and the next p = 4·(−2, 1) has pᵀHp = 16·(−3) < 0.
		{"Newton-CG, negative curvature later", minimize.NewtonCG{}, indefinite, []float64{-2, 0}},
		{"half of a matrix", minimize.Newton{}, func([]float64) ([][]float64, error) { return [][]float64{{1, 4}, {0, 1}}, nil }, []float64{-1./3 + 1, -1./3 - 1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			path, err := minimize.Run(t.Context(), f, []float64{0, 0}, 1, minimize.Search{Direction: test.direction, Hessian: test.hessian})
			require.NoError(t, err)
			assert.InDeltaSlice(t, test.want, path.Points[1], 1e-15)
		})
	}
}

// Where Newton goes to a maximum, absolute curvature goes to a minimum.
func TestAbsoluteCurvature(t *testing.T) {
	for _, direction := range []minimize.Direction{minimize.Newton{Absolute: true}, minimize.Diagonal{Absolute: true}, minimize.NewtonCG{}} {
		s := minimize.Search{Direction: direction, Hessian: wave.hessian, Length: minimize.Backtracking{}}
		path, err := minimize.Run(t.Context(), wave.objective, []float64{10}, 30, s)
		require.NoError(t, err)
		x := path.Points[30][0]
		assert.InDelta(t, 0, wave.d1(x), 1e-12)
		assert.Positive(t, wave.d2(x))
		decreasing(t, path)
	}
}

// decreasing requires values that never rise.
func decreasing(t *testing.T, path minimize.Path) {
	t.Helper()
	for i, v := range path.Values[1:] {
		assert.LessOrEqual(t, v, path.Values[i], "step %d", i+1)
	}
}

func TestRosenbrock(t *testing.T) {
	for _, test := range []struct {
		name  string
		s     minimize.Search
		steps int
		tol   float64
	}{
		{"Newton", minimize.Search{Direction: minimize.Newton{}, Length: minimize.Backtracking{}}, 25, 1e-12},
		{"absolute Newton", minimize.Search{Direction: minimize.Newton{Absolute: true}, Length: minimize.Backtracking{}}, 30, 1e-12},
		{"Newton-CG", minimize.Search{Direction: minimize.NewtonCG{}, Length: minimize.Backtracking{}}, 100, 1e-12},
		{"steepest, backtracking", minimize.Search{Direction: minimize.Steepest{}, Length: minimize.Backtracking{}}, 20000, 1e-5},
		{"steepest, bisection", minimize.Search{Direction: minimize.Steepest{}, Length: minimize.Bisection{Tolerance: 1e-3}}, 20000, 1e-5},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.s.Hessian = rosenbrockHessian
			path, err := minimize.Run(t.Context(), rosenbrock, []float64{-1.2, 1}, test.steps, test.s)
			require.NoError(t, err)
			assert.InDeltaSlice(t, []float64{1, 1}, path.Points[test.steps], test.tol)
			decreasing(t, path)
		})
	}
}

// Backtracking takes the first of its trials that satisfies Armijo's
// condition, and steps over where the objective is not defined.
func TestBacktracking(t *testing.T) {
	for _, test := range []struct {
		name string
		c    curve
		b    minimize.Backtracking
		from float64
		want float64 // x after a step
	}{
		// x² from 1: t is too long from 1 on, as (1−2t)² ≤ 1 − 4·Decrease·t says.
		{"halves", parabola, minimize.Backtracking{Initial: 4}, 1, 0},
		{"fifths", parabola, minimize.Backtracking{Initial: 5, Shrink: .2, Decrease: .01}, 1, 1 - 2*.2},
		{"stricter", parabola, minimize.Backtracking{Decrease: .6}, 1, .5},
		{"a pole", curve{f: func(x float64) float64 {
			if x == -1 {
				return math.Inf(-1)
			}
			return x * x
		}, d1: parabola.d1}, minimize.Backtracking{}, 1, 0},
		{"logarithm", curve{f: func(x float64) float64 { return x - math.Log(x) }, d1: func(x float64) float64 { return 1 - 1/x }}, minimize.Backtracking{Initial: 4}, 4, 4 - .75*4},
	} {
		t.Run(test.name, func(t *testing.T) {
			path, err := minimize.Run(t.Context(), test.c.objective, []float64{test.from}, 1, minimize.Search{Direction: minimize.Steepest{}, Length: test.b})
			require.NoError(t, err)
			assert.InDelta(t, test.want, path.Points[1][0], 1e-15)
		})
	}
}

var parabola = curve{
	func(x float64) float64 { return x * x },
	func(x float64) float64 { return 2 * x },
	func(float64) float64 { return 2 },
}

// Near a minimum, where values only differ by rounding, backtracking goes on
// without an error.
func TestBacktrackingAtMinimum(t *testing.T) {
	rough := curve{ // (x−π)² + 1
		f:  func(x float64) float64 { return float64((x-2*math.Pi)*x) + (math.Pi*math.Pi + 1) },
		d1: func(x float64) float64 { return 2 * (x - math.Pi) },
	}
	for i := range 50 {
		path, err := minimize.Run(t.Context(), rough.objective, []float64{float64(i)}, 100, minimize.Search{Direction: minimize.Steepest{}, Length: minimize.Backtracking{Initial: .4}})
		require.NoError(t, err, "from %d", i)
		assert.InDelta(t, math.Pi, path.Points[100][0], 1e-7, "from %d", i)
	}
}

// Bisection finds the minimum along the line, however long the step to it is.
func TestBisection(t *testing.T) {
	for _, scale := range []float64{1e-9, .3, 1, 1e9} {
		c := curve{
			f:  func(x float64) float64 { return math.Cosh(x) * scale },
			d1: func(x float64) float64 { return math.Sinh(x) * scale },
		}
		path, err := minimize.Run(t.Context(), c.objective, []float64{3}, 1, minimize.Search{Direction: minimize.Steepest{}, Length: minimize.Bisection{Tolerance: 1e-12}})
		require.NoError(t, err)
		assert.InDelta(t, 0, path.Points[1][0], 1e-11, "scale %v", scale)
	}
	// Minimum at 1 of x − log x, undefined from 0 down.
	log := curve{f: func(x float64) float64 { return x - math.Log(x) }, d1: func(x float64) float64 {
		if x <= 0 {
			return math.NaN()
		}
		return 1 - 1/x
	}}
	path, err := minimize.Run(t.Context(), log.objective, []float64{4}, 1, minimize.Search{Direction: minimize.Steepest{}, Length: minimize.Bisection{Initial: 16}})
	require.NoError(t, err)
	assert.InDelta(t, 1, path.Points[1][0], 1e-7)
}

// At a stationary point a search stays, even if the Hessian is singular there.
func TestStationary(t *testing.T) {
	for _, d := range []minimize.Direction{minimize.Newton{}, minimize.Steepest{}, minimize.NewtonCG{}, minimize.Diagonal{}} {
		quartic := curve{f: func(x float64) float64 { return x * x * x * x }, d1: func(x float64) float64 { return 4 * x * x * x }, d2: func(x float64) float64 { return 12 * x * x }}
		path, err := minimize.Run(t.Context(), quartic.objective, []float64{0}, 3, minimize.Search{Direction: d, Hessian: quartic.hessian, Length: minimize.Bisection{}})
		require.NoError(t, err)
		assert.Equal(t, [][]float64{{0}, {0}, {0}, {0}}, path.Points)
		assert.Zero(t, path.Hessians)
	}
}

func TestSearchFails(t *testing.T) {
	rows := func(rows ...[]float64) minimize.Hessian {
		return func([]float64) ([][]float64, error) { return rows, nil }
	}
	broken := errors.New("broken")
	newton, absolute, diagonal := minimize.Newton{}, minimize.Newton{Absolute: true}, minimize.Diagonal{}
	wrong := func(x, grad []float64) (float64, error) { // the gradient's sign
		value, err := quadratic(x, grad)
		for i := range grad {
			grad[i] = -grad[i]
		}
		return value, err
	}
	slope := func(x, grad []float64) (float64, error) {
		if grad != nil {
			grad[0], grad[1] = 1, 0
		}
		return x[0], nil
	}
	for _, test := range []struct {
		name string
		f    minimize.Objective
		s    minimize.Search
		is   error
		err  string
	}{
		{"no Hessian", quadratic, minimize.Search{Direction: newton}, nil, "minimize: step 1: Search: Hessian is nil: want one for this direction"},
		{"Hessian's error", quadratic, minimize.Search{Direction: diagonal, Hessian: func([]float64) ([][]float64, error) { return nil, broken }}, broken, "minimize: step 1: Hessian: broken"},
		{"rows", quadratic, minimize.Search{Direction: newton, Hessian: rows([]float64{1, 2})}, nil, "minimize: step 1: the Hessian has 1 rows: want 2"},
		{"columns", quadratic, minimize.Search{Direction: absolute, Hessian: rows([]float64{1, 2}, []float64{1})}, nil, "minimize: step 1: row 1 of the Hessian has 1 elements: want 2"},
		{"NaN", quadratic, minimize.Search{Direction: minimize.NewtonCG{}, Hessian: rows([]float64{1, 2}, []float64{1, math.NaN()})}, optimizers.ErrNotFinite, "minimize: step 1: element [1][1] of the Hessian = NaN: not finite"},
		{"singular", quadratic, minimize.Search{Direction: newton, Hessian: rows([]float64{1, 2}, []float64{2, 4})}, minimize.ErrSingular, "minimize: step 1: the Hessian is singular: its condition number is +Inf"},
		{"nearly singular", quadratic, minimize.Search{Direction: newton, Hessian: rows([]float64{.1, .3}, []float64{.3, .9})}, minimize.ErrSingular, ""},
		{"singular, absolute", quadratic, minimize.Search{Direction: absolute, Hessian: rows([]float64{0, 0}, []float64{0, 4})}, minimize.ErrSingular, "minimize: step 1: the Hessian is singular: its absolute eigenvalues are between 0 and 4"},
		{"zero, absolute", quadratic, minimize.Search{Direction: absolute, Hessian: rows([]float64{0, 0}, []float64{0, 0})}, minimize.ErrSingular, ""},
		{"singular, diagonal", quadratic, minimize.Search{Direction: diagonal, Hessian: rows([]float64{1, 2}, []float64{2, 0})}, minimize.ErrSingular, "minimize: step 1: the Hessian is singular on its diagonal: Hessian[1][1] = 0"},
		{"ascent", quadratic, minimize.Search{Direction: newton, Hessian: rows([]float64{-1, 0}, []float64{0, -2}), Length: minimize.Backtracking{}}, nil, "minimize: step 1: the slope along the direction is 57: want less than 0; where the Hessian is not positive definite, use Newton{Absolute: true}"},
		{"ascent, bisection", quadratic, minimize.Search{Direction: newton, Hessian: rows([]float64{-1, 0}, []float64{0, -2}), Length: minimize.Bisection{}}, nil, "minimize: step 1: the slope along the direction is 57: want less than 0; where the Hessian is not positive definite, use Newton{Absolute: true}"},
		{"wrong gradient", wrong, minimize.Search{Direction: minimize.Steepest{}, Length: minimize.Backtracking{Trials: 20}}, nil, "minimize: step 1: Backtracking: no decrease in 20 trials down to length 1.91e-06, though the slope is -89"},
		{"no minimum", slope, minimize.Search{Direction: minimize.Steepest{}, Length: minimize.Bisection{Doublings: 3}}, nil, "minimize: step 1: Bisection: the objective falls as far as length 8: want a minimum along the direction"},
		{"Fixed", slope, minimize.Search{Direction: minimize.Steepest{}, Length: minimize.Fixed(-1)}, nil, "minimize: Fixed = -1: want a finite number, 0 or more"},
		{"Initial", slope, minimize.Search{Direction: minimize.Steepest{}, Length: minimize.Backtracking{Initial: -1}}, nil, "minimize: Backtracking: Initial = -1: want a finite number, more than 0, or 0 for 1"},
		{"Shrink", slope, minimize.Search{Direction: minimize.Steepest{}, Length: minimize.Backtracking{Shrink: 1}}, nil, "minimize: Backtracking: Shrink = 1: want (0, 1), or 0 for 0.5"},
		{"Decrease", slope, minimize.Search{Direction: minimize.Steepest{}, Length: minimize.Backtracking{Decrease: math.NaN()}}, nil, "minimize: Backtracking: Decrease = NaN: want (0, 1), or 0 for 1e-4"},
		{"Trials", slope, minimize.Search{Direction: minimize.Steepest{}, Length: minimize.Backtracking{Trials: -3}}, nil, "minimize: Backtracking: Trials = -3: want 1 or more, or 0 for 50"},
		{"Initial, bisection", slope, minimize.Search{Direction: minimize.Steepest{}, Length: minimize.Bisection{Initial: math.Inf(1)}}, nil, "minimize: Bisection: Initial = +Inf: want a finite number, more than 0, or 0 for 1"},
		{"Tolerance", slope, minimize.Search{Direction: minimize.Steepest{}, Length: minimize.Bisection{Tolerance: 1}}, nil, "minimize: Bisection: Tolerance = 1: want (0, 1), or 0 for 1e-8"},
		{"Doublings", slope, minimize.Search{Direction: minimize.Steepest{}, Length: minimize.Bisection{Doublings: -1}}, nil, "minimize: Bisection: Doublings = -1: want 1 or more, or 0 for 60"},
		{"length", slope, minimize.Search{Direction: minimize.Steepest{}, Length: backwards{}}, nil, "minimize: step 1: length = -1: want a finite number, 0 or more"},
		{"direction", slope, minimize.Search{Direction: nowhere{}}, optimizers.ErrNotFinite, "minimize: after step 0: direction[1] = NaN: not finite"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := minimize.Run(t.Context(), test.f, []float64{1, 3}, 5, test.s)
			require.Error(t, err)
			if test.err != "" {
				assert.EqualError(t, err, test.err)
			}
			if test.is != nil {
				assert.ErrorIs(t, err, test.is)
			}
		})
	}
}

// An error within a line search is one of the step, and counts.
func TestLineSearchFails(t *testing.T) {
	calls, broken := 0, errors.New("broken")
	for _, length := range []minimize.Length{minimize.Backtracking{}, minimize.Bisection{}} {
		calls = 0
		path, err := minimize.Run(t.Context(), func(x, grad []float64) (float64, error) {
			if calls++; calls == 2 {
				return 0, broken
			}
			return quadratic(x, grad)
		}, []float64{1, 3}, 5, minimize.Search{Direction: minimize.Steepest{}, Length: length})
		assert.ErrorIs(t, err, broken)
		assert.EqualError(t, err, "minimize: step 1: objective: broken")
		assert.Equal(t, 2, path.Evaluations)
		assert.Len(t, path.Points, 1)
	}
}

type backwards struct{}

func (backwards) Validate() error                       { return nil }
func (backwards) Along(*minimize.Line) (float64, error) { return -1, nil }

type nowhere struct{}

func (nowhere) From(_ *minimize.Point, d []float64) error {
	d[0], d[1] = 1, math.NaN()
	return nil
}
