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

// One or two resamples, all on one side of the mean, leave nothing to correct
// with, and give an interval of them all the same.
func TestBootstrapMeanOfFewResamples(t *testing.T) {
	for _, x := range [][]float64{{1, 2, 4}, {-4, -2, -1}} {
		for seed := range uint64(20) {
			for resamples := 1; resamples <= 2; resamples++ {
				got, err := BootstrapMean(x, 0.95, resamples, seed)
				require.NoError(t, err)
				means := resampledMeans(x, resamples, seed)
				assert.LessOrEqual(t, slices.Min(means)-1e-12, got.Low)
				assert.LessOrEqual(t, got.Low, got.High)
				assert.LessOrEqual(t, got.High, slices.Max(means)+1e-12)
			}
		}
	}
}

// Levels next to 0 and 1 give an interval too.
func TestBootstrapMeanOfExtremeLevels(t *testing.T) {
	for _, x := range [][]float64{{1, 2}, {1, 2, 9}, {-9, -2, -1}, {1, 2, 3, 4, 5, 6, 7, 99}} {
		for _, level := range []float64{math.SmallestNonzeroFloat64, 1e-9, 0.999_999, math.Nextafter(1, 0)} {
			got, err := BootstrapMean(x, level, 100, 1)
			require.NoError(t, err)
			assert.LessOrEqual(t, slices.Min(x), got.Low)
			assert.LessOrEqual(t, got.Low, got.High)
			assert.LessOrEqual(t, got.High, slices.Max(x))
		}
	}
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
		var x []float64
		for _, v := range rapid.SliceOfN(rapid.IntRange(-1000, 1000), 2, 12).Draw(t, "100·x") {
			x = append(x, float64(v)/100)
		}
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
		power := rapid.SampledFrom([]int{-900, -400, -1, 2, 400, 900}).Draw(t, "power")
		for i := range x {
			x[i] = math.Ldexp(x[i], power) // exactly
		}
		scaled := get(x, 0.95)
		assert.Equal(t, Interval{math.Ldexp(wide.Low, power), math.Ldexp(wide.High, power)}, scaled)
	})
}

// The shares of intervals that hold the mean, as the doc comment gives them:
// expanded, and plain.
func TestBootstrapMeanCoverage(t *testing.T) {
	const resamples = 1000
	sets := 2000
	if testing.Short() {
		sets = 400
	}
	normal := func(z float64) float64 { return z }
	for _, c := range []struct {
		name            string
		n               int
		of              func(float64) float64
		mean            float64
		expanded, plain float64
	}{
		{"normal", 10, normal, 0, 0.95, 0.90},
		{"normal", 5, normal, 0, 0.92, 0.84},
		{"normal", 3, normal, 0, 0.75, 0.71},
		{"lognormal", 10, math.Exp, math.Exp(0.5), 0.88, 0.83},
		{"lognormal", 5, math.Exp, math.Exp(0.5), 0.82, 0.74},
	} {
		r := rng.New(1, "coverage", c.name)
		var expanded, plain, plainSets int
		for set := range sets {
			x := make([]float64, c.n)
			for i := range x {
				x[i] = c.of(r.NormFloat64())
			}
			got, err := BootstrapMean(x, 0.95, resamples, uint64(set))
			require.NoError(t, err)
			if got.Low <= c.mean && c.mean <= got.High {
				expanded++
			}
			if set%2 > 0 {
				continue // fewer, for time
			}
			means := resampledMeans(x, resamples, uint64(set))
			slices.Sort(means)
			plainSets++
			if got := accelerated(x, means, 1.959963984540054); got.Low <= c.mean && c.mean <= got.High {
				plain++
			}
		}
		for _, s := range []struct {
			name      string
			want      float64
			held, all int
		}{{"expanded", c.expanded, expanded, sets}, {"plain", c.plain, plain, plainSets}} {
			share := float64(s.held) / float64(s.all)
			t.Logf("%s of %d, %s: %.3f", c.name, c.n, s.name, share)
			const rounding = 0.005 // of the figures
			noise := 3 * math.Sqrt(s.want*(1-s.want)/float64(s.all))
			assert.InDelta(t, s.want, share, rounding+noise, "%s of %d, %s", c.name, c.n, s.name)
		}
	}
}

func TestBootstrapMeanErrors(t *testing.T) {
	for _, c := range []struct {
		x         []float64
		level     float64
		resamples int
		want      string
	}{
		{nil, 0.95, 10, "stats: BootstrapMean: len(x) = 0: want 1 or more"},
		{[]float64{math.Inf(1)}, 0.95, 10, "stats: BootstrapMean: x[0] = +Inf: want a finite number"},
		{[]float64{1}, 95, 10, "stats: BootstrapMean: level = 95: want (0, 1)"},
		{[]float64{1}, math.NaN(), 10, "stats: BootstrapMean: level = NaN: want (0, 1)"},
		{[]float64{1}, 0.95, 0, "stats: BootstrapMean: resamples = 0: want 1 or more"},
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
