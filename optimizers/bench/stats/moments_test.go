package stats

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/internal/rng"
)

// exactMoments are the mean and the standard deviation without rounding but that
// of the results.
func exactMoments(x []float64) (mean, sd float64) {
	n := new(big.Rat).SetInt64(int64(len(x)))
	rat := func(v float64) *big.Rat { return new(big.Rat).SetFloat64(v) }
	sum := new(big.Rat)
	for _, v := range x {
		sum.Add(sum, rat(v))
	}
	m := new(big.Rat).Quo(sum, n)
	squares := new(big.Rat)
	for _, v := range x {
		d := new(big.Rat).Sub(rat(v), m)
		squares.Add(squares, d.Mul(d, d))
	}
	squares.Quo(squares, new(big.Rat).SetInt64(int64(len(x)-1)))
	mean, _ = m.Float64()
	f := new(big.Float).SetPrec(200).SetRat(squares)
	sd, _ = f.Sqrt(f).Float64()
	return mean, sd
}

// offsets are samples that are hard for a sum: of numbers that are large beside
// what they differ by, from the smallest numbers to the largest.
func offsets() map[string][]float64 {
	r := rng.New(1)
	all := map[string][]float64{
		"six of .1": {.1, .1, .1, .1, .1, .1},
		"next":      {1, math.Nextafter(1, 2), 1},
		"cancel":    {1e16, 1, -1e16, 3},
		"largest":   {math.MaxFloat64, math.MaxFloat64, -math.MaxFloat64 / 4, 1},
		"smallest":  {5e-324, 1e-323, 2e-323},
	}
	for name, offset := range map[string]float64{"0": 0, "1e6": 1e6, "1e12": 1e12, "-1e15": -1e15} {
		for _, n := range []int{2, 10, 10_000} {
			x := make([]float64, n)
			for i := range x {
				x[i] = offset + r.Float64()
			}
			all[name+" of "+string(rune('a'+n%7))] = x
		}
	}
	return all
}

func TestMoments(t *testing.T) {
	for name, x := range offsets() {
		mean, sd := exactMoments(x)
		s, err := Summarize(x)
		require.NoError(t, err)
		ulp := math.Nextafter(math.Abs(mean), math.Inf(1)) - math.Abs(mean)
		assert.InDelta(t, mean, s.Mean, ulp, name)
		if sd < 1e-300 {
			assert.InDelta(t, sd, s.SD, 5e-324, name)
		} else {
			assert.InEpsilon(t, sd, s.SD, 1e-14, name)
		}
	}
	s, err := Summarize([]float64{.1, .1, .1, .1, .1, .1})
	require.NoError(t, err)
	assert.Equal(t, [2]float64{.1, 0}, [2]float64{s.Mean, s.SD})
	assert.Equal(t, make([]float64, 6), center([]float64{.1, .1, .1, .1, .1, .1}).d)
}

// An offset moves an interval, and changes no test.
func TestOffset(t *testing.T) {
	r := rng.New(2)
	x := make([]float64, 12)
	for i := range x {
		x[i] = float64(r.IntN(1024)) / 1024 // that 10¹² and it are a float64
	}
	moved := make([]float64, len(x))
	for i, v := range x {
		moved[i] = 1e12 + v
	}
	a, err := BootstrapMean(x, .95, Resamples, 1)
	require.NoError(t, err)
	b, err := BootstrapMean(moved, .95, Resamples, 1)
	require.NoError(t, err)
	assert.InDelta(t, a.Low, b.Low-1e12, 2e-4) // the spacing at 10¹²
	assert.InDelta(t, a.High, b.High-1e12, 2e-4)

	assert.Equal(t, 1., maxTOf(t, [][]float64{{1e16, 1, -1e16, 3}}).Comparisons[0].Mean)
	best, err := ExpectedBest([]float64{1e16, 1, -1e16, 3}, Minimize, math.Inf(1))
	require.NoError(t, err)
	assert.Equal(t, 1., best[0])
	ratio, err := GeometricMeanRatio([]float64{1e300, 2, 1}, []float64{1, 1, 1e300})
	require.NoError(t, err)
	assert.InEpsilon(t, math.Cbrt(2), ratio.Mean, 1e-14)
}
