package datasets

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The numbers in errors are those that Dataset and the slices count with.
func TestColumnsCountFromZero(t *testing.T) {
	table, err := ReadCSV(strings.NewReader("a,b,c\n1,2,3\n4,2,6\n"), CSV{Header: true})
	require.NoError(t, err)
	_, _, err = table.Standardize()
	assert.EqualError(t, err, `datasets: Standardize: column 1 ("b") has standard deviation 0: want a positive one`)
	d, err := table.Dataset(1)
	require.NoError(t, err)
	assert.Equal(t, []float32{2, 2}, d.a.Targets)
	_, err = table.Dataset(3)
	assert.EqualError(t, err, "datasets: Table: target column 3: want distinct columns in [0, 3)")
	table.Data[4] = math.NaN()
	_, _, err = table.Standardize()
	assert.EqualError(t, err, `datasets: Standardize: row 1, column 1 ("b") is NaN: want finite numbers`)
}

func TestStandardize(t *testing.T) {
	table := Table{Cols: 2, Data: []float64{1, 10, 3, 20, 5, 60}}
	mean, sd, err := table.Standardize()
	require.NoError(t, err)
	assert.InDeltaSlice(t, []float64{3, 30}, mean, 1e-14)
	assert.InDeltaSlice(t, []float64{math.Sqrt(8. / 3), math.Sqrt(1400. / 3)}, sd, 1e-14)
	s := math.Sqrt(1400. / 3)
	assert.InDeltaSlice(t, []float64{-2 / sd[0], -20 / s, 0, -10 / s, 2 / sd[0], 30 / s}, table.Data, 1e-14)

	constant := Table{Cols: 2, Data: []float64{1, 5, 2, 5}}
	_, _, err = constant.Standardize()
	assert.EqualError(t, err, "datasets: Standardize: column 1 has standard deviation 0: want a positive one")
	assert.Equal(t, []float64{1, 5, 2, 5}, constant.Data)
}

func TestTableDataset(t *testing.T) {
	table := Table{Cols: 3, Data: []float64{1, 2, 3, 4, 5, 6}}
	d, err := table.Dataset(2, 0)
	require.NoError(t, err)
	var b Batch
	require.NoError(t, d.Gather(&b, []int{1, 0}))
	assert.Equal(t, Batch{Rows: 2, Inputs: []float32{5, 2}, Targets: []float32{6, 4, 3, 1}}, b)

	d, err = table.Dataset()
	require.NoError(t, err)
	assert.Equal(t, []int{3}, d.InputShape())
	assert.Zero(t, d.Targets())

	for _, targets := range [][]int{{3}, {-1}, {1, 1}} {
		_, err = table.Dataset(targets...)
		assert.ErrorContains(t, err, ": want distinct columns in [0, 3)")
	}
	_, err = table.Dataset(0, 1, 2)
	assert.EqualError(t, err, "datasets: Table: 3 targets of 3 columns: want 1 or more columns for the inputs")
	table.Data[5] = 1e300
	_, err = table.Dataset(2)
	assert.EqualError(t, err, "datasets: FromSlices: Targets: row 1, element 0 is +Inf: want finite numbers")
}

func TestTableOfOddData(t *testing.T) {
	for _, table := range []Table{{Data: []float64{1, 2}}, {Cols: 2, Data: []float64{1, 2, 3}}} {
		_, _, err := table.Standardize()
		assert.ErrorContains(t, err, "datasets: Standardize: ")
		assert.ErrorContains(t, err, "columns: want whole rows")
		_, err = table.Dataset(1)
		assert.ErrorContains(t, err, "datasets: Table: ")
		assert.ErrorContains(t, err, "columns: want whole rows")
	}
}
