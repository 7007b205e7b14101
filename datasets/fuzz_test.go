package datasets

import (
	"bytes"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"

	"descent/internal/fuzzing"
	"github.com/stretchr/testify/require"
)

// Memory is in proportion to the bytes read, decompressed up to what the header
// says, and what is read is written and read again.
func FuzzReadIDX(f *testing.F) {
	good := idxBytes(IDXInt16, []byte{1, 2, 3, 4, 5, 6}, 3, 1)
	f.Add(good)
	f.Add(gzipped(f, good))
	f.Add(good[:len(good)-1])
	f.Add(append(gzipped(f, good), 0, 0))
	f.Add(append(gzipped(f, good[:10]), gzipped(f, good[10:])...))
	f.Add(append(gzipped(f, good), 0, 1))
	f.Add(gzipped(f, good[:6])[:20])
	f.Add(idxBytes(IDXUint8, make([]byte, 100), 1<<31))
	f.Add(idxBytes(IDXFloat64, nil, 1<<31-1, 1<<31-1))
	f.Add(idxBytes(IDXUint8, nil, 1<<31, 1<<31))
	f.Add(gzipped(f, idxBytes(IDXUint8, make([]byte, 20_000), 100)))
	f.Add(gzipped(f, idxBytes(IDXUint8, make([]byte, 20_000), 1<<31)))
	f.Add(idxBytes(IDXFloat32, []byte{0x7f, 0xc0, 0, 0}, 1))
	f.Add(idxBytes(IDXInt8, []byte{0xff}, 1))
	f.Add(idxBytes(IDXUint8, []byte{1}, 1, 1, 1, 0))
	f.Fuzz(func(t *testing.T, b []byte) {
		content := int64(0)
		if r, err := gunzip(bytes.NewReader(b)); err == nil {
			content, _ = io.Copy(io.Discard, io.LimitReader(r, 1<<24))
		}
		var x *IDX
		var err error
		fuzzing.Bounded(t, len(b)+int(content), 4, 512<<10, func() { x, err = ReadIDX(bytes.NewReader(b)) })
		fuzzing.Error(t, err, "datasets: IDX: ")
		if err != nil {
			require.Nil(t, x)
			return
		}
		n, ok := elements(x.Shape)
		require.True(t, ok)
		require.Equal(t, n, x.Len())
		require.Len(t, x.Float32s(), n)
		if labels, err := x.Labels(); err == nil {
			require.Len(t, labels, n)
		}
		dims := make([]uint32, len(x.Shape))
		for i, d := range x.Shape {
			dims[i] = uint32(d)
		}
		again, err := ReadIDX(bytes.NewReader(idxBytes(x.Type, x.Data, dims...)))
		require.NoError(t, err)
		require.Equal(t, x, again)
	})
}

// The bound is that of a line of nothing but commas, where package csv keeps 40
// bytes for each field and grows by copying; a line of digits takes 12 a byte.
func FuzzReadCSV(f *testing.F) {
	f.Add("1,2\n3,4\n", ',', rune(0), false)
	f.Add("a\tb\n-1e3\t.5\n", '\t', rune(0), true)
	f.Add("\ufeff\"1\";2\r\n", ';', rune(0), false)
	f.Add(" \n1,2\n\t\n\"\"\n", ',', rune(0), false)
	f.Add("\t\t\n1\t2", '\t', rune(0), false)
	f.Add("# units\n1;2\n#", ';', '#', false)
	f.Add("\xff,\x1b[31m\n1,\x1b[31m\n", ',', rune(0), true)
	f.Add(strings.Repeat(",", 5000), ',', rune(0), true)
	f.Add(strings.Repeat("1", 5000), ',', rune(0), false)
	f.Add(strings.Repeat("1,", 5000)+"1\n1", ',', rune(0), false)
	f.Add("1\n"+strings.Repeat(" ", 5000)+"\n\"2\n\n\"", ',', rune(0), false)
	f.Add("1,2\n3", ',', ',', false)
	f.Add("1\n2", '\n', rune(0), false)
	f.Add("0x1p-2,1_0,+Inf\n", ',', rune(0), false)
	f.Fuzz(func(t *testing.T, text string, comma, comment rune, header bool) {
		var table *Table
		var err error
		fuzzing.Bounded(t, len(text), 200, 64<<10, func() {
			table, err = ReadCSV(strings.NewReader(text), CSV{Comma: comma, Comment: comment, Header: header})
		})
		fuzzing.Error(t, err, "datasets: CSV: ")
		if err != nil {
			require.Nil(t, table)
			return
		}
		require.Positive(t, table.Cols)
		require.Equal(t, len(table.Data), table.Rows()*table.Cols)
		if header {
			require.Len(t, table.Names, table.Cols)
		}
		var b strings.Builder
		for i, v := range table.Data {
			require.False(t, math.IsNaN(v) || math.IsInf(v, 0))
			b.WriteString(strconv.FormatFloat(v, 'g', -1, 64))
			b.WriteByte(",\n"[(i%table.Cols+1)/table.Cols])
		}
		again, err := ReadCSV(strings.NewReader(b.String()), CSV{})
		require.NoError(t, err)
		require.Equal(t, table.Data, again.Data)
		require.Equal(t, table.Cols, again.Cols)
	})
}
