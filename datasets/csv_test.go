package datasets

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"descent/internal/fuzzing"
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
		{"blank lines", " \n\t \r\n1,2\n   \n \f\u00a0\n3,4\n  ", CSV{}, Table{nil, 2, []float64{1, 2, 3, 4}}},
		{"blank lines of tabs", "1\t2\n\t\t\n \n3\t4\n", CSV{Comma: '\t'}, Table{nil, 2, []float64{1, 2, 3, 4}}},
		{"blank lines of spaces", "\n  \n1 2\n \n\t\n3 4", CSV{Comma: ' '}, Table{nil, 2, []float64{1, 2, 3, 4}}},
		{"a long blank line", "1\n" + strings.Repeat(" ", 100_000) + "\n2\n", CSV{}, Table{nil, 1, []float64{1, 2}}},
		{"blanks before a header", "  \na\n \n1\n", CSV{Header: true}, Table{[]string{"a"}, 1, []float64{1}}},
		{"one column", "1\n2\n", CSV{}, Table{nil, 1, []float64{1, 2}}},
	} {
		got, err := ReadCSV(strings.NewReader(c.text), c.format)
		if assert.NoError(t, err, c.name) {
			again, err := ReadCSV(iotest.OneByteReader(strings.NewReader(c.text)), c.format)
			require.NoError(t, err)
			assert.Equal(t, got, again, c.name)
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
		{"", CSV{}, "0 rows: want 1 or more"},
		{"\n\n", CSV{}, "0 rows: want 1 or more"},
		{"a,b\n", CSV{Header: true}, "0 rows: want 1 or more"},
		{"1,2\n3\n", CSV{}, "line 2 has 1 columns: want 2, as in the first line"},
		{"a,b\n\n1,2,3\n", CSV{Header: true}, "line 3 has 3 columns: want 2, as in the first line"},
		{"1,2\n\n3,x4\n", CSV{}, `line 3, column 1: "x4": want a finite number`},
		{"a,b\n1,2\n", CSV{}, `line 1, column 0: "a": want a finite number (set Header if the first line names the columns)`},
		{"a, b\n1,x\n", CSV{Header: true}, `line 2, column 1 ("b"): "x": want a finite number`},
		{"1\n\"\"\n", CSV{}, `line 2, column 0: "": want a finite number`},
		{"1,2\n , \n", CSV{}, `line 2, column 0: "": want a finite number`},
		{"1,2\n \n \n3,x\n", CSV{}, `line 4, column 1: "x": want a finite number`},
		{"  \n \t", CSV{}, "0 rows: want 1 or more"},
		{"1,2\n,4\n", CSV{}, `line 2, column 0: "": want a finite number`},
		{"1,2\n3,NaN\n", CSV{}, `line 2, column 1: "NaN": want a finite number`},
		{"1,2\n-Inf,3\n", CSV{}, `line 2, column 0: "-Inf": want a finite number`},
		{"1,2\n\"3\n\",x\n", CSV{}, `line 3, column 1: "x": want a finite number`},
		{"1,2\n1e999,3\n", CSV{}, `line 2, column 0: "1e999": want a finite number`},
		{"1\t2\n", CSV{}, `line 1, column 0: "1\t2": want a finite number (set Header if the first line names the columns)`},
		{"1,2\n3,\"4\n", CSV{}, `line 2, byte 6: extraneous or missing " in quoted-field`},
		{"1,2\n", CSV{Comma: '"'}, "csv: invalid field or comment delimiter"},
	} {
		_, err := ReadCSV(strings.NewReader(c.text), c.format)
		assert.EqualError(t, err, "datasets: CSV: "+c.want, "%q", c.text)
	}
	broken := errors.New("broken cable")
	_, err := ReadCSV(iotest.ErrReader(broken), CSV{})
	assert.ErrorIs(t, err, broken)
	_, err = ReadCSV(io.MultiReader(strings.NewReader("1\n 2"), iotest.ErrReader(broken)), CSV{})
	assert.ErrorIs(t, err, broken)
}

// What is quoted of somebody else's file is cut.
func TestReadCSVCutsWhatItQuotes(t *testing.T) {
	long := strings.Repeat("\x00", 20_000_000)
	_, err := ReadCSV(strings.NewReader("1,"+long+"\n"), CSV{})
	require.Error(t, err)
	assert.Less(t, len(err.Error()), 500)
	assert.Contains(t, err.Error(), `\x00"… (20000000 bytes): want a finite number`)
	_, err = ReadCSV(strings.NewReader(long+"\n"+long+"\n"), CSV{Header: true})
	require.Error(t, err)
	assert.Less(t, len(err.Error()), 1000)
	assert.Equal(t, strconv.Quote(long[:100]), quoted(long[:100]))
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
	assert.EqualError(t, err, "datasets: CSV: "+path+": 0 rows: want 1 or more")
}

// A line of a million fields or bytes takes memory in proportion.
func TestReadCSVLongLine(t *testing.T) {
	for text, want := range map[string]string{
		strings.Repeat(",", 1_000_000):             `line 1, column 0: "": want a finite number`,
		"1," + strings.Repeat("1", 1_000_000):      `line 1, column 1: "11111111111111111111111111111111111111111111111111"… (1000000 bytes): want a finite number`,
		"1\n\"" + strings.Repeat("\n", 1_000_000):  `line 1000001, byte 2: extraneous or missing " in quoted-field`,
		strings.Repeat("1,", 1_000_000) + "1\n1\n": "line 2 has 1 columns: want 1000001, as in the first line",
	} {
		var err error
		fuzzing.Bounded(t, len(text), 200, 64<<10, func() { _, err = ReadCSV(strings.NewReader(text), CSV{}) })
		assert.ErrorContains(t, err, "datasets: CSV: "+want)
	}
}
