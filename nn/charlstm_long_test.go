//go:build long

package nn_test

import (
	"testing"

	"descent/autograd/lanes"
	"descent/datasets"
	"descent/datasets/sample"
	"descent/optimizers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestLongCharLSTM: 500 steps give the losses of PyTorch to .03 nats.
func TestLongCharLSTM(t *testing.T) {
	_, golden := charGoldens(t)
	text, err := sample.Bible()
	require.NoError(t, err)
	data := func(text string, v datasets.Vocabulary) *datasets.Text {
		d, err := datasets.NewText(text, datasets.TextConfig{Vocabulary: v, Length: golden.Length, Streams: golden.Rows})
		require.NoError(t, err)
		return d
	}
	v, err := datasets.Characters(text[:golden.Characters])
	require.NoError(t, err)
	require.Len(t, v, golden.Vocabulary)
	train, test := data(text[:golden.Train], v), data(text[golden.Train:golden.Characters], v)
	m := charModel(t, golden, lanes.ISAAuto)
	o, err := optimizers.New(optimizers.DefaultAdam(), m.Params(), optimizers.Config{})
	require.NoError(t, err)
	epoch := func(d *datasets.Text, f func(b *datasets.Batch)) {
		l := datasets.Loader{Dataset: d, BatchSize: golden.Rows}
		for b, err := range l.Epoch(t.Context(), 0) {
			require.NoError(t, err)
			f(b)
		}
	}
	steps, sum := 0, 0.
	for steps < 500 {
		m.StartEpoch()
		epoch(train, func(b *datasets.Batch) {
			if steps == 500 {
				return
			}
			loss, _, err := m.Step(b)
			require.NoError(t, err)
			require.NoError(t, o.Step(golden.Rate))
			sum += loss
			if steps++; steps%50 == 0 {
				want := golden.Losses[steps/50-1]
				t.Logf("steps to %d: %.4f, PyTorch %.4f", steps, sum/50, want)
				assert.InDelta(t, want, sum/50, .03)
				sum = 0
			}
		})
	}
	batches := 0
	epoch(test, func(b *datasets.Batch) {
		loss, _, err := m.Evaluate(b)
		require.NoError(t, err)
		sum += loss
		batches++
	})
	t.Logf("test: %.4f, PyTorch %.4f", sum/float64(batches), golden.Test)
	assert.InDelta(t, golden.Test, sum/float64(batches), .03)
}
