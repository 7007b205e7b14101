package safetensors

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
	"unsafe"
)

// elementSize is the size in bytes of every type that can be read.
var elementSize = map[string]int{
	"F64": 8, "F32": 4, "F16": 2, "BF16": 2,
	"I64": 8, "I32": 4, "I16": 2, "I8": 1, "U64": 8, "U32": 4, "U16": 2, "U8": 1, "BOOL": 1,
}

// ElementSize returns the size in bytes of an element of the type, which is
// named as in the header of a file, and false for a type that cannot be read.
func ElementSize(dtype string) (int, bool) {
	size, ok := elementSize[dtype]
	return size, ok
}

// pieceSize is the number of bytes that are converted or summed at a time: few
// enough to stay in the processor's cache.
const pieceSize = 1 << 16

// swapped says whether the bytes of a number in memory are in a different order
// than in a file, which is little-endian.
var swapped = binary.NativeEndian.Uint16([]byte{1, 0}) != 1

// view returns the memory of the elements.
func view[T float32 | float64](v []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), len(v)*int(unsafe.Sizeof(T(0))))
}

// writeElements writes the memory of the tensor, without a copy if swap is false.
func writeElements(w io.Writer, t *Tensor, swap bool) error {
	b, size := view(t.Data), 4
	if t.Data64 != nil {
		b, size = view(t.Data64), 8
	}
	if !swap {
		_, err := w.Write(b)
		return err
	}
	for piece := range slices.Chunk(b, pieceSize) {
		piece = slices.Clone(piece)
		swapBytes(piece, size)
		if _, err := w.Write(piece); err != nil {
			return err
		}
	}
	return nil
}

// swapBytes reverses the bytes of every element.
func swapBytes(b []byte, size int) {
	for element := range slices.Chunk(b, size) {
		slices.Reverse(element)
	}
}

// ReadElements reads the n elements of a tensor of the type into Data or Data64:
// F32, F16 and BF16 into Data, which holds them exactly; F64 into Data64; integers
// into Data64, with Integer set. An integer that a float64 does not hold is an error.
// The bytes are little-endian, or big-endian if big is set.
func (t *Tensor) ReadElements(r io.Reader, dtype string, n int, big bool) error {
	size := elementSize[dtype]
	switch dtype {
	case "F32":
		t.Data = make([]float32, n)
		return readMemory(r, view(t.Data), size, big != swapped)
	case "F64":
		t.Data64 = make([]float64, n)
		return readMemory(r, view(t.Data64), size, big != swapped)
	case "F16", "BF16":
		t.Data = make([]float32, n)
	default:
		t.Data64, t.Integer = make([]float64, n), true
	}
	piece := make([]byte, min(n*size, pieceSize))
	for i := 0; i < n; {
		b := piece[:min(len(piece), (n-i)*size)]
		if _, err := io.ReadFull(r, b); err != nil {
			return shorter(err)
		}
		if big {
			swapBytes(b, size)
		}
		for ; len(b) > 0; i, b = i+1, b[size:] {
			switch dtype {
			case "F16":
				t.Data[i] = half(binary.LittleEndian.Uint16(b))
			case "BF16":
				t.Data[i] = math.Float32frombits(uint32(binary.LittleEndian.Uint16(b)) << 16)
			default:
				v, ok := integer(b, dtype)
				if !ok {
					return fmt.Errorf("integer %v: want one that a float64 holds", v)
				}
				t.Data64[i] = v
			}
		}
	}
	return nil
}

// readMemory fills the memory of elements in pieces, so that a checksum finds the
// bytes in the cache.
func readMemory(r io.Reader, b []byte, size int, swap bool) error {
	for piece := range slices.Chunk(b, pieceSize) {
		if _, err := io.ReadFull(r, piece); err != nil {
			return shorter(err)
		}
		if swap {
			swapBytes(piece, size)
		}
	}
	return nil
}

// shorter returns the error for a file that has become shorter.
func shorter(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// integer returns the first element, and whether a float64 holds it exactly.
func integer(b []byte, dtype string) (v float64, ok bool) {
	switch dtype {
	case "I64":
		i := int64(binary.LittleEndian.Uint64(b))
		return float64(i), i >= -1<<53 && i <= 1<<53
	case "U64":
		u := binary.LittleEndian.Uint64(b)
		return float64(u), u <= 1<<53
	case "I32":
		return float64(int32(binary.LittleEndian.Uint32(b))), true
	case "U32":
		return float64(binary.LittleEndian.Uint32(b)), true
	case "I16":
		return float64(int16(binary.LittleEndian.Uint16(b))), true
	case "U16":
		return float64(binary.LittleEndian.Uint16(b)), true
	case "I8":
		return float64(int8(b[0])), true
	}
	return float64(b[0]), true // U8, BOOL
}

// half returns the IEEE 754 binary16 number of these bits.
func half(b uint16) float32 {
	sign, exponent, fraction := uint32(b>>15)<<31, uint32(b>>10&31), uint32(b&1023)
	switch exponent {
	case 0: // zero or a subnormal number, in units of 2⁻²⁴
		v := float32(fraction) / (1 << 24)
		return math.Float32frombits(math.Float32bits(v) | sign)
	case 31: // infinite or NaN
		return math.Float32frombits(sign | 255<<23 | fraction<<13)
	}
	return math.Float32frombits(sign | (exponent+127-15)<<23 | fraction<<13)
}
