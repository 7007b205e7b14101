package optimizers

import "math"

// epsilons returns what to add to a square inside a root and to the root
// outside it, so that √(s + in) + out is either convention. A positive ε that
// underflows in float32 stays positive: it keeps 0/0 away.
func epsilons[T Float](eps float64, inside bool) (in, out T) {
	e := T(max(eps, math.SmallestNonzeroFloat32))
	if inside {
		return e, 0
	}
	return 0, e
}
