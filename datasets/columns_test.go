package datasets

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"descent/internal/fuzzing"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const houses = `id, rooms, color, price
1, 3, red, 450
2, NA, blue, 900
3, 2, , 300
4, 7, red, ?
`

func TestReadColumns(t *testing.T) {
	columns := []Column{
		{Name: "price", Missing: MissingDrop, Absent: []string{"?"}},
		{Name: "color", Kind: Category, Missing: MissingFill, Other: true},
		{Name: "rooms", Missing: MissingMean, Absent: []string{"NA", "-"}},
	}
	was := slices.Clone(columns)
	table, fitted, err := ReadColumns(strings.NewReader(houses), CSV{Header: true}, columns)
	require.NoError(t, err)
	assert.Equal(t, was, columns)
	assert.Equal(t, &Table{
		Names: []string{"price", "color=", "color=blue", "color=red", "color=other", "rooms"}, Cols: 6,
		Data: []float64{
			450, 0, 0, 1, 0, 3,
			900, 0, 1, 0, 0, 2.5,
			300, 1, 0, 0, 0, 2,
		},
	}, table)
	assert.Equal(t, []string{"", "blue", "red"}, fitted[1].Categories)
	assert.Equal(t, Column{Name: "rooms", Missing: MissingFill, Absent: []string{"NA", "-"}, Fill: 2.5}, fitted[2])

	text, err := json.Marshal(fitted)
	require.NoError(t, err)
	var saved []Column
	require.NoError(t, json.Unmarshal(text, &saved))
	table, again, err := ReadColumns(strings.NewReader("color,rooms,price\npink,-,1\nblue,4,2\n"), CSV{Header: true}, saved)
	require.NoError(t, err)
	assert.Equal(t, []float64{1, 0, 0, 0, 1, 2.5, 2, 0, 1, 0, 0, 4}, table.Data, "as the first file was read")
	assert.Equal(t, fitted, again)
}

func TestReadColumnsByPosition(t *testing.T) {
	table, fitted, err := ReadColumns(strings.NewReader("b;1;x\na;2;y\nb;3;z\n"), CSV{Comma: ';'}, []Column{
		{Kind: Category, Index: true}, {Name: "n"}, {Kind: Ignored},
	})
	require.NoError(t, err)
	assert.Equal(t, &Table{Names: []string{"column 0", "n"}, Cols: 2, Data: []float64{1, 1, 0, 2, 1, 3}}, table)
	assert.Equal(t, []string{"a", "b"}, fitted[0].Categories)
	assert.Equal(t, Column{Kind: Ignored}, fitted[2])
	table, _, err = ReadColumns(strings.NewReader("a,1\n ,2\nc,3\n"), CSV{}, []Column{
		{Name: "k", Kind: Category, Categories: []string{"c", ""}, Missing: MissingFill, Other: true, Index: true}, {Missing: MissingFill, Fill: 9},
	})
	require.NoError(t, err)
	assert.Equal(t, []float64{2, 1, 1, 2, 0, 3}, table.Data, "the order of the list, then other")
	table, _, err = ReadColumns(strings.NewReader("1,\n"), CSV{}, []Column{{}, {Missing: MissingFill, Fill: 9}})
	require.NoError(t, err)
	assert.Equal(t, []float64{1, 9}, table.Data)
}

func TestReadColumnsErrors(t *testing.T) {
	plain := CSV{}
	header := CSV{Header: true}
	color := Column{Name: "color", Kind: Category, Categories: []string{"blue", "red"}}
	var many strings.Builder
	for i := range 1001 {
		fmt.Fprintln(&many, i)
	}
	for want, c := range map[string]struct {
		text    string
		format  CSV
		columns []Column
	}{
		`line 3, column 0 ("color"): "pink": want one of 2 categories, or Other`:              {"color\nred\npink\n", header, []Column{color}},
		`line 2, column 1: "": want a value, as Missing is MissingError`:                      {"1,2\n3,\n", plain, []Column{{}, {}}},
		`line 1, column 0: " ?": want a value, as Missing is MissingError`:                    {"\" ?\",2\n", plain, []Column{{Absent: []string{"?"}}, {}}},
		`line 2, column 0: "x": want a finite number`:                                         {"1\nx\n", plain, []Column{{}}},
		`line 1, column 0: "NaN": want a finite number`:                                       {"NaN\n", plain, []Column{{}}},
		`line 2 has 1 columns: want 2, as in the first line`:                                  {"1,2\n3\n", plain, []Column{{}, {}}},
		`1 columns described, but the first line has 2: want the same number`:                 {"1,2\n", plain, []Column{{}}},
		`the header has no column "size": want all described columns`:                         {"a,b\n1,2\n", header, []Column{{Name: "size"}}},
		`column "a" occurs twice: want distinct names`:                                        {"a,a\n1,2\n", header, []Column{{Name: "a"}}},
		`column "b" occurs twice: want distinct names`:                                        {"a,b\n1,2\n", header, []Column{{Name: "b"}, {Name: "b"}}},
		`0 columns to read: want 1 or more`:                                                   {"1\n", plain, []Column{{Kind: Ignored}}},
		`columns[1].Kind = 3: want Number, Category or Ignored`:                               {"1\n", plain, []Column{{}, {Kind: 3}}},
		`columns[0].Missing = -1: want MissingError, MissingFill, MissingMean or MissingDrop`: {"1\n", plain, []Column{{Missing: -1}}},
		`columns[0].Missing = MissingMean of a Category: want another`:                        {"1\n", plain, []Column{{Kind: Category, Missing: MissingMean}}},
		`columns[0].Fill = NaN: want a finite number`:                                         {"1\n", plain, []Column{{Fill: math.NaN()}}},
		`columns[0].Categories[1] = "a": want distinct texts`:                                 {"1\n", plain, []Column{{Kind: Category, Categories: []string{"a", "a"}}}},
		`column 0: 1001 categories: want 1000 or fewer, or Index`:                             {many.String(), plain, []Column{{Kind: Category}}},
		`column 0: the mean of 0 numbers is NaN: want a finite number`:                        {"?\n", plain, []Column{{Missing: MissingMean, Absent: []string{"?"}}}},
		`column 0: the mean of 2 numbers is NaN: want a finite number`:                        {"1e308\n1e308\n", plain, []Column{{Missing: MissingMean}}},
		`0 rows: want 1 or more`:                                                              {"?\n", plain, []Column{{Missing: MissingDrop, Absent: []string{"?"}}}},
	} {
		table, fitted, err := ReadColumns(strings.NewReader(c.text), c.format, c.columns)
		assert.EqualError(t, err, "datasets: CSV: "+want)
		assert.True(t, table == nil && fitted == nil)
	}
	_, _, err := ReadColumns(nil, plain, []Column{{}})
	assert.EqualError(t, err, "datasets: CSV: the reader is nil: want an io.Reader")
	name := filepath.Join(t.TempDir(), "x.csv")
	_, _, err = ReadColumnsFile(name, plain, []Column{{}})
	assert.ErrorIs(t, err, fs.ErrNotExist)
	require.NoError(t, os.WriteFile(name, []byte("7\nx\n"), 0o600))
	_, _, err = ReadColumnsFile(name, plain, []Column{{}})
	assert.EqualError(t, err, "datasets: CSV: "+name+`: line 2, column 0: "x": want a finite number`)
	table, _, err := ReadColumnsFile(name, plain, []Column{{Missing: MissingDrop, Absent: []string{"x"}}})
	require.NoError(t, err)
	assert.Equal(t, []float64{7}, table.Data)
	broken := errors.New("disk on fire")
	_, _, err = ReadColumns(iotest.ErrReader(broken), plain, []Column{{}})
	assert.ErrorIs(t, err, broken)
	_, _, err = ReadColumns(strings.NewReader(many.String()), plain, []Column{{Kind: Category, Index: true}})
	assert.NoError(t, err, "any number, as indexes")
}

// Whatever the file: rows are whole and finite, categories are one-hot, and the file
// is read again with what was fitted to it. A row may become 8 kB, hence the bound.
func FuzzReadColumns(f *testing.F) {
	f.Add(houses, true, 1, 2, true)
	f.Add("1,a\n2,b\n,a\n", false, 3, 1, false)
	f.Add("1,\"a\nb\"\nx", false, 2, 0, false)
	f.Add("1,?\n3,\xff\n", false, 0, 1, true)
	f.Fuzz(func(t *testing.T, text string, header bool, missing, kind int, other bool) {
		columns := []Column{
			{Name: "rooms", Missing: Missing(missing), Absent: []string{"?"}},
			{Name: "color", Kind: ColumnKind(kind), Missing: MissingFill, Other: other},
		}
		if header && other {
			columns = append(columns, Column{Name: "id", Missing: MissingMean})
		}
		var table *Table
		var fitted []Column
		var err error
		fuzzing.Bounded(t, len(text), 8000, 64<<10, func() {
			table, fitted, err = ReadColumns(strings.NewReader(text), CSV{Header: header}, columns)
		})
		fuzzing.Error(t, err, "datasets: CSV: ")
		if err != nil {
			return
		}
		require.NoError(t, table.check())
		require.Len(t, table.Names, table.Cols)
		require.NoError(t, checkFloats(table.Data))
		if fitted[1].Kind == Category {
			for row := range slices.Chunk(table.Data, table.Cols) {
				sum := 0.
				for _, v := range row[1 : 1+len(fitted[1].Categories)] {
					sum += v
				}
				require.Equal(t, 1., sum)
			}
		}
		again, twice, err := ReadColumns(strings.NewReader(text), CSV{Header: header}, fitted)
		require.NoError(t, err)
		require.Equal(t, table, again)
		require.Equal(t, fitted, twice)
	})
}

// checkFloats reports a number that is not finite.
func checkFloats(x []float64) error {
	for i, v := range x {
		if v-v != 0 {
			return badElement("Data", i, v, "a finite number")
		}
	}
	return nil
}
