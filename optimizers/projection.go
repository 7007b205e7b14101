package optimizers

import (
	"fmt"
	"math"
	"slices"
)

// ProjectL2 writes to dst the point nearest to x in the Euclidean ball of the given
// radius around zero:
//
//	dst = x · min(1, radius/‖x‖)
//
// For a gradient, this is clipping by norm; for parameters, after a step, it is
// projected gradient descent. The point is feasible and nearest up to rounding, and
// no square overflows. dst may be x. An infinite radius copies x.
//
// ProjectL2 returns an error and writes nothing if the lengths differ, if the
// radius is negative or NaN, or if an element of x is not finite; the last error
// wraps [ErrNotFinite].
func ProjectL2[T Float](dst, x []T, radius float64) error {
	if err := checkProjection("ProjectL2", dst, x, radius); err != nil {
		return err
	}
	scale, root := scaledNorm(x)
	if scale*root <= radius {
		copy(dst, x)
		return nil
	}
	for i, v := range x { // a quotient within [−1, 1] first: nothing overflows
		dst[i] = T(float64(v) / scale / root * radius)
	}
	return nil
}

// ProjectL1 writes to dst the point nearest to x, in Euclidean distance, in the ℓ₁
// ball of the given radius, Σ|dst| ≤ radius (Duchi, Shalev-Shwartz, Singer and
// Chandra 2008, Figure 1):
//
//	dst = sign(x) · max(|x| − τ, 0)
//
// with the smallest τ ≥ 0 that suffices; many elements become zero. It sorts |x|,
// which takes O(n log n) time. dst may be x. Radius, rounding and errors are as in
// [ProjectL2].
func ProjectL1[T Float](dst, x []T, radius float64) error {
	if err := checkProjection("ProjectL1", dst, x, radius); err != nil {
		return err
	}
	u, sum := make([]float64, len(x)), 0.0
	for i, v := range x {
		u[i] = math.Abs(float64(v))
		sum += u[i]
	}
	if sum <= radius {
		copy(dst, x)
		return nil
	}
	slices.Sort(u)
	slices.Reverse(u)

	// Compute the remainder of the largest element, t = u₁ − τ, rather than τ: it
	// is exact to the last bits however large x is, and does not overflow. If the
	// first k elements remain, Σ(t − (u₁ − uᵢ)) = radius over them, so k·t is the
	// radius plus all u₁ − uᵢ; the next remains too if it is above u₁ − t.
	largest, t := u[0], radius
	for k, v := range u[1:] {
		gap := largest - v
		if gap >= t {
			break
		}
		t += (gap - t) / float64(k+2)
	}
	for i, v := range x {
		left := T(max(t-(largest-math.Abs(float64(v))), 0))
		if v < 0 {
			left = -left
		}
		dst[i] = left
	}
	return nil
}

func checkProjection[T Float](name string, dst, x []T, radius float64) error {
	if len(dst) != len(x) {
		return fmt.Errorf("optimizers: %s: dst has %d elements: want %d, the length of x", name, len(dst), len(x))
	}
	if !(radius >= 0) {
		return fmt.Errorf("optimizers: %s: radius = %v: want 0 or more", name, radius)
	}
	if i := notFinite(x); i >= 0 {
		return fmt.Errorf("optimizers: %s: x[%d] = %v: %w", name, i, x[i], ErrNotFinite)
	}
	return nil
}
