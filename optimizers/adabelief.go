package optimizers

import (
	"math"

	"descent/internal/kernel"
)

// AdaBelief is [AdamW] with the average squared distance of the gradient from its
// average in place of the average square (Zhuang et al., 2020, Algorithm 2).
//
// For each element, with gradient g, weight decay λ and step t = 1, 2, …:
//
//	x ← x − lr·λ·x
//	m ← β1·m + (1−β1)·g
//	s ← β2·s + (1−β2)·(g−m)² + ε
//	x ← x − lr · (m/(1−β1ᵗ)) / (√(s/(1−β2ᵗ)) + ε)
//
// Slots: "exp_avg" (m), "exp_avg_var" (s), each len(x), initially zero.
// Defaults ([DefaultAdaBelief]): β1 0.9, β2 0.999, ε 1e-16, λ 0, as in the
// authors' adabelief-pytorch 0.2, which recommends ε 1e-8 where SGD is better than
// Adam. By default, that package also rectifies the step as [RAdam] does, which the
// paper does not. Optax uses the paper's form, with two separate ε. PyTorch has no
// AdaBelief.
// Usual rate: 0.001.
type AdaBelief struct {
	Beta1       float64 // β1 in [0, 1): of the average gradient
	Beta2       float64 // β2 in [0, 1): of the average squared distance
	Eps         float64 // ε, more than 0
	WeightDecay float64 // λ, 0 or more: the weights shrink by lr·λ a step
}

var (
	_ Elementwise = AdaBelief{}
	_ Rule        = AdaBelief{}
	_ Bounded     = AdaBelief{}
)

// DefaultAdaBelief returns the authors' defaults.
func DefaultAdaBelief() AdaBelief { return AdaBelief{Beta1: .9, Beta2: .999, Eps: 1e-16} }

func (r AdaBelief) Validate() error {
	return Check("AdaBelief").adam(r.Beta1, r.Beta2, r.Eps, r.WeightDecay).Err()
}

func (r AdaBelief) Slots() []string { return []string{"exp_avg", "exp_avg_var"} }

func (r AdaBelief) Bounds() (slots, globals map[string]Range) { return notNegative("exp_avg_var"), nil }

func (r AdaBelief) Elementwise(rule Rule) bool { return is[AdaBelief](rule) }

func (r AdaBelief) Update32(u Update[float32]) { adaBelief(r, u) }

func (r AdaBelief) Update64(u Update[float64]) { adaBelief(r, u) }

func adaBelief[T Float](r AdaBelief, u Update[T]) {
	a, b := NewAverage[T](r.Beta1), NewAverage[T](r.Beta2)
	s := kernel.AdaBeliefStep[T]{
		Beta1: a.Beta, Gain1: a.Gain, Beta2: b.Beta, Gain2: b.Gain,
		Rate: T(u.LR / Unbias(r.Beta1, u.Step)), Root: T(1 / math.Sqrt(Unbias(r.Beta2, u.Step))),
		Epsilon: Epsilon[T](r.Eps), Shrink: u.Decoupled(u.LR, r.WeightDecay),
	}
	kernel.Set[T]{}.AdaBelief(u.Value, u.Slots[0], u.Slots[1], u.Grad, &s)
}
