package optimizers

import (
	"math"

	"descent/internal/kernel"
)

// NAdam is [Adam] with Nesterov momentum that follows a schedule (Dozat, 2016),
// as in PyTorch 2.
//
// For each element, with gradient g, weight decay λ and step t = 1, 2, …:
//
//	g ← g + λ·x                      or, decoupled, x ← x − lr·λ·x
//	m ← β1·m + (1−β1)·g
//	v ← β2·v + (1−β2)·g²
//	μₜ = β1·(1 − ½·0.96^(t·ψ))       and Πₜ = μ₁·…·μₜ
//	x ← x − lr · ((1−μₜ)/(1−Πₜ)·g + μₜ₊₁/(1−Πₜ₊₁)·m) / (√(v/(1−β2ᵗ)) + ε)
//
// The default loop of PyTorch 1.13 has Πₜ·μₜ·μₜ₊₁ for Πₜ₊₁; its "foreach" loop and
// PyTorch 2 do not.
//
// Slots: "exp_avg" (m), "exp_avg_sq" (v), each len(x), initially zero. Global:
// "product" (Πₜ), where t counts the rule's steps. For a parameter that was
// frozen in some of them, t counts the parameter's updates.
// Defaults ([DefaultNAdam]): β1 0.9, β2 0.999, ε 1e-8, ψ 0.004, as in PyTorch;
// Keras has ε 1e-7. The paper proposes the schedule with β1 0.99.
// Usual rate: 0.002.
type NAdam struct {
	Beta1         float64 // β1 in [0, 1): of the average gradient, and what μ rises to
	Beta2         float64 // β2 in [0, 1): of the average squared gradient
	Eps           float64 // ε, more than 0
	MomentumDecay float64 // ψ, 0 or more: how fast μ rises from β1/2 to β1
	WeightDecay   float64 // λ, 0 or more
	Decoupled     bool    // shrink the weights, like [AdamW], instead of adding to the gradient
}

var (
	_ Rule        = NAdam{}
	_ Elementwise = NAdam{}
	_ Preparer    = NAdam{}
	_ Bounded     = NAdam{}
)

// DefaultNAdam returns PyTorch's defaults.
func DefaultNAdam() NAdam {
	return NAdam{Beta1: .9, Beta2: .999, Eps: 1e-8, MomentumDecay: .004}
}

func (r NAdam) Validate() error {
	return Check("NAdam").
		Fraction("Beta1", r.Beta1).
		Fraction("Beta2", r.Beta2).
		Positive("Eps", r.Eps).
		NotNegative("MomentumDecay", r.MomentumDecay).
		NotNegative("WeightDecay", r.WeightDecay).Err()
}

func (r NAdam) Elementwise(rule Rule) bool { return is[NAdam](rule) }

func (r NAdam) Slots() []string { return []string{"exp_avg", "exp_avg_sq"} }

func (r NAdam) Globals() []string { return []string{"product"} }

// momentum is μ at a step.
func (r NAdam) momentum(step int) float64 {
	return float64(r.Beta1 * (1 - float64(.5*math.Pow(.96, float64(step)*r.MomentumDecay))))
}

func (r NAdam) Bounds() (slots, globals map[string]Range) {
	return notNegative("exp_avg_sq"), map[string]Range{"product": {0, 1}}
}

// product returns Πₜ, or a number so near zero that it does not affect 1 − Πₜ.
func (r NAdam) product(step int) float64 {
	product := 1.0
	for t := 1; t <= step && product > 0x1p-60; t++ {
		product *= r.momentum(t)
	}
	return product
}

func (r NAdam) Prepare32(p Preparation[float32]) { r.multiply(p.Step, p.Globals) }

func (r NAdam) Prepare64(p Preparation[float64]) { r.multiply(p.Step, p.Globals) }

func (r NAdam) multiply(step int, globals []float64) {
	if step == 1 {
		globals[0] = 1
	}
	globals[0] *= r.momentum(step)
}

func (r NAdam) Update32(u Update[float32]) { nadam(r, u) }

func (r NAdam) Update64(u Update[float64]) { nadam(r, u) }

func nadam[T Float](r NAdam, u Update[T]) {
	mu, next, product := r.momentum(u.Step), r.momentum(u.Step+1), u.Globals[0]
	if u.Step != u.RuleStep {
		product = r.product(u.Step)
	}
	rateG, rateM := T(u.LR*(1-mu)/(1-product)), T(u.LR*next/(1-float64(product*next)))
	a, b := NewAverage[T](r.Beta1), NewAverage[T](r.Beta2)
	eps := Epsilon[T](r.Eps)
	root := T(1 / math.Sqrt(Unbias(r.Beta2, u.Step)))
	decay, shrink := u.Coupled(r.WeightDecay), T(1)
	if r.Decoupled {
		decay, shrink = 0, u.Decoupled(u.LR, r.WeightDecay)
	}

	kernel.Set[T]{}.NAdam(u.Value, u.Slots[0], u.Slots[1], u.Grad, &kernel.NAdamStep[T]{
		Beta1: a.Beta, Gain1: a.Gain, Beta2: b.Beta, Gain2: b.Gain, RateG: rateG, RateM: rateM,
		Root: root, Epsilon: eps, Decay: decay, Shrink: shrink,
	})
}
