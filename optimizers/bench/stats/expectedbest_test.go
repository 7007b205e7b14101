package stats

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"
)

func TestExpectedBest(t *testing.T) {
	for _, c := range golden[struct{ X, Minimize, Maximize []float64 }](t, "expected_best") {
		smallest, err := ExpectedBest(c.X, Minimize, math.Inf(1))
		require.NoError(t, err)
		nearAll(t, c.Minimize, smallest)
		largest, err := ExpectedBest(c.X, Maximize, math.Inf(-1))
		require.NoError(t, err)
		nearAll(t, c.Maximize, largest)
	}
}

// The first is the mean, the last the best, none is worse than the one before,
// and drawing with replacement (Dodge et al.) is more pessimistic. The larger
// of the opposite numbers is the smaller.
func TestExpectedBestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-10, 10), 1, 30).Draw(t, "x")
		opposite := make([]float64, len(x))
		for i, v := range x {
			opposite[len(x)-1-i] = -v
		}
		got, err := ExpectedBest(x, Maximize, -10)
		require.NoError(t, err)
		other, err := ExpectedBest(opposite, Minimize, 10)
		require.NoError(t, err)
		n := float64(len(x))
		sorted := slices.Sorted(slices.Values(x))
		const rounding = 1e-12
		assert.InDelta(t, stat.Mean(x, nil), got[0], rounding)
		assert.Equal(t, sorted[len(x)-1], got[len(x)-1])
		for k := range got {
			assert.Equal(t, got[k], -other[k])
			if k > 0 {
				assert.GreaterOrEqual(t, got[k], got[k-1]-rounding)
			}
			var replaced float64
			for i, v := range sorted {
				replaced += v * (math.Pow(float64(i+1)/n, float64(k+1)) - math.Pow(float64(i)/n, float64(k+1)))
			}
			assert.LessOrEqual(t, replaced, got[k]+rounding)
		}
	})
}

// What is no number, infinite in either direction, or worse than a diverged
// trial counts as one.
func TestExpectedBestOfDiverged(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		x        []float64
		goal     Goal
		diverged float64
		want     []float64
	}{
		{[]float64{nan, 1, inf, 3}, Minimize, 4, []float64{3, 13.0 / 6, 1.5, 1}},
		{[]float64{4, 1, 4, 3}, Minimize, 4, []float64{3, 13.0 / 6, 1.5, 1}},
		{[]float64{5, 1, 1e9, 3}, Minimize, 4, []float64{3, 13.0 / 6, 1.5, 1}},
		{[]float64{0.5, -inf, 0.75}, Maximize, 0.25, []float64{0.5, 2.0 / 3, 0.75}},
		{[]float64{0.5, inf, 0.75}, Maximize, 0.25, []float64{0.5, 2.0 / 3, 0.75}},
		{[]float64{0.5, 0.1, 0.75}, Maximize, 0.25, []float64{0.5, 2.0 / 3, 0.75}},
		{[]float64{1, nan, 3}, Minimize, inf, []float64{inf, 5.0 / 3, 1}},
		{[]float64{1, nan, 3, nan}, Minimize, inf, []float64{inf, inf, 1.5, 1}},
		{[]float64{1, nan}, Maximize, -inf, []float64{-inf, 1}},
		{[]float64{nan, nan}, Minimize, inf, []float64{inf, inf}},
		{[]float64{nan}, Minimize, 7, []float64{7}},
	} {
		before := slices.Clone(c.x)
		got, err := ExpectedBest(c.x, c.goal, c.diverged)
		require.NoError(t, err)
		nearAll(t, c.want, got, "%v", c.x)
		for i := range before {
			assert.Equal(t, math.Float64bits(before[i]), math.Float64bits(c.x[i]))
		}
	}
}

// The chance that all of many trials diverge is not zero because it is no float64.
func TestExpectedBestOfManyDiverged(t *testing.T) {
	const n = 2000
	x := make([]float64, n)
	for i := range n / 2 {
		x[i] = math.NaN()
	}
	got, err := ExpectedBest(x, Minimize, math.Inf(1))
	require.NoError(t, err)
	for k, v := range got {
		if k < n/2 {
			require.True(t, math.IsInf(v, 1), "%d: %v", k+1, v)
		} else {
			require.Zero(t, v, k+1)
		}
	}
}

func TestExpectedBestErrors(t *testing.T) {
	x := []float64{1}
	for _, c := range []struct {
		x        []float64
		goal     Goal
		diverged float64
		want     string
	}{
		{nil, Minimize, 1, "len(x) = 0: want 1 or more"},
		{x, Goal(2), 1, "goal = 2: want Minimize or Maximize"},
		{x, Goal(-1), 1, "goal = -1: want Minimize or Maximize"},
		{x, Minimize, math.NaN(), "diverged = NaN: want a number, infinite only in the bad direction"},
		{x, Minimize, math.Inf(-1), "diverged = -Inf: want a number, infinite only in the bad direction"},
		{x, Maximize, math.Inf(1), "diverged = +Inf: want a number, infinite only in the bad direction"},
	} {
		_, err := ExpectedBest(c.x, c.goal, c.diverged)
		assert.EqualError(t, err, "stats: ExpectedBest: "+c.want)
	}
}
