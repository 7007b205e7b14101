package optimizers

import (
	"math"

	"descent/internal/kernel"
)

// Adan is adaptive Nesterov momentum: averages of the gradient, of its change and
// of the square of the two together (Xie et al., 2022, Algorithm 1).
//
// For each element, with gradient g, the previous step's gradient g′ (at first g),
// weight decay λ and step t = 1, 2, …:
//
//	m ← β1·m + (1−β1)·g
//	d ← β2·d + (1−β2)·(g−g′)
//	n ← β3·n + (1−β3)·(g + β2·(g−g′))²
//	x ← x − lr · (m/(1−β1ᵗ) + β2·d/(1−β2ᵗ)) / (√(n/(1−β3ᵗ)) + ε)
//	x ← x / (1 + lr·λ)
//
// With NoProx, the weights are instead multiplied by 1 − lr·λ before the step, as
// in [AdamW]. The formula is that of the authors' code; the paper writes 1−β for β
// and has no bias correction.
//
// Slots: "exp_avg" (m), "exp_avg_diff" (d), "exp_avg_sq" (n), "neg_pre_grad" (−g′),
// each len(x), initially zero.
// Defaults ([DefaultAdan]): β1 0.98, β2 0.92, β3 0.99, ε 1e-8, λ 0, as in the
// authors' code; they train most models with λ 0.02. PyTorch has no Adan.
// Usual rate: 0.001, or up to ten times that of AdamW.
type Adan struct {
	Beta1       float64 // β1 in [0, 1): of the average gradient
	Beta2       float64 // β2 in [0, 1): of its average change
	Beta3       float64 // β3 in [0, 1): of the average square
	Eps         float64 // ε, more than 0
	WeightDecay float64 // λ, 0 or more: the weights shrink by about lr·λ a step
	NoProx      bool    // shrink the weights before the step
}

var (
	_ Elementwise = Adan{}
	_ Rule        = Adan{}
	_ Bounded     = Adan{}
)

// DefaultAdan returns the authors' defaults.
func DefaultAdan() Adan { return Adan{Beta1: .98, Beta2: .92, Beta3: .99, Eps: 1e-8} }

func (r Adan) Validate() error {
	return Check("Adan").
		Fraction("Beta1", r.Beta1).
		Fraction("Beta2", r.Beta2).
		Fraction("Beta3", r.Beta3).
		Positive("Eps", r.Eps).
		NotNegative("WeightDecay", r.WeightDecay).Err()
}

func (r Adan) Slots() []string {
	return []string{"exp_avg", "exp_avg_diff", "exp_avg_sq", "neg_pre_grad"}
}

func (r Adan) Bounds() (slots, globals map[string]Range) { return notNegative("exp_avg_sq"), nil }

func (r Adan) Elementwise(rule Rule) bool { return is[Adan](rule) }

func (r Adan) Update32(u Update[float32]) { adan(r, u) }

func (r Adan) Update64(u Update[float64]) { adan(r, u) }

func adan[T Float](r Adan, u Update[T]) {
	a, b, c := NewAverage[T](r.Beta1), NewAverage[T](r.Beta2), NewAverage[T](r.Beta3)
	s := kernel.AdanStep[T]{
		Beta1: a.Beta, Gain1: a.Gain, Beta2: b.Beta, Gain2: b.Gain, Beta3: c.Beta, Gain3: c.Gain,
		RateM: T(u.LR / Unbias(r.Beta1, u.Step)), RateD: T(u.LR * r.Beta2 / Unbias(r.Beta2, u.Step)),
		Root: T(1 / math.Sqrt(Unbias(r.Beta3, u.Step))), Epsilon: Epsilon[T](r.Eps),
		Before: 1, After: T(1 / (1 + float64(u.LR*r.WeightDecay*u.Decay))),
	}
	if r.NoProx {
		s.Before, s.After = u.Decoupled(u.LR, r.WeightDecay), 1
	}
	past := u.Slots[3]
	if u.Step == 1 {
		for i, g := range u.Grad {
			past[i] = -g
		}
	}
	kernel.Set[T]{}.Adan(u.Value, u.Slots[0], u.Slots[1], u.Slots[2], past, u.Grad, &s)
}
