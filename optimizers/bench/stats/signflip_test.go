package stats

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"descent/internal/rng"
)

type flips struct {
	D       []float64
	Mean, P float64
}

func TestSignFlip(t *testing.T) {
	for _, c := range golden[flips](t, "sign_flips") {
		got, err := SignFlip(c.D, 1, 1)
		require.NoError(t, err)
		near(t, c.P, got.P, "%v", c.D)
		near(t, c.Mean, got.Mean)
		assert.True(t, got.Exact)
		assert.Equal(t, 1<<got.Nonzero, got.Signs)
		assert.Equal(t, len(c.D), got.Pairs)
	}
}

// Random signs come within four standard errors of the p-value of all of them.
func TestSignFlipDrawn(t *testing.T) {
	const draws = 100_000
	for _, c := range golden[flips](t, "many_flips") {
		got, err := SignFlip(c.D, draws, 1)
		require.NoError(t, err)
		assert.False(t, got.Exact)
		assert.Equal(t, draws, got.Signs)
		assert.InDelta(t, c.P, got.P, 4*math.Sqrt(c.P*(1-c.P)/draws))
		again, err := SignFlip(c.D, draws, 1)
		require.NoError(t, err)
		assert.Equal(t, got, again)
		other, err := SignFlip(c.D, draws, 2)
		require.NoError(t, err)
		assert.NotEqual(t, got.P, other.P)
	}
}

// A large effect in more pairs than one word has bits: no drawn signs are as
// extreme, and p is not zero.
func TestSignFlipDrawnIsNeverZero(t *testing.T) {
	d := make([]float64, 100)
	for i := range d {
		d[i] = 1
	}
	got, err := SignFlip(d, 999, 1)
	require.NoError(t, err)
	assert.Equal(t, 0.001, got.P)
}

func TestSignFlipZeros(t *testing.T) {
	got, err := SignFlip(make([]float64, 30), 10, 1)
	require.NoError(t, err)
	assert.Equal(t, Test{Pairs: 30, P: 1, Exact: true, Signs: 1}, got)

	d := append(make([]float64, 40), 1, 2, 3)
	got, err = SignFlip(d, 10, 1)
	require.NoError(t, err)
	assert.Equal(t, Test{Pairs: 43, Nonzero: 3, Mean: 6.0 / 43, P: 0.25, Exact: true, Signs: 8}, got)
}

func TestSignFlipOfHugeNumbers(t *testing.T) {
	got, err := SignFlip([]float64{1e308, 1.5e308, 1.2e308}, 10, 1)
	require.NoError(t, err)
	assert.Equal(t, 0.25, got.P)
	assert.InEpsilon(t, 3.7e308/3, got.Mean, 1e-12)
}

// p does not depend on the sign, the order or the unit of the differences, nor
// on zeros among them, and is a multiple of the smallest one.
func TestSignFlipProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.SliceOfN(rapid.IntRange(-9, 9), 1, 10).Draw(t, "d")
		var x, other []float64
		for _, v := range d {
			x = append(x, float64(v))
			other = append([]float64{-0.1 * float64(v), 0}, other...)
		}
		a, err := SignFlip(x, 1, 1)
		require.NoError(t, err)
		b, err := SignFlip(other, 1, 2)
		require.NoError(t, err)
		assert.Equal(t, a.P, b.P)
		assert.Equal(t, a.Nonzero, b.Nonzero)
		times := a.P / SmallestP(a.Nonzero)
		assert.GreaterOrEqual(t, times, 1.0)
		assert.Equal(t, math.Trunc(times), times)
	})
}

func TestSmallestP(t *testing.T) {
	for n, want := range []float64{1, 1, 0.5, 0.25, 0.125, 0.0625, 0.03125} {
		assert.Equal(t, want, SmallestP(n), n)
	}
	for n := range ExactPairs {
		d := make([]float64, n+1)
		for i := range d {
			d[i] = float64(i + 1)
		}
		got, err := SignFlip(d, 1, 1)
		require.NoError(t, err)
		assert.Equal(t, SmallestP(n+1), got.P)
	}
	assert.Equal(t, 1.0, SmallestP(-1))
}

func TestSignFlipErrors(t *testing.T) {
	_, err := SignFlip(nil, 10, 1)
	assert.EqualError(t, err, "stats: SignFlip: len(d) = 0: want at least 1")
	_, err = SignFlip([]float64{0, math.NaN()}, 10, 1)
	assert.EqualError(t, err, "stats: SignFlip: d[1] = NaN: want a finite number")
	_, err = SignFlip([]float64{1}, 0, 1)
	assert.EqualError(t, err, "stats: SignFlip: draws = 0: want at least 1")
}

// rejected is the share of simulated benchmarks of m comparisons in which one or
// more have an adjusted p of 5 % or less, with draw giving a difference.
func rejected(t *testing.T, sets, m, n, draws int, draw func() float64) float64 {
	t.Helper()
	var count int
	d := make([]float64, n)
	p := make([]float64, m)
	for set := range sets {
		for j := range p {
			for i := range d {
				d[i] = draw()
			}
			got, err := SignFlip(d, draws, uint64(set))
			require.NoError(t, err)
			p[j] = got.P
		}
		adjusted, err := Holm(p)
		require.NoError(t, err)
		for _, v := range adjusted {
			if v <= 0.05 {
				count++
				break
			}
		}
	}
	return float64(count) / float64(sets)
}

// Without an effect the test rejects as often as its level says: alone, and as
// a family with Holm's correction. Differences with heavy tails are no worse.
func TestLevel(t *testing.T) {
	r := rng.New(1, "level")
	normal := r.NormFloat64
	heavy := func() float64 { return r.NormFloat64() / r.NormFloat64() } // Cauchy
	for _, c := range []struct {
		name        string
		m, n, draws int
		draw        func() float64
		sets        int
	}{
		{name: "normal", m: 1, n: 8, draws: 1, draw: normal, sets: 4000},
		{name: "normal", m: 1, n: 10, draws: 1, draw: normal, sets: 4000},
		{name: "heavy", m: 1, n: 10, draws: 1, draw: heavy, sets: 4000},
		{name: "drawn", m: 1, n: 25, draws: 199, draw: normal, sets: 4000},
		{name: "family", m: 5, n: 10, draws: 1, draw: normal, sets: 3000},
		{name: "family", m: 10, n: 12, draws: 1, draw: normal, sets: 2000},
	} {
		share := rejected(t, c.sets, c.m, c.n, c.draws, c.draw)
		t.Logf("%s, %d tests of %d pairs: %.3f", c.name, c.m, c.n, share)
		assert.InDelta(t, 0.05, share, 0.015, "%s, %d tests of %d pairs", c.name, c.m, c.n)
	}
	// Without the correction the family does not keep the level.
	var some int
	for range 1000 {
		for range 5 {
			d := make([]float64, 10)
			for i := range d {
				d[i] = normal()
			}
			got, err := SignFlip(d, 1, 1)
			require.NoError(t, err)
			if got.P <= 0.05 {
				some++
				break
			}
		}
	}
	assert.Greater(t, float64(some)/1000, 0.15)
}

// One of five comparisons has an effect of two standard deviations: it is found,
// and beside it the others are rejected no more often than the level says.
func TestPlantedDifference(t *testing.T) {
	const sets = 1000
	r := rng.New(1, "planted")
	var found, wrong int
	p := make([]float64, 5)
	for range sets {
		for j := range p {
			d := make([]float64, 10)
			for i := range d {
				d[i] = r.NormFloat64()
				if j == 3 {
					d[i] += 2
				}
			}
			got, err := SignFlip(d, 1, 1)
			require.NoError(t, err)
			p[j] = got.P
		}
		adjusted, err := Holm(p)
		require.NoError(t, err)
		if adjusted[3] <= 0.05 {
			found++
		}
		if min(adjusted[0], adjusted[1], adjusted[2], adjusted[4]) <= 0.05 {
			wrong++
		}
	}
	assert.Greater(t, found, 9*sets/10)
	assert.InDelta(t, 0.05, float64(wrong)/sets, 0.02)
}
