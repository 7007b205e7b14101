package stats

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func maxTIntervalsOf(t tester, d [][]float64, level float64) []Interval {
	t.Helper()
	i, err := MaxTIntervals(d, level, 1, 1)
	require.NoError(t, err)
	return i
}

// The ends are the means for which the statistic of the differences from them is at the
// quantile.
func TestMaxTIntervals(t *testing.T) {
	var infinite int
	for _, c := range goldenOf[struct {
		families
		Level float64
		Half  []number
	}](t, "maxt.json", "intervals") {
		for j, i := range maxTIntervalsOf(t, c.differences(), c.Level) {
			half := float64(c.Half[j])
			if math.IsInf(half, 1) {
				infinite++
				assert.Equal(t, Interval{-half, half}, i)
				continue
			}
			assert.InDelta(t, c.Mean[j]-half, i.Low, 1e-8*half, "%v", c.D)
			assert.InDelta(t, c.Mean[j]+half, i.High, 1e-8*half, "%v", c.D)
		}
	}
	assert.Positive(t, infinite)
}

// An interval without 0 has a small adjusted p. Intervals are wider at a higher level,
// and change sign with their comparison. A comparison with few studies has an infinite
// one.
func TestMaxTIntervalsProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := whole(t)
		const level = 0.9
		f, intervals, wide := maxTOf(t, d), maxTIntervalsOf(t, d, level), maxTIntervalsOf(t, d, 0.95)
		for j := range d {
			for i := range d[j] {
				d[j][i] = -d[j][i]
			}
		}
		negative := maxTIntervalsOf(t, d, level)
		for j, c := range f.Comparisons {
			i := intervals[j]
			if c.Studies == 0 {
				assert.True(t, math.IsNaN(i.Low) && math.IsNaN(i.High))
				continue
			}
			if i.Low > 0 || i.High < 0 {
				assert.LessOrEqual(t, c.Adjusted, 1-level+1e-12)
			}
			assert.LessOrEqual(t, wide[j].Low, i.Low)
			assert.LessOrEqual(t, i.High, wide[j].High)
			assert.Equal(t, i.Low, -negative[j].High)
			if smallestP(c.Studies) > 1-level {
				assert.True(t, math.IsInf(i.Low, -1) && math.IsInf(i.High, 1))
			}
		}
	})
}

func TestMaxTIntervalsOfNothing(t *testing.T) {
	assert.Empty(t, maxTIntervalsOf(t, nil, 0.95))
	inf := math.Inf(1)
	assert.Equal(t, []Interval{{-inf, inf}}, maxTIntervalsOf(t, [][]float64{{1}}, 0.1))
	few := maxTIntervalsOf(t, [][]float64{{1, 2, 3, 4, 5}}, 0.95)
	assert.Equal(t, []Interval{{-inf, inf}}, few, "five studies")
	equal := maxTIntervalsOf(t, [][]float64{{3, 3, 3, 3, 3, 3, 3, 3}}, 0.95)
	assert.Equal(t, []Interval{{3, 3}}, equal)
}
