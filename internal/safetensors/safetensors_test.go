package safetensors

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The file is made by testdata/golden.py with numpy.
func TestGolden(t *testing.T) {
	tensors, metadata, err := Read("testdata/golden.safetensors")
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"format": "pt", "zażółć": "\t\u2028"}, metadata)
	weight := make([]float32, 12)
	for i := range weight {
		weight[i] = float32(i-5) / 8
	}
	assert.Equal(t, []Tensor{
		{Name: "0.weight", Shape: []int{2, 3, 2}, Data: weight},
		{Name: "0.bias", Shape: []int{3}, Data: []float32{float32(math.Inf(1)), float32(math.Copysign(0, -1)), 1e-45}},
		{Name: "näme \"<&>\"\n", Shape: []int{1, 2}, Data64: []float64{math.Pi, -math.E}},
		{Name: "scalar", Shape: []int{}, Data: []float32{42}},
		{Name: "empty", Shape: []int{3, 0, 2}, Data: []float32{}},
	}, tensors)
	assert.Equal(t, uint32(1<<31), math.Float32bits(tensors[1].Data[1]), "negative zero")
}

// The exact bytes are pinned, so that every release writes the same file.
func TestEncodePinned(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, Encode(&b, []Tensor{
		{Name: "w", Shape: []int{1, 2}, Data: []float32{1, -2}},
		{Name: "s", Data64: []float64{0.5}},
	}, map[string]string{"b": "2", "a": "1"}))
	sum := checksum("2\n\"a\" \"1\"\n\"b\" \"2\"\n\"s\" F64 [] 8\n\"w\" F32 [1 2] 0\n" + "\x00\x00\x80\x3f\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\xe0\x3f")
	header := `{"__metadata__":{"a":"1","b":"2","descent.crc32c":"` + sum + `"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"s":{"dtype":"F64","shape":[],"data_offsets":[8,16]}}`
	for len(header)%8 != 0 {
		header += " "
	}
	want := file(header, "\x00\x00\x80\x3f\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\xe0\x3f")
	assert.Equal(t, string(want), b.String())

	b.Reset()
	require.NoError(t, Encode(&b, nil, nil))
	assert.Equal(t, `{"__metadata__":{"descent.crc32c":"`+checksum("0\n")+`"}}`, strings.TrimRight(b.String()[8:], " "))
	tensors, metadata, err := Decode(b.Bytes())
	require.NoError(t, err)
	assert.Empty(t, tensors)
	assert.Nil(t, metadata)
}

func checksum(content string) string {
	return fmt.Sprintf("%08x", crc32.Checksum([]byte(content), crc32.MakeTable(crc32.Castagnoli)))
}

func TestRoundTrip(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfNDistinct(rapid.StringN(1, 8, -1), 0, 6, rapid.ID).Draw(t, "names")
		tensors := make([]Tensor, len(names))
		for i, name := range names {
			shape := rapid.SliceOfN(rapid.IntRange(0, 5), 0, 4).Draw(t, "shape")
			if i == 0 && len(shape) > 0 {
				shape[0] *= 197 // over the size of a piece
			}
			n := 1
			for _, d := range shape {
				n *= d
			}
			tensors[i] = Tensor{Name: name, Shape: shape}
			if rapid.Bool().Draw(t, "double") {
				tensors[i].Data64 = make([]float64, n)
				for j := range tensors[i].Data64 {
					tensors[i].Data64[j] = math.Sqrt(float64(j)) - 1
				}
			} else {
				tensors[i].Data = make([]float32, n)
				for j := range tensors[i].Data {
					tensors[i].Data[j] = float32(math.Sqrt(float64(j))) - 1
				}
			}
		}
		metadata := rapid.MapOfN(rapid.String(), rapid.String(), 1, 3).Draw(t, "metadata")

		path := filepath.Join(dir, "f.safetensors")
		require.NoError(t, Write(path, tensors, metadata))
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Zero(t, binary.LittleEndian.Uint64(b)%8, "the data are aligned")
		got, gotMetadata, err := Read(path)
		require.NoError(t, err)
		assert.Equal(t, metadata, gotMetadata)
		assert.ElementsMatch(t, tensors, got) // an empty tensor may move before the one that begins at the same byte
		var again bytes.Buffer
		require.NoError(t, Encode(&again, tensors, metadata))
		assert.Equal(t, b, again.Bytes())
	})
}

// A file with any one bit flipped never decodes to anything other than what was
// written.
func TestBitFlips(t *testing.T) {
	var b bytes.Buffer
	want := []Tensor{
		{Name: "0.weight", Shape: []int{2, 3}, Data: []float32{1, -2, .5, 1e-3, 7, 0}},
		{Name: "0.bias", Shape: []int{2}, Data: []float32{.25, -1}},
		{Name: "scale", Shape: []int{}, Data64: []float64{.1}},
		{Name: "none", Shape: []int{0}, Data: []float32{}},
	}
	require.NoError(t, Encode(&b, want, map[string]string{"format": "pt"}))
	got, _, err := Decode(b.Bytes())
	require.NoError(t, err)
	require.Equal(t, want, got)
	refused := 0
	for bit := range 8 * b.Len() {
		flipped := bytes.Clone(b.Bytes())
		flipped[bit/8] ^= 1 << (bit % 8)
		got, _, err := Decode(flipped)
		if err != nil {
			refused++
			continue
		}
		assert.Equal(t, want, got, "bit %d", bit)
	}
	assert.Greater(t, refused, 8*b.Len()*3/4)
}

func BenchmarkEncode(b *testing.B) {
	t := []Tensor{{Name: "w", Shape: []int{1 << 22}, Data: make([]float32, 1<<22)}}
	b.SetBytes(4 << 22)
	for b.Loop() {
		require.NoError(b, Encode(io.Discard, t, nil))
	}
}

func BenchmarkDecode(b *testing.B) {
	var file bytes.Buffer
	require.NoError(b, Encode(&file, []Tensor{{Name: "w", Shape: []int{1 << 22}, Data: make([]float32, 1<<22)}}, nil))
	b.SetBytes(4 << 22)
	for b.Loop() {
		_, _, err := Decode(file.Bytes())
		require.NoError(b, err)
	}
}

// A header may list tensors in another order than their data.
func TestHeaderOrder(t *testing.T) {
	tensors, _, err := Decode(file(`{"b":{"shape":[1],"data_offsets":[4,8],"dtype":"F32"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, "\x00\x00\x80\x3f\x00\x00\x00\x40"))
	require.NoError(t, err)
	assert.Equal(t, []Tensor{
		{Name: "a", Shape: []int{1}, Data: []float32{1}},
		{Name: "b", Shape: []int{1}, Data: []float32{2}},
	}, tensors)

	// An empty tensor comes before the one that begins at the same byte.
	tensors, _, err = Decode(file(`{"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}`, "\x00\x00\x80\x3f"))
	require.NoError(t, err)
	assert.Equal(t, []Tensor{
		{Name: "a", Shape: []int{0}, Data: []float32{}},
		{Name: "b", Shape: []int{1}, Data: []float32{1}},
	}, tensors)
}

func file(header, data string) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), data...)
}

// one returns a file of a tensor "w" with the given header fields and data.
func one(fields, data string) []byte { return file(`{"w":{`+fields+`}}`, data) }

func TestDecodeErrors(t *testing.T) {
	two := func(a, b string) []byte {
		return file(fmt.Sprintf(`{"a":{"dtype":"F32","shape":[1],"data_offsets":%s},"b":{"dtype":"F32","shape":[1],"data_offsets":%s}}`, a, b), "12345678")
	}
	long := strings.Repeat("x", 5e6)
	for name, c := range map[string]struct {
		b    []byte
		want string
	}{
		"nothing":               {nil, "0 bytes: want 8 or more, for the header length"},
		"no header":             {make([]byte, 7), "7 bytes: want 8 or more"},
		"empty header":          {make([]byte, 8), "header: want a JSON object"},
		"header past the file":  {file("{}", "")[:9], "header of 2 bytes in a file of 9: want 1 or fewer"},
		"header of 2^64-1":      {bytes.Repeat([]byte{0xff}, 64), "header of 18446744073709551615 bytes in a file of 64: want 56 or fewer"},
		"header of 2^63":        {append(binary.LittleEndian.AppendUint64(nil, 1<<63), "{}"...), "header of 9223372036854775808 bytes in a file of 10: want 2 or fewer"},
		"leading space":         {file(" {}", ""), "header: want a JSON object"},
		"array":                 {file("[]", ""), "header: want a JSON object"},
		"cut JSON":              {file(`{"w":`, ""), "header: w: the JSON is incomplete: unexpected EOF"},
		"number for a name":     {file(`{1e999:1}`, ""), "header: "},
		"open JSON":             {file(`{"w":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}`, ""), "header: the JSON is incomplete: unexpected EOF"},
		"more JSON":             {file(`{}{}`, ""), "header: bytes after the JSON object"},
		"not UTF-8":             {file("{\"\xff\":1}", ""), "header: want UTF-8"},
		"not an entry":          {file(`{"w":1}`, ""), "header: w: want a JSON object"},
		"null entry":            {file(`{"w":null}`, ""), "header: w: want a JSON object"},
		"metadata number":       {file(`{"__metadata__":{"k":1}}`, ""), "header: __metadata__: k: number: want string"},
		"metadata null":         {file(`{"__metadata__":{"k":null}}`, ""), "header: __metadata__: k: null: want a string"},
		"metadata not object":   {file(`{"__metadata__":"k"}`, ""), "header: __metadata__: want a JSON object"},
		"duplicate name":        {file(`{"w":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"w":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}`, ""), "header: duplicate key w"},
		"duplicate field":       {one(`"dtype":"F32","dtype":"F64"`, ""), "header: w: duplicate key dtype"},
		"unknown field":         {one(`"dtype":"F32","Shape":[0]`, ""), "header: w: Shape: want dtype, shape or data_offsets"},
		"no dtype":              {one(`"shape":[0],"data_offsets":[0,0]`, ""), "header: w: want dtype, shape and a pair"},
		"no shape":              {one(`"dtype":"F32","data_offsets":[0,4]`, "1234"), "header: w: want dtype, shape and a pair"},
		"null shape":            {one(`"dtype":"F32","shape":null,"data_offsets":[0,4]`, "1234"), "header: w: want dtype, shape and a pair"},
		"no offsets":            {one(`"dtype":"F32","shape":[0]`, ""), "header: w: want dtype, shape and a pair"},
		"three offsets":         {one(`"dtype":"F32","shape":[0],"data_offsets":[0,0,0]`, ""), "header: w: want dtype, shape and a pair"},
		"fractional shape":      {one(`"dtype":"F32","shape":[0.5],"data_offsets":[0,0]`, ""), "header: w: shape: number 0.5: want int"},
		"offset of 2^64":        {one(`"dtype":"F32","shape":[0],"data_offsets":[0,18446744073709551616]`, ""), "header: w: data_offsets: number 18446744073709551616: want int64"},
		"name with an escape":   {file(`{"\u001b[31m":{"dtype":"F8","shape":[0],"data_offsets":[0,0]}}`, ""), `"\x1b[31m": dtype "F8": want a float`},
		"key with an escape":    {one(`"\u0007":1`, ""), `header: w: "\a": want dtype, shape or data_offsets`},
		"two with an escape":    {file(`{"__metadata__":{"\n":"","\n":""}}`, ""), `header: __metadata__: duplicate key "\n"`},
		"no name":               {file(`{"":1}`, ""), `header: "": want a JSON object`},
		"long name":             {file(`{"`+long+`":{}}`, ""), `header: "` + long[:80] + `"…: a name of 5000000 bytes: want 1024 or fewer`},
		"long dtype":            {one(`"dtype":"`+long+`","shape":[0],"data_offsets":[0,0]`, ""), "header: w: dtype: 5000002 bytes: want 1024 or fewer"},
		"many dimensions":       {one(`"dtype":"F32","shape":[1`+strings.Repeat(",1", 1e6)+`],"data_offsets":[0,4]`, "1234"), "header: w: shape: 2000003 bytes: want 1024 or fewer"},
		"long number":           {one(`"dtype":"F32","shape":[`+strings.Repeat("1", 1e6)+`],"data_offsets":[0,4]`, "1234"), "header: w: shape: 1000002 bytes: want 1024 or fewer"},
		"another sum":           {file(`{"__metadata__":{"descent.crc32c":"12"},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, "1234"), "the CRC-32C of its content is "},
		"unknown dtype":         {one(`"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]`, "1234"), `w: dtype "F8_E4M3": want a float of 16 to 64 bits, an integer or BOOL`},
		"negative dimension":    {one(`"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]`, "1234"), "w: shape [-1 -1]: want dimensions of 0 or more"},
		"overflowing shape":     {one(`"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]`, ""), "w: shape [4294967296 4294967296]: want"},
		"shape over length":     {one(`"dtype":"F32","shape":[2],"data_offsets":[0,4]`, "1234"), "w: 4 bytes for F32 of shape [2]: want 8"},
		"shape under length":    {one(`"dtype":"F64","shape":[],"data_offsets":[0,12]`, "123412341234"), "w: 12 bytes for F64 of shape []: want 8"},
		"huge tensor":           {one(`"dtype":"F32","shape":[1000000000000],"data_offsets":[0,4000000000000]`, "1234"), "w: data_offsets [0 4000000000000]: want an ascending pair within the 4 bytes of data"},
		"negative offset":       {one(`"dtype":"F32","shape":[1],"data_offsets":[-4,0]`, "1234"), "w: data_offsets [-4 0]: want an ascending pair"},
		"descending offsets":    {one(`"dtype":"F32","shape":[1],"data_offsets":[4,0]`, "1234"), "w: data_offsets [4 0]: want an ascending pair"},
		"overlap":               {two("[0,4]", "[0,4]"), "b: data begin at byte 0: want 4"},
		"partial overlap":       {two("[0,4]", "[2,6]"), "b: data begin at byte 2: want 4"},
		"gap":                   {one(`"dtype":"F32","shape":[1],"data_offsets":[4,8]`, "12345678"), "w: data begin at byte 4: want 0"},
		"data after the last":   {one(`"dtype":"F32","shape":[1],"data_offsets":[0,4]`, "12345"), "1 bytes of data after the last tensor: want none"},
		"data without a tensor": {file("{}", "1234"), "4 bytes of data after the last tensor: want none"},
	} {
		t.Run(name, func(t *testing.T) {
			tensors, _, err := Decode(c.b)
			assert.Nil(t, tensors)
			require.Error(t, err)
			assert.True(t, strings.HasPrefix(err.Error(), "safetensors: "+c.want), err.Error())
			assert.Less(t, len(err.Error()), 500)
		})
	}
}

func TestReadErrors(t *testing.T) {
	dir := t.TempDir()
	_, _, err := Read(filepath.Join(dir, "none"))
	assert.ErrorIs(t, err, os.ErrNotExist)
	_, _, err = Read(dir)
	assert.ErrorContains(t, err, "safetensors: ")
	path := filepath.Join(dir, "short")
	require.NoError(t, os.WriteFile(path, []byte("hello"), 0o666))
	_, _, err = Read(path)
	assert.EqualError(t, err, "safetensors: "+path+": 5 bytes: want 8 or more, for the header length")
}

func TestEncodeErrors(t *testing.T) {
	good := Tensor{Name: "w", Shape: []int{1}, Data: []float32{1}}
	for want, tensors := range map[string][]Tensor{
		"safetensors: w: duplicate tensor":                                      {good, good},
		"safetensors: w: 1 elements with shape [2]: want their product":         {{Name: "w", Shape: []int{2}, Data: []float32{1}}},
		"safetensors: w: 1 elements with shape [-1 -1]: want their product":     {{Name: "w", Shape: []int{-1, -1}, Data: []float32{1}}},
		"safetensors: w: 0 elements with shape []: want their product":          {{Name: "w"}},
		"safetensors: w: both Data and Data64 are set: want one":                {{Name: "w", Data: []float32{1}, Data64: []float64{1}}},
		`safetensors: name "": want non-empty UTF-8 text`:                       {{Data: []float32{1}}},
		`safetensors: name "__metadata__": want non-empty UTF-8 text other tha`: {{Name: "__metadata__", Data: []float32{1}}},
		`safetensors: name "\xff": want non-empty UTF-8 text`:                   {{Name: "\xff", Data: []float32{1}}},
	} {
		var b bytes.Buffer
		err := Encode(&b, tensors, nil)
		require.Error(t, err, want)
		assert.True(t, strings.HasPrefix(err.Error(), want), err.Error())
		assert.Zero(t, b.Len())
	}
	assert.EqualError(t, Encode(io.Discard, nil, map[string]string{"k": "\xff"}), `safetensors: metadata "k": "\xff": want UTF-8, and keys of 1024 bytes or fewer`)
}

// A failed write leaves an existing file unchanged and creates no other file.
func TestWriteFailure(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f.safetensors")
	good := []Tensor{{Name: "w", Shape: []int{1}, Data: []float32{1}}}
	require.NoError(t, Write(path, good, nil))
	before, err := os.ReadFile(path)
	require.NoError(t, err)

	require.Error(t, Write(path, append(good, good...), nil))
	require.Error(t, Write(filepath.Join(dir, "none", "f"), good, nil))
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, before, after)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 1)

	assert.ErrorIs(t, Encode(failing{}, good, nil), errFailing)
}

var errFailing = errors.New("full")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFailing }

func TestReadMetadata(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	require.NoError(t, Write(path, []Tensor{{Name: "w", Shape: []int{2}, Data: []float32{1, 2}}}, map[string]string{"a": "1"}))
	metadata, err := ReadMetadata(path)
	require.NoError(t, err)
	assert.Equal(t, "1", metadata["a"])
	assert.Len(t, metadata[sumKey], 8)

	require.NoError(t, os.WriteFile(path, []byte("short"), 0o666))
	_, err = ReadMetadata(path)
	assert.EqualError(t, err, "safetensors: "+path+": 5 bytes: want 8 or more, for the header length")
	_, err = ReadMetadata(filepath.Join(t.TempDir(), "none"))
	assert.ErrorIs(t, err, os.ErrNotExist)
}
