package kernel

import "unsafe"

// alignment is the alignment of buffers, in bytes: one AVX-512 register, or one cache
// line.
const alignment = 64

// Alloc returns a zeroed slice of n values that starts at a cache line. Vectors
// that cross lines cost up to a fifth of the speed.
func Alloc[T Float](n int) []T {
	var zero T
	size := int(unsafe.Sizeof(zero))
	b := make([]T, n+alignment/size)
	skip := 0
	if r := int(uintptr(unsafe.Pointer(unsafe.SliceData(b))) % alignment); r != 0 {
		skip = (alignment - r) / size
	}
	return b[skip : skip+n : skip+n]
}

// float32s returns x if it holds float32, and nil otherwise.
func float32s[T Float](x []T) []float32 {
	f, _ := any(x).([]float32)
	return f
}

// fill sets every element to v.
func fill[T Float](x []T, v T) {
	for i := range x {
		x[i] = v
	}
}
