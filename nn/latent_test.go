package nn_test

import (
	"fmt"
	"log"
	"math"
	"slices"
	"testing"

	"descent/datasets"
	"descent/nn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A variational autoencoder of two numbers, of which one is known from the other, and
// its decoder alone.
func ExampleLatent() {
	net := nn.Sequential(nn.Latent{Units: 1, Beta: .01, Mean: true}, nn.Dense{Units: 2})
	model, err := nn.NewModel(net, nn.Config{Input: []int{2}, Loss: nn.Reconstruction{}, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	batch := &datasets.Batch{Rows: 50}
	for i := range batch.Rows {
		v := float32(i)/25 - 1
		batch.Inputs = append(batch.Inputs, v, -2*v)
	}
	for range 2000 {
		if _, _, err := model.Step(batch); err != nil {
			log.Fatal(err)
		}
		for _, p := range model.Params() {
			for i, g := range p.Grad {
				p.Value[i] -= .02 * g
			}
		}
	}
	y, err := model.Predict(nil, []float32{.5, -1})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.1f\n", y)

	decoder, err := model.NewPartPredictor("1", []int{1}, 1)
	if err != nil {
		log.Fatal(err)
	}
	defer decoder.Close()
	y, err = decoder.Predict(nil, []float32{-1.5, 1.5})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.1f and %.1f: the first number is −½ of the second\n", y[:2], y[2:])
	// Output:
	// [0.5 -1.0]
	// [-0.4 0.7] and [0.3 -0.6]: the first number is −½ of the second
}

// latents returns a model whose outputs are draws with means of 0 and variances of 1.
func latents(t *testing.T, seed uint64, threads int, mean bool) *nn.Model {
	t.Helper()
	return newModel(t, nn.Sequential(nn.Latent{Units: 3, Mean: mean, Weight: nn.Constant(0), Bias: nn.Constant(0)}),
		nn.Config{Input: []int{5}, Loss: nn.SquaredError{}, Seed: seed, Threads: threads})
}

// In training the numbers are new in each step, and Redo draws them again. Otherwise
// they are those of the row, wherever it is.
func TestLatentNumbers(t *testing.T) {
	b := inputBatch(20, 5, 3, "latent")
	m := latents(t, 1, 1, false)
	first := step(t, m, b).output
	second := step(t, m, b).output
	assert.NotEqual(t, first, second)
	_, redone, err := m.Redo(b)
	require.NoError(t, err)
	assert.Equal(t, second, redone)
	assert.Equal(t, first, step(t, latents(t, 1, 3, true), b).output, "threads, and Mean")

	all, err := m.Predict(nil, b.Inputs)
	require.NoError(t, err)
	assert.Equal(t, all, evaluate(t, m, b).output)
	other, err := latents(t, 2, 1, false).Predict(nil, b.Inputs)
	require.NoError(t, err)
	assert.Equal(t, all, other, "another seed")
	for i := range b.Rows {
		one, err := m.Predict(nil, b.Inputs[5*i:5*i+5])
		require.NoError(t, err)
		assert.Equal(t, all[3*i:3*i+3], one)
	}
	slices.Sort(all)
	assert.Len(t, slices.Compact(all), 60, "different rows have different numbers")
	all, err = latents(t, 1, 1, true).Predict(nil, b.Inputs)
	require.NoError(t, err)
	assert.Equal(t, make([]float32, 60), all)

	tokens := newModel(t, nn.Sequential(bigram, nn.Flatten{}, nn.Latent{Units: 3}), nn.Config{Input: []int{3}, Vocabulary: 5})
	ids := &datasets.Batch{Rows: 2, Tokens: []int32{0, 1, 2, 3, 4, 0}}
	both, err := tokens.PredictBatch(nil, ids)
	require.NoError(t, err)
	ids.Rows, ids.Tokens = 1, ids.Tokens[3:]
	second, err = tokens.PredictBatch(nil, ids)
	require.NoError(t, err)
	assert.Equal(t, both[3:], second)
}

// The outputs have the means and variances that the layers say, and the loss has the
// divergence.
func TestLatentDistribution(t *testing.T) {
	const rows, mu, logVariance, beta = 4000, 2, 1.2, .5
	m := newModel(t, nn.Sequential(nn.Latent{Units: 1, Beta: beta}), nn.Config{Input: []int{1}, Loss: nn.Reconstruction{}, Seed: 1})
	copy(param(t, m, "0.mean.bias").Value, []float32{mu})
	copy(param(t, m, "0.log_variance.bias").Value, []float32{logVariance})
	for _, w := range []string{"0.mean.weight", "0.log_variance.weight"} {
		clear(param(t, m, w).Value)
	}
	b := &datasets.Batch{Rows: rows, Inputs: normal(rows, "rows")}
	for _, r := range []result{step(t, m, b), evaluate(t, m, b)} {
		var sum, squares, square float64
		for i, v := range r.output {
			sum += float64(v)
			squares += (float64(v) - mu) * (float64(v) - mu)
			square += (float64(v) - float64(b.Inputs[i])) * (float64(v) - float64(b.Inputs[i]))
		}
		variance := math.Exp(logVariance)
		assert.InDelta(t, mu, sum/rows, 4*math.Sqrt(variance/rows))
		assert.InDelta(t, variance, squares/rows, 4*variance*math.Sqrt(2./rows))
		assert.InEpsilon(t, square/rows+beta*(mu*mu+variance-logVariance-1)/2, math.Float64frombits(r.loss), 1e-5)
	}
}

// A part alone gives what it does within the network.
func TestPartPredictor(t *testing.T) {
	net := nn.Sequential(nn.Conv2D{Filters: 2, Kernel: 3}, nn.Sequential(nn.Flatten{}, nn.Dense{Units: 4}), nn.Sequential(nn.BatchNorm{}, nn.Dense{Units: 5}, nn.ReLU{}, nn.Dense{Units: 3}))
	m := newModel(t, net, nn.Config{Input: []int{1, 5, 5}, Loss: nn.SquaredError{}, Seed: 3})
	b := inputBatch(20, 25, 3, "part")
	step(t, m, b)
	want, err := m.Predict(nil, b.Inputs)
	require.NoError(t, err)
	codes, _, err := m.Features(nil, b, "1")
	require.NoError(t, err)
	for path, c := range map[string]struct {
		shape []int
		input []float32
	}{"": {[]int{1, 5, 5}, b.Inputs}, "2": {[]int{4}, codes}} {
		p, err := m.NewPartPredictor(path, c.shape, 2)
		require.NoError(t, err)
		defer p.Close()
		got, err := p.Predict(nil, c.input)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	p, err := m.NewPartPredictor("0", []int{1, 9, 8}, 1) // other images than those of the network
	require.NoError(t, err)
	defer p.Close()
	y, err := p.Predict(nil, make([]float32, 2*72))
	require.NoError(t, err)
	assert.Len(t, y, 2*2*7*6)

	for want, c := range map[string]struct {
		path  string
		shape []int
	}{
		`nn: predictor: path "3": want one of ["0" "1.0" "1.1" "1" "2.0" "2.1" "2.2" "2.3" "2" ""]`:                          {"3", []int{4}},
		`nn: predictor: layer 2.0 (BatchNorm): parameter "2.0.weight" of shape [5]: want [4], as at first`:                   {"2", []int{5}},
		"nn: predictor: layer 1.1 (Dense(4)): rows of shape [2 2 2]: want [features] or [T features]: put Flatten before it": {"1.1", []int{2, 2, 2}},
		"nn: predictor: Config.Input is empty: want the shape of a row, such as [1 28 28]":                                   {"2", nil},
	} {
		_, err := m.NewPartPredictor(c.path, c.shape, 1)
		assert.EqualError(t, err, want)
	}
	_, err = m.NewPartPredictor("2", []int{4}, -1)
	assert.EqualError(t, err, "nn: predictor: Threads = -1: want 0 (all processors) or more")
}
