//go:build amd64 && !purego

package kernel

import "unsafe"

// The functions of this file do the first elements of a kernel with vectors,
// and return how many: none where there is no assembly for the element type
// and the instruction set. The kernel's plain loop, which rounds alike, does
// the others.

// vectorized returns the instruction set for n elements, and for how many of
// them it is.
func vectorized[T Float](isa ISA, n int) (ISA, int) {
	isa, n = isa.resolve(), n&^(Lanes-1)
	if n == 0 || isa <= Go || unsafe.Sizeof(T(0)) != unsafe.Sizeof(float32(0)) {
		return Go, 0
	}
	return isa, n
}

// first is the address of x[0], for a T that is float32.
func first[T Float](x []T) *float32 { return (*float32)(unsafe.Pointer(unsafe.SliceData(x))) }

func relu[T Float](isa ISA, y, x []T) int {
	isa, n := vectorized[T](isa, len(y))
	switch isa {
	case AVX2:
		reluAVX2(first(y), first(x), n)
	case AVX512:
		reluAVX512(first(y), first(x), n)
	}
	return n
}

func reluBackward[T Float](isa ISA, dx, dy, y []T) int {
	isa, n := vectorized[T](isa, len(dx))
	switch isa {
	case AVX2:
		reluBackwardAVX2(first(dx), first(dy), first(y), n)
	case AVX512:
		reluBackwardAVX512(first(dx), first(dy), first(y), n)
	}
	return n
}

func sigmoidBackward[T Float](isa ISA, dx, dy, y []T) int {
	isa, n := vectorized[T](isa, len(dx))
	switch isa {
	case AVX2:
		sigmoidBackwardAVX2(first(dx), first(dy), first(y), n)
	case AVX512:
		sigmoidBackwardAVX512(first(dx), first(dy), first(y), n)
	}
	return n
}

func tanhBackward[T Float](isa ISA, dx, dy, y []T) int {
	isa, n := vectorized[T](isa, len(dx))
	switch isa {
	case AVX2:
		tanhBackwardAVX2(first(dx), first(dy), first(y), n)
	case AVX512:
		tanhBackwardAVX512(first(dx), first(dy), first(y), n)
	}
	return n
}

func add[T Float](isa ISA, dst, a, b []T) int {
	isa, n := vectorized[T](isa, len(dst))
	switch isa {
	case AVX2:
		addAVX2(first(dst), first(a), first(b), n)
	case AVX512:
		addAVX512(first(dst), first(a), first(b), n)
	}
	return n
}

func scale[T Float](isa ISA, dst, src []T, a T) int {
	isa, n := vectorized[T](isa, len(dst))
	switch isa {
	case AVX2:
		scaleAVX2(first(dst), first(src), n, float32(a))
	case AVX512:
		scaleAVX512(first(dst), first(src), n, float32(a))
	}
	return n
}

func sumSquares[T Float](isa ISA, x []T, sums *[Lanes]float64) int {
	isa, n := vectorized[T](isa, len(x))
	switch isa {
	case AVX2:
		sumSquaresAVX2(first(x), n, sums)
	case AVX512:
		sumSquaresAVX512(first(x), n, sums)
	}
	return n
}
