package datasets

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReadCSV(t *testing.T) {
	for _, c := range []struct {
		name, text string
		format     CSV
		want       Table
	}{
		{"plain", "1,2\n3,4\n", CSV{}, Table{nil, 2, []float64{1, 2, 3, 4}}},
		{"no last line feed", "1,2\n3,4", CSV{}, Table{nil, 2, []float64{1, 2, 3, 4}}},
		{"CR LF, spaces, empty line", " 1 , 2\r\n\r\n3,\t-4e-1\r\n", CSV{}, Table{nil, 2, []float64{1, 2, 3, -.4}}},
		{"header", "a, b c\n1,2\n", CSV{Header: true}, Table{[]string{"a", "b c"}, 2, []float64{1, 2}}},
		{"byte order mark", "\ufeffa,b\n1,2\n", CSV{Header: true}, Table{[]string{"a", "b"}, 2, []float64{1, 2}}},
		{"tabs", "1\t2\n3\t4\n", CSV{Comma: '\t'}, Table{nil, 2, []float64{1, 2, 3, 4}}},
		{"spaces", "1 2\n3 4\n", CSV{Comma: ' '}, Table{nil, 2, []float64{1, 2, 3, 4}}},
		{"semicolons, comments", "# units\n1;2\n#\n3;4\n", CSV{Comma: ';', Comment: '#'}, Table{nil, 2, []float64{1, 2, 3, 4}}},
		{"quotes", "\"1\",\"2\"\n", CSV{}, Table{nil, 2, []float64{1, 2}}},
		{"one column", "1\n2\n", CSV{}, Table{nil, 1, []float64{1, 2}}},
	} {
		got, err := ReadCSV(strings.NewReader(c.text), c.format)
		if assert.NoError(t, err, c.name) {
			assert.Equal(t, c.want, *got, c.name)
			assert.Equal(t, len(c.want.Data)/c.want.Cols, got.Rows(), c.name)
		}
	}
}

func TestReadCSVErrors(t *testing.T) {
	for _, c := range []struct {
		text   string
		format CSV
		want   string
	}{
		{"", CSV{}, "0 rows: want at least 1"},
		{"\n\n", CSV{}, "0 rows: want at least 1"},
		{"a,b\n", CSV{Header: true}, "0 rows: want at least 1"},
		{"1,2\n3\n", CSV{}, "line 2 has 1 columns: want 2, as in the first line"},
		{"a,b\n\n1,2,3\n", CSV{Header: true}, "line 3 has 3 columns: want 2, as in the first line"},
		{"1,2\n\n3,x4\n", CSV{}, `line 3, column 2: "x4": want a finite number`},
		{"a,b\n1,2\n", CSV{}, `line 1, column 1: "a": want a finite number (set Header if the first line names the columns)`},
		{"1,2\n,4\n", CSV{}, `line 2, column 1: "": want a finite number`},
		{"1,2\n3,NaN\n", CSV{}, `line 2, column 2: "NaN": want a finite number`},
		{"1,2\n-Inf,3\n", CSV{}, `line 2, column 1: "-Inf": want a finite number`},
		{"1,2\n\"3\n\",x\n", CSV{}, `line 3, column 2: "x": want a finite number`},
		{"1,2\n1e999,3\n", CSV{}, `line 2, column 1: "1e999": want a finite number`},
		{"1\t2\n", CSV{}, `line 1, column 1: "1\t2": want a finite number (set Header if the first line names the columns)`},
		{"1,2\n3,\"4\n", CSV{}, `line 2, byte 6: extraneous or missing " in quoted-field`},
		{"1,2\n", CSV{Comma: '"'}, "csv: invalid field or comment delimiter"},
	} {
		_, err := ReadCSV(strings.NewReader(c.text), c.format)
		assert.EqualError(t, err, "datasets: CSV: "+c.want, "%q", c.text)
	}
	broken := errors.New("broken cable")
	_, err := ReadCSV(iotest.ErrReader(broken), CSV{})
	assert.ErrorIs(t, err, broken)
}

func TestReadCSVFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.csv")
	_, err := ReadCSVFile(path, CSV{})
	assert.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, os.WriteFile(path, []byte("1,2\n"), 0o600))
	got, err := ReadCSVFile(path, CSV{})
	require.NoError(t, err)
	assert.Equal(t, []float64{1, 2}, got.Data)
	require.NoError(t, os.WriteFile(path, []byte("1,x\n"), 0o600))
	_, err = ReadCSVFile(path, CSV{Header: true})
	assert.EqualError(t, err, "datasets: CSV: "+path+": 0 rows: want at least 1")
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
		assert.ErrorContains(t, err, ": want different ones in [0, 3)")
	}
	_, err = table.Dataset(0, 1, 2)
	assert.EqualError(t, err, "datasets: Table: 3 targets of 3 columns: want at least one column for the inputs")
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

func FuzzReadCSV(f *testing.F) {
	f.Add("1,2\n3,4\n", ',', false)
	f.Add("a\tb\n-1e3\t.5\n", '\t', true)
	f.Add("\ufeff\"1\";2\r\n", ';', false)
	f.Fuzz(func(t *testing.T, text string, comma rune, header bool) {
		table, err := ReadCSV(strings.NewReader(text), CSV{Comma: comma, Header: header})
		if err != nil {
			require.Contains(t, err.Error(), "datasets: CSV: ")
			return
		}
		require.Positive(t, table.Cols)
		require.Equal(t, len(table.Data), table.Rows()*table.Cols)
		var b strings.Builder
		for i, v := range table.Data {
			b.WriteString(strconv.FormatFloat(v, 'g', -1, 64))
			b.WriteByte(",\n"[(i%table.Cols+1)/table.Cols])
		}
		again, err := ReadCSV(strings.NewReader(b.String()), CSV{})
		require.NoError(t, err)
		require.Equal(t, table.Data, again.Data)
		require.Equal(t, table.Cols, again.Cols)
	})
}
