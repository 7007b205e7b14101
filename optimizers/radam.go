package optimizers

import (
	"math"

	"descent/internal/kernel"
)

// RAdam is rectified Adam (Liu et al., 2019, Algorithm 2), as in PyTorch:
// [Adam] that does not divide by √v until v has seen enough gradients, and
// then takes small steps at first. It replaces a warmup.
//
// For each element, with gradient g, weight decay λ and step t = 1, 2, …:
//
//	g ← g + λ·x
//	m ← β1·m + (1−β1)·g
//	v ← β2·v + (1−β2)·g²
//	ρ∞ = 2/(1−β2) − 1,  ρ = ρ∞ − 2·t·β2ᵗ/(1−β2ᵗ)
//	x ← x − lr · m/(1−β1ᵗ)                                where ρ ≤ 5
//	x ← x − lr · r · √(1−β2ᵗ)/(1−β1ᵗ) · m/(√v + ε)        where ρ > 5
//	r = √( (ρ−4)·(ρ−2)·ρ∞ / ((ρ∞−4)·(ρ∞−2)·ρ) )
//
// With β2 = 0.999, the first five steps are those of momentum. With β2 below
// about 0.67, all steps are.
//
// Slots: "exp_avg" (m), "exp_avg_sq" (v), each len(x), initially zero.
// Defaults ([DefaultRAdam]): β1 0.9, β2 0.999, ε 1e-8, as in PyTorch. The paper
// has no ε and divides where ρ > 4.
// Usual rate: 0.001.
type RAdam struct {
	Beta1       float64 // β1 in [0, 1): of the average gradient
	Beta2       float64 // β2 in [0, 1): of the average squared gradient
	Eps         float64 // ε, more than 0
	WeightDecay float64 // λ, 0 or more, added to the gradient (an L2 penalty of λ/2·‖x‖²)
}

var (
	_ Rule        = RAdam{}
	_ Elementwise = RAdam{}
	_ Bounded     = RAdam{}
)

// DefaultRAdam returns PyTorch's defaults.
func DefaultRAdam() RAdam { return RAdam{Beta1: .9, Beta2: .999, Eps: 1e-8} }

func (r RAdam) Validate() error {
	return Check("RAdam").adam(r.Beta1, r.Beta2, r.Eps, r.WeightDecay).Err()
}

func (r RAdam) Elementwise(rule Rule) bool { return is[RAdam](rule) }

func (r RAdam) Slots() []string { return []string{"exp_avg", "exp_avg_sq"} }

func (r RAdam) Bounds() (slots, globals map[string]Range) { return notNegative("exp_avg_sq"), nil }

func (r RAdam) Update32(u Update[float32]) { radam(r, u) }

func (r RAdam) Update64(u Update[float64]) { radam(r, u) }

// rectify returns r·√(1−β2ᵗ), and false while the step is not divided by √v.
func (r RAdam) rectify(step int) (float64, bool) {
	last, whole := 2/(1-r.Beta2)-1, Unbias(r.Beta2, step)
	rho := last - 2*float64(step)*(1-whole)/whole
	if rho <= 5 {
		return 0, false
	}
	return math.Sqrt((rho - 4) * (rho - 2) * last / ((last - 4) * (last - 2) * rho) * whole), true
}

func radam[T Float](r RAdam, u Update[T]) {
	a, b := NewAverage[T](r.Beta1), NewAverage[T](r.Beta2)
	s := kernel.AdamStep[T]{
		Beta1: a.Beta, Gain1: a.Gain, Beta2: b.Beta, Gain2: b.Gain,
		Epsilon: 1, Decay: u.Coupled(r.WeightDecay), Shrink: 1, // and the root times 0: no division
	}
	rate := u.LR / Unbias(r.Beta1, u.Step)
	if factor, divide := r.rectify(u.Step); divide {
		rate *= factor
		s.Root, s.Epsilon = 1, Epsilon[T](r.Eps)
	}
	s.Rate = T(rate)
	kernel.Set[T]{}.Adam(u.Value, u.Slots[0], u.Slots[1], u.Grad, &s)
}
