package datasets

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"descent/internal/twosum"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"descent/internal/rng"
)

// exactly is the mean and the standard deviation with 1,500 digits, rounded
// once, and the numbers standardized.
func exactly(x []float64) (mean, sd float64, standard []float64) {
	number := func() *big.Float { return new(big.Float).SetPrec(5000) }
	n := number().SetInt64(int64(len(x)))
	m, squares := number(), number()
	for _, v := range x {
		m.Add(m, number().SetFloat64(v))
	}
	m.Quo(m, n)
	for _, v := range x {
		d := number().Sub(number().SetFloat64(v), m)
		squares.Add(squares, d.Mul(d, d))
	}
	s := number().Sqrt(squares.Quo(squares, n))
	for _, v := range x {
		d := number().Sub(number().SetFloat64(v), m)
		d.Quo(d, s)
		f, _ := d.Float64()
		standard = append(standard, f)
	}
	mean, _ = m.Float64()
	sd, _ = s.Float64()
	return mean, sd, standard
}

// around is n numbers of [center, center + width).
func around(center, width float64, n int) []float64 {
	r := rng.New(1, "around")
	x := make([]float64, n)
	for i := range x {
		x[i] = center + float64(width*r.Float64())
	}
	return x
}

// Against 1,500 digits: the mean is the nearest float64, and the rest is off by
// units in the last place.
func TestStandardizeAgainstBig(t *testing.T) {
	for name, x := range map[string][]float64{
		"two":                  {1, 2},
		"thirds":               {.1, .2, .3},
		"far away":             around(1e12, 1, 2000),
		"farther":              around(-1e15, 8, 2000),
		"small":                around(1, 1e-13, 2000),
		"one unit":             {1, 1, math.Nextafter(1, 2)},
		"no float between":     {1e16, 1e16 + 2},
		"one of many":          append(make([]float64, 1000), 1e-300),
		"one off a large mean": append(slices.Repeat([]float64{1e9}, 1000), 1e9+1),
		"cancels":              {1e16, 1, -1e16},
		"cancels far":          {1e300, 1, -1e300, 1e-300},
		"largest":              {math.MaxFloat64, math.MaxFloat64, -math.MaxFloat64},
		"extremes":             {math.MaxFloat64, -math.MaxFloat64},
		"large":                {1e200, 2e200, 4e200},
		"tiny":                 {1e-200, 2e-200, 4e-200},
		"subnormal":            {5e-324, 15e-324, 40e-324, 1e-322},
		"zero and subnormal":   {0, 0, 1e-320},
		"wide":                 {1e-300, 1, 1e300},
	} {
		t.Run(name, func(t *testing.T) {
			mean, sd, standard := exactly(x)
			table := Table{Cols: 1, Data: slices.Clone(x)}
			gotMean, gotSD, err := table.Standardize()
			require.NoError(t, err)
			assert.Equal(t, mean, gotMean[0])
			near(t, sd, gotSD[0], 0)
			for i, want := range standard {
				near(t, want, table.Data[i], 1e-15)
			}
		})
	}
}

// near asks for equality but for two units in the last place, or, close to a
// column's mean, for little against a standard deviation of 1.
func near(t require.TestingT, want, got, little float64) {
	require.InDelta(t, want, got, max(4*0x1p-53*math.Abs(want), little), "%v", want)
}

func TestStandardizeProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		center := rapid.Float64Range(-1e15, 1e15).Draw(t, "center")
		x := rapid.SliceOfN(rapid.Float64Range(-1000, 1000), 2, 20).Draw(t, "x")
		for i := range x {
			x[i] += center
		}
		table := Table{Cols: 1, Data: slices.Clone(x)}
		gotMean, gotSD, err := table.Standardize()
		if slices.Min(x) == slices.Max(x) {
			require.EqualError(t, err, "datasets: Standardize: column 0 has standard deviation 0: want a positive one")
			require.Equal(t, x, table.Data)
			return
		}
		require.NoError(t, err)
		mean, sd, standard := exactly(x)
		near(t, mean, gotMean[0], 0)
		near(t, sd, gotSD[0], 0)
		for i, want := range standard {
			near(t, want, table.Data[i], 1e-15)
		}
	})
}

// The columns don't see each other, and come out with mean 0 and standard
// deviation 1 to the last digits.
func TestStandardizeFarAway(t *testing.T) {
	const n = 100_000
	a, b := around(1e12, 1, n), around(0, 1e-9, n)
	table := Table{Cols: 2}
	for i := range a {
		table.Data = append(table.Data, a[i], b[i])
	}
	_, _, err := table.Standardize()
	require.NoError(t, err)
	for c := range 2 {
		var mean, square twosum.Total
		for i := c; i < len(table.Data); i += 2 {
			mean.Add(table.Data[i])
			square.Add(table.Data[i] * table.Data[i])
		}
		assert.InDelta(t, 0, mean.Value()/n, 1e-15)
		assert.InDelta(t, 1, square.Value()/n, 1e-15)
	}
}

func TestStandardizeConstant(t *testing.T) {
	for _, v := range []float64{0, .1, -.7, 1e12 + .1, 1e300, 5e-324, math.MaxFloat64} {
		for _, rows := range []int{1, 2, 6, 7, 1000} {
			table := Table{Cols: 2}
			for r := range rows {
				table.Data = append(table.Data, float64(r%2), v)
			}
			if rows == 1 {
				table = Table{Cols: 1, Data: []float64{v}}
			}
			was := slices.Clone(table.Data)
			_, _, err := table.Standardize()
			require.ErrorContains(t, err, " has standard deviation 0: want a positive one", "%d × %v", rows, v)
			assert.Equal(t, was, table.Data, "nothing is changed")
		}
	}
	empty := Table{Cols: 1}
	_, _, err := empty.Standardize()
	assert.Error(t, err)
	zeros := Table{Cols: 1, Data: []float64{0, math.Copysign(0, -1)}}
	_, _, err = zeros.Standardize()
	assert.Error(t, err, "−0 is 0")
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		table := Table{Cols: 2, Data: []float64{1, 2, 3, v, 5, 6}}
		_, _, err := table.Standardize()
		assert.ErrorContains(t, err, "datasets: Standardize: row 1, column 1 is ")
		assert.Equal(t, 1., table.Data[0])
	}
	least := Table{Cols: 1, Data: []float64{0, 5e-324}}
	_, _, err = least.Standardize()
	assert.ErrorContains(t, err, "standard deviation 0", "it is half of the smallest number")
}
