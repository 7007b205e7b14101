package stats

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"descent/internal/rng"
)

// Given the resampled means, the interval is SciPy's.
func TestAccelerated(t *testing.T) {
	for _, c := range golden[struct {
		X, Means     []float64
		Z, Low, High float64
	}](t, "accelerated") {
		slices.Sort(c.Means)
		got := accelerated(c.X, c.Means, c.Z)
		width := c.High - c.Low
		assert.InDelta(t, c.Low, got.Low, 1e-9*width)
		assert.InDelta(t, c.High, got.High, 1e-9*width)
	}
}

// With resamples of its own, the interval is SciPy's at the expanded level, up
// to what two times 200,000 of them differ.
func TestBootstrapMean(t *testing.T) {
	for _, c := range golden[struct {
		X                []float64
		Level, Low, High float64
	}](t, "bootstrap") {
		got, err := BootstrapMean(c.X, c.Level, 200_000, 1)
		require.NoError(t, err)
		width := c.High - c.Low
		assert.InDelta(t, c.Low, got.Low, 0.015*width)
		assert.InDelta(t, c.High, got.High, 0.015*width)
	}
}

func TestBootstrapMeanOfOneValue(t *testing.T) {
	for _, x := range [][]float64{{3}, {0.1, 0.1, 0.1}} {
		got, err := BootstrapMean(x, 0.95, Resamples, 1)
		require.NoError(t, err)
		assert.Equal(t, Interval{x[0], x[0]}, got)
	}
}

// One resample leaves nothing to correct with, and gives an interval all the same.
func TestBootstrapMeanOfOneResample(t *testing.T) {
	got, err := BootstrapMean([]float64{1, 2, 4}, 0.95, 1, 1)
	require.NoError(t, err)
	assert.Equal(t, got.Low, got.High)
	assert.False(t, math.IsNaN(got.Low))
}

func TestBootstrapMeanSeeds(t *testing.T) {
	x := []float64{1, 2, 4, 8, 16, 32}
	interval := func(seed uint64) Interval {
		i, err := BootstrapMean(x, 0.95, 1000, seed)
		require.NoError(t, err)
		return i
	}
	assert.Equal(t, interval(1), interval(1))
	assert.NotEqual(t, interval(1), interval(2))
	assert.Equal(t, []float64{1, 2, 4, 8, 16, 32}, x)
}

// The interval lies within the observations, is wider at a higher level, and
// moves with them and their unit.
func TestBootstrapMeanProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-10, 10), 2, 12).Draw(t, "x")
		get := func(x []float64, level float64) Interval {
			i, err := BootstrapMean(x, level, 300, 7)
			require.NoError(t, err)
			return i
		}
		narrow, wide := get(x, 0.8), get(x, 0.95)
		const rounding = 1e-12
		assert.LessOrEqual(t, slices.Min(x)-rounding, wide.Low)
		assert.LessOrEqual(t, wide.Low, narrow.Low)
		assert.LessOrEqual(t, narrow.Low, narrow.High)
		assert.LessOrEqual(t, narrow.High, wide.High)
		assert.LessOrEqual(t, wide.High, slices.Max(x)+rounding)
		for i := range x {
			x[i] *= 4 // exactly
		}
		scaled := get(x, 0.95)
		assert.InDelta(t, 4*wide.Low, scaled.Low, 1e-9)
		assert.InDelta(t, 4*wide.High, scaled.High, 1e-9)
	})
}

// The shares of intervals that hold the mean, as the doc comment gives them.
func TestBootstrapMeanCoverage(t *testing.T) {
	const sets, resamples = 2000, 1000
	normal := func(z float64) float64 { return z }
	for _, c := range []struct {
		name      string
		n         int
		of        func(float64) float64
		mean      float64
		low, high float64 // bounds of the share
		plain     float64 // upper bound of that without the expansion
	}{
		{"normal", 10, normal, 0, 0.93, 0.965, 0.92},
		{"normal", 5, normal, 0, 0.90, 0.945, 0.86},
		{"normal", 3, normal, 0, 0.72, 0.78, 0.78},
		{"lognormal", 10, math.Exp, math.Exp(0.5), 0.86, 0.90, 0.85},
		{"lognormal", 5, math.Exp, math.Exp(0.5), 0.80, 0.845, 0.78},
	} {
		r := rng.New(1, "coverage", c.name)
		var held, plain int
		for set := range sets {
			x := make([]float64, c.n)
			for i := range x {
				x[i] = c.of(r.NormFloat64())
			}
			got, err := BootstrapMean(x, 0.95, resamples, uint64(set))
			require.NoError(t, err)
			if got.Low <= c.mean && c.mean <= got.High {
				held++
			}
			means := resampledMeans(x, resamples, uint64(set))
			slices.Sort(means)
			if got := accelerated(x, means, 1.959963984540054); got.Low <= c.mean && c.mean <= got.High {
				plain++
			}
		}
		share := float64(held) / sets
		t.Logf("%s, n = %d: %.3f, not expanded %.3f", c.name, c.n, share, float64(plain)/sets)
		assert.GreaterOrEqual(t, share, c.low, "%s, %d", c.name, c.n)
		assert.LessOrEqual(t, share, c.high, "%s, %d", c.name, c.n)
		assert.LessOrEqual(t, float64(plain)/sets, c.plain, "%s, %d", c.name, c.n)
	}
}

func TestBootstrapMeanErrors(t *testing.T) {
	for _, c := range []struct {
		x         []float64
		level     float64
		resamples int
		want      string
	}{
		{nil, 0.95, 10, "stats: BootstrapMean: len(x) = 0: want at least 1"},
		{[]float64{math.Inf(1)}, 0.95, 10, "stats: BootstrapMean: x[0] = +Inf: want a finite number"},
		{[]float64{1}, 95, 10, "stats: BootstrapMean: level = 95: want (0, 1)"},
		{[]float64{1}, math.NaN(), 10, "stats: BootstrapMean: level = NaN: want (0, 1)"},
		{[]float64{1}, 0.95, 0, "stats: BootstrapMean: resamples = 0: want at least 1"},
	} {
		_, err := BootstrapMean(c.x, c.level, c.resamples, 1)
		assert.EqualError(t, err, c.want)
	}
}

func TestQuantile(t *testing.T) {
	x := []float64{1, 2, 4, 8}
	for p, want := range map[float64]float64{0: 1, 0.25: 1.75, 0.5: 3, 1: 8} {
		assert.Equal(t, want, quantile(x, p))
	}
}
