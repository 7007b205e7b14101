//go:build amd64 && !purego

package kernel

// Each function returns how many elements it computed.

func leakyReLU[T Float](isa ISA, y, x []T, slope T) int {
	isa, n := vectorized[T](isa, len(y))
	switch isa {
	case AVX2:
		leakyReLUAVX2(first(y), first(x), n, float32(slope))
	case AVX512:
		leakyReLUAVX512(first(y), first(x), n, float32(slope))
	}
	return n
}

func leakyReLUBackward[T Float](isa ISA, dx, dy, x []T, slope T) int {
	isa, n := vectorized[T](isa, len(dx))
	switch isa {
	case AVX2:
		leakyReLUBackwardAVX2(first(dx), first(dy), first(x), n, float32(slope))
	case AVX512:
		leakyReLUBackwardAVX512(first(dx), first(dy), first(x), n, float32(slope))
	}
	return n
}

func gelu[T Float](isa ISA, y, x []T) int {
	isa, n := vectorized[T](isa, len(y))
	switch isa {
	case AVX2:
		geluAVX2(first(y), first(x), n)
	case AVX512:
		geluAVX512(first(y), first(x), n)
	}
	return n
}

func geluBackward[T Float](isa ISA, dx, dy, x []T) int {
	isa, n := vectorized[T](isa, len(dx))
	switch isa {
	case AVX2:
		geluBackwardAVX2(first(dx), first(dy), first(x), n)
	case AVX512:
		geluBackwardAVX512(first(dx), first(dy), first(x), n)
	}
	return n
}

func gated[T Float](isa ISA, y, x []T, c1, c3 T) int {
	isa, n := vectorized[T](isa, len(y))
	switch isa {
	case AVX2:
		gatedAVX2(first(y), first(x), n, float32(c1), float32(c3))
	case AVX512:
		gatedAVX512(first(y), first(x), n, float32(c1), float32(c3))
	}
	return n
}

func gatedBackward[T Float](isa ISA, dx, dy, x []T, c1, c3 T) int {
	isa, n := vectorized[T](isa, len(dx))
	switch isa {
	case AVX2:
		gatedBackwardAVX2(first(dx), first(dy), first(x), n, float32(c1), float32(c3), float32(3*c3))
	case AVX512:
		gatedBackwardAVX512(first(dx), first(dy), first(x), n, float32(c1), float32(c3), float32(3*c3))
	}
	return n
}
