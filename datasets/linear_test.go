package datasets

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLinear(t *testing.T) {
	c := LinearConfig{Weights: []float64{2, -3.4}, Bias: 4.2, Noise: .01, Examples: 1000, Seed: 1}
	d, err := Linear(c)
	require.NoError(t, err)
	assert.Equal(t, 1000, d.Len())
	assert.Equal(t, []int{2}, d.InputShape())
	w, loss := leastSquares(t, d)
	assert.InDeltaSlice(t, []float64{2, -3.4, 4.2}, w, .002)
	assert.InDelta(t, .01*.01/2, loss, 5e-6)

	again, err := Linear(c)
	require.NoError(t, err)
	assert.Equal(t, d, again)

	c.Noise = 0
	exact, err := Linear(c)
	require.NoError(t, err)
	assert.Equal(t, d.a.Inputs, exact.a.Inputs, "the noise has a stream of its own")
	w, loss = leastSquares(t, exact)
	assert.InDeltaSlice(t, []float64{2, -3.4, 4.2}, w, 1e-6)
	assert.Less(t, loss, 1e-12)

	c.Seed = 2
	other, err := Linear(c)
	require.NoError(t, err)
	assert.NotEqual(t, exact.a.Inputs, other.a.Inputs)
}

func TestLinearErrors(t *testing.T) {
	w := []float64{1}
	for _, c := range []struct {
		c    LinearConfig
		want string
	}{
		{LinearConfig{Examples: 1}, "Linear: 0 Weights: want 1 or more"},
		{LinearConfig{Weights: w}, fmt.Sprintf("Linear: Examples = 0: want [1, %d]", maxExamples)},
		{LinearConfig{Weights: w, Examples: math.MaxInt}, fmt.Sprintf("Linear: Examples = %d: want [1, %d]", math.MaxInt, maxExamples)},
		{LinearConfig{Weights: w, Examples: 1, Noise: -1}, "Linear: Noise = -1: want a standard deviation, 0 or more"},
		{LinearConfig{Weights: w, Examples: 1, Noise: math.NaN()}, "Linear: Noise = NaN: want a standard deviation, 0 or more"},
		{LinearConfig{Weights: w, Examples: 1, Bias: math.NaN()}, "Linear: Bias = NaN: want a finite number"},
		{LinearConfig{Weights: []float64{1, math.Inf(1)}, Examples: 1}, "Linear: Weights[1] = +Inf: want a finite number"},
	} {
		_, err := Linear(c.c)
		assert.EqualError(t, err, "datasets: "+c.want)
	}
}
