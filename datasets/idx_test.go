package datasets

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"descent/internal/fuzzing"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// idxBytes is an IDX file with these dimensions and data.
func idxBytes(t IDXType, data []byte, dims ...uint32) []byte {
	b := []byte{0, 0, byte(t), byte(len(dims))}
	for _, d := range dims {
		b = binary.BigEndian.AppendUint32(b, d)
	}
	return append(b, data...)
}

func gzipped(t testing.TB, b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, err := z.Write(b)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return out.Bytes()
}

func TestReadIDX(t *testing.T) {
	file := idxBytes(IDXUint8, []byte{1, 2, 3, 4, 5, 6}, 2, 1, 3)
	want := &IDX{IDXUint8, []int{2, 1, 3}, []byte{1, 2, 3, 4, 5, 6}}
	for name, b := range map[string][]byte{"plain": file, "gzip": gzipped(t, file)} {
		x, err := ReadIDX(bytes.NewReader(b))
		require.NoError(t, err, name)
		assert.Equal(t, want, x, name)

		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(path, b, 0o600))
		x, err = ReadIDXFile(path)
		require.NoError(t, err, name)
		assert.Equal(t, want, x, name)
	}
}

func TestReadIDXLarge(t *testing.T) {
	data := make([]byte, 300_001)
	for i := range data {
		data[i] = byte(i * i >> 8)
	}
	x, err := ReadIDX(bytes.NewReader(idxBytes(IDXUint8, data, 300_001)))
	require.NoError(t, err)
	assert.True(t, bytes.Equal(data, x.Data))
}

func TestIDXTypes(t *testing.T) {
	for _, c := range []struct {
		t      IDXType
		data   []byte
		floats []float32
		labels []int32
	}{
		{IDXUint8, []byte{0, 255}, []float32{0, 255}, []int32{0, 255}},
		{IDXInt8, []byte{1, 255}, []float32{1, -1}, []int32{1, -1}},
		{IDXInt16, []byte{1, 2, 255, 254}, []float32{258, -2}, []int32{258, -2}},
		{IDXInt32, []byte{0, 1, 0, 0, 255, 255, 255, 253}, []float32{65536, -3}, []int32{65536, -3}},
		{IDXFloat32, []byte{0x3f, 0x80, 0, 0, 0xc0, 0x20, 0, 0}, []float32{1, -2.5}, nil},
		{IDXFloat64, []byte{0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0xc0, 4, 0, 0, 0, 0, 0, 0}, []float32{1, -2.5}, nil},
	} {
		x, err := ReadIDX(bytes.NewReader(idxBytes(c.t, c.data, 2)))
		require.NoError(t, err)
		assert.Equal(t, 2, x.Len())
		assert.Equal(t, c.floats, x.Float32s())
		labels, err := x.Labels()
		assert.Equal(t, c.labels, labels)
		assert.Equal(t, c.labels == nil, err != nil)
	}
	_, err := (&IDX{IDXUint8, []int{1, 1}, []byte{1}}).Labels()
	assert.EqualError(t, err, "datasets: IDX: labels from type 0x08 of shape [1 1]: want integers in one dimension")
}

func TestReadIDXErrors(t *testing.T) {
	good := idxBytes(IDXUint8, []byte{1, 2, 3, 4, 5, 6}, 2, 3)
	packed := gzipped(t, good)
	spoilt := bytes.Clone(packed)
	spoilt[len(spoilt)-8] ^= 1 // of the checksum
	for _, c := range []struct {
		name string
		b    []byte
		want string
	}{
		{"empty", nil, "header: unexpected EOF"},
		{"short magic", good[:3], "header: unexpected EOF"},
		{"short dimensions", good[:9], "header of 2 dimensions: unexpected EOF"},
		{"magic", append([]byte{1}, good[1:]...), "it begins with 0x0100: want 0x0000"},
		{"type", idxBytes(7, []byte{1}, 1), "type 0x07: want 0x08, 0x09, 0x0b, 0x0c, 0x0d or 0x0e"},
		{"no dimensions", idxBytes(IDXUint8, nil), "0 dimensions: want 1 or more"},
		{"empty dimension", idxBytes(IDXUint8, nil, 3, 0), "dimensions [3 0]: want 1 or more each, and a product that fits in memory"},
		{"overflow", idxBytes(IDXUint8, nil, 1<<31-1, 1<<31-1, 1<<31-1), "dimensions [2147483647 2147483647 2147483647]: want 1 or more each, and a product that fits in memory"},
		{"no data", good[:12], "dimensions [2 3]: the file ends after 0 bytes of data: want 6: unexpected EOF"},
		{"truncated", good[:len(good)-1], "dimensions [2 3]: the file ends after 5 bytes of data: want 6: unexpected EOF"},
		{"trailing", append(bytes.Clone(good), 0), "dimensions [2 3]: more than 6 bytes of data: want the file to end there"},
		{"gzip magic alone", packed[:2], "gzip: unexpected EOF"},
		{"gzip method", append([]byte{0x1f, 0x8b, 7}, packed[3:]...), "gzip: invalid header"},
		{"truncated gzip", packed[:len(packed)-1], "dimensions [2 3]: after the data: unexpected EOF"},
		{"gzip checksum", spoilt, "dimensions [2 3]: after the data: gzip: invalid checksum"},
		{"bytes after gzip", append(bytes.Clone(packed), "garbage..."...), "dimensions [2 3]: after the data: gzip: invalid header"},
	} {
		_, err := ReadIDX(bytes.NewReader(c.b))
		assert.EqualError(t, err, "datasets: IDX: "+c.want, c.name)
	}
	for n := range packed {
		_, err := ReadIDX(bytes.NewReader(packed[:n]))
		require.Error(t, err, "%d bytes of %d", n, len(packed))
	}

	path := filepath.Join(t.TempDir(), "x")
	_, err := ReadIDXFile(path)
	assert.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, os.WriteFile(path, good[:12], 0o600))
	_, err = ReadIDXFile(path)
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assert.ErrorContains(t, err, "datasets: IDX: "+path+": dimensions [2 3]: the file ends")
}

// What may follow a gzip file's data: more members, and zeros at the end, as
// gzip -dc takes them.
func TestReadIDXAfterGzip(t *testing.T) {
	file := idxBytes(IDXUint8, []byte{1, 2, 3, 4, 5, 6}, 2, 3)
	packed := string(gzipped(t, file))
	halves := string(gzipped(t, file[:14])) + string(gzipped(t, file[14:]))
	nothing := string(gzipped(t, nil))
	zeros := strings.Repeat("\x00", 100_000)
	want := &IDX{IDXUint8, []int{2, 3}, []byte{1, 2, 3, 4, 5, 6}}
	for _, b := range []string{packed + "\x00", packed + zeros[:9], packed + zeros[:10], packed + zeros, halves, halves + zeros, nothing + packed + nothing + zeros} {
		for _, r := range []io.Reader{strings.NewReader(b), iotest.OneByteReader(strings.NewReader(b)), iotest.DataErrReader(strings.NewReader(b))} {
			x, err := ReadIDX(r)
			require.NoError(t, err)
			assert.Equal(t, want, x)
		}
	}
	const padding = "gzip: bytes follow the padding with zeros: want the file to end there"
	for b, want := range map[string]string{
		packed + "x":              "after the data: unexpected EOF", // it might have been a member's beginning
		packed + "\x1f":           "after the data: unexpected EOF",
		packed + packed[:9]:       "after the data: unexpected EOF",
		packed + "0123456789":     "after the data: gzip: invalid header",
		packed + "\x00x":          "after the data: " + padding,
		packed + "\x00" + packed:  "after the data: " + padding,
		packed + zeros + "\x1f":   "after the data: " + padding,
		packed + packed:           "more than 6 bytes of data: want the file to end there",
		packed + nothing + packed: "more than 6 bytes of data: want the file to end there",
	} {
		_, err := ReadIDX(strings.NewReader(b))
		assert.EqualError(t, err, "datasets: IDX: dimensions [2 3]: "+want)
	}
}

// A header that promises a gigabyte costs no more than the file that it is in.
func TestReadIDXTrustsNoHeader(t *testing.T) {
	small := idxBytes(IDXFloat64, make([]byte, 100_000), 1<<14, 1<<13)
	for name, b := range map[string][]byte{"plain": small, "gzip": gzipped(t, small)} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := ReadIDX(bytes.NewReader(b))
		runtime.ReadMemStats(&after)
		assert.ErrorIs(t, err, io.ErrUnexpectedEOF, name)
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20), name)
	}
}

// A small gzip file that expands to a gigabyte is read no further than its header
// says.
func TestReadIDXGzipBomb(t *testing.T) {
	zeros := gzipped(t, make([]byte, 1<<20))
	bomb := slices.Concat(gzipped(t, idxBytes(IDXUint8, nil, 100)), bytes.Repeat(zeros, 1<<10))
	assert.Less(t, len(bomb), 2<<20)
	r := bytes.NewReader(bomb)
	var err error
	fuzzing.Bounded(t, 0, 0, 1<<20, func() { _, err = ReadIDX(r) })
	assert.EqualError(t, err, "datasets: IDX: dimensions [100]: more than 100 bytes of data: want the file to end there")
	assert.Greater(t, r.Len(), len(bomb)-1<<17, "the rest was not read")

	// Of a file that says so it is read, up to where it is wrong.
	bomb = slices.Concat(gzipped(t, idxBytes(IDXUint8, nil, 1<<31)), bytes.Repeat(zeros, 4))
	fuzzing.Bounded(t, 4<<20, 4, 1<<20, func() { _, err = ReadIDX(bytes.NewReader(bomb)) })
	assert.EqualError(t, err, "datasets: IDX: dimensions [2147483648]: the file ends after 4194304 bytes of data: want 2147483648: unexpected EOF")
}
