package kernel

import (
	"math"

	"descent/internal/elementary"
)

// LeakyReLU computes y = slope·x where x ≤ 0, and y = x elsewhere. y may be x.
func (k Set[T]) LeakyReLU(y, x []T, slope T) {
	x = x[:len(y)]
	factors := [2]T{1, slope}
	for i := leakyReLU(k.ISA, y, x, slope); i < len(y); i++ {
		y[i] = x[i] * factors[negative(x[i])]
	}
}

// LeakyReLUBackward computes dx = slope·dy where x ≤ 0, and dx = dy elsewhere. dx may
// be dy.
func (k Set[T]) LeakyReLUBackward(dx, dy, x []T, slope T) {
	dy, x = dy[:len(dx)], x[:len(dx)]
	factors := [2]T{1, slope}
	for i := leakyReLUBackward(k.ISA, dx, dy, x, slope); i < len(dx); i++ {
		dx[i] = dy[i] * factors[negative(x[i])]
	}
}

// negative returns 1 if x ≤ 0, and 0 otherwise. Callers index with it instead of
// branching, because signs are as good as random.
func negative[T Float](x T) int {
	if x <= 0 {
		return 1
	}
	return 0
}

// GELU computes y = x·Φ(x), where Φ is the distribution function of the normal
// distribution. y may be x. The vector kernels are within 6 units in the last place of
// float32 for every x. The plain loop computes in float64 and is within half a unit.
func (k Set[T]) GELU(y, x []T) {
	x = x[:len(y)]
	for i := gelu(k.ISA, y, x); i < len(y); i++ {
		y[i] = T(geluOf(float64(x[i])))
	}
}

// GELUBackward computes dx = dy·(Φ(x) + x·Φ'(x)). dx may be dy. The vector kernels
// compute the factor to within 3e-7.
func (k Set[T]) GELUBackward(dx, dy, x []T) {
	dy, x = dy[:len(dx)], x[:len(dx)]
	for i := geluBackward(k.ISA, dx, dy, x); i < len(dx); i++ {
		dx[i] = dy[i] * T(geluSlope(float64(x[i])))
	}
}

// beyond is an x for which Φ(−x) is 0 in float64.
const beyond = 40

func phi(x float64) float64 { return float64(elementary.Erfc(-x/math.Sqrt2) / 2) }

func geluOf(x float64) float64 {
	if x < -beyond { // where x may be infinite
		return 0
	}
	return x * phi(x)
}

func geluSlope(x float64) float64 {
	if math.Abs(x) > beyond {
		return phi(x)
	}
	return phi(x) + float64(x*math.Exp(-x*x/2)/math.Sqrt(2*math.Pi))
}

// Gated computes y = x/(1 + e^−u) with u = c1·x + c3·x³, where c1 is above 0 and c3 is
// 0 or more. y may be x. The vector kernels compute u in float32, and the rest to within
// 3 units in the last place, or 1e-43. The plain loop computes in float64.
func (k Set[T]) Gated(y, x []T, c1, c3 T) {
	x = x[:len(y)]
	for i := gated(k.ISA, y, x, c1, c3); i < len(y); i++ {
		v := float64(x[i])
		if s := elementary.Logistic(gateOf(v, float64(c1), float64(c3))); s != 0 { // x may be infinite
			v *= s
		} else {
			v = 0
		}
		y[i] = T(v)
	}
}

// GatedBackward computes dx = dy·(s + x·u'·s·(1 − s)) with s = 1/(1 + e^−u). dx may be dy.
func (k Set[T]) GatedBackward(dx, dy, x []T, c1, c3 T) {
	dy, x = dy[:len(dx)], x[:len(dx)]
	for i := gatedBackward(k.ISA, dx, dy, x, c1, c3); i < len(dx); i++ {
		v := float64(x[i])
		s := elementary.Logistic(gateOf(v, float64(c1), float64(c3)))
		if change := s * (1 - s); change != 0 {
			s += float64(v * (float64(c1) + float64(3*float64(c3)*v*v)) * change)
		}
		dx[i] = dy[i] * T(s)
	}
}

// gateOf returns u. It limits x to ±1e4, beyond which the gate is 0 or 1.
func gateOf(x, c1, c3 float64) float64 {
	x = min(max(x, -1e4), 1e4)
	return float64(c1*x) + float64(c3*x*x*x)
}
