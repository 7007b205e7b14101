package optimizers

import (
	"math"

	"descent/internal/kernel"
)

// EWA is gradient descent along the exponentially weighted average of the
// gradients: momentum as in A. Ng's course and the sta-663 notes.
//
// For each element, with gradient g, weight decay λ and step t = 1, 2, …:
//
//	g ← g + λ·x
//	m ← β·m + (1−β)·g
//	x ← x − lr · m/c
//
// where c is 1 ([CorrectionNone]) or 1 − βᵗ ([CorrectionBias]). At a constant
// rate, the first is [SGD] with momentum β at the rate lr·(1−β), and so is the
// second after some steps: its usual rate is that of plain gradient descent. The
// notes print 1 + βᵗ ([CorrectionAsPrinted]), although their text and their
// function ewabc have 1 − βᵗ; with β 0.9, the first step is then 19 times smaller
// than the corrected one.
//
// Slots: "exp_avg" (m), len(x), initially zero.
// Defaults ([DefaultEWA]): β 0.9 and the bias corrected, as the notes intend.
type EWA struct {
	Beta        float64    // β in [0, 1)
	Correction  Correction // of the average: the zero value is none
	WeightDecay float64    // λ, 0 or more, added to the gradient
}

var (
	_ Rule        = EWA{}
	_ Elementwise = EWA{}
)

// DefaultEWA returns EWA with β 0.9 and the bias corrected.
func DefaultEWA() EWA { return EWA{Beta: .9, Correction: CorrectionBias} }

func (r EWA) Validate() error {
	return Check("EWA").
		Fraction("Beta", r.Beta).
		That(r.Correction.known(), "Correction", r.Correction, correctionRange).
		NotNegative("WeightDecay", r.WeightDecay).Err()
}

func (r EWA) Elementwise(rule Rule) bool { return is[EWA](rule) }

func (r EWA) Slots() []string { return []string{"exp_avg"} }

func (r EWA) Update32(u Update[float32]) { ewa(r, u) }

func (r EWA) Update64(u Update[float64]) { ewa(r, u) }

func ewa[T Float](r EWA, u Update[T]) {
	lr := u.LR / r.Correction.divisor(math.Pow(r.Beta, float64(u.Step)))
	kernel.Set[T]{}.Momentum(u.Value, u.Slots[0], u.Grad, &kernel.MomentumStep[T]{
		LR: T(lr), Decay: u.Coupled(r.WeightDecay), Mu: T(r.Beta), Keep: T(1 - r.Beta),
	})
}
