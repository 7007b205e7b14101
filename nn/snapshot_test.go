package nn_test

import (
	"context"
	"sync"
	"testing"

	"descent/datasets"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/trainer"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var _ trainer.Stateful = (*nn.Model)(nil)

// snapshotNet has dropout, a state and a loss: all that training can change.
func snapshotNet(t testing.TB) *nn.Model {
	return newModel(t, nn.Sequential(nn.Dense{Units: 8}, nn.Dropout{Rate: .5}, counting, nn.Dense{Units: 1}),
		nn.Config{Input: []int{2}, Loss: nn.SquaredError{}, Seed: 3})
}

func snapshotData(t testing.TB) *datasets.Slices {
	d, err := datasets.Linear(datasets.LinearConfig{Weights: []float64{2, -3.4}, Bias: 4.2, Examples: 64, Seed: 7})
	require.NoError(t, err)
	return d
}

// TestContinue: a model that has been given all that lasts in another continues
// as that one does.
func TestContinue(t *testing.T) {
	m, other := snapshotNet(t), snapshotNet(t)
	b := inputBatch(5, 2, 1, "x")
	for range 3 {
		step(t, m, b)
	}
	for i, p := range m.Params() {
		p.Value[0]++
		copy(other.Params()[i].Value, p.Value)
	}
	for i, p := range m.States() {
		copy(other.States()[i].Value, p.Value)
	}
	assert.EqualValues(t, 3, m.Counter())
	assert.NotEqual(t, step(t, m, b), step(t, other, b), "other dropout")
	other.SetCounter(m.Counter())
	assert.Equal(t, step(t, m, b), step(t, other, b))
	other.Close()
	assert.EqualValues(t, 5, other.Counter())
}

// TestCounterWaits: under the race detector, for a step under way.
func TestCounterWaits(t *testing.T) {
	m := snapshotNet(t)
	b := inputBatch(5, 2, 1, "x")
	var wait sync.WaitGroup
	wait.Go(func() {
		for range 20 {
			_, _, _ = m.Step(b) // which may be busy
		}
	})
	for range 20 {
		m.SetCounter(m.Counter())
	}
	wait.Wait()
}

// TestRangeTestLeavesNothing: the run after it is what it would have been.
func TestRangeTestLeavesNothing(t *testing.T) {
	d := snapshotData(t)
	fit := func(first bool) (string, *trainer.History, []float32) {
		m := snapshotNet(t)
		if first {
			r := trainer.RangeTest{Model: m, Rule: optimizers.SGD{}, BatchSize: 16, Steps: 20}
			_, err := r.Run(t.Context(), d)
			require.NoError(t, err)
		}
		tr := trainer.Trainer{Model: m, Rule: optimizers.SGD{}, Schedule: lrsched.Constant(.01), Epochs: 2, BatchSize: 16}
		history, err := tr.Fit(context.Background(), d, nil)
		require.NoError(t, err)
		for i := range history.Epochs {
			history.Epochs[i].Seconds, history.Epochs[i].ExamplesPerSecond = 0, 0
		}
		return m.Fingerprint(), history, m.States()[0].Value
	}
	mark, history, state := fit(false)
	gotMark, gotHistory, gotState := fit(true)
	assert.Equal(t, mark, gotMark)
	assert.Equal(t, history, gotHistory)
	assert.Equal(t, state, gotState)
	assert.Equal(t, []float32{8, 8}, state)
}

// TestOnlyStepCounts: of the calls of a model that compute, nothing but Step
// changes what the next Step sees.
func TestOnlyStepCounts(t *testing.T) {
	b := inputBatch(5, 2, 1, "x")
	run := func(between func(m *nn.Model)) (result, float32) {
		m := snapshotNet(t)
		step(t, m, b)
		between(m)
		return step(t, m, b), m.States()[0].Value[0]
	}
	want, state := run(func(*nn.Model) {})
	for name, f := range map[string]func(m *nn.Model){
		"Redo":     func(m *nn.Model) { _, _, err := m.Redo(b); require.NoError(t, err) },
		"Evaluate": func(m *nn.Model) { evaluate(t, m, b) },
		"Predict":  func(m *nn.Model) { _, err := m.Predict(nil, b.Inputs); require.NoError(t, err) },
		"Profile":  func(m *nn.Model) { require.NoError(t, m.Profile()); m.ProfileTable() },
		"Summary":  func(m *nn.Model) { _ = m.Summary() },
		"trainer.Evaluate": func(m *nn.Model) {
			_, err := trainer.Evaluate(t.Context(), m, snapshotData(t), 8)
			require.NoError(t, err)
		},
	} {
		got, gotState := run(f)
		assert.Equal(t, want, got, name)
		assert.Equal(t, state, gotState, name)
	}
}
