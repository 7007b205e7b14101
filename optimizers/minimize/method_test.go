package minimize_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/optimize"
	"gonum.org/v1/gonum/optimize/functions"
)

// majors records the major iterations of a run.
type majors struct {
	points    [][]float64
	values    []float64
	gradients [][]float64
}

func (*majors) Init() error { return nil }

func (m *majors) Record(l *optimize.Location, op optimize.Operation, _ *optimize.Stats) error {
	if op == optimize.MajorIteration {
		m.points = append(m.points, append([]float64(nil), l.X...))
		m.values = append(m.values, l.F)
		m.gradients = append(m.gradients, append([]float64(nil), l.Gradient...))
	}
	return nil
}

// within fails the test if f hangs.
func within(t *testing.T, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { defer close(done); f() }()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		t.Fatal("hangs")
	}
}

// Under gonum's driver a rule goes where Run goes.
func TestMethodFollowsRun(t *testing.T) {
	schedule := lrsched.Cosine{Base: .05, Final: .001, To: 40}
	for _, rule := range []optimizers.Rule{optimizers.SGD{}, heavyBall, optimizers.DefaultAdam(), trailing{heavyBall}} {
		start := []float64{1.2, 1}
		path, err := minimize.Run(t.Context(), quadratic, start, 40, minimize.Descent{Rule: rule, Schedule: schedule})
		require.NoError(t, err)
		method := minimize.Method(rule, schedule)
		for range 2 { // a second run starts anew
			var seen majors
			within(t, func() {
				result, err := optimize.Minimize(minimize.Problem(quadratic, nil), start,
					&optimize.Settings{Recorder: &seen, Converger: optimize.NeverTerminate{}, MajorIterations: 41, Concurrent: 4}, method)
				require.NoError(t, err)
				assert.Equal(t, optimize.IterationLimit, result.Status)
				assert.Equal(t, path.Points[40], result.X)
				assert.Equal(t, path.Values[40], result.F)
			})
			require.Len(t, seen.points, 40) // gonum does not record the one that ends it
			assert.Equal(t, path.Points[:40], seen.points)
			assert.Equal(t, path.Values[:40], seen.values)
			for i, x := range seen.points {
				grad := make([]float64, 2)
				_, _ = quadratic(x, grad)
				assert.Equal(t, grad, seen.gradients[i])
			}
		}
		assert.Equal(t, []float64{1.2, 1}, start)
	}
}

// Gonum's limits and convergence tests end a run.
func TestMethodStops(t *testing.T) {
	problem := optimize.Problem{Func: functions.Beale{}.Func, Grad: functions.Beale{}.Grad}
	for _, test := range []struct {
		name     string
		settings optimize.Settings
		want     optimize.Status
	}{
		{"converger", optimize.Settings{Converger: &optimize.FunctionConverge{Absolute: 1e-12, Iterations: 50}}, optimize.FunctionConvergence},
		{"default converger", optimize.Settings{}, optimize.FunctionConvergence},
		{"gradient", optimize.Settings{GradientThreshold: 1e-6, Converger: optimize.NeverTerminate{}}, optimize.GradientThreshold},
		{"gradient evaluations", optimize.Settings{GradEvaluations: 7}, optimize.GradientEvaluationLimit},
		{"function evaluations", optimize.Settings{FuncEvaluations: 1}, optimize.FunctionEvaluationLimit},
		{"time", optimize.Settings{Runtime: time.Nanosecond}, optimize.RuntimeLimit},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, rule := range []optimizers.Rule{optimizers.DefaultAdam(), trailing{}} {
				if _, ok := rule.(trailing); ok && (test.want == optimize.GradientThreshold || test.want == optimize.FunctionConvergence) {
					continue // it does not end at a minimum
				}
				within(t, func() {
					result, err := optimize.Minimize(problem, []float64{1, 1}, &test.settings, minimize.Method(rule, lrsched.Constant(.02)))
					require.NoError(t, err)
					assert.Equal(t, test.want, result.Status)
					if test.want == optimize.FunctionConvergence || test.want == optimize.GradientThreshold {
						assert.InDeltaSlice(t, []float64{3, .5}, result.X, 1e-3)
					}
				})
			}
		})
	}
}

// What is known of the start is not asked again.
func TestMethodTakesInitialValues(t *testing.T) {
	start, grad := []float64{1, 1}, make([]float64, 2)
	value, _ := quadratic(start, grad)
	within(t, func() {
		result, err := optimize.Minimize(minimize.Problem(quadratic, nil), start,
			&optimize.Settings{InitValues: &optimize.Location{F: value, Gradient: grad}, MajorIterations: 2}, minimize.Method(optimizers.SGD{}, lrsched.Constant(.1)))
		require.NoError(t, err)
		assert.Equal(t, 1, result.FuncEvaluations)
		assert.Equal(t, 1, result.GradEvaluations)
		assert.Equal(t, []float64{1 - float64(.1*3.), 1 - float64(.1*4.)}, result.X)
	})
}

// An error ends the run, with the error.
func TestMethodFails(t *testing.T) {
	broken := errors.New("broken")
	after := func(n int, fail func(grad []float64) (float64, error)) minimize.Objective {
		calls := 0
		return func(x, grad []float64) (float64, error) {
			if calls++; calls > n {
				return fail(grad)
			}
			return quadratic(x, grad)
		}
	}
	for _, test := range []struct {
		name     string
		f        minimize.Objective
		rule     optimizers.Rule
		schedule lrsched.Schedule
		is       error
		err      string
	}{
		{"gradient", after(4, func(grad []float64) (float64, error) {
			if grad != nil {
				grad[0], grad[1] = 1, math.NaN()
			}
			return 1, nil
		}), heavyBall, lrsched.Constant(.1), optimizers.ErrNotFinite, "minimize: after step 2: gradient[1] = NaN: not finite"},
		{"first gradient", after(0, func(grad []float64) (float64, error) {
			if grad != nil {
				grad[0], grad[1] = 1, math.Inf(1)
			}
			return 1, nil
		}), heavyBall, lrsched.Constant(.1), optimizers.ErrNotFinite, "minimize: after step 0: gradient[1] = +Inf: not finite"},
		{"gradient at the point of training", after(4, func(grad []float64) (float64, error) { // one call for the value, one for the gradient
			if grad != nil {
				grad[0], grad[1] = math.NaN(), 1
			}
			return 1, nil
		}), trailing{}, lrsched.Constant(.1), optimizers.ErrNotFinite, "minimize: after step 1: gradient[0] = NaN: not finite"},
		{"value", after(2, func([]float64) (float64, error) { return math.Inf(1), nil }), heavyBall, lrsched.Constant(0), optimizers.ErrNotFinite, "minimize: after step 1: value = +Inf at x = [1 2]: not finite"},
		{"objective", after(3, func([]float64) (float64, error) { return 0, broken }), heavyBall, lrsched.Constant(.1), broken, "broken"},
		{"rate", quadratic, heavyBall, negative{}, nil, "minimize: Method: step 1: learning rate = -1: want a finite number, 0 or more"},
		{"no rule", quadratic, nil, lrsched.Constant(.1), nil, "minimize: Method: rule is nil: want a Rule, e.g. SGD{}"},
		{"no schedule", quadratic, heavyBall, nil, nil, "minimize: Method: schedule: schedule is nil: want a Schedule, e.g. Constant(0.1)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			within(t, func() {
				result, err := optimize.Minimize(minimize.Problem(test.f, nil), []float64{1, 2}, nil, minimize.Method(test.rule, test.schedule))
				assert.EqualError(t, err, test.err)
				if test.is != nil {
					assert.ErrorIs(t, err, test.is)
				}
				assert.Equal(t, optimize.Failure, result.Status)
			})
		})
	}
	_, err := minimize.Method(heavyBall, lrsched.Constant(.1)).Uses(optimize.Available{})
	assert.ErrorIs(t, err, optimize.ErrMissingGrad)
}

type negative struct{}

func (negative) At(int) float64 { return -1 }
