package stats

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func ratio(t tester, a, b []float64) MeanRatio {
	t.Helper()
	m, err := GeometricMeanRatio(a, b)
	require.NoError(t, err)
	return m
}

func TestGeometricMeanRatio(t *testing.T) {
	for _, c := range golden[struct {
		A, B       []number
		Mean       float64
		Both       int
		OnlyFirst  int `json:"only_first"`
		OnlySecond int `json:"only_second"`
		Neither    int
	}](t, "ratios") {
		got := ratio(t, floats(c.A), floats(c.B))
		near(t, c.Mean, got.Mean)
		got.Mean = 0
		assert.Equal(t, MeanRatio{0, c.Both, c.OnlyFirst, c.OnlySecond, c.Neither}, got)
	}
}

func TestGeometricMeanRatioByHand(t *testing.T) {
	inf := math.Inf(1)
	got := ratio(t, []float64{1, 8, 3, inf, inf, inf}, []float64{2, 4, inf, 5, 6, inf})
	near(t, 1, got.Mean) // 1/2 and 2
	got.Mean = 1
	assert.Equal(t, MeanRatio{Mean: 1, Both: 2, OnlyFirst: 1, OnlySecond: 2, Neither: 1}, got)

	assert.Equal(t, MeanRatio{Mean: 1, Both: 2}, ratio(t, []float64{3, 0.1}, []float64{3, 0.1}))
	near(t, 0.25, ratio(t, []float64{2}, []float64{8}).Mean)
}

func TestGeometricMeanRatioOfNone(t *testing.T) {
	inf := math.Inf(1)
	got := ratio(t, []float64{inf, 2}, []float64{inf, inf})
	assert.True(t, math.IsNaN(got.Mean))
	got.Mean = 0
	assert.Equal(t, MeanRatio{OnlyFirst: 1, Neither: 1}, got)
}

// Neither the ratios nor their product need be a float64.
func TestGeometricMeanRatioOfHugeRatios(t *testing.T) {
	got := ratio(t, []float64{1e300, 1e300, 1e-300, 1e-300}, []float64{1e-300, 1e-300, 1e300, 1e300})
	near(t, 1, got.Mean)
}

// Exchanged, the ratio is the inverse; through a third it is the product; the
// unit of one of the two is a factor.
func TestGeometricMeanRatioProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 10).Draw(t, "n")
		draw := func(name string) []float64 {
			return rapid.SliceOfN(rapid.Float64Range(0.01, 100), n, n).Draw(t, name)
		}
		a, b, c := draw("a"), draw("b"), draw("c")
		near(t, ratio(t, a, c).Mean, ratio(t, a, b).Mean*ratio(t, b, c).Mean)
		for i := range a {
			switch rapid.IntRange(0, 4).Draw(t, "miss") {
			case 0:
				a[i] = math.Inf(1)
			case 1:
				b[i] = math.Inf(1)
			case 2:
				a[i], b[i] = math.Inf(1), math.Inf(1)
			}
		}
		got, other := ratio(t, a, b), ratio(t, b, a)
		assert.Equal(t, n, got.Both+got.OnlyFirst+got.OnlySecond+got.Neither)
		assert.Equal(t, [4]int{got.Both, got.OnlyFirst, got.OnlySecond, got.Neither}, [4]int{other.Both, other.OnlySecond, other.OnlyFirst, other.Neither})
		if got.Both == 0 {
			assert.True(t, math.IsNaN(got.Mean))
			return
		}
		near(t, 1, got.Mean*other.Mean)
		for i := range a {
			a[i] *= 60
		}
		near(t, 60*got.Mean, ratio(t, a, b).Mean)
	})
}

func TestGeometricMeanRatioErrors(t *testing.T) {
	for _, c := range []struct {
		a, b []float64
		want string
	}{
		{nil, nil, "len(a) = 0: want 1 or more"},
		{[]float64{1}, []float64{1, 2}, "len(b) = 2: want 1, the length of a"},
		{[]float64{1, 0}, []float64{1, 1}, "a[1] = 0: want more than 0, or +Inf for a miss"},
		{[]float64{1, 1}, []float64{1, -1}, "b[1] = -1: want more than 0, or +Inf for a miss"},
		{[]float64{math.NaN()}, []float64{1}, "a[0] = NaN: want more than 0, or +Inf for a miss"},
		{[]float64{1}, []float64{math.Inf(-1)}, "b[0] = -Inf: want more than 0, or +Inf for a miss"},
	} {
		_, err := GeometricMeanRatio(c.a, c.b)
		assert.EqualError(t, err, "stats: GeometricMeanRatio: "+c.want)
	}
}
