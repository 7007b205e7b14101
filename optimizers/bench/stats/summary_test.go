package stats

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSummarize(t *testing.T) {
	for _, c := range golden[struct {
		X                          []float64
		Mean, SD, Median, Min, Max float64
	}](t, "summaries") {
		s, err := Summarize(c.X)
		require.NoError(t, err)
		assert.Equal(t, len(c.X), s.N)
		near(t, c.Mean, s.Mean)
		near(t, c.SD, s.SD)
		near(t, c.Median, s.Median)
		assert.Equal(t, [2]float64{c.Min, c.Max}, [2]float64{s.Min, s.Max})
	}
}

func TestSummarizeOne(t *testing.T) {
	s, err := Summarize([]float64{3})
	require.NoError(t, err)
	assert.True(t, math.IsNaN(s.SD))
	s.SD = 0
	assert.Equal(t, Summary{N: 1, Mean: 3, Median: 3, Min: 3, Max: 3}, s)
}

func TestSummarizeLeavesItsArgument(t *testing.T) {
	x := []float64{3, 1, 2}
	_, err := Summarize(x)
	require.NoError(t, err)
	assert.Equal(t, []float64{3, 1, 2}, x)
}

func TestSummarizeErrors(t *testing.T) {
	_, err := Summarize(nil)
	assert.EqualError(t, err, "stats: Summarize: len(x) = 0: want 1 or more")
	_, err = Summarize([]float64{1, math.NaN()})
	assert.EqualError(t, err, "stats: Summarize: x[1] = NaN: want a finite number")
	_, err = Summarize([]float64{math.Inf(-1)})
	assert.EqualError(t, err, "stats: Summarize: x[0] = -Inf: want a finite number")
}
