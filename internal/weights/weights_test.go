package weights

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"descent/internal/fuzzing"
	"descent/internal/safetensors"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The files are made by testdata/golden.py with numpy.
func TestNpz(t *testing.T) {
	weight, columns := make([]float32, 24), make([]float32, 24)
	for i := range weight {
		weight[i], columns[i] = float32(i)/8, float32(i)
	}
	third := float32(1) / 3
	want := []safetensors.Tensor{
		{Name: "0.weight", Shape: []int{2, 3, 4}, Data: weight},
		{Name: "0.bias", Shape: []int{3}, Data: []float32{1, -.5, 1e-45}},
		{Name: "columns", Shape: []int{2, 3, 4}, Data: columns},
		{Name: "matrix", Shape: []int{2, 3}, Data64: []float64{0, 2, 4, 1, 3, 5}},
		{Name: "big", Shape: []int{1, 2}, Data: []float32{.1, third}},
		{Name: "half", Shape: []int{3}, Data: []float32{0.0999755859375, 65504, -1. / (1 << 24)}},
		{Name: "num_batches_tracked", Shape: []int{}, Data64: []float64{469}, Integer: true},
		{Name: "flags", Shape: []int{2}, Data64: []float64{1, 0}, Integer: true},
		{Name: "bytes", Shape: []int{2, 1}, Data64: []float64{255, 1}, Integer: true},
		{Name: "empty", Shape: []int{0, 3}, Data: []float32{}},
	}
	for _, file := range []string{"arrays.npz", "packed.npz"} {
		tensors, err := Read(filepath.Join("testdata", file))
		require.NoError(t, err)
		assert.Equal(t, want, tensors, file)
	}
}

// The first bytes say what a file is, not its name.
func TestReadSafetensors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "model.npz")
	want := []safetensors.Tensor{{Name: "w", Shape: []int{1}, Data: []float32{1}}}
	require.NoError(t, safetensors.Write(file, want, nil))
	tensors, err := Read(file)
	require.NoError(t, err)
	assert.Equal(t, want, tensors)
}

// entry is a file of an archive, with the header that NumPy writes.
type entry struct{ name, header, data string }

func header(descr, order, shape string) string {
	text := fmt.Sprintf("{'descr': %s, 'fortran_order': %s, 'shape': %s, }\n", descr, order, shape)
	return "\x93NUMPY\x01\x00" + string(binary.LittleEndian.AppendUint16(nil, uint16(len(text)))) + text
}

func archive(t testing.TB, method uint16, entries ...entry) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		w, err := z.CreateHeader(&zip.FileHeader{Name: e.name, Method: method})
		require.NoError(t, err)
		_, err = w.Write([]byte(e.header + e.data))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return b.Bytes()
}

func TestErrors(t *testing.T) {
	f4 := header("'<f4'", "False", "(1,)")
	good := entry{"w.npy", f4, "1234"}
	stored := func(entries ...entry) []byte { return archive(t, zip.Store, entries...) }
	one := func(header, data string) []byte { return stored(entry{"w.npy", header, data}) }
	changed := stored(good)
	changed[bytes.Index(changed, []byte("1234"))] ^= 1
	newer, err := os.ReadFile("testdata/new.pt")
	require.NoError(t, err)
	older, err := os.ReadFile("testdata/old.pt")
	require.NoError(t, err)
	var many []entry // none too large by itself
	for i := range 10 {
		many = append(many, entry{fmt.Sprint(i) + ".npy", header("'|u1'", "False", "(100000,)"), strings.Repeat("\x00", 1e5)})
	}
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"nothing":           {nil, "0 bytes: want 8 or more, for the header length"},
		"text":              {[]byte("weights\n"), "header of "},
		"torch.save":        {newer, "a file of torch.save: want safetensors or .npz: in Python, numpy.savez("},
		"old torch.save":    {older, "a file of torch.save: want safetensors or .npz: in Python, numpy.savez("},
		"npy":               {[]byte(f4 + "1234"), "an .npy file, whose array has no name: want .npz, as written by numpy.savez"},
		"cut archive":       {stored(good)[:60], "zip: not a valid zip file"},
		"other entry":       {stored(good, entry{name: "readme.txt"}), `entry "readme.txt": want NAME.npy`},
		"no name":           {stored(entry{".npy", f4, "1234"}), `entry ".npy": want NAME.npy`},
		"long name":         {stored(entry{strings.Repeat("x", 1025) + ".npy", f4, "1234"}), `entry "xxx`},
		"twice":             {stored(good, good), "w: duplicate array"},
		"changed bit":       {changed, "w: zip: checksum error"},
		"no header":         {one("", ""), "w: header of an array: unexpected EOF"},
		"other magic":       {one("\x93NUMPZ\x01\x00\x76\x00", strings.Repeat(" ", 118)), "w: header of an array: \"not a valid NumPy file format\""},
		"version 9":         {one("\x93NUMPY\x09\x00\x76\x00\x00\x00", strings.Repeat(" ", 118)), "w: header of an array: \"invalid major version number (9)\""},
		"header of 4 GB":    {one("\x93NUMPY\x02\x00\xff\xff\xff\xff", ""), "w: header of an array of 4294967307 bytes: want 65536 or fewer"},
		"cut header":        {one(f4[:20], ""), "w: malformed header of an array: want one of NumPy"},
		"no dictionary":     {one("\x93NUMPY\x01\x00\x05\x00    \n", ""), "w: header of an array: \"invalid dictionary format\""},
		"no line":           {one("\x93NUMPY\x01\x00\x05\x00     ", ""), "w: malformed header of an array: want one of NumPy"},
		"keys out of order": {one("\x93NUMPY\x01\x00\x3c\x00{'shape': (1,), 'fortran_order': False, 'descr': '<f4', }    \n", "1234"), "w: malformed header of an array: want one of NumPy"},
		"order":             {one(header("'<f4'", "Maybe", "(1,)"), "1234"), "w: header of an array: \"invalid 'fortran_order' value (Maybe)\""},
		"complex":           {one(header("'<c8'", "False", "(1,)"), "12345678"), "w: dtype \"'<c8'\": want a float of 16 to 64 bits, an integer or bool"},
		"objects":           {one(header("'|O'", "False", "(1,)"), "x"), "w: dtype \"'|O'\": want a float"},
		"record":            {one(header("[('a', '<f4')]", "False", "(1,)"), "1234"), "w: dtype \"[('a', '<f4')]\": want a float"},
		"text in shape":     {one(header("'<f4'", "False", "(x,)"), "1234"), "w: header of an array: \"strconv.Atoi: "},
		"negative shape":    {one(header("'<f4'", "False", "(-1, -1)"), "1234"), "w: 4 bytes of data for F32 of shape [-1 -1]: want as many as the shape says"},
		"overflowing shape": {one(header("'<f4'", "False", "(4294967296, 4294967296)"), ""), "w: 0 bytes of data for F32 of shape [4294967296 4294967296]: want as many"},
		"huge shape":        {one(header("'<f4'", "False", "(1000000000000,)"), "1234"), "w: 4 bytes of data for F32 of shape [1000000000000]: want as many"},
		"short data":        {one(f4, "123"), "w: 3 bytes of data for F32 of shape [1]: want as many"},
		"more data":         {one(f4, "12345"), "w: 5 bytes of data for F32 of shape [1]: want as many"},
		"large integer":     {one(header("'<i8'", "False", "()"), "\xff\xff\xff\xff\xff\xff\xff\x7f"), "w: integer 9.223372036854776e+18: want one that a float64 holds"},
		"bomb":              {archive(t, zip.Deflate, entry{"w.npy", header("'|u1'", "False", "(1000000,)"), strings.Repeat("\x00", 1e6)}), "w: the data are over 100 times as large as the file: want them saved without compression"},
		"many small bombs":  {archive(t, zip.Deflate, many...), "3: the data are over 100 times as large as the file: want"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "f.npz")
			require.NoError(t, os.WriteFile(file, c.file, 0o666))
			tensors, err := Read(file)
			assert.Nil(t, tensors)
			require.Error(t, err)
			_, text, ok := strings.Cut(err.Error(), ": "+file+": ")
			assert.True(t, ok, err.Error())
			assert.True(t, strings.HasPrefix(text, c.want), text)
			assert.Less(t, len(text), 400)
		})
	}
	_, err = Read(filepath.Join(t.TempDir(), "none"))
	assert.ErrorIs(t, err, os.ErrNotExist)
	_, err = Read(t.TempDir())
	assert.ErrorContains(t, err, "weights: ")
}

// The arrays fit their shapes, memory is in proportion to the file, and errors can be
// shown.
func FuzzNpz(f *testing.F) {
	for _, name := range []string{"arrays.npz", "packed.npz", "new.pt"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(f, err)
		f.Add(b)
	}
	f.Add(archive(f, zip.Store, entry{"w.npy", header("'>f2'", "True", "(2, 1, 1)"), "1234"}))
	f.Add(archive(f, zip.Store, entry{"\x1b[31m.npy", header("'<f4'", "False", "(1,)"), "1234"}, entry{"\x1b[31m.npy", "", ""}))
	f.Fuzz(reads)
}

// The header and the data of an array are mutated. The archive's checksum is correct.
func FuzzHeader(f *testing.F) {
	f.Add(header("'<f4'", "False", "(1,)"), "1234")
	f.Add(header("'>f8'", "True", "(2, 1)"), "1234567812345678")
	f.Add(header("'|u1'", "False", "()"), "1")
	f.Add(header("'\x1b'", "False", "()"), "1")
	f.Add(header("'<f4'", "\x1b", "()"), "1")
	f.Fuzz(func(t *testing.T, header, data string) {
		reads(t, archive(t, zip.Store, entry{"w.npy", header, data}))
	})
}

func reads(t *testing.T, b []byte) {
	var tensors []safetensors.Tensor
	var err error
	// A byte may become a float64, or two if columns come first.
	fuzzing.Bounded(t, len(b), 2*8*maxRatio, 1<<20, func() { tensors, err = readNpz(bytes.NewReader(b), int64(len(b))) })
	if err != nil {
		fuzzing.Error(t, fmt.Errorf("weights: %w", err), "weights: ")
		require.Nil(t, tensors)
		return
	}
	for _, s := range tensors {
		n := 1
		for _, d := range s.Shape {
			n *= d
		}
		require.Equal(t, n, len(s.Data)+len(s.Data64))
	}
}
