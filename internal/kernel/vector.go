package kernel

// Add is dst = a + b, elementwise over len(dst).
func (Set[T]) Add(dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] + b[i]
	}
}

// Scale is dst = a·src, elementwise over len(dst).
func (Set[T]) Scale(dst, src []T, a T) {
	src = src[:len(dst)]
	for i := range dst {
		dst[i] = a * src[i]
	}
}

// SumSquares returns Σ x², squared and added in float64: in four sums of every
// fourth element, then those in order.
func (Set[T]) SumSquares(x []T) float64 {
	var s0, s1, s2, s3 float64
	for ; len(x) >= 4; x = x[4:] {
		a, b, c, d := float64(x[0]), float64(x[1]), float64(x[2]), float64(x[3])
		s0 += a * a
		s1 += b * b
		s2 += c * c
		s3 += d * d
	}
	for _, v := range x {
		s0 += float64(v) * float64(v)
	}
	return s0 + s1 + s2 + s3
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
