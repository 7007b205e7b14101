package minimize_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var heavyBall = optimizers.SGD{Momentum: .9}

// trailing is gradient descent that is evaluated at half of where it trains.
type trailing struct{ optimizers.SGD }

func (trailing) Evaluate32(u optimizers.Update[float32], dst []float32) { halve(u.Value, dst) }
func (trailing) Evaluate64(u optimizers.Update[float64], dst []float64) { halve(u.Value, dst) }

func halve[T optimizers.Float](x, dst []T) {
	for i, v := range x {
		dst[i] = v / 2
	}
}

// A descent is the optimizer's steps on the objective's gradients.
func TestDescent(t *testing.T) {
	start := []float64{-1.2, 1}
	schedule := lrsched.Warmup{Steps: 3, Then: lrsched.Constant(1e-3)}
	config := optimizers.Config{Clip: optimizers.Clip{Norm: 2}}
	path, err := minimize.Run(t.Context(), rosenbrock, start, 20, minimize.Descent{Rule: heavyBall, Schedule: schedule, Config: config})
	require.NoError(t, err)
	assert.Equal(t, []float64{-1.2, 1}, start)

	x, grad := []float64{-1.2, 1}, make([]float64, 2)
	o, err := optimizers.New(heavyBall, []optimizers.Param[float64]{{Name: "x", Shape: []int{2}, Value: x, Grad: grad}}, config)
	require.NoError(t, err)
	for step := range 21 {
		value, _ := rosenbrock(x, grad)
		assert.Equal(t, x, path.Points[step])
		assert.Equal(t, value, path.Values[step])
		require.NoError(t, o.Step(schedule.At(step)))
	}
	assert.Len(t, path.Points, 21)
	assert.Len(t, path.Values, 21)
	assert.Equal(t, 21, path.Evaluations)
	assert.Equal(t, 20, path.Gradients)
	assert.Zero(t, path.Hessians)
	assert.Nil(t, path.Training)
}

func TestNoSteps(t *testing.T) {
	for _, by := range []minimize.Stepper{
		minimize.Descent{Rule: heavyBall, Schedule: lrsched.Constant(1)},
		minimize.Descent{Rule: trailing{}, Schedule: lrsched.Constant(1)},
		minimize.Search{Direction: minimize.Steepest{}},
	} {
		path, err := minimize.Run(t.Context(), quadratic, []float64{1, 2}, 0, by)
		require.NoError(t, err)
		assert.Equal(t, [][]float64{{1, 2}}, path.Points)
		assert.Equal(t, []float64{7.5 + 1}, path.Values)
		assert.Equal(t, 1, path.Evaluations)
		assert.Zero(t, path.Gradients)
	}
}

// The counts are those of the calls.
func TestEvaluationsAreCounted(t *testing.T) {
	for name, by := range map[string]minimize.Stepper{
		"descent":      minimize.Descent{Rule: heavyBall, Schedule: lrsched.Constant(.1)},
		"evaluator":    minimize.Descent{Rule: trailing{}, Schedule: lrsched.Constant(.1)},
		"backtracking": minimize.Search{Direction: minimize.Steepest{}, Length: minimize.Backtracking{Initial: 8}},
		"bisection":    minimize.Search{Direction: minimize.Steepest{}, Length: minimize.Bisection{}},
	} {
		t.Run(name, func(t *testing.T) {
			calls, gradients := 0, 0
			path, err := minimize.Run(t.Context(), func(x, grad []float64) (float64, error) {
				calls++
				if grad != nil {
					gradients++
				}
				return quadratic(x, grad)
			}, []float64{1, 2}, 3, by)
			require.NoError(t, err)
			assert.Equal(t, calls, path.Evaluations)
			assert.Equal(t, gradients, path.Gradients)
		})
	}
}

// The rule sees the noise, the path does not.
func TestNoise(t *testing.T) {
	var steps []int
	d := minimize.Descent{Rule: optimizers.SGD{}, Schedule: lrsched.Constant(.1), Noise: func(grad []float64, step int) {
		steps = append(steps, step)
		grad[0] += 10
	}}
	path, err := minimize.Run(t.Context(), quadratic, []float64{1, 2}, 2, d)
	require.NoError(t, err)
	assert.Equal(t, []int{0, 1}, steps)
	x := []float64{1, 2}
	for step := range 3 {
		grad := make([]float64, 2)
		value, _ := quadratic(x, grad)
		assert.InDeltaSlice(t, x, path.Points[step], 1e-15)
		assert.InDelta(t, value, path.Values[step], 1e-14)
		x = []float64{x[0] - .1*(grad[0]+10), x[1] - .1*grad[1]}
	}
}

// Points are those of evaluation, gradients those of training.
func TestPointOfEvaluation(t *testing.T) {
	d := minimize.Descent{Rule: trailing{}, Schedule: lrsched.Constant(.1)}
	path, err := minimize.Run(t.Context(), quadratic, []float64{1, 2}, 5, d)
	require.NoError(t, err)
	d.Rule = optimizers.SGD{}
	plain, err := minimize.Run(t.Context(), quadratic, []float64{1, 2}, 5, d)
	require.NoError(t, err)
	assert.Equal(t, plain.Points, path.Training)
	assert.Equal(t, []float64{1, 2}, path.Points[0])
	for i, x := range path.Training[1:] {
		half := []float64{x[0] / 2, x[1] / 2}
		value, _ := quadratic(half, nil)
		assert.Equal(t, half, path.Points[i+1])
		assert.Equal(t, value, path.Values[i+1])
	}
	assert.Equal(t, 5+5, path.Evaluations)
	assert.Equal(t, 5, path.Gradients)
}

// A group's rule is the one of the point as well.
func TestGroup(t *testing.T) {
	d := minimize.Descent{
		Rule: optimizers.SGD{}, Schedule: lrsched.Constant(.1),
		Config: optimizers.Config{Groups: []optimizers.Group{{Names: []string{"x"}, Rule: trailing{}, LRScale: 2}}},
	}
	path, err := minimize.Run(t.Context(), quadratic, []float64{1, 2}, 1, d)
	require.NoError(t, err)
	assert.InDeltaSlice(t, []float64{1 - .2*4, 2 - .2*6}, path.Training[1], 1e-15)
	assert.InDeltaSlice(t, []float64{.1, .4}, path.Points[1], 1e-15)
}

func TestNotFinite(t *testing.T) {
	descent := minimize.Descent{Rule: optimizers.SGD{}, Schedule: lrsched.Constant(1)}
	// From 1, each step doubles x.
	doubling := func(valueAt4, gradAt4 float64) minimize.Objective {
		return func(x, grad []float64) (float64, error) {
			value, g := 1., -x[1]
			if x[1] == 4 {
				value, g = valueAt4, gradAt4
			}
			if grad != nil {
				grad[0], grad[1] = 0, g
			}
			return value, nil
		}
	}
	for _, test := range []struct {
		name   string
		f      minimize.Objective
		by     minimize.Stepper
		points int
		err    string
	}{
		{"value", doubling(math.NaN(), 1), descent, 2, "minimize: after step 2: value = NaN at x = [0 4]: not finite"},
		{"infinite value", doubling(math.Inf(-1), 1), descent, 2, "minimize: after step 2: value = -Inf at x = [0 4]: not finite"},
		{"gradient", doubling(1, math.Inf(1)), descent, 2, "minimize: after step 2: gradient[1] = +Inf: not finite"},
		{"gradient, search", doubling(1, math.Inf(1)), minimize.Search{Direction: minimize.Steepest{}}, 2, "minimize: after step 2: gradient[1] = +Inf: not finite"},
		{"x", doubling(1, 1), minimize.Descent{Rule: optimizers.SGD{}, Schedule: lrsched.Constant(math.MaxFloat64)}, 2, "minimize: Descent: step 2: parameter \"x\": update makes value[1] = +Inf: not finite"},
		{"noise", doubling(1, 1), minimize.Descent{Rule: optimizers.SGD{}, Schedule: lrsched.Constant(1), Noise: func(g []float64, step int) {
			if step == 1 {
				g[1] = math.NaN()
			}
		}}, 2, `minimize: Descent: step 2: parameter "x": gradient[1] = NaN: not finite`},
	} {
		t.Run(test.name, func(t *testing.T) {
			path, err := minimize.Run(t.Context(), test.f, []float64{0, 1}, 10, test.by)
			assert.EqualError(t, err, test.err)
			assert.ErrorIs(t, err, optimizers.ErrNotFinite)
			assert.Len(t, path.Points, test.points)
			assert.Len(t, path.Values, test.points)
		})
	}
}

func TestCancel(t *testing.T) {
	for name, by := range map[string]minimize.Stepper{
		"descent": minimize.Descent{Rule: optimizers.SGD{}, Schedule: lrsched.Constant(.1)},
		"search":  minimize.Search{Direction: minimize.Steepest{}, Length: minimize.Fixed(.1)},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			calls, why := 0, errors.New("enough")
			path, err := minimize.Run(ctx, func(x, grad []float64) (float64, error) {
				if calls++; calls == 3 {
					cancel(why)
				}
				return quadratic(x, grad)
			}, []float64{1, 2}, 10, by)
			assert.ErrorIs(t, err, why)
			assert.EqualError(t, err, "minimize: after step 3: enough")
			assert.Len(t, path.Points, 3)
		})
	}
}

func TestObjectiveFails(t *testing.T) {
	broken := errors.New("out of range")
	path, err := minimize.Run(t.Context(), func(x, grad []float64) (float64, error) {
		if x[0] != 1 {
			return 0, broken
		}
		return quadratic(x, grad)
	}, []float64{1, 2}, 10, minimize.Descent{Rule: optimizers.SGD{}, Schedule: lrsched.Constant(.1)})
	assert.ErrorIs(t, err, broken)
	assert.EqualError(t, err, "minimize: after step 1: objective: out of range")
	assert.Len(t, path.Points, 1)
}

func TestWrongArguments(t *testing.T) {
	sgd := minimize.Descent{Rule: optimizers.SGD{}, Schedule: lrsched.Constant(.1)}
	start := []float64{1, 2}
	for _, test := range []struct {
		f     minimize.Objective
		start []float64
		steps int
		by    minimize.Stepper
		err   string
	}{
		{nil, start, 1, sgd, "minimize: f is nil: want a function"},
		{quadratic, start, 1, nil, "minimize: by is nil: want a Descent or a Search"},
		{quadratic, nil, 1, sgd, "minimize: len(start) = 0: want 1 or more"},
		{quadratic, start, -1, sgd, "minimize: steps = -1: want 0 or more"},
		{quadratic, []float64{1, math.NaN()}, 1, sgd, "minimize: start[1] = NaN: want a finite number"},
		{quadratic, start, 1, minimize.Descent{Rule: optimizers.SGD{}}, "minimize: Descent: Schedule: schedule is nil: want a Schedule, e.g. Constant(0.1)"},
		{quadratic, start, 1, minimize.Descent{Schedule: lrsched.Constant(1)}, "minimize: Descent: rule is nil: want a Rule, e.g. SGD{}"},
		{quadratic, start, 1, minimize.Descent{Rule: optimizers.SGD{Momentum: 2}, Schedule: lrsched.Constant(1)}, "minimize: Descent: SGD: Momentum = 2: want [0, 1)"},
		{quadratic, start, 1, minimize.Search{}, "minimize: Search: Direction is nil: want one, e.g. Steepest{}"},
	} {
		_, err := minimize.Run(t.Context(), test.f, test.start, test.steps, test.by)
		assert.EqualError(t, err, test.err)
	}
}

// An error has one prefix, and wraps what it came from.
func TestOnePrefix(t *testing.T) {
	cause := errors.New("autograd: no such node")
	f := func(x, grad []float64) (float64, error) { return 0, cause }
	_, err := minimize.Run(context.Background(), f, []float64{1}, 1, minimize.Descent{Rule: optimizers.SGD{}, Schedule: lrsched.Constant(.1)})
	assert.EqualError(t, err, "minimize: after step 0: objective: no such node")
	assert.ErrorIs(t, err, cause)
}
