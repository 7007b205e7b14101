package optimizers

import (
	"math"

	"descent/internal/kernel"
)

// NAdamW is [AdamW] with Nesterov momentum, as in the baseline of AlgoPerf (Dahl et
// al., 2023; the NAdam of Choi et al., 2019, Table 1, with decoupled weight decay).
//
// For each element, with gradient g, weight decay λ and step t = 1, 2, …:
//
//	x ← x − lr·λ·x
//	m ← β1·m + (1−β1)·g
//	v ← β2·v + (1−β2)·g²
//	n = β1·m + (1−β1)·g
//	x ← x − lr · (n/(1−β1ᵗ)) / (√(v/(1−β2ᵗ)) + ε)
//
// PyTorch's NAdam with decoupled_weight_decay is [NAdam] with Decoupled, whose
// momentum follows a schedule. Optax's nadamw corrects the two terms of n
// separately, β1·m/(1−β1ᵗ⁺¹) + (1−β1)·g/(1−β1ᵗ).
//
// Slots: "exp_avg" (m), "exp_avg_sq" (v), each len(x), initially zero.
// Defaults ([DefaultNAdamW]): β1 0.9, β2 0.999, ε 1e-8, λ 0.01, as in AlgoPerf's
// PyTorch code; Optax has λ 1e-4.
// Usual rate: 0.001.
type NAdamW struct {
	Beta1       float64 // β1 in [0, 1): of the average gradient
	Beta2       float64 // β2 in [0, 1): of the average squared gradient
	Eps         float64 // ε, more than 0
	WeightDecay float64 // λ, 0 or more: the weights shrink by lr·λ a step
}

var (
	_ Elementwise = NAdamW{}
	_ Rule        = NAdamW{}
	_ Bounded     = NAdamW{}
)

// DefaultNAdamW returns the defaults of the AlgoPerf baseline.
func DefaultNAdamW() NAdamW { return NAdamW{Beta1: .9, Beta2: .999, Eps: 1e-8, WeightDecay: .01} }

func (r NAdamW) Validate() error {
	return Check("NAdamW").adam(r.Beta1, r.Beta2, r.Eps, r.WeightDecay).Err()
}

func (r NAdamW) Slots() []string { return []string{"exp_avg", "exp_avg_sq"} }

func (r NAdamW) Bounds() (slots, globals map[string]Range) { return notNegative("exp_avg_sq"), nil }

func (r NAdamW) Elementwise(rule Rule) bool { return is[NAdamW](rule) }

func (r NAdamW) Update32(u Update[float32]) { nadamw(r, u) }

func (r NAdamW) Update64(u Update[float64]) { nadamw(r, u) }

func nadamw[T Float](r NAdamW, u Update[T]) {
	a, b := NewAverage[T](r.Beta1), NewAverage[T](r.Beta2)
	s := kernel.NAdamWStep[T]{
		Beta1: a.Beta, Gain1: a.Gain, Beta2: b.Beta, Gain2: b.Gain,
		Rate: T(u.LR / Unbias(r.Beta1, u.Step)), Root: T(1 / math.Sqrt(Unbias(r.Beta2, u.Step))),
		Epsilon: Epsilon[T](r.Eps), Shrink: u.Decoupled(u.LR, r.WeightDecay),
	}
	kernel.Set[T]{}.NAdamW(u.Value, u.Slots[0], u.Slots[1], u.Grad, &s)
}
