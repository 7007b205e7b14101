package optimizers

import (
	"math"

	"descent/internal/kernel"
)

// ADOPT is [Adam] with the gradient divided by the second moment of the preceding
// steps and averaged after the division, which converges for any β2 (Taniguchi et
// al., 2024, Algorithm 2).
//
// For each element, with gradient g, weight decay λ and step t = 1, 2, …:
//
//	v ← g²                                          the first step ends here
//	x ← x − lr·λ·x                                  from the second step on
//	h = g / max(√v, ε), within ±(t−1)^¼
//	m ← β1·m + (1−β1)·h
//	x ← x − lr·m
//	v ← β2·v + (1−β2)·g²
//
// Slots: "exp_avg" (m), "exp_avg_sq" (v), each len(x), initially zero.
// Defaults ([DefaultADOPT]): β1 0.9, β2 0.9999, ε 1e-6, λ 0, as in the paper and
// the authors' code, which adds λ·x to the gradient unless told to decouple it. The
// first version of the paper does not bound h (Unclipped). PyTorch has no ADOPT.
// Usual rate: 0.001.
type ADOPT struct {
	Beta1       float64 // β1 in [0, 1): of the average divided gradient
	Beta2       float64 // β2 in [0, 1): of the average squared gradient
	Eps         float64 // ε, more than 0: the smallest divisor
	WeightDecay float64 // λ, 0 or more: the weights shrink by lr·λ a step
	Unclipped   bool    // do not bound the divided gradient
}

var (
	_ Elementwise = ADOPT{}
	_ Rule        = ADOPT{}
	_ Bounded     = ADOPT{}
)

// DefaultADOPT returns the authors' defaults.
func DefaultADOPT() ADOPT { return ADOPT{Beta1: .9, Beta2: .9999, Eps: 1e-6} }

func (r ADOPT) Validate() error {
	return Check("ADOPT").adam(r.Beta1, r.Beta2, r.Eps, r.WeightDecay).Err()
}

func (r ADOPT) Slots() []string { return []string{"exp_avg", "exp_avg_sq"} }

func (r ADOPT) Bounds() (slots, globals map[string]Range) { return notNegative("exp_avg_sq"), nil }

func (r ADOPT) Elementwise(rule Rule) bool { return is[ADOPT](rule) }

func (r ADOPT) Update32(u Update[float32]) { adopt(r, u) }

func (r ADOPT) Update64(u Update[float64]) { adopt(r, u) }

func adopt[T Float](r ADOPT, u Update[T]) {
	m, v := u.Slots[0], u.Slots[1]
	if u.Step == 1 {
		for i, g := range u.Grad {
			v[i] = g * g
		}
		return
	}
	a, b := NewAverage[T](r.Beta1), NewAverage[T](r.Beta2)
	bound := math.Sqrt(math.Sqrt(float64(u.Step - 1)))
	if r.Unclipped {
		bound = math.Inf(1)
	}
	s := kernel.ADOPTStep[T]{
		Beta1: a.Beta, Gain1: a.Gain, Beta2: b.Beta, Gain2: b.Gain,
		LR: T(u.LR), Epsilon: Epsilon[T](r.Eps), Shrink: u.Decoupled(u.LR, r.WeightDecay), Low: T(-bound), High: T(bound),
	}
	kernel.Set[T]{}.ADOPT(u.Value, m, v, u.Grad, &s)
}
