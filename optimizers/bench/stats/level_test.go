package stats

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/internal/rng"
)

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
	shrink := 1
	if testing.Short() {
		shrink = 2
	}
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
		share := rejected(t, c.sets/shrink, c.m, c.n, c.draws, c.draw)
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

// compared are the ranks of solvers by the means of their runs on common seeds, after
// the tests of all pairs, and the adjusted p-values.
func compared(t *testing.T, runs [][]float64) (ranks []int, adjusted [][]float64) {
	t.Helper()
	means := make([]float64, len(runs))
	adjusted = make([][]float64, len(runs))
	var p []float64
	for i := range runs {
		s, err := Summarize(runs[i])
		require.NoError(t, err)
		means[i] = s.Mean
		adjusted[i] = make([]float64, len(runs))
		for j := range i {
			d := make([]float64, len(runs[i]))
			for k := range d {
				d[k] = runs[i][k] - runs[j][k]
			}
			got, err := SignFlip(d, 1, 1)
			require.NoError(t, err)
			p = append(p, got.P)
		}
	}
	p, err := Holm(p)
	require.NoError(t, err)
	var next int
	for i := range runs {
		for j := range i {
			adjusted[i][j], adjusted[j][i] = p[next], p[next]
			next++
		}
	}
	differs, err := Separated(adjusted, 0.05)
	require.NoError(t, err)
	ranks, err = Ranks(means, differs, Minimize)
	require.NoError(t, err)
	return ranks, adjusted
}

// All pairs of four solvers share their runs, and the runs their seeds, which
// make most of the spread. Four that are equal get different ranks in at most
// one of twenty benchmarks; where one is worse by five standard deviations
// of the runs of a seed, it is last, and the other three get different ones no more often.
func TestLevelOfAllPairs(t *testing.T) {
	sets := 2000
	if testing.Short() {
		sets = 800
	}
	for _, n := range []int{8, 12} {
		r := rng.New(1, "all pairs")
		var wrong, last, wrongBeside int
		for range sets {
			runs := make([][]float64, 4)
			for i := range runs {
				runs[i] = make([]float64, n)
			}
			for k := range n {
				seed := 5 * r.NormFloat64()
				for i := range runs {
					runs[i][k] = seed + r.NormFloat64()
				}
			}
			if ranks, _ := compared(t, runs); max(ranks[0], ranks[1], ranks[2], ranks[3]) > 1 {
				wrong++
			}
			for k := range n {
				runs[2][k] += 5
			}
			ranks, adjusted := compared(t, runs)
			if ranks[2] == 4 {
				last++
			}
			if min(adjusted[0][1], adjusted[0][3], adjusted[1][3]) <= 0.05 {
				wrongBeside++
			}
		}
		share := func(count int) float64 { return float64(count) / float64(sets) }
		t.Logf("%d seeds: %.3f; the worst found %.3f, others beside it %.3f", n, share(wrong), share(last), share(wrongBeside))
		assert.LessOrEqual(t, share(wrong), 0.065)
		assert.Greater(t, share(wrong), 0.01)
		assert.LessOrEqual(t, share(wrongBeside), 0.065)
		assert.Greater(t, share(last), 0.95)
	}
}
