//go:build amd64 && !purego

package kernel

import "unsafe"

// Each function reports whether it computed everything.

func laneSums[T Float](isa ISA, sums *[Lanes]float64, x []T) bool {
	isa, n := vectorized[T](isa, len(x))
	switch isa {
	case AVX2:
		laneSumsAVX2(first(x), n, sums)
	case AVX512:
		laneSumsAVX512(first(x), n, sums)
	}
	return n > 0
}

func laneSquares[T Float](isa ISA, sums, mean *[Lanes]float64, x []T) bool {
	isa, n := vectorized[T](isa, len(x))
	switch isa {
	case AVX2:
		laneSquaresAVX2(first(x), n, mean, sums)
	case AVX512:
		laneSquaresAVX512(first(x), n, mean, sums)
	}
	return n > 0
}

func laneProducts[T Float](isa ISA, sums, products *[Lanes]float64, gated, dy, y, x []T, near T) bool {
	isa, n := vectorized[T](isa, len(dy))
	gates := y != nil
	switch {
	case isa == AVX2 && gates:
		gatedProductsAVX2(first(gated), first(dy), first(y), first(x), n, float32(near), sums, products)
	case isa == AVX2:
		laneProductsAVX2(first(dy), first(x), n, float32(near), sums, products)
	case isa == AVX512 && gates:
		gatedProductsAVX512(first(gated), first(dy), first(y), first(x), n, float32(near), sums, products)
	case isa == AVX512:
		laneProductsAVX512(first(dy), first(x), n, float32(near), sums, products)
	}
	return n > 0
}

func normalize[T Float](isa ISA, y, x, z []T, c *Normal[T], w, b []T, wStep, bStep int, floor T) bool {
	isa, n := vectorized[T](isa, len(y))
	lanes := (*[3 * Lanes]float32)(unsafe.Pointer(c))
	adds := z != nil
	switch {
	case isa == AVX2 && adds:
		normalizeAddAVX2(first(y), first(x), first(z), n, lanes, first(w), first(b), 4*wStep, 4*bStep, float32(floor))
	case isa == AVX2:
		normalizeAVX2(first(y), first(x), n, lanes, first(w), first(b), 4*wStep, 4*bStep, float32(floor))
	case isa == AVX512 && adds:
		normalizeAddAVX512(first(y), first(x), first(z), n, lanes, first(w), first(b), 4*wStep, 4*bStep, float32(floor))
	case isa == AVX512:
		normalizeAVX512(first(y), first(x), n, lanes, first(w), first(b), 4*wStep, 4*bStep, float32(floor))
	}
	return n > 0
}

func normalSums[T Float](isa ISA, sums, products *[Lanes]float64, grads [][2]float64, gradStep int, dy, x []T, c *Normal[T], w []T, wStep int) bool {
	isa, n := vectorized[T](isa, len(dy))
	lanes := (*[3 * Lanes]float32)(unsafe.Pointer(c))
	switch isa {
	case AVX2:
		normalSumsAVX2(first(dy), first(x), n, lanes, first(w), 4*wStep, &grads[0], 16*gradStep, sums, products)
	case AVX512:
		normalSumsAVX512(first(dy), first(x), n, lanes, first(w), 4*wStep, &grads[0], 16*gradStep, sums, products)
	}
	return n > 0
}

func normalizeGrad[T Float](isa ISA, dx, dy, x []T, c *NormalGrad[T], w []T, wStep int) bool {
	isa, n := vectorized[T](isa, len(dx))
	lanes := (*[4 * Lanes]float32)(unsafe.Pointer(c))
	switch isa {
	case AVX2:
		normalizeGradAVX2(first(dx), first(dy), first(x), n, lanes, first(w), 4*wStep)
	case AVX512:
		normalizeGradAVX512(first(dx), first(dy), first(x), n, lanes, first(w), 4*wStep)
	}
	return n > 0
}
