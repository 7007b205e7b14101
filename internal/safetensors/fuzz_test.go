package safetensors

import (
	"bytes"
	"math"
	"os"
	"strings"
	"testing"

	"descent/internal/fuzzing"
	"github.com/stretchr/testify/require"
)

// Tensors that were decoded can be encoded, and decode to the same tensors again.
func FuzzDecode(f *testing.F) {
	golden, err := os.ReadFile("testdata/golden.safetensors")
	require.NoError(f, err)
	f.Add(golden)
	var summed bytes.Buffer
	require.NoError(f, Encode(&summed, []Tensor{{Name: "w", Shape: []int{2}, Data: []float32{1, 2}}}, nil))
	f.Add(summed.Bytes())
	f.Add(file("{}", ""))
	f.Add(one(`"dtype":"F32","shape":[1],"data_offsets":[0,4]`, "1234"))
	f.Add(append([]byte{0, 0, 0, 0, 0, 0, 0, 0x80}, "{}"...))           // a header of 2⁶³ bytes
	f.Add(append(bytes.Repeat([]byte{0xff}, 8), "{}"...))               // and of 2⁶⁴ − 1
	f.Add(append([]byte{0, 0xe1, 0xf5, 5, 0, 0, 0, 0}, "{}       "...)) // and as long as is allowed
	f.Fuzz(decodes)
}

// Only the header is mutated. Its length is correct.
func FuzzHeader(f *testing.F) {
	pair := func(a, b string) string {
		return `{"a":{"dtype":"F32","shape":[1],"data_offsets":` + a + `},"b":{"dtype":"F32","shape":[1],"data_offsets":` + b + `}}`
	}
	w := func(fields string) string { return `{"w":{` + fields + `}}` }
	for _, header := range []string{
		pair("[0,4]", "[4,8]"), pair("[4,8]", "[0,4]"), pair("[0,4]", "[0,4]"), pair("[0,4]", "[2,6]"), pair("[-4,0]", "[0,4]"),
		pair("[4,0]", "[0,9223372036854775807]"),
		w(`"dtype":"F64","shape":[],"data_offsets":[0,8]`), w(`"dtype":"I64","shape":[1],"data_offsets":[0,8]`),
		w(`"dtype":"F16","shape":[4],"data_offsets":[0,8]`), w(`"dtype":"BF16","shape":[4],"data_offsets":[0,8]`), w(`"dtype":"U8","shape":[8],"data_offsets":[0,8]`),
		w(`"dtype":"F32","shape":[2,1],"data_offsets":[0,8]`), w(`"dtype":"F32","shape":[0,5],"data_offsets":[0,0]`),
		w(`"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]`), w(`"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]`),
		w(`"dtype":"F32","shape":[2],"data_offsets":[0,8],"dtype":"F32"`), w(`"dtype":"F64","shape":[2],"data_offsets":[0,8]`),
		w(`"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1`), w(`"dtype":null,"shape":null,"data_offsets":[0]`),
		`{"__metadata__":{"format":"pt","a":"\u0000"},"\ud800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`,
		`{"__metadata__":{"a":"1","a":"2"}}`, `{"__metadata__":{"a":1}}`, `{"__metadata__":{"descent.crc32c":"0"},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`,
		`{"\u001b[31m":{"x":1}}`, `{"\n":{},"\n":{}}`, `{"w":{"\u0007":1}}`, `{"__metadata__":{"\r":1}}`, `{"\r":{"dtype":"\r","shape":[2],"data_offsets":[0,8]}}`,
		`{"\r":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}`, "{\"\x1b[31m\":1}", "{\"\xff\":1}", `{"":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`, "{} ", "{}{}", "[]", `{"w":`, "",
		`{"w":` + strings.Repeat("[", 2000), `{"` + strings.Repeat("n", 1025) + `":{}}`, w(`"shape":[` + strings.Repeat("1,", 600) + `1]`),
	} {
		f.Add(header, []byte("12345678"))
	}
	f.Fuzz(func(t *testing.T, header string, data []byte) { decodes(t, file(header, string(data))) })
}

func decodes(t *testing.T, b []byte) {
	var tensors []Tensor
	var metadata map[string]string
	var err error
	fuzzing.Bounded(t, len(b), 100, 256<<10, func() { tensors, metadata, err = Decode(b) })
	fuzzing.Error(t, err, "safetensors: ")
	if err != nil {
		require.Nil(t, tensors)
		require.Nil(t, metadata)
		return
	}
	names := map[string]bool{}
	for i := range tensors {
		s := &tensors[i]
		require.False(t, names[s.Name], "duplicate %q", s.Name)
		names[s.Name] = true
		n := 1
		for _, d := range s.Shape {
			require.GreaterOrEqual(t, d, 0)
			n *= d
		}
		require.Equal(t, n, len(s.Data)+len(s.Data64))
		for _, v := range s.Data64 {
			require.False(t, s.Integer && v != math.Trunc(v))
		}
	}
	if names[""] {
		return // read, but not written
	}
	var first, second bytes.Buffer
	require.NoError(t, Encode(&first, tensors, metadata))
	tensors, metadata, err = Decode(first.Bytes())
	require.NoError(t, err)
	require.NoError(t, Encode(&second, tensors, metadata))
	require.Equal(t, first.Bytes(), second.Bytes())
}
