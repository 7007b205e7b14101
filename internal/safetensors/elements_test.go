package safetensors

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"slices"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The file is made by testdata/dtypes.py with numpy.
func TestTypes(t *testing.T) {
	tensors, _, err := Read("testdata/dtypes.safetensors")
	require.NoError(t, err)
	inf := float32(math.Inf(1))
	floats := map[string][]float32{
		"F16":  {0, negativeZero, 1. / (1 << 24), -3. / (1 << 24), 1. / (1 << 14), 1, -1.5, 0.0999755859375, 65504, inf, -inf},
		"BF16": {0, negativeZero, 1, -1.5, 0.099609375, 225 << 120, 1. / (1 << 133), inf},
		"F32":  {.1, -1e-45, 3e38},
	}
	doubles := map[string][]float64{
		"F64": {.1, -5e-324, 1e308}, "I64": {-1 << 53, 1 << 53, -1}, "U64": {0, 1 << 53}, "BOOL": {0, 1},
		"I8": {-128, -1, 127}, "I16": {-1 << 15, -1, 1<<15 - 1}, "I32": {-1 << 31, -1, 1<<31 - 1},
		"U8": {0, 1, 255}, "U16": {0, 1, 1<<16 - 1}, "U32": {0, 1, 1<<32 - 1},
	}
	require.Len(t, tensors, len(floats)+len(doubles))
	for _, s := range tensors {
		assert.Len(t, append(floats[s.Name], make([]float32, len(doubles[s.Name]))...), s.Shape[0], s.Name)
		for i, v := range floats[s.Name] {
			assert.Equal(t, math.Float32bits(v), math.Float32bits(s.Data[i]), "%s [%d]: %v: want %v", s.Name, i, s.Data[i], v)
		}
		if want, ok := doubles[s.Name]; ok {
			assert.Equal(t, want, s.Data64, s.Name)
			assert.Equal(t, s.Name != "F64", s.Integer, s.Name)
		}
	}
}

var negativeZero = float32(math.Copysign(0, -1))

// half agrees with the definition for every 16-bit number.
func TestHalf(t *testing.T) {
	for b := range 1 << 16 {
		sign, exponent, fraction := 1-2*float64(b>>15), b>>10&31, float64(b&1023)
		want := sign * math.Ldexp(1024+fraction, exponent-25)
		switch {
		case exponent == 0:
			want = sign * math.Ldexp(fraction, -24)
		case exponent == 31 && fraction == 0:
			want = math.Inf(int(sign))
		case exponent == 31:
			want = math.NaN()
		}
		got := half(uint16(b))
		if math.IsNaN(want) {
			assert.True(t, got != got, "%#x", b)
			continue
		}
		assert.Equal(t, math.Float64bits(want), math.Float64bits(float64(got)), "%#x", b)
	}
}

// A machine of the other byte order writes and reads the same bytes.
func TestSwapped(t *testing.T) {
	values := make([]float32, pieceSize/4+3)
	for i := range values {
		values[i] = float32(i) / 3
	}
	for _, s := range []Tensor{{Data: values}, {Data64: []float64{math.Pi, -1}}} {
		var plain, reversed bytes.Buffer
		require.NoError(t, writeElements(&plain, &s, swapped))
		require.NoError(t, writeElements(&reversed, &s, !swapped))
		size := 4
		if s.Data64 != nil {
			size = 8
		}
		assert.Equal(t, plain.Len(), size*(len(s.Data)+len(s.Data64)))
		if s.Data != nil {
			assert.Equal(t, math.Float32bits(values[1]), binary.LittleEndian.Uint32(plain.Bytes()[4:]))
			assert.Equal(t, math.Float32bits(values[pieceSize/4+1]), binary.BigEndian.Uint32(reversed.Bytes()[pieceSize+4:]))
		}
		dtype, _ := s.dtype()
		n := len(s.Data) + len(s.Data64)
		for big, file := range map[bool]*bytes.Buffer{false: &plain, true: &reversed} {
			var back Tensor
			require.NoError(t, back.ReadElements(iotest.HalfReader(bytes.NewReader(file.Bytes())), dtype, n, big))
			assert.Equal(t, s, back)
		}
	}
	small := []byte{0x12, 0x34, 0x56, 0x78}
	for dtype, want := range map[string]Tensor{
		"I16": {Data64: []float64{0x1234, 0x5678}, Integer: true},
		"F16": {Data: []float32{half(0x1234), half(0x5678)}},
	} {
		var got Tensor
		require.NoError(t, got.ReadElements(bytes.NewReader(small), dtype, 2, true))
		assert.Equal(t, want, got)
	}
	assert.Equal(t, []byte{0x12, 0x34, 0x56, 0x78}, small)
}

func TestReadElementsErrors(t *testing.T) {
	for _, dtype := range []string{"F32", "F64", "F16", "I64"} {
		var s Tensor
		b := make([]byte, 3*elementSize[dtype]-1)
		assert.ErrorIs(t, s.ReadElements(bytes.NewReader(b), dtype, 3, false), io.ErrUnexpectedEOF, dtype)
		assert.ErrorIs(t, s.ReadElements(bytes.NewReader(nil), dtype, 3, false), io.ErrUnexpectedEOF, dtype)
	}
	for dtype, v := range map[string]uint64{"I64": 1<<53 + 1, "U64": 1 << 63} {
		var s Tensor
		err := s.ReadElements(bytes.NewReader(binary.LittleEndian.AppendUint64(nil, v)), dtype, 1, false)
		assert.ErrorContains(t, err, ": want one that a float64 holds", dtype)
	}
}

// A large tensor is written from its memory, without a copy.
func TestWriteAllocates(t *testing.T) {
	s := []Tensor{{Name: "w", Shape: []int{1 << 20}, Data: slices.Repeat([]float32{1.5}, 1<<20)}}
	result := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			require.NoError(b, Encode(io.Discard, s, nil))
		}
	})
	assert.Less(t, result.AllocedBytesPerOp(), int64(1<<16))
}
