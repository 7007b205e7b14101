package stats

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func profile(t tester, times [][]float64) Profiles {
	t.Helper()
	p, err := Profile(times)
	require.NoError(t, err)
	return p
}

func area(t tester, p Profiles, solver int, rMax float64) float64 {
	t.Helper()
	a, err := p.Area(solver, rMax)
	require.NoError(t, err)
	return a
}

// Ratios, heights and AlgoPerf's trapezoids on 100 points; the exact area is
// near a sum over 300,001 of them, and AlgoPerf's within half its step for
// each jump.
func TestProfile(t *testing.T) {
	for _, c := range golden[struct {
		Times, Ratios        [][]number
		Unsolved             int
		Taus, AlgoPerf, Area []float64
		Rho                  [][]float64
	}](t, "profiles") {
		var times [][]float64
		for _, row := range c.Times {
			times = append(times, floats(row))
		}
		p := profile(t, times)
		assert.Equal(t, c.Unsolved, p.Unsolved)
		require.Len(t, p.Ratios, len(times))
		for s := range times {
			nearAll(t, floats(c.Ratios[s]), p.Ratios[s])
			var trapezoids float64
			for i, tau := range c.Taus {
				near(t, c.Rho[s][i], p.At(s, tau), "%d at %v", s, tau)
				if i > 0 {
					trapezoids += (p.At(s, tau) + p.At(s, c.Taus[i-1])) / 2 * (tau - c.Taus[i-1])
				}
			}
			near(t, c.AlgoPerf[s], trapezoids/3)
			a := area(t, p, s, 4)
			assert.InDelta(t, c.Area[s], a, 2e-6)
			assert.InDelta(t, c.AlgoPerf[s], a, 0.5/99+1e-12)
		}
	}
}

// Three problems: one solver is best at the first, both at the second, and
// nobody solved the third, which stays in the denominator.
func TestProfileByHand(t *testing.T) {
	inf := math.Inf(1)
	p := profile(t, [][]float64{{10, 4, inf}, {25, 4, inf}})
	assert.Equal(t, Profiles{Ratios: [][]float64{{1, 1, inf}, {2.5, 1, inf}}, Unsolved: 1}, p)
	for tau, want := range map[float64][2]float64{
		0: {0, 0}, 0.999: {0, 0}, 1: {2, 1}, 2.499: {2, 1}, 2.5: {2, 2}, 1e300: {2, 2}, inf: {2, 2},
	} {
		assert.Equal(t, want[0]/3, p.At(0, tau), tau)
		assert.Equal(t, want[1]/3, p.At(1, tau), tau)
	}
	near(t, 2.0/3, area(t, p, 0, 4))
	near(t, (1+0.5)/3, area(t, p, 1, 4))
	near(t, 1.0/3, area(t, p, 1, 2.5)) // r_max is a miss
	near(t, 1.0/3, area(t, p, 1, 2))

	tau, rho := p.Steps(0)
	assert.Equal(t, []float64{1}, tau)
	assert.Equal(t, []float64{2.0 / 3}, rho)
	tau, rho = p.Steps(1)
	assert.Equal(t, []float64{1, 2.5}, tau)
	assert.Equal(t, []float64{1.0 / 3, 2.0 / 3}, rho)
}

func TestProfileOfOneSolver(t *testing.T) {
	p := profile(t, [][]float64{{3, 100, 1e-9}})
	assert.Equal(t, [][]float64{{1, 1, 1}}, p.Ratios)
	assert.Equal(t, 1.0, p.At(0, 1))
	assert.Equal(t, 1.0, area(t, p, 0, 4))
}

func TestProfileOfMisses(t *testing.T) {
	inf := math.Inf(1)
	p := profile(t, [][]float64{{inf, inf}, {inf, 2}})
	assert.Equal(t, 1, p.Unsolved)
	tau, rho := p.Steps(0)
	assert.Empty(t, tau)
	assert.Empty(t, rho)
	assert.Zero(t, p.At(0, inf))
	assert.Zero(t, area(t, p, 0, 4))
	assert.Equal(t, 0.5, area(t, p, 1, 4))

	p = profile(t, [][]float64{{inf}, {inf}})
	assert.Equal(t, 1, p.Unsolved)
	assert.Zero(t, area(t, p, 1, 4))
}

// Without the fastest of three, the order of the other two is another.
func TestProfileDependsOnWhoTakesPart(t *testing.T) {
	all := [][]float64{{2, 8}, {4, 3}, {1, 1}}
	three, two := profile(t, all), profile(t, all[:2])
	assert.Greater(t, area(t, three, 0, 4), area(t, three, 1, 4)+0.1)
	assert.Less(t, area(t, two, 0, 4), area(t, two, 1, 4)-0.1)
}

// The area is the integral of the steps, from 0 for who solved nothing to 1 for who
// is best everywhere; the steps are At; the unit of a problem's times changes nothing.
func TestProfileProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		problems := rapid.IntRange(1, 8).Draw(t, "problems")
		// Few values, so that some are equal.
		row := rapid.SliceOfN(rapid.SampledFrom([]float64{1, 2, 3, 4, 6, 9, math.Inf(1)}), problems, problems)
		times := rapid.SliceOfN(row, 1, 5).Draw(t, "times")
		rMax := rapid.Float64Range(1.1, 10).Draw(t, "rMax")

		p := profile(t, times)
		scaled := make([][]float64, len(times))
		best := slices.Repeat([]float64{math.Inf(1)}, problems)
		for s, row := range times {
			for i, v := range row {
				scaled[s] = append(scaled[s], math.Ldexp(v, i)) // exactly
				best[i] = min(best[i], v)
			}
		}
		assert.Equal(t, p, profile(t, scaled))

		for s, row := range times {
			tau, rho := p.Steps(s)
			last, height, integral := 1.0, 0.0, 0.0
			for i := range tau {
				assert.Equal(t, rho[i], p.At(s, tau[i]))
				assert.Equal(t, height, p.At(s, math.Nextafter(tau[i], 0)))
				assert.Greater(t, rho[i], height)
				integral += height * (min(tau[i], rMax) - last)
				last, height = min(tau[i], rMax), rho[i]
			}
			integral += height * (rMax - last)
			assert.Equal(t, height, p.At(s, math.Inf(1)))
			got := area(t, p, s, rMax)
			near(t, integral/(rMax-1), got)
			assert.Equal(t, slices.Equal(row, best) && p.Unsolved == 0, got > 1-1e-9)
		}
	})
}

func TestProfileErrors(t *testing.T) {
	for _, c := range []struct {
		times [][]float64
		want  string
	}{
		{nil, "times = []: want 1 or more solvers and problems"},
		{[][]float64{{}}, "times = [[]]: want 1 or more solvers and problems"},
		{[][]float64{{1, 2}, {1}}, "len(times[1]) = 1: want 2, the length of times[0]"},
		{[][]float64{{1, 2}, {1, 0}}, "times[1][1] = 0: want more than 0, or +Inf for a miss"},
		{[][]float64{{-1}}, "times[0][0] = -1: want more than 0, or +Inf for a miss"},
		{[][]float64{{math.NaN()}}, "times[0][0] = NaN: want more than 0, or +Inf for a miss"},
		{[][]float64{{math.Inf(-1)}}, "times[0][0] = -Inf: want more than 0, or +Inf for a miss"},
	} {
		_, err := Profile(c.times)
		assert.EqualError(t, err, "stats: Profile: "+c.want)
	}
	p := profile(t, [][]float64{{1}})
	for rMax, want := range map[float64]string{1: "1", 0: "0", math.Inf(1): "+Inf", math.NaN(): "NaN"} {
		_, err := p.Area(0, rMax)
		assert.EqualError(t, err, "stats: Profiles.Area: rMax = "+want+": want (1, ∞)")
	}
}
