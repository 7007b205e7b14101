package nn_test

import (
	"math"
	"testing"

	"descent/datasets"
	"descent/nn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const dropRate = .25

// masks returns what each of a model's first steps multiplies a row of ones by,
// for a network of two dropout layers: the outputs are those of one of them.
func masks(t *testing.T, layer int, seed uint64, threads, rows, steps int) [][]float32 {
	t.Helper()
	q := nn.Sequential(gap, gap, scale)
	q[layer] = nn.Dropout{Rate: dropRate}
	m := newModel(t, q, nn.Config{Input: []int{50}, Loss: nn.SquaredError{}, Seed: seed, Threads: threads})
	b := &datasets.Batch{Rows: rows, Inputs: make([]float32, rows*50), Targets: make([]float32, rows*50)}
	for i := range b.Inputs {
		b.Inputs[i] = 1
	}
	var all [][]float32
	for range steps {
		all = append(all, step(t, m, b).output)
	}
	return all
}

// scale is a trained layer that leaves rows as they are: a loss needs one.
var scale = nn.Rows{Name: "scale", F: stockScale}

// The mask of a row is a function of the seed, the step, the layer and the
// row's place, and of nothing else.
func TestDropoutMask(t *testing.T) {
	want := masks(t, 0, 1, 1, 40, 3)
	assert.Equal(t, want, masks(t, 0, 1, 1, 40, 3), "the same again")
	assert.Equal(t, want, masks(t, 0, 1, 3, 40, 3), "threads")
	for step, mask := range masks(t, 0, 1, 2, 7, 3) {
		assert.Equal(t, want[step][:7*50], mask, "rows of a smaller batch, step %d", step)
	}
	for step, mask := range masks(t, 0, 1, 2, 100, 3) {
		assert.Equal(t, want[step], mask[:40*50], "rows of a larger batch, step %d", step)
	}
	assert.Less(t, agreement(want[0], masks(t, 0, 2, 1, 40, 1)[0]), .7, "another seed")
	assert.Less(t, agreement(want[0], masks(t, 1, 1, 1, 40, 1)[0]), .7, "another layer")
	assert.Less(t, agreement(want[0], want[1]), .7, "another step")
	assert.Less(t, agreement(want[0], masks(t, 0, 0, 1, 40, 2)[1]), .7, "the next step of the seed before")
	assert.Less(t, agreement(want[0][:50], want[0][50:100]), .9, "another row")
}

// agreement is the part of two masks that is equal: .625 by chance.
func agreement(a, b []float32) float64 {
	n := 0
	for i := range a {
		if a[i] == b[i] {
			n++
		}
	}
	return float64(n) / float64(len(a))
}

// A quarter is dropped, the rest divided by three quarters: the mean stays.
func TestDropoutKeepsTheMean(t *testing.T) {
	var dropped, n float64
	for _, mask := range masks(t, 0, 3, 2, 160, 5) {
		for _, v := range mask {
			n++
			if v == 0 {
				dropped++
			} else {
				require.Equal(t, float32(1/(1-dropRate)), v)
			}
		}
	}
	assert.InDelta(t, dropRate, dropped/n, 5*math.Sqrt(dropRate*(1-dropRate)/n))
}

// Evaluation and prediction drop nothing, and do not move the steps on.
func TestDropoutIsForTraining(t *testing.T) {
	net := func(drop nn.Layer) nn.Layer { return nn.Sequential(nn.Dense{Units: 20}, drop, nn.Dense{Units: 2}) }
	cfg := nn.Config{Input: []int{3}, Loss: nn.SquaredError{}}
	m, plain, other := newModel(t, net(nn.Dropout{Rate: .5}), cfg), newModel(t, net(gap), cfg), newModel(t, net(nn.Dropout{Rate: .5}), cfg)
	b := inputBatch(20, 3, 2, "dropout")
	assert.Equal(t, evaluate(t, plain, b), evaluate(t, m, b))
	y, err := m.Predict(nil, b.Inputs)
	require.NoError(t, err)
	assert.Equal(t, evaluate(t, plain, b).output, y)
	assert.NotEqual(t, y, step(t, other, b).output)
	assert.Equal(t, step(t, other, b), step(t, second(t, m, b), b), "second steps")
	nothing := newModel(t, net(nn.Dropout{}), cfg)
	assert.Equal(t, step(t, plain, b), step(t, nothing, b), "rate 0")
}

// second returns the model after a step.
func second(t *testing.T, m *nn.Model, b *datasets.Batch) *nn.Model {
	t.Helper()
	step(t, m, b)
	return m
}

// Redo draws what the last Step drew, and the next Step continues as if without it.
func TestRedo(t *testing.T) {
	want := masks(t, 0, 1, 1, 4, 2)
	m := newModel(t, nn.Sequential(nn.Dropout{Rate: dropRate}, gap, scale), nn.Config{Input: []int{50}, Loss: nn.SquaredError{}, Seed: 1, Threads: 1})
	b := &datasets.Batch{Rows: 4, Inputs: make([]float32, 4*50), Targets: make([]float32, 4*50)}
	for i := range b.Inputs {
		b.Inputs[i] = 1
	}
	first := step(t, m, b)
	for range 2 {
		_, again, err := m.Redo(b)
		require.NoError(t, err)
		assert.Equal(t, first.output, again)
	}
	assert.Equal(t, want[0], first.output)
	assert.Equal(t, want[1], step(t, m, b).output)
}
