//go:build long

package nn_test

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"descent/autograd/lanes"
	"descent/datasets"
	"descent/datasets/sample"
	"descent/nn"
	"descent/optimizers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLongCharLSTM(t *testing.T) {
	_, golden := charGoldens(t)
	compareTraining(t, charModel(t, golden, lanes.ISAAuto), golden)
}

// TestLongGPT compares with what testdata/gpt/long.py wrote, which says what it means.
func TestLongGPT(t *testing.T) {
	var golden struct {
		charGolden
		Layers, Width, Heads int
		First                map[string]uint64
	}
	raw, err := os.ReadFile("../testdata/gpt/long.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &golden))
	m := newModel(t, nn.GPT(nn.GPTConfig{
		Vocabulary: golden.Vocabulary, Length: golden.Length, Layers: golden.Layers, Width: golden.Width, Heads: golden.Heads,
	}), nn.Config{Input: []int{golden.Length}, Vocabulary: golden.Vocabulary, Loss: nn.SoftmaxCrossEntropy{}})
	require.Len(t, golden.First, len(m.Params()))
	for _, p := range m.Params() {
		first, ok := golden.First[p.Name]
		require.True(t, ok, p.Name)
		for i := range p.Value {
			switch {
			case len(p.Shape) > 1:
				p.Value[i] = float32(.02 * math.Sqrt(3) * (2*float64(scattered(first+uint64(i)))/(1<<32) - 1))
			case strings.HasSuffix(p.Name, "weight"):
				p.Value[i] = 1
			default:
				p.Value[i] = 0
			}
		}
	}
	compareTraining(t, m, golden.charGolden)
}

// compareTraining makes 500 steps of Adam on the sample text, whose losses, and then that
// of held-out text, are those of PyTorch to .03 nats.
func compareTraining(t *testing.T, m *nn.Model, golden charGolden) {
	t.Helper()
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
