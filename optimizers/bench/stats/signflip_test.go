package stats

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
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

// Each sign of more pairs than one word has bits is random: the p-value is that
// of 72 or more of one side in 128 throws of a coin.
func TestSignFlipDrawnOfManyPairs(t *testing.T) {
	const draws = 20_000
	d := make([]float64, 128)
	for i := range d {
		d[i] = 1
		if i < 56 {
			d[i] = -1
		}
	}
	got, err := SignFlip(d, draws, 1)
	require.NoError(t, err)
	want := 2 * distuv.Binomial{N: 128, P: 0.5}.CDF(56)
	assert.InDelta(t, want, got.P, 4*math.Sqrt(want*(1-want)/draws))
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
	assert.EqualError(t, err, "stats: SignFlip: len(d) = 0: want 1 or more")
	_, err = SignFlip([]float64{0, math.NaN()}, 10, 1)
	assert.EqualError(t, err, "stats: SignFlip: d[1] = NaN: want a finite number")
	_, err = SignFlip([]float64{1}, 0, 1)
	assert.EqualError(t, err, "stats: SignFlip: draws = 0: want 1 or more")
}
