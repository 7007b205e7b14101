package stats

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"descent/internal/rng"
)

type families struct {
	D           [][]number // null is a missing difference
	Mean        []float64
	P, Adjusted []float64
}

func (f families) differences() [][]float64 {
	d := make([][]float64, len(f.D))
	for j := range d {
		d[j] = floats(f.D[j])
		for i, v := range d[j] {
			if math.IsInf(v, 0) {
				d[j][i] = math.NaN()
			}
		}
	}
	return d
}

// The adjusted p-values are those of the closed test, over all subfamilies.
func TestMaxT(t *testing.T) {
	for _, c := range goldenOf[families](t, "maxt.json", "max_t") {
		got, err := MaxT(c.differences(), 1, 1)
		require.NoError(t, err)
		assert.True(t, got.Exact)
		assert.Equal(t, len(c.D[0]), got.Studies)
		for j, comparison := range got.Comparisons {
			near(t, c.P[j], comparison.P, "%v", c.D)
			near(t, c.Adjusted[j], comparison.Adjusted, "%v", c.D)
			if comparison.Studies > 0 {
				near(t, c.Mean[j], comparison.Mean)
			}
		}
	}
}

func maxTOf(t tester, d [][]float64) Family {
	t.Helper()
	f, err := MaxT(d, 1, 1)
	require.NoError(t, err)
	return f
}

// whole draws a family of small integers, some of them missing, as tenths.
func whole(t *rapid.T) [][]float64 {
	k := rapid.IntRange(1, 7).Draw(t, "studies")
	d := make([][]float64, rapid.IntRange(1, 5).Draw(t, "comparisons"))
	for j := range d {
		for _, v := range rapid.SliceOfN(rapid.IntRange(-9, 10), k, k).Draw(t, "10·d") {
			x := float64(v) / 10
			if v == 10 {
				x = math.NaN()
			}
			d[j] = append(d[j], x)
		}
	}
	return d
}

type flips struct {
	D       []float64
	Mean, P float64
}

// A comparison alone has the p-value of SciPy's permutation test of pairs. Random flips
// come within four standard errors of the p-value of all of them.
func TestMaxTAlone(t *testing.T) {
	const draws = 100_000
	for _, c := range golden[flips](t, "many_flips") {
		got := maxT([][]float64{c.D}, ExactStudies, draws, 1).Comparisons[0]
		assert.InDelta(t, c.P, got.P, 4*math.Sqrt(c.P*(1-c.P)/draws))
	}
	for _, c := range golden[flips](t, "sign_flips") {
		got := maxTOf(t, [][]float64{c.D}).Comparisons[0]
		near(t, c.P, got.P, "%v", c.D)
		near(t, c.Mean, got.Mean)
		assert.Equal(t, got.P, got.Adjusted)
	}
}

// alone is the p-value of differences without missing ones, by enumerating all signs.
func alone(d []float64) float64 {
	var sum, size float64
	for _, v := range d {
		sum, size = sum+v, size+math.Abs(v)
	}
	extreme := 0
	for signs := range 1 << len(d) {
		var flipped float64
		for i, v := range d {
			if signs>>i&1 == 1 {
				v = -v
			}
			flipped += v
		}
		if math.Abs(flipped) >= math.Abs(sum)-float64(1e-10*size) {
			extreme++
		}
	}
	return math.Ldexp(float64(extreme), -len(d))
}

// Alone, the p-value is that of all signs, adjusted it is no smaller, and another
// comparison does not lower it. Neither the order of the comparisons and studies nor
// their signs and units change it.
func TestMaxTProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := whole(t)
		f := maxTOf(t, d)
		for j, c := range f.Comparisons {
			var present []float64
			nonzero := 0
			for _, v := range d[j] {
				if !math.IsNaN(v) {
					present = append(present, v)
					nonzero += int(count(v != 0))
				}
			}
			assert.Equal(t, len(present), c.Studies)
			assert.LessOrEqual(t, c.P, c.Adjusted)
			assert.LessOrEqual(t, c.T, math.Sqrt(float64(c.Nonzero))*(1+1e-12))
			if len(present) == 0 {
				assert.Equal(t, 1.0, c.P)
				assert.True(t, math.IsNaN(c.Mean))
				continue
			}
			s, err := Summarize(present)
			require.NoError(t, err)
			assert.Equal(t, s.Mean, c.Mean)
			assert.Equal(t, nonzero, c.Nonzero)
			assert.Equal(t, alone(present), c.P)
			assert.Equal(t, c.P, maxTOf(t, d[j:j+1]).Comparisons[0].Adjusted)
		}
		more := maxTOf(t, append([][]float64{rapid.Permutation(d[0]).Draw(t, "another")}, d...))
		for j, c := range f.Comparisons {
			assert.GreaterOrEqual(t, more.Comparisons[j+1].Adjusted, c.Adjusted)
			assert.Equal(t, c.P, more.Comparisons[j+1].P)
		}

		places := make([]int, len(d)) // of the comparisons
		for j := range places {
			places[j] = j
		}
		places = rapid.Permutation(places).Draw(t, "order")
		studies := make([]int, len(d[0]))
		for i := range studies {
			studies[i] = i
		}
		studies = rapid.Permutation(studies).Draw(t, "studies' order")
		other := make([][]float64, len(d))
		for to, j := range places {
			unit := rapid.SampledFrom([]float64{1, -1, 0.1, -1e300, 1e-300}).Draw(t, "unit")
			for _, i := range studies {
				other[to] = append(other[to], unit*d[j][i])
			}
		}
		got := maxTOf(t, other)
		for to, j := range places {
			assert.Equal(t, f.Comparisons[j].P, got.Comparisons[to].P)
			assert.Equal(t, f.Comparisons[j].Adjusted, got.Comparisons[to].Adjusted)
		}
	})
}

// Random flips come within four standard errors of the p-values of all of them, and
// depend on the seed.
func TestMaxTDrawn(t *testing.T) {
	const draws = 20_000
	d := [][]float64{
		{3, 1, 4, 1, 5, -9, 2, 6, 5, 3, 5, 8},
		{1, 1, 4, 1, 5, -1, 2, 2, -5, 3, 5, 8},
		{2, 7, 1, -8, 2, -8, 1, 8, 2, 8, -4, 5},
	}
	all, drawn := maxT(d, 12, 1, 1), maxT(d, 11, draws, 1)
	assert.Equal(t, 1<<11, all.Flips)
	assert.Equal(t, draws+1, drawn.Flips)
	assert.True(t, all.Exact)
	assert.False(t, drawn.Exact)
	for j, c := range all.Comparisons {
		for _, p := range [][2]float64{{c.P, drawn.Comparisons[j].P}, {c.Adjusted, drawn.Comparisons[j].Adjusted}} {
			assert.InDelta(t, p[0], p[1], 4*math.Sqrt(p[0]*(1-p[0])/draws))
		}
	}
	assert.Equal(t, drawn, maxT(d, 11, draws, 1))
	assert.NotEqual(t, drawn, maxT(d, 11, draws, 2))
}

// More studies than one word has bits, all of one sign: no drawn flip is as extreme.
func TestMaxTDrawnIsNeverZero(t *testing.T) {
	d := make([]float64, 200)
	for i := range d {
		d[i] = 1
	}
	f, err := MaxT([][]float64{d}, 999, 1)
	require.NoError(t, err)
	assert.Equal(t, 0.001, f.Comparisons[0].P)
	assert.Equal(t, 0.001, f.Comparisons[0].Adjusted)
}

// Each sign of more studies than one word has bits is random: the p-value is that of
// 72 or more heads, or as many tails, in 128 throws of a coin.
func TestMaxTDrawnOfManyStudies(t *testing.T) {
	const draws = 20_000
	d := make([]float64, 128)
	for i := range d {
		d[i] = 1
		if i < 56 {
			d[i] = -1
		}
	}
	f, err := MaxT([][]float64{d}, draws, 1)
	require.NoError(t, err)
	want := 2 * distuv.Binomial{N: 128, P: 0.5}.CDF(56)
	assert.InDelta(t, want, f.Comparisons[0].P, 4*math.Sqrt(want*(1-want)/draws))
}

func TestMaxTOfNothing(t *testing.T) {
	f, err := MaxT(nil, 1, 1)
	require.NoError(t, err)
	assert.Empty(t, f.Comparisons)
	nan := math.NaN()
	f, err = MaxT([][]float64{{0, 0}, {nan, nan}, {3, nan}, {1e308, 1.5e308}}, 1, 1)
	require.NoError(t, err)
	for j, c := range f.Comparisons {
		assert.Equal(t, []float64{1, 1, 1, 0.5}[j], c.P)
		assert.Equal(t, []int{2, 0, 1, 2}[j], c.Studies)
		assert.Equal(t, []int{0, 0, 1, 2}[j], c.Nonzero)
	}
	assert.Equal(t, 0.5, f.Comparisons[3].Adjusted)
	assert.InEpsilon(t, 1.25e308, f.Comparisons[3].Mean, 1e-15)
}

func TestMaxTErrors(t *testing.T) {
	for _, c := range []struct {
		d     [][]float64
		draws int
		want  string
	}{
		{[][]float64{{1}}, 0, "draws = 0: want 1 or more"},
		{[][]float64{{}, {}}, 1, "len(d[0]) = 0: want 1 or more"},
		{[][]float64{{1, 2}, {1}}, 1, "len(d[1]) = 1: want 2, the length of d[0]"},
		{[][]float64{{1, 2}, {1, math.Inf(-1)}}, 1, "d[1][1] = -Inf: want a finite number, or NaN for a missing one"},
	} {
		_, err := MaxT(c.d, c.draws, 1)
		assert.EqualError(t, err, "stats: MaxT: "+c.want)
		_, err = MaxTIntervals(c.d, 0.95, c.draws, 1)
		assert.EqualError(t, err, "stats: MaxTIntervals: "+c.want)
	}
	_, err := MaxTIntervals([][]float64{{1}}, 1, 1, 1)
	assert.EqualError(t, err, "stats: MaxTIntervals: level = 1: want (0, 1)")
}

func TestStudiesNeeded(t *testing.T) {
	for level, want := range map[float64]int{0.9: 2, 0.5: 2, 0.3: 3, 0.05: 6, 0.01: 8, 0.001: 11, math.SmallestNonzeroFloat64: 1075} {
		got, err := StudiesNeeded(level)
		require.NoError(t, err)
		assert.Equal(t, want, got, "%v", level)
		assert.LessOrEqual(t, smallestP(got), level)
	}
	assert.Equal(t, 1.0, smallestP(1))
	_, err := StudiesNeeded(0)
	assert.EqualError(t, err, "stats: StudiesNeeded: level = 0: want (0, 1)")
}

// All pairs of 22 entries in the most studies whose flips are enumerated.
func BenchmarkMaxT(b *testing.B) {
	d, _ := design{studies: ExactStudies, entries: 22, noise: normal}.draw(rng.New(1, "benchmark"))
	for b.Loop() {
		if _, err := MaxT(d, 1, 1); err != nil {
			b.Fatal(err)
		}
	}
}
