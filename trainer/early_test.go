package trainer

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/datasets"
	"descent/lrsched"
	"descent/optimizers"
)

// TestEarlyStopping runs models whose weight counts epochs (one update each,
// rate 1) and whose evaluations follow a script.
func TestEarlyStopping(t *testing.T) {
	for _, c := range []struct {
		name   string
		script []float64
		early  EarlyStopping
		epochs int     // until it stops
		by     string  // what stopped it
		best   int     // epoch
		value  float64 // at the best
	}{
		{"patience 1", []float64{3, 2, 2.5, 1}, EarlyStopping{Patience: 1}, 3, "early stopping", 2, 2},
		{"patience 2", []float64{3, 2, 2.5, 1, 4, 5, 0}, EarlyStopping{Patience: 2}, 6, "early stopping", 4, 1},
		{"equal is no improvement", []float64{2, 2, 2, 1}, EarlyStopping{Patience: 2}, 3, "early stopping", 1, 2},
		{"too small an improvement", []float64{2, 1.75, 1.5, 1, 0}, EarlyStopping{Patience: 2, MinDelta: .5}, 3, "early stopping", 1, 2},
		{"large enough in the end", []float64{2, 1.75, 1.25, 1, 1}, EarlyStopping{Patience: 2, MinDelta: .5}, 5, "early stopping", 3, 1.25},
		{"maximize", []float64{1, 3, 2, 2}, EarlyStopping{Patience: 2, Maximize: true}, 4, "early stopping", 2, 3},
		{"maximize by more", []float64{1, 1.5, 1.5, 9}, EarlyStopping{Patience: 2, Maximize: true, MinDelta: .5}, 3, "early stopping", 1, 1},
		{"a metric", []float64{3, 2, 4, 5}, EarlyStopping{Patience: 2, Metric: "output"}, 4, "early stopping", 2, 2},
		{"went through", []float64{5, 4, 3, 9}, EarlyStopping{Patience: 2}, 4, "", 3, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			model := newScripted(c.script...)
			tr := basic(model)
			tr.Schedule, tr.Epochs, tr.BatchSize, tr.EarlyStopping = lrsched.Constant(1), len(c.script), 8, &c.early
			tr.Metrics = []Metric{outputMean()}
			restored := float32(0)
			tr.Hooks = []Hook{{FitEnd: func(*State) error { restored = model.w[0]; return nil }}}
			history, err := tr.Fit(t.Context(), data(t, 8), data(t, 5))
			require.NoError(t, err)
			assert.Len(t, history.Epochs, c.epochs)
			assert.Equal(t, c.by, history.StoppedBy)
			assert.Equal(t, &Best{Epoch: c.best, Step: c.best, Value: c.value}, history.Best)
			assert.Equal(t, float32(c.best), model.w[0], "the weights of the best")
			assert.Equal(t, float32(c.best), restored, "before FitEnd")
		})
	}
}

func TestEarlyStoppingBySteps(t *testing.T) {
	model := newScripted(3, 1, 2, 2)
	tr := basic(model)
	tr.Schedule, tr.EvalEverySteps = lrsched.Constant(1), 3
	tr.EarlyStopping = &EarlyStopping{Patience: 2}
	history, err := tr.Fit(t.Context(), data(t, 32), data(t, 3)) // 8 updates an epoch
	require.NoError(t, err)
	assert.Equal(t, 12, history.Steps)
	assert.Equal(t, &Best{Epoch: 1, Step: 6, Value: 1}, history.Best)
	assert.Equal(t, float32(6), model.w[0])
	assert.Len(t, history.Evaluations, 4)
	require.Len(t, history.Epochs, 2, "the second ends at its fourth update")
	assert.Equal(t, 12, history.Epochs[1].Step)
	assert.Equal(t, 4, model.next, "the last evaluation serves the epoch too")
	assert.Equal(t, 2.0, history.Epochs[1].Test.Loss)
}

func TestEarlyStoppingLeavesFailedRunsAlone(t *testing.T) {
	model := newScripted(1, 2, 3)
	tr := basic(model)
	tr.Schedule, tr.BatchSize, tr.EarlyStopping = lrsched.Constant(1), 8, &EarlyStopping{Patience: 5}
	tr.Hooks = []Hook{failing("plot", epochEnd, 2, errFake)}
	history, err := tr.Fit(t.Context(), data(t, 8), data(t, 3))
	require.ErrorIs(t, err, errFake)
	assert.Equal(t, float32(2), model.w[0], "what was reached")
	assert.Equal(t, &Best{Epoch: 1, Step: 1, Value: 1}, history.Best)
}

// stateful is a model with a running mean, which its evaluation is a matter of.
type stateful struct {
	*scripted
	mean    [1]float32
	counter int64
}

func (s *stateful) Step(b *datasets.Batch) (float64, []float32, error) {
	s.mean[0] += (s.w[0] - s.mean[0]) / 2
	s.counter++
	return s.scripted.Step(b)
}

func (s *stateful) States() []optimizers.Param[float32] {
	return []optimizers.Param[float32]{{Name: "mean", Shape: []int{1}, Value: s.mean[:]}}
}

func (s *stateful) Counter() int64     { return s.counter }
func (s *stateful) SetCounter(n int64) { s.counter = n }

// TestStatesGoBack: a model that knows what training changes is put back with
// all of it, after early stopping and after a range test.
func TestStatesGoBack(t *testing.T) {
	model := &stateful{scripted: newScripted(3, 1, 2, 2)}
	tr := basic(model)
	tr.Schedule, tr.BatchSize, tr.Epochs = lrsched.Constant(1), 8, 4
	tr.EarlyStopping = &EarlyStopping{Patience: 2}
	means := map[int][1]float32{}
	tr.Hooks = []Hook{{EpochEnd: func(s *State) error { means[s.Epoch] = model.mean; return nil }}}
	history, err := tr.Fit(t.Context(), data(t, 8), data(t, 3))
	require.NoError(t, err)
	assert.Equal(t, 2, history.Best.Epoch)
	assert.Equal(t, float32(2), model.w[0])
	assert.Equal(t, means[2], model.mean)
	assert.NotEqual(t, means[4], model.mean)

	r := RangeTest{Model: model, Rule: optimizers.SGD{}, BatchSize: 8, Steps: 10}
	_, err = r.Run(t.Context(), data(t, 8))
	require.NoError(t, err)
	assert.Equal(t, float32(2), model.w[0])
	assert.Equal(t, means[2], model.mean)
}
