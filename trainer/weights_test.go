package trainer

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/datasets"
	"descent/lrsched"
	"descent/optimizers"
)

// weighted is rows of weights 0, 1, 2, …, and the same rows that often.
func weighted(t *testing.T, examples, most int) (weights, copies *datasets.Slices) {
	t.Helper()
	var b datasets.Batch
	rows := make([]int, examples)
	for i := range rows {
		rows[i] = i
	}
	require.NoError(t, data(t, examples).Gather(&b, rows))
	a := datasets.Arrays{Shape: []int{2}, Inputs: b.Inputs, Targets: b.Targets}
	c := datasets.Arrays{Shape: []int{2}}
	for i := range rows {
		n := (i + 1) % (most + 1)
		a.Weights = append(a.Weights, float32(n))
		for range n {
			c.Inputs, c.Targets = append(c.Inputs, b.Inputs[2*i:2*i+2]...), append(c.Targets, b.Targets[i])
		}
	}
	weights, err := datasets.FromSlices(a)
	require.NoError(t, err)
	copies, err = datasets.FromSlices(c)
	require.NoError(t, err)
	return weights, copies
}

// TestMeansByWeight: a weight is how often a row counts, in an evaluation and in
// the figures of an epoch, whatever the batches are.
func TestMeansByWeight(t *testing.T) {
	weights, copies := weighted(t, 20, 2)
	model := newLinear(2)
	model.w[0], model.b[0] = 1, -1
	want, err := Evaluate(t.Context(), model, copies, 40, MeanAbsoluteError(), R2())
	require.NoError(t, err)
	for size := 2; size <= 20; size++ {
		got, err := Evaluate(t.Context(), model, weights, size, MeanAbsoluteError(), R2())
		require.NoError(t, err)
		assert.InDelta(t, want.Loss, got.Loss, 1e-6)
		assert.InDeltaSlice(t, want.Metrics, got.Metrics, 1e-12)

		tr := basic(model)
		tr.Schedule, tr.Epochs, tr.BatchSize, tr.Metrics = lrsched.Constant(0), 1, max(size, 10), []Metric{MeanAbsoluteError(), R2()}
		history, err := tr.Fit(t.Context(), weights, nil)
		require.NoError(t, err)
		assert.InDelta(t, want.Loss, history.Epochs[0].Train.Loss, 1e-6)
		assert.InDeltaSlice(t, want.Metrics, history.Epochs[0].Train.Metrics, 1e-12)
	}
}

// TestAccumulateByWeight: several batches are one, their loss too.
func TestAccumulateByWeight(t *testing.T) {
	weights, _ := weighted(t, 24, 3)
	fit := func(size, accumulate int) (*linear, []float64) {
		model := newLinear(2)
		var losses []float64
		tr := basic(model)
		tr.BatchSize, tr.Accumulate = size, accumulate
		tr.Hooks = []Hook{{StepEnd: func(s *State) error {
			assert.Equal(t, 12, s.Rows)
			losses = append(losses, s.Loss)
			return nil
		}}}
		_, err := tr.Fit(t.Context(), weights, nil)
		require.NoError(t, err)
		return model, losses
	}
	one, losses := fit(12, 1)
	for _, accumulate := range []int{2, 3} {
		several, same := fit(12/accumulate, accumulate)
		assert.InDeltaSlice(t, losses, same, 1e-5)
		assert.InDeltaSlice(t, one.w, several.w, 1e-5)
		assert.InDelta(t, one.b[0], several.b[0], 1e-5)
	}
}

// TestWeightsAllZero: an error that says so, not NaN.
func TestWeightsAllZero(t *testing.T) {
	d, err := datasets.FromSlices(datasets.Arrays{
		Shape: []int{2}, Inputs: make([]float32, 16), Targets: make([]float32, 8), Weights: make([]float32, 8),
	})
	require.NoError(t, err)
	const what = "all 4 weights of the batch are 0: want 1 or more that are positive"
	model := newLinear(2)
	_, err = basic(model).Fit(t.Context(), d, nil)
	assert.EqualError(t, err, "trainer: epoch 1: step 1: "+what)
	_, err = basic(model).Fit(t.Context(), data(t, 4), d)
	assert.EqualError(t, err, "trainer: evaluation after step 1: "+what)
	_, err = Evaluate(t.Context(), model, d, 4)
	assert.EqualError(t, err, "trainer: Evaluate: "+what)
	_, err = RangeTest{Model: model, Rule: optimizers.SGD{}, BatchSize: 4}.Run(t.Context(), d)
	assert.EqualError(t, err, "trainer: RangeTest: update 1: "+what)
}

// dated is a dataset whose targets are the epoch.
type dated struct{ *datasets.Slices }

func (d dated) GatherEpoch(b *datasets.Batch, rows []int, epoch int) error {
	err := d.Gather(b, rows)
	for i := range b.Targets {
		b.Targets[i] = float32(epoch)
	}
	return err
}

// TestEpochOfTheData: training sees the epochs from 0, evaluation epoch 0.
func TestEpochOfTheData(t *testing.T) {
	d := dated{data(t, 4)}
	tr := basic(newLinear(2))
	tr.Schedule = lrsched.Constant(0)
	history, err := tr.Fit(t.Context(), d, d)
	require.NoError(t, err)
	for i, e := range history.Epochs {
		assert.Equal(t, float64(i*i)/2, e.Train.Loss)
		assert.Zero(t, e.Test.Loss)
	}
}

// TestOnePrefix: of errors that came through other packages.
func TestOnePrefix(t *testing.T) {
	broken := data(t, 8)
	tr := basic(newLinear(2))
	_, err := tr.Fit(t.Context(), lying{broken}, nil)
	assert.EqualError(t, err, "trainer: epoch 1: step 1: Loader: batch 0 (first row 7): Gather: rows[0] = 8: want [0, 8)")
	tr.Hooks = []Hook{{Name: "save", EpochEnd: func(*State) error { return broken.Gather(nil, []int{9}) }}}
	_, err = tr.Fit(t.Context(), broken, nil)
	assert.EqualError(t, err, "trainer: save: EpochEnd: Gather: rows[0] = 9: want [0, 8)")
}

// lying is a dataset that asks for rows that are not there.
type lying struct{ *datasets.Slices }

func (l lying) Gather(b *datasets.Batch, _ []int) error { return l.Slices.Gather(b, []int{8}) }
