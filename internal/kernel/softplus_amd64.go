//go:build amd64 && !purego

package kernel

// Each function returns how many elements it computed.

func softplus[T Float](isa ISA, y, x []T, beta float64) int {
	isa, n := vectorized[T](isa, len(y))
	switch isa {
	case AVX2:
		softplusAVX2(first(y), first(x), n, beta, 1/beta)
	case AVX512:
		softplusAVX512(first(y), first(x), n, beta, 1/beta)
	}
	return n
}

func softplusBackward[T Float](isa ISA, dx, dy, x []T, beta float64) int {
	isa, n := vectorized[T](isa, len(dx))
	switch isa {
	case AVX2:
		softplusBackwardAVX2(first(dx), first(dy), first(x), n, float32(beta))
	case AVX512:
		softplusBackwardAVX512(first(dx), first(dy), first(x), n, float32(beta))
	}
	return n
}

func elu[T Float](isa ISA, y, x []T, alpha float64) int {
	isa, n := vectorized[T](isa, len(y))
	switch isa {
	case AVX2:
		eluAVX2(first(y), first(x), n, alpha)
	case AVX512:
		eluAVX512(first(y), first(x), n, alpha)
	}
	return n
}

func eluBackward[T Float](isa ISA, dx, dy, x []T, alpha float64) int {
	isa, n := vectorized[T](isa, len(dx))
	switch isa {
	case AVX2:
		eluBackwardAVX2(first(dx), first(dy), first(x), n, float32(alpha))
	case AVX512:
		eluBackwardAVX512(first(dx), first(dy), first(x), n, float32(alpha))
	}
	return n
}
