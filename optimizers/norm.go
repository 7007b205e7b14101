package optimizers

import "math"

// allFinite says that no element is NaN or infinite: x − x is zero for every
// other number. Four sums, so that none waits for the one before.
func allFinite[T Float](x []T) bool {
	var a, b, c, d T
	for len(x) >= 4 {
		a += x[0] - x[0]
		b += x[1] - x[1]
		c += x[2] - x[2]
		d += x[3] - x[3]
		x = x[4:]
	}
	for _, v := range x {
		a += v - v
	}
	return a+b+c+d == 0
}

// sumSquares is Σx² in float64, in a fixed order.
func sumSquares[T Float](x []T) float64 {
	var a, b, c, d float64
	for len(x) >= 4 {
		a += float64(x[0]) * float64(x[0])
		b += float64(x[1]) * float64(x[1])
		c += float64(x[2]) * float64(x[2])
		d += float64(x[3]) * float64(x[3])
		x = x[4:]
	}
	for _, v := range x {
		a += float64(v) * float64(v)
	}
	return (a + b) + (c + d)
}

// scaled sets dst to factor·x, element by element.
func scaled[T Float](dst, x []T, factor T) {
	dst = dst[:len(x)]
	for i, v := range x {
		dst[i] = factor * v
	}
}

// clipScale is min(1, limit/‖g‖) for the finite gradients of all parameters.
func clipScale[T Float](params []Param[T], limit float64) float64 {
	sum := 0.0
	for _, p := range params {
		sum += sumSquares(p.Grad)
	}
	if !math.IsInf(sum, 1) {
		if norm := math.Sqrt(sum); norm > limit {
			return limit / norm
		}
		return 1
	}
	// Squares of float64 gradients overflow beyond 1e154: relative to the
	// largest element they do not.
	largest := 0.0
	for _, p := range params {
		for _, g := range p.Grad {
			largest = max(largest, math.Abs(float64(g)))
		}
	}
	sum = 0
	for _, p := range params {
		for _, g := range p.Grad {
			r := float64(g) / largest
			sum += r * r
		}
	}
	return min(1, limit/largest/math.Sqrt(sum))
}
