package optimizers

import (
	"math"

	"descent/internal/kernel"
)

// Arithmetic that rules share, exported for rules outside this package.

// Average is an exponential moving average, m ← β·m + (1−β)·x. An average
// that starts at zero is biased toward zero: [Unbias] corrects that.
type Average[T Float] struct {
	Beta T // β, the weight of the average so far
	Gain T // 1−β, the weight of the new value
}

// NewAverage returns an average with the weights β and 1−β, each rounded to T.
func NewAverage[T Float](beta float64) Average[T] { return Average[T]{T(beta), T(1 - beta)} }

// Mean returns β·m + (1−β)·x, the next first moment.
func (a Average[T]) Mean(m, x T) T { return T(a.Beta*m) + T(a.Gain*x) }

// Square returns β·v + (1−β)·x², the next second moment.
func (a Average[T]) Square(v, x T) T { return T(a.Beta*v) + T(T(a.Gain*x)*x) }

// Unbias returns 1 − βᵗ, the sum of the weights after step t in an average that
// started at zero. Dividing the average by it removes the bias.
func Unbias(beta float64, step int) float64 { return 1 - math.Pow(beta, float64(step)) }

// Coupled returns λ for this parameter. Adding λ·x to the gradient is an L2
// penalty of λ/2·‖x‖².
func (u *Update[T]) Coupled(lambda float64) T { return T(lambda * u.Decay) }

// Decoupled returns 1 − rate·λ for this parameter. Multiplying the value by it is
// weight decay separate from the gradient. The rate is LR in most rules.
func (u *Update[T]) Decoupled(rate, lambda float64) T {
	return T(1 - float64(rate*lambda*u.Decay))
}

// Epsilon returns ε as a T, or the smallest positive float32 if ε is less, which
// avoids 0/0.
func Epsilon[T Float](eps float64) T { return T(max(eps, math.SmallestNonzeroFloat32)) }

// epsilons returns what to add inside a root and outside it, so that
// √(s + in) + out has ε at either place.
func epsilons[T Float](eps float64, inside bool) (in, out T) {
	if inside {
		return Epsilon[T](eps), 0
	}
	return 0, Epsilon[T](eps)
}

// Sqrt returns √x, correctly rounded in both types.
func Sqrt[T Float](x T) T { return T(math.Sqrt(float64(x))) }

// Signed returns a·sign(s) for a ≥ 0. It is 0 where s is 0.
func Signed[T Float](a, s T) T {
	if s == 0 {
		return 0
	}
	return T(math.Copysign(float64(a), float64(s))) // no branch on a sign that cannot be predicted
}

// Norm returns ‖x‖, the Euclidean norm, for finite x. It overflows only if the
// norm itself does.
func Norm[T Float](x []T) float64 {
	scale, root := scaledNorm(x)
	return scale * root
}

// Pull moves each element of a the fraction by of the way to that of x:
// a ← a + by·(x − a). Like copy, it stops at the end of the shorter slice.
func Pull[T Float](a, x []T, by float64) {
	n := min(len(a), len(x))
	kernel.Set[T]{}.Pull(a[:n], x[:n], &kernel.PullStep[T]{By: T(by)})
}
