package trainer

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/datasets"
	"descent/lrsched"
	"descent/optimizers"
)

// countdown panics when it is called for the nth time.
type countdown int

func (c *countdown) call() {
	if *c--; *c == 0 {
		panic("broken")
	}
}

// faultyRule is gradient descent that panics, at an update of the bias or in
// Evaluate.
type faultyRule struct{ update, evaluate *countdown }

func (faultyRule) Validate() error { return nil }
func (faultyRule) Slots() []string { return nil }
func (r faultyRule) Update32(u optimizers.Update[float32]) {
	if u.Name == "bias" {
		r.update.call()
	}
	optimizers.SGD{}.Update32(u)
}
func (faultyRule) Update64(optimizers.Update[float64]) {}
func (r faultyRule) Evaluate32(u optimizers.Update[float32], dst []float32) {
	copy(dst, u.Value)
	r.evaluate.call()
}
func (faultyRule) Evaluate64(optimizers.Update[float64], []float64) {}

type faultySchedule struct{ at, parts *countdown }

func (s faultySchedule) At(int) float64           { s.at.call(); return .05 }
func (s faultySchedule) Parts(int) []lrsched.Part { s.parts.call(); return nil }

type faultyData struct {
	*datasets.Slices
	length *countdown
}

func (d faultyData) Len() int { d.length.call(); return d.Slices.Len() }

type faultyRedo struct {
	*linear
	redo *countdown
}

func (m faultyRedo) Redo(b *datasets.Batch) (float64, []float32, error) {
	m.redo.call()
	return m.Step(b)
}

// TestPanics: a panic in a user's own code is an error that says what panicked, in
// which step and where. FitEnd runs, and the parameters are those of the step
// before. An epoch has six steps.
func TestPanics(t *testing.T) {
	nth := func(n countdown) *countdown { return &n }
	hook := func(at event, n countdown) func(*Trainer) {
		return func(tr *Trainer) {
			f := func(*State) error { n.call(); return nil }
			h := Hook{Name: "mine"}
			switch at {
			case fitStart:
				h.FitStart = f
			case epochStart:
				h.EpochStart = f
			case stepEnd:
				h.StepEnd = f
			case epochEnd:
				h.EpochEnd = f
			case fitEnd:
				h.FitEnd = f
			}
			tr.Hooks = append(tr.Hooks, h)
		}
	}
	metric := func(change func(*Metric)) func(*Trainer) {
		return func(tr *Trainer) {
			m := Metric{
				Name: "own", Sums: 1,
				Add:   func([]float64, *datasets.Batch, []float32) {},
				Value: func([]float64) float64 { return 0 },
			}
			change(&m)
			tr.Metrics = []Metric{m}
		}
	}
	never := nth(-1)
	for _, c := range []struct {
		name   string
		break_ func(*Trainer)
		steps  int // done
		want   string
	}{
		{"FitStart", hook(fitStart, 1), 0, "trainer: mine: FitStart: panic: broken (panic_test.go:"},
		{"EpochStart", hook(epochStart, 2), 6, "trainer: mine: EpochStart: panic: broken (panic_test.go:"},
		{"StepEnd", hook(stepEnd, 8), 8, "trainer: mine: StepEnd: panic: broken (panic_test.go:"},
		{"EpochEnd", hook(epochEnd, 1), 6, "trainer: mine: EpochEnd: panic: broken (panic_test.go:"},
		{"FitEnd", hook(fitEnd, 1), 18, "trainer: mine: FitEnd: panic: broken (panic_test.go:"},
		{"stop", func(tr *Trainer) {
			tr.Hooks = append(tr.Hooks, Hook{StepEnd: func(*State) error { panic(ErrStop) }})
		}, 1, "trainer: hook 1: StepEnd: panic: trainer: stop (panic_test.go:"},
		{"Sum", metric(func(m *Metric) {
			n := nth(8)
			*m = Metric{Name: "own", Sum: func(*datasets.Batch, []float32) float64 { n.call(); return 0 }}
		}), 6, `trainer: epoch 2: step 7: metric "own": panic: broken (panic_test.go:`}, // the seventh was of the evaluation
		{"index", metric(func(m *Metric) {
			m.Add = func(sums []float64, _ *datasets.Batch, _ []float32) { sums[len(sums)] = 1 }
		}), 0, `trainer: epoch 1: step 1: metric "own": panic: runtime error: index out of range [1] with length 1 (panic_test.go:`},
		{"Add", metric(func(m *Metric) {
			n := nth(3)
			m.Add = func([]float64, *datasets.Batch, []float32) { n.call() }
		}), 2, `trainer: epoch 1: step 3: metric "own": panic: broken (panic_test.go:`},
		{"Add in an evaluation", metric(func(m *Metric) {
			n := nth(7)
			m.Add = func([]float64, *datasets.Batch, []float32) { n.call() }
		}), 6, `trainer: evaluation after step 6: metric "own": panic: broken (panic_test.go:`},
		{"Check", metric(func(m *Metric) {
			n := nth(3)
			m.Check = func(*datasets.Batch, []float32) error { n.call(); return nil }
		}), 2, `trainer: epoch 1: step 3: metric "own": panic: broken (panic_test.go:`},
		{"Value", metric(func(m *Metric) {
			n := nth(2)
			m.Value = func([]float64) float64 { n.call(); return 0 }
		}), 6, `trainer: evaluation after step 6: metric "own": panic: broken (panic_test.go:`},
		{
			"Update", func(tr *Trainer) { tr.Rule = faultyRule{nth(8), never} }, 7,
			`trainer: epoch 2: step 8: trainer.faultyRule: parameter "bias": panic: broken (panic_test.go:`,
		},
		{
			"Evaluate", func(tr *Trainer) { tr.Rule = faultyRule{never, nth(2)} }, 6,
			"trainer: after step 6: panic: broken (panic_test.go:",
		},
		{
			"At", func(tr *Trainer) { tr.Schedule = faultySchedule{nth(8), never} }, 7,
			"trainer: epoch 2: step 8: Schedule: panic: broken (panic_test.go:",
		},
		{"Model.Step", func(tr *Trainer) {
			n := nth(8)
			tr.Model.(*linear).onStep = func(int, *linear, *float64) error { n.call(); return nil }
		}, 7, "trainer: epoch 2: step 8: Model.Step: panic: broken (panic_test.go:"},
		{"Model.Evaluate", func(tr *Trainer) {
			n := nth(2)
			tr.Model.(*linear).onEvaluate = func(int, *float64) error { n.call(); return nil }
		}, 12, "trainer: evaluation after step 12: Model.Evaluate: panic: broken (panic_test.go:"},
		{"Model.Redo", func(tr *Trainer) {
			tr.Model, tr.SAM = faultyRedo{tr.Model.(*linear), nth(8)}, .1
		}, 7, "trainer: epoch 2: step 8: SAM: Model.Redo: panic: broken (panic_test.go:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			model := newLinear(2)
			tr := basic(model)
			values := func() []float32 { return append(slices.Clone(model.w), model.b...) }
			last, ended := values(), false
			tr.Hooks = []Hook{{
				StepEnd: func(*State) error { last = values(); return nil },
				FitEnd: func(s *State) error {
					ended = true
					if c.name != "FitEnd" {
						assert.ErrorContains(t, s.Err, c.want)
					}
					return nil
				},
			}}
			c.break_(tr)
			history, err := tr.Fit(t.Context(), data(t, 22), data(t, 4))
			assert.ErrorContains(t, err, c.want)
			assert.NotErrorIs(t, err, ErrStop)
			require.NotNil(t, history)
			assert.Equal(t, c.steps, history.Steps)
			assert.Empty(t, history.StoppedBy)
			assert.True(t, ended)
			if c.name != "Update" { // of which the weight, before the bias, is done
				assert.Equal(t, last, values())
			}
		})
	}
}

// TestPanicsBeforeARun: what panics while the settings are checked is an error
// like other wrong settings.
func TestPanicsBeforeARun(t *testing.T) {
	nth := func(n countdown) *countdown { return &n }
	tr := basic(newLinear(2))
	tr.Schedule = faultySchedule{nth(-1), nth(1)}
	history, err := tr.Fit(t.Context(), data(t, 22), nil)
	assert.ErrorContains(t, err, "trainer: Schedule: Check: panic: broken (panic_test.go:")
	assert.Nil(t, history)
	history, err = basic(newLinear(2)).Fit(t.Context(), faultyData{data(t, 22), nth(1)}, nil)
	assert.ErrorContains(t, err, "trainer: the training data: trainer.faultyData.Len: panic: broken")
	assert.Nil(t, history)
}

// TestPanicsElsewhere: the same of an evaluation and of a range test, which leaves
// the parameters as they were.
func TestPanicsElsewhere(t *testing.T) {
	model := newLinear(2)
	n := countdown(5)
	model.onStep = func(int, *linear, *float64) error { n.call(); return nil }
	model.onEvaluate = func(int, *float64) error { panic("broken") }
	_, err := Evaluate(t.Context(), model, data(t, 22), 4)
	assert.ErrorContains(t, err, "trainer: Evaluate: Model.Evaluate: panic: broken (panic_test.go:")
	_, err = RangeTest{Model: model, Rule: optimizers.SGD{}, BatchSize: 4}.Run(t.Context(), data(t, 22))
	assert.ErrorContains(t, err, "trainer: RangeTest: update 5: panic: broken (panic_test.go:")
	assert.Equal(t, []float32{0, 0}, model.w)
}
