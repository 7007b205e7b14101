package trainer

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/datasets"
	"descent/optimizers"
)

func TestNotFinite(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		name   string
		break_ func(*linear, *Trainer)
		want   string
	}{
		{
			"loss",
			func(l *linear, _ *Trainer) {
				l.onStep = func(n int, l *linear, loss *float64) error {
					if n == 8 {
						*loss = inf
					}
					return nil
				}
			},
			"trainer: epoch 2: step 8: loss = +Inf: all parameters and gradients are finite: not finite",
		},
		{
			"loss from a gradient",
			func(l *linear, _ *Trainer) {
				l.onStep = func(n int, l *linear, loss *float64) error {
					if n == 8 {
						l.gb[0], *loss = float32(nan), nan
					}
					return nil
				}
			},
			`trainer: epoch 2: step 8: loss = NaN: parameter "bias": gradient[0] = NaN: not finite`,
		},
		{
			"loss from a weight",
			func(l *linear, t *Trainer) {
				t.Hooks = []Hook{{StepEnd: func(s *State) error {
					if s.Step == 7 {
						l.w[1] = float32(inf)
					}
					return nil
				}}}
			},
			`trainer: epoch 2: step 8: loss = +Inf: parameter "weight": value[1] = +Inf: not finite`,
		},
		{
			"gradient",
			func(l *linear, _ *Trainer) {
				l.onStep = func(n int, l *linear, _ *float64) error {
					if n == 8 {
						l.gw[1] = float32(nan)
					}
					return nil
				}
			},
			`trainer: epoch 2: step 8: parameter "weight": gradient[1] = NaN: not finite`,
		},
		{
			"gradient in a group",
			func(l *linear, t *Trainer) {
				t.Accumulate = 3
				l.onStep = func(n int, l *linear, _ *float64) error {
					if n == 8 { // the second of its group
						l.gw[1] = float32(-inf)
					}
					return nil
				}
			},
			`trainer: epoch 2: step 3: parameter "weight": gradient[1] = `,
		},
		{
			"test loss",
			func(l *linear, _ *Trainer) {
				l.onEvaluate = func(n int, loss *float64) error { *loss = nan; return nil }
			},
			"trainer: evaluation after step 6: loss = NaN: not finite",
		},
		{
			"metric",
			func(_ *linear, t *Trainer) {
				t.Metrics = []Metric{{Name: "own", Sum: func(*datasets.Batch, []float32) float64 { return nan }}}
			},
			`trainer: epoch 1: step 1: metric "own" = NaN on 4 rows with 4 outputs, 0 labels and 4 targets: not finite`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			model := newLinear(2)
			tr := basic(model)
			c.break_(model, tr)
			history, err := tr.Fit(t.Context(), data(t, 22), data(t, 4))
			require.NotNil(t, history)
			assert.ErrorIs(t, err, optimizers.ErrNotFinite)
			assert.ErrorContains(t, err, c.want)
			if c.name != "loss from a weight" {
				assert.NoError(t, finiteValues(model.Params()), "weights untouched")
			}
		})
	}
}

// broken is a data set whose third row cannot be read.
type broken struct{ *datasets.Slices }

func (b broken) Gather(batch *datasets.Batch, rows []int) error {
	for _, row := range rows {
		if row == 2 {
			return errFake
		}
	}
	return b.Slices.Gather(batch, rows)
}

func TestFailures(t *testing.T) {
	t.Run("step", func(t *testing.T) {
		model := newLinear(2)
		model.onStep = func(n int, _ *linear, _ *float64) error {
			if n == 8 {
				return errFake
			}
			return nil
		}
		history, err := basic(model).Fit(t.Context(), data(t, 22), nil)
		assert.EqualError(t, err, "trainer: epoch 2: step 8: fake")
		assert.ErrorIs(t, err, errFake)
		assert.Equal(t, 7, history.Steps)
		assert.Len(t, history.Epochs, 1)
	})
	t.Run("evaluation", func(t *testing.T) {
		model := newLinear(2)
		model.onEvaluate = func(n int, _ *float64) error { return errFake }
		_, err := basic(model).Fit(t.Context(), data(t, 22), data(t, 4))
		assert.EqualError(t, err, "trainer: evaluation after step 6: fake")
	})
	t.Run("training data", func(t *testing.T) {
		_, err := basic(newLinear(2)).Fit(t.Context(), broken{data(t, 22)}, nil)
		assert.ErrorIs(t, err, errFake)
		assert.ErrorContains(t, err, "trainer: epoch 1: step ")
	})
	t.Run("test data", func(t *testing.T) {
		_, err := basic(newLinear(2)).Fit(t.Context(), data(t, 22), broken{data(t, 22)})
		assert.ErrorIs(t, err, errFake)
		assert.ErrorContains(t, err, "trainer: evaluation after step 6: ")
	})
	t.Run("rate", func(t *testing.T) {
		tr := basic(newLinear(2))
		tr.Schedule = falling{}
		_, err := tr.Fit(t.Context(), data(t, 22), nil)
		assert.ErrorContains(t, err, "trainer: epoch 1: step 4: learning rate = -0.1: want ")
	})
}

// falling is a schedule that falls below zero at the fourth update.
type falling struct{}

func (falling) At(step int) float64 { return .1 * float64(2-step) }
