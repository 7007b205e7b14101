package optimizers

import (
	"math"

	"descent/internal/kernel"
)

// Rprop is resilient backpropagation (Riedmiller and Braun 1993): each element
// has its own step length, and only the signs of gradients count. It is meant for
// full-batch gradients, because the noise of minibatches flips signs. As in
// PyTorch, it does not backtrack after a change of sign (iRprop⁻ of Igel and
// Hüsken 2000).
//
// For each element, with gradient g and the previous step's gradient p:
//
//	f = η⁺ if g and p have the same sign, η⁻ if they have opposite signs, else 1
//	s ← s·f, kept so that StepMin ≤ lr·s ≤ StepMax
//	g ← 0 if f is η⁻
//	x ← x − sign(g) · lr·s
//	p ← g
//
// PyTorch uses the rate as the first step length and ignores later rates. Here s
// is a multiple of the rate: the steps are the same at a constant rate, but a
// schedule scales all of them. At rate zero nothing changes, not even the slots. A
// rate below StepMin makes s large, and the steps too if the rate then rises again.
//
// Slots: "s", len(x), set to 1 at step 1, and "prev" (p), len(x), initially zero.
// Defaults ([DefaultRprop]): η⁻ 0.5, η⁺ 1.2, step lengths in [1e-6, 50], as in
// PyTorch and the paper.
// Usual rate: 0.01 (PyTorch); the paper starts at 0.1.
type Rprop struct {
	EtaMinus float64 // η⁻ in (0, 1)
	EtaPlus  float64 // η⁺, more than 1
	StepMin  float64 // the minimum step length, 0 or more
	StepMax  float64 // the maximum step length, StepMin or more
}

var (
	_ Rule        = Rprop{}
	_ Elementwise = Rprop{}
	_ Bounded     = Rprop{}
)

// DefaultRprop returns PyTorch's defaults.
func DefaultRprop() Rprop { return Rprop{EtaMinus: .5, EtaPlus: 1.2, StepMin: 1e-6, StepMax: 50} }

func (r Rprop) Validate() error {
	return Check("Rprop").
		That(r.EtaMinus > 0 && r.EtaMinus < 1, "EtaMinus", r.EtaMinus, "(0, 1)").
		finite("EtaPlus", r.EtaPlus).That(r.EtaPlus > 1, "EtaPlus", r.EtaPlus, "more than 1").
		NotNegative("StepMin", r.StepMin).
		Positive("StepMax", r.StepMax).
		That(r.StepMax >= r.StepMin, "StepMax", r.StepMax, "StepMin or more").Err()
}

func (r Rprop) Elementwise(rule Rule) bool { return is[Rprop](rule) }

func (r Rprop) Slots() []string { return []string{"s", "prev"} }

func (r Rprop) Bounds() (slots, globals map[string]Range) { return notNegative("s"), nil }

func (r Rprop) Update32(u Update[float32]) { rprop(r, u) }

func (r Rprop) Update64(u Update[float64]) { rprop(r, u) }

func rprop[T Float](r Rprop, u Update[T]) {
	s := u.Slots[0]
	if u.Step == 1 {
		for i := range s {
			s[i] = 1
		}
	}
	if u.LR == 0 {
		return
	}
	// At a tiny rate the bounds of s overflow; those of the step still hold.
	kernel.Set[T]{}.Rprop(u.Value, s, u.Slots[1], u.Grad, &kernel.RpropStep[T]{
		EtaMinus: r.EtaMinus, EtaPlus: r.EtaPlus, LR: u.LR,
		Low: T(r.StepMin / u.LR), High: T(min(r.StepMax/u.LR, math.MaxFloat32)),
		StepMin: T(r.StepMin), StepMax: T(r.StepMax),
	})
}
