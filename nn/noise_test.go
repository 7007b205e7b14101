package nn_test

import (
	"fmt"
	"log"
	"testing"

	"descent/datasets"
	"descent/nn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Noise is drawn in training alone, anew each step, from the model's seed and the
// layer's path; Redo draws it again.
func TestNoise(t *testing.T) {
	steps := func(seed uint64, threads, layer int) (all [][]float32, m *nn.Model, b *datasets.Batch) {
		q := nn.Sequential(gap, gap, scale)
		q[layer] = nn.Noise{SD: .5}
		m = newModel(t, q, nn.Config{Input: []int{50}, Loss: nn.SquaredError{}, Seed: seed, Threads: threads})
		b = &datasets.Batch{Rows: 20, Inputs: make([]float32, 20*50), Targets: make([]float32, 20*50)}
		for range 2 {
			all = append(all, step(t, m, b).output)
		}
		return all, m, b
	}
	want, m, b := steps(1, 1, 0)
	assert.NotEqual(t, want[0], want[1])
	again, _, _ := steps(1, 3, 0)
	assert.Equal(t, want, again)
	seed, _, _ := steps(2, 1, 0)
	layer, _, _ := steps(1, 1, 1)
	assert.NotEqual(t, want, seed)
	assert.NotEqual(t, want, layer)
	_, redone, err := m.Redo(b)
	require.NoError(t, err)
	assert.Equal(t, want[1], redone)
	assert.Equal(t, make([]float32, 20*50), evaluate(t, m, b).output)
	y, err := m.Predict(nil, b.Inputs)
	require.NoError(t, err)
	assert.Equal(t, b.Inputs, y)
}

// In training noise is added to each number, and dropout of channels zeroes each
// plane of an image or divides it by 1 − Rate.
func ExampleNoise() {
	for _, layer := range []nn.Layer{nn.Noise{SD: .1}, nn.Dropout{Rate: .5, Channels: true}} {
		net := nn.Sequential(nn.Conv2D{Filters: 4, Kernel: 1, Weight: nn.Constant(1), NoBias: true}, layer)
		model, err := nn.NewModel(net, nn.Config{Input: []int{1, 1, 2}, Loss: nn.SquaredError{}, Seed: 5})
		if err != nil {
			log.Fatal(err)
		}
		defer model.Close()
		batch := &datasets.Batch{Rows: 1, Inputs: []float32{1, 2}, Targets: make([]float32, 8)}
		_, trained, err := model.Step(batch)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%v: %.2f\n", layer, trained)
		_, evaluated, err := model.Evaluate(batch)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("evaluated: %.2f\n", evaluated)
	}
	// Output:
	// Noise(0.1): [1.08 1.87 0.82 1.98 1.02 2.05 0.99 2.16]
	// evaluated: [1.00 2.00 1.00 2.00 1.00 2.00 1.00 2.00]
	// Dropout(0.5, channels): [2.00 4.00 2.00 4.00 0.00 0.00 2.00 4.00]
	// evaluated: [1.00 2.00 1.00 2.00 1.00 2.00 1.00 2.00]
}
