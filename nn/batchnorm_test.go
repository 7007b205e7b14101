package nn_test

import (
	"math"
	"path/filepath"
	"testing"

	"descent/datasets"
	"descent/internal/safetensors"
	"descent/nn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// columns is a batch of rows of two features of known moments, from a step on.
func columns(rows, step int) *datasets.Batch {
	b := &datasets.Batch{Rows: rows, Targets: make([]float32, 2*rows)}
	for i := range rows {
		b.Inputs = append(b.Inputs, float32(i*i+step), float32(3.25-float64(i*step)))
	}
	return b
}

// moments are the mean, the biased and the unbiased variance of a feature.
func moments(b *datasets.Batch, feature int) (mean, biased, unbiased float64) {
	n := float64(b.Rows)
	for i := range b.Rows {
		mean += float64(b.Inputs[2*i+feature]) / n
	}
	for i := range b.Rows {
		d := float64(b.Inputs[2*i+feature]) - mean
		biased += d * d / n
	}
	return mean, biased, biased * n / (n - 1)
}

// Training normalizes by the batch's own rows only, and updates the running
// statistics; evaluation normalizes by these.
func TestBatchNorm(t *testing.T) {
	for _, c := range []struct {
		layer nn.BatchNorm
		part  func(step int) float64
	}{
		{nn.BatchNorm{}, func(int) float64 { return .1 }},
		{nn.BatchNorm{Momentum: .25, Eps: .5}, func(int) float64 { return .25 }},
		{nn.BatchNorm{Momentum: 1}, func(int) float64 { return 1 }},
		{nn.BatchNorm{Cumulative: true}, func(step int) float64 { return 1 / float64(step) }},
	} {
		eps := c.layer.Eps
		if eps == 0 {
			eps = 1e-5
		}
		m := newModel(t, nn.Sequential(c.layer), nn.Config{Input: []int{2}, Loss: nn.SquaredError{}, Threads: 2})
		weight, bias := m.Params()[0].Value, m.Params()[1].Value
		copy(weight, []float32{2, -1})
		copy(bias, []float32{.5, 3})
		running := [2][2]float64{{0, 1}, {0, 1}}
		for i, rows := range []int{5, 17, 3, 40} {
			b := columns(rows, i+1)
			out := step(t, m, b).output
			for f := range 2 {
				mean, biased, unbiased := moments(b, f)
				for r := range rows {
					want := float64(weight[f])*(float64(b.Inputs[2*r+f])-mean)/math.Sqrt(biased+eps) + float64(bias[f])
					require.InDelta(t, want, out[2*r+f], 1e-5)
				}
				p := c.part(i + 1)
				running[f][0] += p * (mean - running[f][0])
				running[f][1] += p * (unbiased - running[f][1])
			}
			s := m.States()
			for f := range 2 {
				require.InEpsilon(t, running[f][0], s[0].Value[f], 1e-6)
				require.InEpsilon(t, running[f][1], s[1].Value[f], 1e-6)
			}
			require.Equal(t, []float32{float32(i + 1)}, s[2].Value)
		}
		before := [][]float32{append([]float32(nil), m.States()[0].Value...), append([]float32(nil), m.States()[1].Value...)}
		b := columns(7, 2)
		y, err := m.Predict(nil, b.Inputs)
		require.NoError(t, err)
		for i, x := range b.Inputs {
			f := i % 2
			require.InEpsilon(t, float64(weight[f])*(float64(x)-running[f][0])/math.Sqrt(running[f][1]+eps)+float64(bias[f]), y[i], 1e-4)
		}
		assert.Equal(t, y, evaluate(t, m, b).output)
		_, _, err = m.Redo(b)
		require.NoError(t, err)
		assert.Equal(t, before, [][]float32{m.States()[0].Value, m.States()[1].Value}, "neither evaluation nor Redo moves them")
	}
}

// Weights of rows are for the loss: the statistics count each row equally.
func TestBatchNormIgnoresWeights(t *testing.T) {
	cfg := nn.Config{Input: []int{2}, Loss: nn.SquaredError{}}
	m, weighted := newModel(t, nn.Sequential(nn.BatchNorm{}), cfg), newModel(t, nn.Sequential(nn.BatchNorm{}), cfg)
	b, w := columns(3, 1), columns(3, 1)
	w.Weights = []float32{0, 1, 5}
	assert.Equal(t, step(t, m, b).output, step(t, weighted, w).output)
	assert.Equal(t, m.States(), weighted.States())
}

// One value has no variance; a row of an image has many.
func TestBatchNormOfOneValue(t *testing.T) {
	m := newModel(t, nn.Sequential(nn.BatchNorm{}), nn.Config{Input: []int{2}, Loss: nn.SquaredError{}})
	_, _, err := m.Step(columns(1, 1))
	assert.EqualError(t, err, "nn: batch norm: one value in each channel, whose variance is 0: want a batch of 2 or more rows")
	assert.Equal(t, []float32{0}, m.States()[2].Value)
	_, _, err = m.Evaluate(columns(1, 1))
	assert.NoError(t, err)
	step(t, m, columns(2, 1))
	image := newModel(t, nn.Sequential(nn.BatchNorm{}), nn.Config{Input: []int{2, 1, 2}, Loss: nn.SquaredError{}})
	step(t, image, inputBatch(1, 4, 4, "image"))
}

// A step that is not finite leaves the statistics.
func TestBatchNormOfNaN(t *testing.T) {
	m := newModel(t, nn.Sequential(nn.BatchNorm{}), nn.Config{Input: []int{2}, Loss: nn.SquaredError{}})
	b := columns(3, 1)
	b.Inputs[0] = float32(math.NaN())
	step(t, m, b)
	assert.Equal(t, []float32{0, 0}, m.States()[0].Value)
	assert.Equal(t, []float32{0}, m.States()[2].Value)
}

// A model that is saved, loaded and trained further has the same bits. PyTorch's file,
// whose count of batches is an integer, can be read.
func TestBatchNormIsSaved(t *testing.T) {
	cfg := nn.Config{Input: []int{2}, Loss: nn.SquaredError{}}
	net := nn.Sequential(nn.Dense{Units: 3}, nn.BatchNorm{}, nn.Residual{Body: nn.LayerNorm{}}, nn.Dense{Units: 2})
	m, other := newModel(t, net, cfg), newModel(t, net, cfg)
	for i := range 3 {
		step(t, m, columns(5, i+1))
	}
	file := filepath.Join(t.TempDir(), "model.safetensors")
	require.NoError(t, m.Save(file))
	require.NoError(t, other.Load(file))
	assert.Equal(t, m.States(), other.States())
	assert.Equal(t, evaluate(t, m, columns(5, 7)), evaluate(t, other, columns(5, 7)))
	assert.Equal(t, step(t, m, columns(5, 7)), step(t, other, columns(5, 7)))
	assert.Equal(t, m.States(), other.States())

	saved, _, err := safetensors.Read(file)
	require.NoError(t, err)
	var names []string
	for _, s := range saved {
		names = append(names, s.Name)
	}
	assert.Equal(t, []string{
		"0.weight", "0.bias", "1.weight", "1.bias", "2.body.weight", "2.body.bias", "3.weight", "3.bias",
		"1.running_mean", "1.running_var", "1.num_batches_tracked",
	}, names)
	assert.Empty(t, saved[10].Shape)
}

// Frozen parameters stay, and those of the others have the same gradients; the
// running statistics move on, as in PyTorch.
func TestNormsAreFrozen(t *testing.T) {
	cfg := nn.Config{Input: []int{2}, Loss: nn.SquaredError{}, Seed: 1}
	net := nn.Sequential(nn.Dense{Units: 4}, nn.BatchNorm{}, nn.GroupNorm{Groups: 2}, nn.LayerNorm{}, nn.RMSNorm{}, nn.Dense{Units: 2})
	m, frozen := newModel(t, net, cfg), newModel(t, net, cfg)
	for _, patterns := range [][]string{{"1.*"}, {"2.weight", "3.bias"}, {"0.*"}, {"[0-4].*"}} {
		require.NoError(t, frozen.Freeze(patterns...))
		want, got := step(t, m, columns(5, 2)), step(t, frozen, columns(5, 2))
		assert.Equal(t, want.output, got.output)
		for _, p := range frozen.Params() {
			if *p.Frozen {
				assert.Equal(t, make([]float32, len(p.Value)), p.Grad, p.Name)
			} else {
				assert.Equal(t, want.grads[p.Name], p.Grad, p.Name)
			}
		}
		assert.Equal(t, m.States(), frozen.States())
		require.NoError(t, frozen.Unfreeze("*"))
	}
}
