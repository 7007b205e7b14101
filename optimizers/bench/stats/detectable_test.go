package stats

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"descent/internal/rng"
)

// Gonum's quantiles of Student's distribution are good to nine digits.
func TestSmallestDetectable(t *testing.T) {
	for _, c := range golden[struct {
		SD, Alpha  float64
		N, M       int
		Difference number
	}](t, "detectable") {
		got, err := SmallestDetectable(c.SD, c.N, c.Alpha, c.M)
		require.NoError(t, err)
		if want := float64(c.Difference); got != want {
			assert.InEpsilon(t, want, got, 1e-8, "%+v", c)
		}
	}
}

// The power at the difference is what the doc comment says.
func TestPower(t *testing.T) {
	const alpha = 0.05
	sets := 10_000
	if testing.Short() {
		sets = 2000
	}
	for _, c := range []struct {
		n, signs int // that are significant, and as many with the other sign
		want     float64
	}{
		{6, 1, Power},
		{8, 1, Power},
		{10, 1, Power},
		{10, 2, 0.69},
		{10, 5, 0.75},
		{10, 10, 0.78},
		{10, 25, 0.80},
		{12, 2, 0.66},
		{12, 5, 0.73},
		{12, 10, 0.76},
		{12, 25, 0.78},
	} {
		m := int(alpha / (float64(c.signs) * SmallestP(c.n)))
		difference, err := SmallestDetectable(1, c.n, alpha, m)
		require.NoError(t, err)
		r := rng.New(1, "power")
		d := make([]float64, c.n)
		var found int
		for range sets {
			for i := range d {
				d[i] = r.NormFloat64() + difference
			}
			got, err := SignFlip(d, 1, 1)
			require.NoError(t, err)
			if got.P <= alpha/float64(m) {
				found++
			}
		}
		share := float64(found) / float64(sets)
		t.Logf("%d pairs, %d comparisons: %.3f", c.n, m, share)
		const rounding = 0.005 // of the figures
		noise := 3 * math.Sqrt(c.want*(1-c.want)/float64(sets))
		assert.InDelta(t, c.want, share, rounding+noise, "%d pairs, %d comparisons", c.n, m)
	}
}

// It is infinite exactly where no p-value is small enough, grows with the
// comparisons and has the unit of sd.
func TestSmallestDetectableProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 40).Draw(t, "n")
		m := rapid.IntRange(1, 60).Draw(t, "m")
		alpha := rapid.Float64Range(0.001, 0.4).Draw(t, "alpha")
		get := func(sd float64, m int) float64 {
			difference, err := SmallestDetectable(sd, n, alpha, m)
			require.NoError(t, err)
			return difference
		}
		one := get(1, m)
		assert.Equal(t, SmallestP(n) > alpha/float64(m), math.IsInf(one, 1))
		assert.Positive(t, one)
		assert.LessOrEqual(t, one, get(1, m+1)*(1+1e-12))
		assert.Equal(t, 4*one, get(4, m))
	})
}

func TestSmallestDetectableErrors(t *testing.T) {
	for _, c := range []struct {
		sd    float64
		n     int
		alpha float64
		m     int
		want  string
	}{
		{-1, 8, 0.05, 1, "sd = -1: want 0 or more, finite"},
		{math.NaN(), 8, 0.05, 1, "sd = NaN: want 0 or more, finite"},
		{math.Inf(1), 8, 0.05, 1, "sd = +Inf: want 0 or more, finite"},
		{1, -1, 0.05, 1, "n = -1: want 0 or more"},
		{1, 8, 0, 1, "alpha = 0: want (0, 1)"},
		{1, 8, 1, 1, "alpha = 1: want (0, 1)"},
		{1, 8, math.NaN(), 1, "alpha = NaN: want (0, 1)"},
		{1, 8, 0.05, 0, "m = 0: want 1 or more"},
	} {
		_, err := SmallestDetectable(c.sd, c.n, c.alpha, c.m)
		assert.EqualError(t, err, "stats: SmallestDetectable: "+c.want)
	}
}
