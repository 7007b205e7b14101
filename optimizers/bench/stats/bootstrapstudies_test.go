package stats

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/internal/rng"
)

// meanOf returns the mean of the drawn values.
func meanOf(x []float64) func([]int) float64 {
	return func(studies []int) float64 {
		var sum float64
		for _, i := range studies {
			sum += x[i]
		}
		return sum / float64(len(studies))
	}
}

// Every study is drawn equally often, and a statistic that does not depend on them has
// no spread.
func TestBootstrapStudies(t *testing.T) {
	const k, resamples = 5, 20_000
	var drawn [k]int
	got, err := BootstrapStudies(k, 0.9, resamples, 1, func(studies []int) float64 {
		require.Len(t, studies, k)
		for _, i := range studies {
			drawn[i]++
		}
		return 3
	})
	require.NoError(t, err)
	assert.Equal(t, Interval{3, 3}, got)
	for _, n := range drawn {
		assert.InDelta(t, resamples, n, 4*math.Sqrt(resamples))
	}

	got, err = BootstrapStudies(1, 0.9, 10, 1, meanOf([]float64{7}))
	require.NoError(t, err)
	assert.Equal(t, Interval{7, 7}, got)
}

func TestBootstrapStudiesSeeds(t *testing.T) {
	x := []float64{1, 2, 4, 8, 16, 32}
	interval := func(level float64, seed uint64) Interval {
		i, err := BootstrapStudies(len(x), level, 1000, seed, meanOf(x))
		require.NoError(t, err)
		return i
	}
	assert.Equal(t, interval(0.9, 1), interval(0.9, 1))
	assert.NotEqual(t, interval(0.9, 1), interval(0.9, 2))
	assert.Less(t, interval(0.99, 1).Low, interval(0.9, 1).Low)
	assert.Greater(t, interval(0.99, 1).High, interval(0.9, 1).High)
}

// The shares of intervals that hold the mean are what the doc comment says.
func TestBootstrapStudiesCoverage(t *testing.T) {
	const resamples = 500
	sets := 1000
	if testing.Short() {
		sets = 400
	}
	for _, c := range []struct {
		name string
		k    int
		of   func(float64) float64
		mean float64
		want float64
	}{
		{"normal", 8, func(z float64) float64 { return z }, 0, 0.94},
		{"normal", 16, func(z float64) float64 { return z }, 0, 0.95},
		{"uniform", 8, func(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }, 0.5, 0.95},
		{"lognormal", 8, math.Exp, math.Exp(0.5), 0.84},
	} {
		r := rng.New(1, "studies", c.name)
		x := make([]float64, c.k)
		var held int
		for set := range sets {
			for i := range x {
				x[i] = c.of(rng.Normal(r))
			}
			got, err := BootstrapStudies(c.k, 0.95, resamples, uint64(set), meanOf(x))
			require.NoError(t, err)
			if got.Low <= c.mean && c.mean <= got.High {
				held++
			}
		}
		share := float64(held) / float64(sets)
		t.Logf("%s of %d: %.3f", c.name, c.k, share)
		const rounding = 0.005 // of the figures
		noise := 3 * math.Sqrt(c.want*(1-c.want)/float64(sets))
		assert.InDelta(t, c.want, share, rounding+noise, "%s of %d", c.name, c.k)
	}
}

func TestBootstrapStudiesErrors(t *testing.T) {
	one := func([]int) float64 { return 1 }
	for _, c := range []struct {
		k         int
		level     float64
		resamples int
		statistic func([]int) float64
		want      string
	}{
		{0, 0.9, 9, one, "k = 0: want 1 or more"},
		{2, 1, 9, one, "level = 1: want (0, 1)"},
		{2, 0.9, 0, one, "resamples = 0: want 1 or more"},
		{2, 0.9, 9, nil, "statistic = nil: want a function"},
		{1, 0.9, 9, func([]int) float64 { return math.Inf(1) }, "statistic([0]) = +Inf: want a finite number"},
		{1, 0.9, 9, func(i []int) float64 { i[0] = 9; return math.NaN() }, "statistic([0]) = NaN: want a finite number"},
	} {
		_, err := BootstrapStudies(c.k, c.level, c.resamples, 1, c.statistic)
		assert.EqualError(t, err, "stats: BootstrapStudies: "+c.want)
	}
}
