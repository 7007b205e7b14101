package trainer

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/lrsched"
	"descent/optimizers"
)

// TestEveryEndIsEvaluated runs a model whose weight counts its 4 updates an
// epoch to each way of an end without an error.
func TestEveryEndIsEvaluated(t *testing.T) {
	for _, every := range []struct{ epochs, steps int }{{0, 0}, {10, 0}, {0, 10}, {10, 10}, {2, 0}, {0, 4}, {0, 3}, {math.MaxInt, math.MaxInt}} {
		for _, c := range []struct {
			name         string
			hook         Hook
			epoch, steps int // the last with an update, and the updates
		}{
			{"through", Hook{}, 3, 12},
			{"EpochStart", failing("stop", epochStart, 3, ErrStop), 2, 8},
			{"StepEnd", failing("stop", stepEnd, 2, ErrStop), 2, 5},
			{"EpochEnd", failing("stop", epochEnd, 1, ErrStop), 1, 4},
			{"last EpochEnd", failing("stop", epochEnd, 3, ErrStop), 3, 12},
		} {
			t.Run(fmt.Sprintf("%+v %s", every, c.name), func(t *testing.T) {
				script := make([]float64, 30)
				for i := range script {
					script[i] = float64(30 - i)
				}
				model := newScripted(script...)
				watching := &watcher{scripted: model}
				tr := basic(watching)
				tr.Schedule, tr.EvalEvery, tr.EvalEverySteps = lrsched.Constant(1), every.epochs, every.steps
				tr.EarlyStopping, tr.Plateau = &EarlyStopping{Patience: 100}, &Plateau{Factor: .5, Patience: 100}
				var end *Record
				tr.Hooks = []Hook{c.hook, {FitEnd: func(s *State) error { end = s.History.Last(); return nil }}}
				history, err := tr.Fit(t.Context(), data(t, 16), data(t, 3))
				require.NoError(t, err)
				require.NotNil(t, end)
				require.NotNil(t, end.Test, "before FitEnd")
				require.NotEmpty(t, watching.at)
				assert.Equal(t, float32(c.steps), watching.at[len(watching.at)-1], "the end")
				last := script[len(watching.at)-1]
				assert.Equal(t, &Best{Epoch: c.epoch, Step: c.steps, Value: last}, history.Best)
				assert.Equal(t, last, history.Last().Test.Loss)
				assert.Equal(t, c.epoch, history.Last().Epoch)
				assert.Equal(t, last, *history.Plateau.Best)
				assert.Equal(t, c.hook.Name, history.StoppedBy)
				at := map[float32]bool{}
				for _, w := range watching.at {
					assert.False(t, at[w], "each point once")
					at[w] = true
				}
			})
		}
	}
	t.Run("before the first update", func(t *testing.T) {
		for _, hook := range []Hook{failing("stop", fitStart, 0, ErrStop), failing("stop", epochStart, 1, ErrStop)} {
			tr := basic(newScripted())
			tr.Hooks = []Hook{hook}
			history, err := tr.Fit(t.Context(), data(t, 16), data(t, 3))
			require.NoError(t, err)
			assert.Nil(t, history.Last())
		}
	})
}

// TestLastEvaluationFails where only the end is evaluated.
func TestLastEvaluationFails(t *testing.T) {
	model := newLinear(2)
	model.onEvaluate = func(int, *float64) error { return errFake }
	tr := basic(model)
	tr.EvalEvery = 10
	tr.Hooks = []Hook{failing("stop", epochEnd, 2, ErrStop), {FitEnd: func(s *State) error {
		assert.ErrorIs(t, s.Err, errFake)
		return nil
	}}}
	history, err := tr.Fit(t.Context(), data(t, 16), data(t, 3))
	assert.EqualError(t, err, "trainer: evaluation after step 8: fake")
	assert.Len(t, history.Epochs, 2)
	assert.Empty(t, history.StoppedBy)
}

// TestParametersStayFinite: parameters that an update has spoiled end the run,
// however it would have ended, and with or without test data.
func TestParametersStayFinite(t *testing.T) {
	for _, test := range []bool{false, true} {
		for name, hook := range map[string]Hook{
			"through":  {},
			"StepEnd":  failing("stop", stepEnd, 1, ErrStop),
			"EpochEnd": failing("stop", epochEnd, 1, ErrStop),
		} {
			t.Run(fmt.Sprint(name, test), func(t *testing.T) {
				tr := basic(newLinear(2))
				tr.Epochs, tr.BatchSize, tr.Rule, tr.Hooks = 1, 16, exploding{}, []Hook{hook}
				held := data(t, 3)
				var history *History
				var err error
				if test {
					history, err = tr.Fit(t.Context(), data(t, 16), held)
				} else {
					history, err = tr.Fit(t.Context(), data(t, 16), nil)
				}
				assert.ErrorIs(t, err, optimizers.ErrNotFinite)
				assert.EqualError(t, err, `trainer: after step 1: parameter "weight": value[0] = +Inf: not finite`)
				require.Len(t, history.Epochs, 1, "which was trained")
				assert.Nil(t, history.Last().Test)
				assert.Empty(t, history.StoppedBy)
			})
		}
	}
	t.Run("by a rate that the optimizer refuses", func(t *testing.T) {
		model := newLinear(2)
		tr := basic(model)
		tr.Schedule = lrsched.Constant(1e39)
		_, err := tr.Fit(t.Context(), data(t, 16), nil)
		assert.ErrorIs(t, err, optimizers.ErrNotFinite)
		assert.ErrorContains(t, err, `step 1: parameter "weight": update makes value[0] = +Inf`)
		assert.NoError(t, finiteValues(model.Params()))
	})
	t.Run("by a hook at the end", func(t *testing.T) {
		model := newLinear(2)
		tr := basic(model)
		tr.Hooks = []Hook{{EpochEnd: func(s *State) error { model.b[0] = float32(math.Inf(-1)); return ErrStop }}}
		_, err := tr.Fit(t.Context(), data(t, 16), nil)
		assert.EqualError(t, err, `trainer: after step 4: parameter "bias": value[0] = -Inf: not finite`)
	})
	t.Run("at the point of evaluation", func(t *testing.T) {
		model := newLinear(2)
		tr := basic(model)
		tr.Rule = spoiled{}
		_, err := tr.Fit(t.Context(), data(t, 16), nil)
		assert.EqualError(t, err, `trainer: after step 12: parameter "weight": value[0] = NaN: not finite`)
		assert.NoError(t, finiteValues(model.Params()), "at the point of training")
	})
	t.Run("in the middle", func(t *testing.T) {
		tr := basic(newLinear(2))
		tr.BatchSize, tr.Rule, tr.EvalEvery = 16, exploding{}, 10
		tr.Hooks = []Hook{{EpochEnd: func(*State) error { t.Error("not the end of a good epoch"); return nil }}}
		_, err := tr.Fit(t.Context(), data(t, 16), data(t, 3))
		assert.EqualError(t, err, `trainer: after step 1: parameter "weight": value[0] = +Inf: not finite`)
	})
	t.Run("by steps", func(t *testing.T) {
		tr := basic(newLinear(2))
		tr.Rule, tr.EvalEverySteps = exploding{}, 1
		_, err := tr.Fit(t.Context(), data(t, 16), data(t, 3))
		assert.EqualError(t, err, `trainer: after step 1: parameter "weight": value[0] = +Inf: not finite`)
	})
}

// exploding is a rule that makes numbers which are not finite of usual ones.
type exploding struct{ optimizers.SGD }

func (exploding) Update32(u optimizers.Update[float32]) { u.Value[0] = float32(math.Inf(1)) }

// spoiled is gradient descent whose point of evaluation is none.
type spoiled struct{ optimizers.SGD }

func (spoiled) Evaluate32(u optimizers.Update[float32], dst []float32) {
	for i := range dst {
		dst[i] = float32(math.NaN())
	}
}

func (spoiled) Evaluate64(optimizers.Update[float64], []float64) { panic("float32 only") }

// TestParametersAreFiniteAtFirst: nothing is trained, and nothing changed.
func TestParametersAreFiniteAtFirst(t *testing.T) {
	for _, v := range []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))} {
		model := newLinear(2)
		model.w[1] = v
		want := fmt.Sprintf(`parameter "weight": value[1] = %v: not finite`, v)
		for _, clip := range []optimizers.Clip{{}, {Adaptive: .01}} {
			tr := basic(model)
			tr.Clip = clip
			history, err := tr.Fit(t.Context(), data(t, 16), nil)
			assert.EqualError(t, err, "trainer: "+want)
			assert.ErrorIs(t, err, optimizers.ErrNotFinite)
			assert.Nil(t, history)
		}
		r := sweep()
		r.Model = model
		_, err := r.Run(t.Context(), data(t, 64))
		assert.EqualError(t, err, "trainer: RangeTest: "+want)
		assert.ErrorIs(t, err, optimizers.ErrNotFinite)
		assert.Zero(t, model.steps)
	}
}

// TestRunIsTooLong: counts whose product is beyond an int.
func TestRunIsTooLong(t *testing.T) {
	for _, c := range []struct {
		epochs, accumulate int
		want               string
	}{
		{math.MaxInt, 0, fmt.Sprintf("trainer: Epochs = %d: want [1, %d], as each has 4 updates", math.MaxInt, math.MaxInt/4)},
		{math.MaxInt/4 + 1, 1, fmt.Sprintf("trainer: Epochs = %d: want [1, %d], as each has 4 updates", math.MaxInt/4+1, math.MaxInt/4)},
		{math.MaxInt, 3, fmt.Sprintf("trainer: Epochs = %d: want [1, %d], as each has 2 updates", math.MaxInt, math.MaxInt/2)},
		{math.MaxInt, math.MaxInt, ""},
		{math.MaxInt / 4, 0, ""},
	} {
		tr := basic(newLinear(2))
		tr.Epochs, tr.Accumulate = c.epochs, c.accumulate
		tr.Hooks = []Hook{{FitStart: func(s *State) error { assert.Positive(t, s.Steps); return ErrStop }}}
		_, err := tr.Fit(t.Context(), data(t, 16), nil)
		if c.want == "" {
			assert.NoError(t, err)
			continue
		}
		assert.EqualError(t, err, c.want)
	}
}
