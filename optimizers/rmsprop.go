package optimizers

import "descent/internal/kernel"

// RMSProp divides the gradient by the root of an exponentially weighted average of
// the squared gradients (Tieleman and Hinton 2012, lecture 6.5), as in PyTorch. The
// centered form is that of Graves (2013).
//
// For each element, with gradient g, weight decay λ and momentum μ:
//
//	g ← g + λ·x
//	s ← ρ·s + (1−ρ)·g²
//	m ← ρ·m + (1−ρ)·g                          only if Centered
//	d = g/(√s + ε)                             or g/√(s + ε), with EpsInside
//	v ← μ·v + d
//	x ← x − lr · v
//
// If Centered, d has s − m² in place of s, or zero where rounding has made
// that negative (PyTorch then yields NaN). Where the gradient hardly varies,
// s − m² is near zero and d is as large as ε allows.
//
// With ρ = 1, s keeps its initial value, zero, as in PyTorch. Without Centered,
// the rule is then gradient descent at the rate lr/ε, or lr/√ε with EpsInside.
//
// Slots: "square_avg" (s); "grad_avg" (m) if Centered; "momentum_buffer" (v) if
// there is momentum; each len(x), initially zero.
// Defaults ([DefaultRMSProp]): ρ 0.99, ε 1e-8, as in PyTorch, which calls ρ
// alpha. The book (Dive into Deep Learning) has ρ 0.9, which it calls γ, and ε
// 1e-6 inside the root ([D2LRMSProp]); the sta-663 notes have ρ 0.9 and ε 1e-8
// outside. MXNet and Keras keep the rate in v, as v ← μ·v − lr·d, which is the
// same only while lr is constant.
// Usual rate: 0.01, in PyTorch and in the book.
type RMSProp struct {
	Rho         float64 // ρ in [0, 1]; positive if Centered
	Eps         float64 // ε, more than 0
	EpsInside   bool    // ε inside the root
	Centered    bool    // divide by the root of the variance
	Momentum    float64 // μ in [0, 1)
	WeightDecay float64 // λ, 0 or more, added to the gradient
}

var (
	_ Rule        = RMSProp{}
	_ Elementwise = RMSProp{}
	_ Bounded     = RMSProp{}
)

// DefaultRMSProp returns PyTorch's defaults: ρ 0.99, ε 1e-8 outside the root.
func DefaultRMSProp() RMSProp { return RMSProp{Rho: .99, Eps: 1e-8} }

// D2LRMSProp returns the book's variant: ρ 0.9 and ε 1e-6 inside the root.
func D2LRMSProp() RMSProp { return RMSProp{Rho: .9, Eps: 1e-6, EpsInside: true} }

func (r RMSProp) Validate() error {
	return Check("RMSProp").
		That(r.Rho >= 0 && r.Rho <= 1, "Rho", r.Rho, "[0, 1]").
		That(r.Rho != 0 || !r.Centered, "Rho", r.Rho, "(0, 1] with Centered"). // else the variance is zero
		Positive("Eps", r.Eps).
		Fraction("Momentum", r.Momentum).
		NotNegative("WeightDecay", r.WeightDecay).Err()
}

func (r RMSProp) Elementwise(rule Rule) bool { return is[RMSProp](rule) }

func (r RMSProp) Slots() []string {
	slots := []string{"square_avg"}
	if r.Centered {
		slots = append(slots, "grad_avg")
	}
	if r.Momentum != 0 {
		slots = append(slots, "momentum_buffer")
	}
	return slots
}

func (r RMSProp) Bounds() (slots, globals map[string]Range) { return notNegative("square_avg"), nil }

func (r RMSProp) Update32(u Update[float32]) { rmsProp(r, u) }

func (r RMSProp) Update64(u Update[float64]) { rmsProp(r, u) }

func rmsProp[T Float](r RMSProp, u Update[T]) {
	a := NewAverage[T](r.Rho)
	in, out := epsilons[T](r.Eps, r.EpsInside)
	s := kernel.RMSPropMomentumStep[T]{
		LR: T(u.LR), Decay: u.Coupled(r.WeightDecay), Rho: a.Beta, Gain: a.Gain,
		Inside: in, Outside: out, Mu: T(r.Momentum),
	}
	plain := kernel.RMSPropStep[T]{LR: s.LR, Decay: s.Decay, Rho: s.Rho, Gain: s.Gain, Inside: in, Outside: out}
	var k kernel.Set[T]
	x, v, g := u.Value, u.Slots, u.Grad
	switch {
	case r.Centered && r.Momentum != 0:
		centered := kernel.RMSPropCenteredMomentumStep[T](s)
		k.RMSPropCenteredMomentum(x, v[0], v[1], v[2], g, &centered)
	case r.Centered:
		centered := kernel.RMSPropCenteredStep[T](plain)
		k.RMSPropCentered(x, v[0], v[1], g, &centered)
	case r.Momentum != 0:
		k.RMSPropMomentum(x, v[0], v[1], g, &s)
	default:
		k.RMSProp(x, v[0], g, &plain)
	}
}
