package stats

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/internal/rng"
)

// noise draws a score with mean 0 of the entry at place, from 0 for the first entry to
// 1 for the last.
type noise func(r *rand.Rand, place float64) float64

func normal(r *rand.Rand, _ float64) float64      { return rng.Normal(r) }
func exponential(r *rand.Rand, _ float64) float64 { return -math.Log(1-r.Float64()) - 1 }

// heavy is Student's with two degrees of freedom, without a variance.
func heavy(r *rand.Rand, _ float64) float64 {
	return rng.Normal(r) / math.Sqrt(1+exponential(r, 0))
}

// lognormal has the standard deviation sd of its logarithm.
func lognormal(sd float64) noise {
	return func(r *rand.Rand, _ float64) float64 {
		return math.Exp(float64(sd*rng.Normal(r))) - math.Exp(float64(sd*sd)/2)
	}
}

// unequal multiplies by 1 for the first to 10 for the last entry.
func unequal(of noise) noise {
	return func(r *rand.Rand, place float64) float64 { return math.Pow(10, place) * of(r, place) }
}

// design is a kind of benchmark. Differences do not depend on what the entries of a study
// have in common, so it is left out.
type design struct {
	against          bool // all entries against the first, or else all pairs
	studies, entries int
	scores           string
	noise            noise
	effect           float64 // added to every second entry
}

func (d design) String() string {
	comparisons := "pairs"
	if d.against {
		comparisons = "against"
	}
	return fmt.Sprintf("%-7s %2d studies %2d entries %-20s", comparisons, d.studies, d.entries, d.scores)
}

// draw returns the differences of a benchmark, and their true means.
func (d design) draw(r *rand.Rand) (differences [][]float64, means []float64) {
	scores := make([][]float64, d.entries)
	for e := range scores {
		for range d.studies {
			score := d.noise(r, float64(e)/float64(d.entries-1))
			scores[e] = append(scores[e], score+float64(float64(e%2)*d.effect))
		}
	}
	for a := range scores {
		for b := range a {
			if d.against && b > 0 {
				break
			}
			x := make([]float64, d.studies)
			for i := range x {
				x[i] = scores[a][i] - scores[b][i]
			}
			differences = append(differences, x)
			means = append(means, float64(a%2-b%2)*d.effect)
		}
	}
	return differences, means
}

// shares are those of simulated benchmarks at the level 5 %.
type shares struct {
	wrong, holmWrong float64 // with a difference found where there is none, by MaxT and Holm
	held             float64 // with all intervals holding
	found, holmFound float64 // of all true differences, found
}

// simulate enumerates the flips of up to 11 studies and draws 499 for more.
func (d design) simulate(t *testing.T, sets int) (s shares) {
	t.Helper()
	const level, exact, draws = 0.05, 11, 499
	r := rng.New(1, "familywise", d.String())
	var differences float64
	for range sets {
		x, means := d.draw(r)
		seed := r.Uint64()
		f := maxT(x, exact, draws, seed)
		intervals := maxTIntervals(x, 1-level, exact, draws, seed)
		p := make([]float64, len(x))
		for j, c := range f.Comparisons {
			p[j] = c.P
		}
		holm := holm(p)
		var wrong, holmWrong, missed bool
		for j, c := range f.Comparisons {
			i := intervals[j]
			missed = missed || means[j] < i.Low || i.High < means[j]
			if i.Low > 0 || i.High < 0 {
				require.LessOrEqual(t, c.Adjusted, level, "an interval without 0")
			}
			if means[j] == 0 {
				wrong = wrong || c.Adjusted <= level
				holmWrong = holmWrong || holm[j] <= level
				continue
			}
			differences++
			s.found += count(c.Adjusted <= level)
			s.holmFound += count(holm[j] <= level)
		}
		s.wrong += count(wrong)
		s.holmWrong += count(holmWrong)
		s.held += count(!missed)
	}
	n := float64(sets)
	return shares{s.wrong / n, s.holmWrong / n, s.held / n, s.found / differences, s.holmFound / differences}
}

// holm adjusts p-values by the method of Holm (1979): in their order, the largest of
// (m−j+1)·p₍ⱼ₎ up to each.
func holm(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(p[i], p[j]) })
	adjusted := make([]float64, len(p))
	var highest float64
	for rank, i := range order {
		highest = max(highest, min(1, float64(len(p)-rank)*p[i]))
		adjusted[i] = highest
	}
	return adjusted
}

func TestHolm(t *testing.T) {
	for _, c := range golden[struct{ P, Adjusted []float64 }](t, "holm") {
		nearAll(t, c.Adjusted, holm(c.P))
	}
}

func count(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// A short form of TestHoursFamilywise: the familywise error is 5 % or less and the
// intervals hold together, but not where scores have both skewness and unequal
// variances. Five studies find nothing.
func TestFamilywise(t *testing.T) {
	sets := 1000
	if testing.Short() {
		sets = 500
	}
	for _, d := range []design{
		{false, 5, 4, "normal", normal, 0},
		{false, 8, 8, "normal", normal, 0},
		{false, 8, 8, "exponential", exponential, 0},
		{false, 8, 4, "heavy", heavy, 0},
		{true, 8, 16, "lognormal 1", lognormal(1), 0},
		{false, 8, 8, "unequal normal", unequal(normal), 0},
		{true, 16, 8, "normal", normal, 0},
		{false, 8, 8, "normal +2", normal, 2},
		{false, 8, 8, "lognormal 1 +100", lognormal(1), 100},
	} {
		s := d.simulate(t, sets)
		t.Logf("%v %+v", d, s)
		noise := 3 * math.Sqrt(0.05*0.95/float64(sets))
		assert.LessOrEqual(t, s.wrong, 0.05+noise, "%v", d)
		assert.GreaterOrEqual(t, s.held, 0.94-noise, "%v", d)
		if d.studies == 5 {
			assert.Zero(t, s.wrong)
			assert.Equal(t, 1.0, s.held, "infinite intervals")
		} else {
			assert.Greater(t, s.wrong, 0.01, "%v", d)
			assert.Less(t, s.held, 0.995, "%v", d)
		}
	}
	skewed := design{false, 8, 8, "unequal exponential", unequal(exponential), 0}
	assert.Greater(t, skewed.simulate(t, sets).wrong, 0.1)
}

// A difference between two groups of entries is found more often than by Holm.
func TestMaxTPower(t *testing.T) {
	s := design{false, 8, 4, "normal +2", normal, 2}.simulate(t, 1000)
	t.Logf("%+v", s)
	assert.Greater(t, s.found, 0.65)
	assert.Greater(t, s.found, s.holmFound+0.1)
}

// The losses .0033 and 2.72 among 22 optimizers and eight studies differ, though Holm
// finds nothing: the smallest p-value, 1/128, times 231 is not small.
func TestMaxTFarApart(t *testing.T) {
	for set := range 20 {
		r := rng.New(uint64(set), "far apart")
		scores := make([][]float64, 22)
		for e := range scores {
			loss := 0.3
			switch e {
			case 0:
				loss = 0.0033
			case 21:
				loss = 2.72
			}
			for range 8 {
				scores[e] = append(scores[e], loss*math.Exp(0.2*rng.Normal(r)))
			}
		}
		var d [][]float64
		for a := range scores {
			for b := range a {
				x := make([]float64, 8)
				for i := range x {
					x[i] = scores[a][i] - scores[b][i]
				}
				d = append(d, x)
			}
		}
		f := maxTOf(t, d)
		c := f.Comparisons[len(d)-21] // of the last and the first
		assert.InDelta(t, 2.7, c.Mean, 0.6)
		assert.LessOrEqual(t, c.Adjusted, 0.05, set)
		assert.Equal(t, 1.0/128, c.P)
	}
}
