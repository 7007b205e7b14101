package stats

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func kaplanMeier(t tester, times []float64, censored []bool) Survival {
	t.Helper()
	s, err := KaplanMeier(times, censored)
	require.NoError(t, err)
	return s
}

func TestKaplanMeier(t *testing.T) {
	for _, c := range golden[struct {
		Times, At, Survival []float64
		Censored            []bool
	}](t, "survival") {
		s := kaplanMeier(t, c.Times, c.Censored)
		assert.True(t, slices.Equal(c.At, s.Times), "%v", s.Times)
		nearAll(t, c.Survival, s.Survival)
	}
}

// By hand: of six runs one arrives at 1, and of five two at 2, when a third ends, which
// was at risk. One of the last two arrives at 3.
func TestKaplanMeierCounts(t *testing.T) {
	s := kaplanMeier(t, []float64{3, 2, 2, 1, 2, 3}, []bool{true, false, true, false, false, false})
	nearAll(t, []float64{5.0 / 6, 5.0 / 6 * 3 / 5, 5.0 / 6 * 3 / 5 / 2}, s.Survival)
	s.Survival = nil
	assert.Equal(t, Survival{Times: []float64{1, 2, 3}, AtRisk: []int{6, 5, 2}, Reached: []int{1, 2, 1}, Runs: 6, Censored: 2}, s)
	assert.Equal(t, 4.0/6, s.Share())
}

func TestSurvivalAt(t *testing.T) {
	s := kaplanMeier(t, []float64{1, 2, 4, 4}, []bool{false, false, false, true})
	for at, want := range map[float64]float64{
		-1: 1, 0: 1, 0.999: 1,
		1: 0.75, 1.5: 0.75, 2: 0.5, 3.999: 0.5,
		4: 0.25, 5: 0.25, math.Inf(1): 0.25,
	} {
		near(t, want, s.At(at), "at %v", at)
	}
}

func TestSurvivalMedian(t *testing.T) {
	const reached, ended = false, true
	for _, c := range []struct {
		times    []float64
		censored []bool
		want     float64
		ok       bool
	}{
		{[]float64{7}, []bool{reached}, 7, true},
		{[]float64{0}, []bool{reached}, 0, true},
		{[]float64{7}, []bool{ended}, math.Inf(1), false},
		{[]float64{3, 1, 2}, []bool{reached, reached, reached}, 2, true},
		{[]float64{4, 1, 2, 3}, []bool{reached, reached, reached, reached}, 2, true}, // S(2) is 1/2
		{[]float64{9, 1, 9}, []bool{ended, reached, ended}, math.Inf(1), false},
		{[]float64{9, 1, 9, 2}, []bool{ended, reached, ended, reached}, 2, true},
		{[]float64{1, 2, 3}, []bool{ended, ended, reached}, 3, true},
	} {
		got, ok := kaplanMeier(t, c.times, c.censored).Median()
		assert.Equal(t, c.want, got, "%v", c.times)
		assert.Equal(t, c.ok, ok, "%v", c.times)
	}
	// However the product of the shares is rounded.
	for half := 1; half <= 100; half++ {
		times := make([]float64, 2*half)
		for i := range times {
			times[i] = float64(i + 1)
		}
		got, ok := kaplanMeier(t, times, make([]bool, len(times))).Median()
		assert.True(t, ok)
		assert.Equal(t, float64(half), got)
	}
}

func TestKaplanMeierOfNoneThatArrived(t *testing.T) {
	s := kaplanMeier(t, []float64{5, 3, 5}, []bool{true, true, true})
	assert.Equal(t, Survival{Runs: 3, Censored: 3}, s)
	assert.Zero(t, s.Share())
	assert.Equal(t, 1.0, s.At(1e9))
	_, ok := s.Median()
	assert.False(t, ok)
}

// Without censoring, and with all of it at the end, S is the share of the runs
// that are not there.
func TestKaplanMeierIsEmpirical(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Few values, so that some are equal.
		drawn := rapid.SliceOfN(rapid.IntRange(0, 20), 1, 40).Draw(t, "times")
		budget := rapid.IntRange(0, 20).Draw(t, "budget")
		times, censored := make([]float64, len(drawn)), make([]bool, len(drawn))
		for i, v := range drawn {
			times[i], censored[i] = float64(min(v, budget)), v > budget
		}
		before := slices.Clone(times)
		s := kaplanMeier(t, times, censored)
		assert.Equal(t, before, times)
		for at := 0; at <= 20; at++ {
			var later int
			for _, v := range drawn {
				if v > min(at, budget) {
					later++
				}
			}
			near(t, float64(later)/float64(len(drawn)), s.At(float64(at)))
		}
		near(t, 1-s.At(20), s.Share())
	})
}

// S falls from 1 at the times, every run is counted once, and the order of the
// runs does not matter.
func TestKaplanMeierProperties(t *testing.T) {
	type run struct {
		time     float64
		censored bool
	}
	rapid.Check(t, func(t *rapid.T) {
		runs := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) run {
			return run{float64(rapid.IntRange(0, 9).Draw(t, "time")), rapid.Bool().Draw(t, "censored")}
		}), 1, 30).Draw(t, "runs")
		curve := func(runs []run) Survival {
			var times []float64
			var censored []bool
			for _, r := range runs {
				times, censored = append(times, r.time), append(censored, r.censored)
			}
			return kaplanMeier(t, times, censored)
		}
		s := curve(runs)
		assert.True(t, slices.IsSorted(s.Times))
		last, reached := 1.0, 0
		for i, v := range s.Survival {
			assert.Less(t, v, last)
			assert.GreaterOrEqual(t, v, 0.0)
			last = v
			reached += s.Reached[i]
			assert.GreaterOrEqual(t, s.AtRisk[i], s.Reached[i])
		}
		assert.Equal(t, len(runs), s.Runs)
		assert.Equal(t, s.Runs, reached+s.Censored)
		assert.GreaterOrEqual(t, 1-last, s.Share()-1e-12, "who was censored before could have arrived")
		assert.Equal(t, s, curve(rapid.Permutation(runs).Draw(t, "order")))
	})
}

func TestKaplanMeierErrors(t *testing.T) {
	for _, c := range []struct {
		times    []float64
		censored []bool
		want     string
	}{
		{nil, nil, "len(times) = 0: want 1 or more"},
		{[]float64{1, -2}, []bool{false, false}, "times[1] = -2: want 0 or more"},
		{[]float64{math.Inf(1)}, []bool{true}, "times[0] = +Inf: want a finite number"},
		{[]float64{math.NaN()}, []bool{true}, "times[0] = NaN: want a finite number"},
		{[]float64{1, 2}, []bool{true}, "len(censored) = 1: want 2, the length of times"},
		{[]float64{1, 2}, nil, "len(censored) = 0: want 2, the length of times"},
	} {
		_, err := KaplanMeier(c.times, c.censored)
		assert.EqualError(t, err, "stats: KaplanMeier: "+c.want)
	}
}
