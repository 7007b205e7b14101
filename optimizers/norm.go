package optimizers

import (
	"fmt"
	"math"
	"slices"

	"descent/internal/kernel"
)

// sumSquares is Σg² over the gradients of all parameters, in float64. It
// returns an error that wraps [ErrNotFinite] if an element is NaN or infinite.
func sumSquares[T Float](params []Param[T], step int) (float64, error) {
	var k kernel.Set[T]
	sum := 0.0
	for _, p := range params {
		s := k.SumSquares(p.Grad)
		// A sum that is not finite has an element that is not, but that the
		// squares of float64 gradients overflow beyond 1e154.
		if s-s != 0 {
			if i := slices.IndexFunc(p.Grad, func(g T) bool { return g-g != 0 }); i >= 0 {
				return 0, fmt.Errorf("optimizers: step %d: parameter %q: gradient[%d] = %v: %w", step, p.Name, i, p.Grad[i], ErrNotFinite)
			}
		}
		sum += s
	}
	return sum, nil
}

// clipScale is min(1, limit/‖g‖) for the finite gradients of all parameters,
// the sum of whose squares is sum, if that is finite.
func clipScale[T Float](params []Param[T], sum, limit float64) float64 {
	if !math.IsInf(sum, 1) {
		if norm := math.Sqrt(sum); norm > limit {
			return limit / norm
		}
		return 1
	}
	// Relative to the largest element, squares do not overflow.
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
