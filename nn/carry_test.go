package nn_test

import (
	"path/filepath"
	"slices"
	"testing"

	"descent/datasets"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/trainer"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var _ trainer.Carrier = (*nn.Model)(nil)

const carriedRows = 18

// carrying returns a recurrent model of [steps, 2] that carries the state of rows.
func carrying(t testing.TB, steps, rows int) *nn.Model {
	t.Helper()
	net := nn.Sequential(nn.LSTM{Hidden: 4, Carry: rows}, nn.GRU{Hidden: 3, Carry: rows}, nn.RNN{Hidden: 2, Carry: rows})
	return newModel(t, net, nn.Config{Input: []int{steps, 2}, Loss: nn.SquaredError{}, Seed: 5})
}

// parts cuts rows of steps vectors of two numbers into batches of a few steps.
func parts(b *datasets.Batch, steps, each int) (all []*datasets.Batch) {
	cut := func(x []float32, from int) (y []float32) {
		for r := range b.Rows {
			y = append(y, x[(r*steps+from)*2:][:each*2]...)
		}
		return y
	}
	for from := 0; from < steps; from += each {
		all = append(all, &datasets.Batch{Rows: b.Rows, Inputs: cut(b.Inputs, from), Targets: cut(b.Targets, from)})
	}
	return all
}

// A sequence in parts, each of which begins with the last state of the part before, gives
// the outputs of the entire sequence, both in training and in evaluation.
func TestCarry(t *testing.T) {
	const steps, each = 6, 2
	b := inputBatch(carriedRows, steps*2, steps*2, "carry")
	want := parts(&datasets.Batch{Rows: b.Rows, Inputs: evaluate(t, carrying(t, steps, 0), b).output, Targets: b.Targets}, steps, each)
	m := carrying(t, each, carriedRows)
	assert.Equal(t, carriedRows, m.CarriedRows())
	assert.Zero(t, carrying(t, each, 0).CarriedRows())
	var names []string
	for _, s := range m.States() {
		names = append(names, s.Name)
		assert.Equal(t, carriedRows, s.Shape[0])
	}
	assert.Equal(t, []string{"0.h_l0", "0.c_l0", "1.h_l0", "2.h_l0"}, names)
	for epoch := range 2 {
		for i, p := range parts(b, steps, each) {
			got := step(t, m, p)
			assert.Equal(t, want[i].Inputs, got.output, "step %d of epoch %d", i, epoch)
			assert.Equal(t, want[i].Inputs, evaluate(t, m, p).output, "evaluation")
			state := slices.Clone(m.States()[0].Value)
			loss, output, err := m.Redo(p)
			require.NoError(t, err)
			assert.Equal(t, got.output, slices.Clone(output), "Redo sees what the step saw")
			assert.Equal(t, got.grads, gradients(m))
			assert.NotZero(t, loss)
			assert.Equal(t, state, m.States()[0].Value, "and leaves what that made of it")
			alone, err := m.PredictBatch(nil, p)
			require.NoError(t, err)
			if i == 0 {
				assert.Equal(t, want[0].Inputs, alone)
			} else {
				assert.NotEqual(t, want[i].Inputs, alone, "predictions begin with zeros")
			}
			one, err := m.Predict(nil, p.Inputs[:each*2])
			require.NoError(t, err)
			assert.InDeltaSlice(t, alone[:each*2], one, 1e-6)
		}
		m.StartEpoch()
		assert.Equal(t, make([]float32, carriedRows*4), m.States()[0].Value)
		m.StartEvaluation()
	}
}

func TestCarryErrors(t *testing.T) {
	m := carrying(t, 2, carriedRows)
	b := inputBatch(carriedRows-1, 4, 4, "x")
	_, _, err := m.Step(b)
	assert.EqualError(t, err, `nn: batch of 17 rows: want 18, because state "0.h_l0" is carried from batch to batch`)
	_, _, err = m.Evaluate(b)
	assert.EqualError(t, err, `nn: batch of 17 rows: want 18, because state "0.h_l0" is carried from batch to batch`)
	file := filepath.Join(t.TempDir(), "m")
	require.NoError(t, m.Save(file))
	assert.ErrorContains(t, carrying(t, 2, 3).Load(file), `"0.h_l0"`)
	require.NoError(t, carrying(t, 3, carriedRows).Load(file))
	_, err = nn.NewModel(nn.LSTM{Hidden: 1000, Carry: 1 << 20}, nn.Config{Input: []int{2, 2}, MaxBytes: 1 << 30})
	assert.ErrorContains(t, err, `state "h_l0": `)
}

// streamed is a data set in the order of a datasets.Text of Streams.
type streamed struct {
	*datasets.Slices
	streams int
}

func (s streamed) Streams() int { return s.streams }

func streamedData(t testing.TB, batches int) streamed {
	t.Helper()
	b := inputBatch(carriedRows*batches, 4, 4, "streams")
	d, err := datasets.FromSlices(datasets.Arrays{Inputs: b.Inputs, Targets: b.Targets, Shape: []int{2, 2}})
	require.NoError(t, err)
	return streamed{d, carriedRows}
}

// A run that carries a state begins each epoch, and each evaluation, with zeros; one
// that is resumed in the middle of an epoch continues with the state of the checkpoint.
func TestTrainerCarries(t *testing.T) {
	train, test := streamedData(t, 4), streamedData(t, 2)
	fit := func(resume *trainer.Checkpoint, hook trainer.Hook) (*nn.Model, *trainer.History) {
		m := carrying(t, 2, carriedRows)
		tr := trainer.Trainer{
			Model: m, Rule: optimizers.SGD{Momentum: .9}, Schedule: lrsched.Constant(.1), Epochs: 3, BatchSize: carriedRows,
			Order: trainer.GivenOrder, EvalEverySteps: 1, Resume: resume, Hooks: []trainer.Hook{hook}, SAM: .05,
		}
		h, err := tr.Fit(t.Context(), train, test)
		require.NoError(t, err)
		for i := range h.Epochs {
			h.Epochs[i].Seconds, h.Epochs[i].ExamplesPerSecond = 0, 0
		}
		for i := range h.Evaluations {
			h.Evaluations[i].Seconds, h.Evaluations[i].ExamplesPerSecond = 0, 0
		}
		return m, h
	}
	var checkpoints []*trainer.Checkpoint
	m, history := fit(nil, trainer.Hook{
		EpochStart: func(s *trainer.State) error {
			if s.Step == 4*(s.Epoch-1) {
				assert.Equal(t, make([]float32, carriedRows*4), s.Model.(*nn.Model).States()[0].Value)
			}
			return nil
		},
		StepEnd: func(s *trainer.State) error {
			assert.NotEqual(t, make([]float32, carriedRows*4), s.Model.(*nn.Model).States()[0].Value)
			c, err := s.Checkpoint()
			checkpoints = append(checkpoints, c)
			return err
		},
	})
	for _, i := range []int{1, 3, 6} {
		resumed, got := fit(checkpoints[i], trainer.Hook{})
		assert.Equal(t, m.Fingerprint(), resumed.Fingerprint())
		assert.Equal(t, m.States(), resumed.States())
		assert.Equal(t, history, got)
	}
	scores, err := trainer.Evaluate(t.Context(), m, test, carriedRows)
	require.NoError(t, err)
	assert.Equal(t, history.Last().Test.Loss, scores.Loss, "again from zeros")
	_, err = trainer.RangeTest{Model: m, Rule: optimizers.SGD{}, BatchSize: carriedRows, Steps: 20}.Run(t.Context(), train)
	require.NoError(t, err)
}

func TestTrainerCarriesErrors(t *testing.T) {
	good := func() *trainer.Trainer {
		return &trainer.Trainer{Model: carrying(t, 2, carriedRows), Rule: optimizers.SGD{}, Schedule: lrsched.Constant(.1), Epochs: 1, BatchSize: carriedRows, Order: trainer.GivenOrder}
	}
	const rows = "the rows whose state the model carries from batch to batch"
	data := streamedData(t, 2)
	for _, c := range []struct {
		change      func(tr *trainer.Trainer)
		train, test datasets.Dataset
		want        string
	}{
		{func(tr *trainer.Trainer) { tr.BatchSize = 9 }, data, nil, "trainer: BatchSize = 9: want 18, " + rows},
		{func(tr *trainer.Trainer) { tr.Order = trainer.NewOrder }, data, nil, "trainer: Order = NewOrder: want GivenOrder, since the model carries its state from batch to batch"},
		{func(*trainer.Trainer) {}, data.Slices, nil, "trainer: the training data is of 0 streams: want 18, " + rows + ", as in a datasets.Text with TextConfig.Streams"},
		{func(*trainer.Trainer) {}, data, streamed{data.Slices, 9}, "trainer: the test data is of 9 streams: want 18, " + rows + ", as in a datasets.Text with TextConfig.Streams"},
	} {
		tr := good()
		c.change(tr)
		_, err := tr.Fit(t.Context(), c.train, c.test)
		assert.EqualError(t, err, c.want)
	}
	_, err := trainer.Evaluate(t.Context(), carrying(t, 2, carriedRows), data, 9)
	assert.EqualError(t, err, "trainer: Evaluate: batchSize = 9: want 18, "+rows)
	_, err = trainer.RangeTest{Model: carrying(t, 2, carriedRows), Rule: optimizers.SGD{}, BatchSize: 9}.Run(t.Context(), data)
	assert.EqualError(t, err, "trainer: RangeTest: BatchSize = 9: want 18, "+rows)
}
