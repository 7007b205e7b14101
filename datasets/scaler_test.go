package datasets

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A scaler applied to the rows it is fitted to gives the bits of Standardize, and
// Undo the numbers again.
func TestScalerIsStandardize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cols := rapid.IntRange(1, 4).Draw(t, "columns")
		rows := rapid.IntRange(2, 20).Draw(t, "rows")
		table := &Table{Cols: cols, Data: rapid.SliceOfN(rapid.Float64Range(-1000, 1000), rows*cols, rows*cols).Draw(t, "x")}
		center := rapid.Float64Range(-1e12, 1e12).Draw(t, "center")
		for r := range rows {
			table.Data[r*cols] += center
		}
		was := slices.Clone(table.Data)
		s, err := FitScaler(table)
		require.NoError(t, err)
		require.Equal(t, was, table.Data)
		require.NoError(t, s.Apply(table))
		standard := &Table{Cols: cols, Data: slices.Clone(was)}
		if mean, sd, err := standard.Standardize(); err == nil {
			require.Equal(t, mean, s.Mean)
			require.Equal(t, sd, s.SD)
			require.Equal(t, standard.Data, table.Data)
		}
		for i, v := range table.Data {
			c := i % cols
			require.InDelta(t, was[i], s.Undo(c, v), 4*0x1p-53*(math.Abs(was[i])+math.Abs(s.Mean[c])+s.SD[c]))
		}
	})
}

// Training rows far from 0 leave no offset in new rows; without Rest they do.
func TestScalerFarAway(t *testing.T) {
	x := around(1e12, 1, 1000)
	table := &Table{Cols: 1, Data: slices.Clone(x)}
	s, err := FitScaler(table)
	require.NoError(t, err)
	_, _, want := exactly(x)
	for i, w := range want[:10] {
		one := &Table{Cols: 1, Data: []float64{x[i]}}
		require.NoError(t, s.Apply(one))
		near(t, w, one.Data[0], 1e-15)
	}
	rough := &Scaler{Mean: s.Mean, SD: s.SD}
	one := &Table{Cols: 1, Data: []float64{x[0]}}
	require.NoError(t, rough.Apply(one))
	assert.NotEqual(t, want[0], one.Data[0])
	assert.InDelta(t, want[0], one.Data[0], 1e-3)
}

func TestScalerConstant(t *testing.T) {
	for _, v := range []float64{0, .1, -.7, 1e12 + .1, 1e300, 5e-324, math.MaxFloat64} {
		table := &Table{Cols: 2, Data: []float64{1, v, 2, v, 3, v}}
		s, err := FitScaler(table)
		require.NoError(t, err)
		assert.Equal(t, v, s.Mean[1])
		assert.Equal(t, 1., s.SD[1])
		require.NoError(t, s.Apply(table))
		for r := range 3 {
			assert.Zero(t, table.Data[2*r+1])
		}
		assert.Equal(t, v, s.Undo(1, 0))
	}
	s, err := FitScaler(&Table{Cols: 1, Data: []float64{7}})
	require.NoError(t, err)
	assert.Equal(t, &Scaler{Mean: []float64{7}, SD: []float64{1}, Rest: []float64{0}}, s, "one row")
	s, err = FitScaler(&Table{Cols: 1, Data: []float64{0, 5e-324}})
	require.NoError(t, err)
	assert.Equal(t, []float64{1}, s.SD, "half of the smallest number")
}

// 1e16 + 1 is no float64: it is the mean by its rest alone.
func TestScalerUndoesTheRest(t *testing.T) {
	s, err := FitScaler(&Table{Cols: 1, Data: []float64{1e16, 1e16 + 2}})
	require.NoError(t, err)
	assert.Equal(t, &Scaler{Mean: []float64{1e16}, SD: []float64{1}, Rest: []float64{1}}, s)
	assert.Equal(t, 1e16+2, s.Undo(0, 1))
}

func TestScalerAsJSON(t *testing.T) {
	s, err := FitScaler(&Table{Cols: 2, Data: []float64{.1, 1e12, .2, 1e12 + .3, .7, 1e12 + .1}})
	require.NoError(t, err)
	text, err := json.Marshal(s)
	require.NoError(t, err)
	var again Scaler
	require.NoError(t, json.Unmarshal(text, &again))
	assert.Equal(t, *s, again)
}

func TestScalerErrors(t *testing.T) {
	nan := math.NaN()
	for want, table := range map[string]*Table{
		"0 rows: want 1 or more":                            {Cols: 2},
		"3 values in 2 columns: want whole rows":            {Cols: 2, Data: []float64{1, 2, 3}},
		`row 1, column 0 ("a") is NaN: want finite numbers`: {Cols: 1, Names: []string{"a"}, Data: []float64{1, nan}},
		"0 values in 0 columns: want whole rows":            {},
		"row 0, column 1 is +Inf: want finite numbers":      {Cols: 2, Data: []float64{1, math.Inf(1)}},
	} {
		_, err := FitScaler(table)
		assert.EqualError(t, err, "datasets: FitScaler: "+want)
	}
	_, err := FitScaler(nil)
	assert.EqualError(t, err, "datasets: FitScaler: the table is nil: want a Table")
	one := []float64{1}
	for want, s := range map[string]Scaler{
		"0 means, 0 standard deviations and 0 rests for 1 columns: want one of each for each column": {},
		"1 means, 0 standard deviations and 0 rests for 1 columns: want one of each for each column": {Mean: one},
		"1 means, 1 standard deviations and 2 rests for 1 columns: want one of each for each column": {Mean: one, SD: one, Rest: []float64{1, 2}},
		"Mean[0] = NaN: want a finite number":                                                        {Mean: []float64{nan}, SD: one},
		"Rest[0] = NaN: want a finite number":                                                        {Mean: one, SD: one, Rest: []float64{nan}},
		"SD[0] = 0: want a finite number above 0":                                                    {Mean: one, SD: []float64{0}},
		"SD[0] = +Inf: want a finite number above 0":                                                 {Mean: one, SD: []float64{math.Inf(1)}},
		"row 1, column 0 is NaN and becomes NaN: want finite numbers":                                {Mean: one, SD: one},
	} {
		table := &Table{Cols: 1, Data: []float64{5, nan}}
		assert.EqualError(t, s.Apply(table), "datasets: Scaler: "+want)
		assert.Equal(t, 5., table.Data[0], "nothing is changed")
	}
	s := Scaler{Mean: []float64{0}, SD: []float64{1e-300}}
	assert.EqualError(t, s.Apply(&Table{Cols: 1, Data: []float64{1e300}}), "datasets: Scaler: row 0, column 0 is 1e+300 and becomes +Inf: want finite numbers")
	assert.True(t, math.IsNaN(s.Undo(1, 0)) && math.IsNaN(s.Undo(-1, 0)))
}

func TestTableSubset(t *testing.T) {
	table := &Table{Cols: 2, Names: []string{"a", "b"}, Data: []float64{1, 2, 3, 4, 5, 6}}
	part, err := table.Subset([]int{2, 0, 2})
	require.NoError(t, err)
	assert.Equal(t, &Table{Cols: 2, Names: table.Names, Data: []float64{5, 6, 1, 2, 5, 6}}, part)
	part.Data[0] = 9
	assert.Equal(t, 5., table.Data[4], "a copy")
	for want, rows := range map[string][]int{"0 rows: want 1 or more": nil, "rows[1] = 3: want [0, 3)": {0, 3}} {
		_, err = table.Subset(rows)
		assert.EqualError(t, err, "datasets: Table: Subset: "+want)
	}
}

func TestViewRows(t *testing.T) {
	v, err := Subset(numbered(t, 10), []int{9, 2, 7, 5})
	require.NoError(t, err)
	w, err := Subset(v, []int{3, 0})
	require.NoError(t, err)
	assert.Equal(t, []int{5, 9}, w.Rows())
	w.Rows()[0] = 1
	assert.Equal(t, []int{5, 9}, w.Rows())
}
