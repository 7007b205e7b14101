package kernel

// Add is dst = a + b, elementwise over len(dst).
func (k Set[T]) Add(dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := add(k.ISA, dst, a, b); i < len(dst); i++ {
		dst[i] = a[i] + b[i]
	}
}

// Scale is dst = a·src, elementwise over len(dst).
func (k Set[T]) Scale(dst, src []T, a T) {
	src = src[:len(dst)]
	for i := scale(k.ISA, dst, src, a); i < len(dst); i++ {
		dst[i] = a * src[i]
	}
}

// SumSquares returns Σ x², squared and added in float64: in sixteen sums of
// every sixteenth element, then those in order. The squares of float32 are
// exact, and their sum has the same bits on every machine; it is finite unless
// an element is not.
func (k Set[T]) SumSquares(x []T) float64 {
	var sums [Lanes]float64
	x = x[sumSquares(k.ISA, x, &sums):]
	for ; len(x) >= Lanes; x = x[Lanes:] {
		for l, v := range (*[Lanes]T)(x) {
			sums[l] += float64(float64(v) * float64(v))
		}
	}
	for l, v := range x {
		sums[l] += float64(float64(v) * float64(v))
	}
	return total(sums[:])
}

// sum adds x in four sums of every fourth element, then those in order. The
// chains are short enough to keep up with memory.
func sum[T Float](x []T) T {
	var s0, s1, s2, s3 T
	for ; len(x) >= 4; x = x[4:] {
		s0 += x[0]
		s1 += x[1]
		s2 += x[2]
		s3 += x[3]
	}
	for _, v := range x {
		s0 += v
	}
	return s0 + s1 + s2 + s3
}

// fill sets every element to v.
func fill[T Float](x []T, v T) {
	for i := range x {
		x[i] = v
	}
}
