package optimizers

import (
	"math"

	"descent/internal/kernel"
)

// AdEMAMix is [AdamW] with a second, much slower average of the gradient added to
// the first (Pagliardini, Ablin and Grangier, 2024, Algorithm 1).
//
// For each element, with gradient g, weight decay λ and step t = 1, 2, …:
//
//	m ← β1·m + (1−β1)·g
//	s ← β₃(t)·s + (1−β₃(t))·g
//	v ← β2·v + (1−β2)·g²
//	x ← x − lr · ((m/(1−β1ᵗ) + α(t)·s) / (√(v/(1−β2ᵗ)) + ε) + λ·x)
//
// s has no bias correction. α(t) rises linearly from 0 to α over AlphaWarmup
// steps, and β₃(t) from β1 to β3 over Beta3Warmup steps, so that the half-life of
// the average, ln ½/ln β − 1, rises linearly. Like the authors' code, this rule
// adds 1e-8 to β in that logarithm and starts each warmup at t/warmup, not 0.
//
// Slots: "exp_avg_fast" (m), "exp_avg_slow" (s), "exp_avg_sq" (v), each len(x),
// initially zero.
// Defaults ([DefaultAdEMAMix]): β1 0.9, β2 0.999, β3 0.9999, α 2, ε 1e-8, λ 0,
// no warmup, as in the authors' code. The paper trains with α 5 to 10, λ 0.1 and
// both warmups over the entire run, without which large models may diverge.
// PyTorch has no AdEMAMix.
// Usual rate: 0.001.
type AdEMAMix struct {
	Beta1       float64 // β1 in [0, 1): of the fast average
	Beta2       float64 // β2 in [0, 1): of the average squared gradient
	Beta3       float64 // β3 in (0, 1): of the slow average
	Alpha       float64 // α, 0 or more: weight of the slow average
	Eps         float64 // ε, more than 0
	WeightDecay float64 // λ, 0 or more: the weights shrink by lr·λ a step
	AlphaWarmup int     // steps over which α rises; 0 for none
	Beta3Warmup int     // steps over which β3 rises; 0 for none
}

var (
	_ Elementwise = AdEMAMix{}
	_ Rule        = AdEMAMix{}
	_ Bounded     = AdEMAMix{}
)

// DefaultAdEMAMix returns the defaults of the authors' code.
func DefaultAdEMAMix() AdEMAMix {
	return AdEMAMix{Beta1: .9, Beta2: .999, Beta3: .9999, Alpha: 2, Eps: 1e-8}
}

func (r AdEMAMix) Validate() error {
	return Check("AdEMAMix").
		Fraction("Beta1", r.Beta1).
		Fraction("Beta2", r.Beta2).
		That(r.Beta3 > 0 && r.Beta3 < 1, "Beta3", r.Beta3, "(0, 1)").
		NotNegative("Alpha", r.Alpha).
		Positive("Eps", r.Eps).
		NotNegative("WeightDecay", r.WeightDecay).
		That(r.AlphaWarmup >= 0, "AlphaWarmup", r.AlphaWarmup, "0 or more").
		That(r.Beta3Warmup >= 0, "Beta3Warmup", r.Beta3Warmup, "0 or more").Err()
}

func (r AdEMAMix) Slots() []string { return []string{"exp_avg_fast", "exp_avg_slow", "exp_avg_sq"} }

func (r AdEMAMix) Bounds() (slots, globals map[string]Range) { return notNegative("exp_avg_sq"), nil }

func (r AdEMAMix) Elementwise(rule Rule) bool { return is[AdEMAMix](rule) }

func (r AdEMAMix) Update32(u Update[float32]) { ademamix(r, u) }

func (r AdEMAMix) Update64(u Update[float64]) { ademamix(r, u) }

// at returns α and β3 at a step.
func (r AdEMAMix) at(step int) (alpha, beta3 float64) {
	alpha, beta3 = r.Alpha, r.Beta3
	if step < r.AlphaWarmup {
		alpha *= float64(step) / float64(r.AlphaWarmup)
	}
	if step < r.Beta3Warmup {
		halfLife := func(beta float64) float64 { return math.Log(.5)/math.Log(beta+1e-8) - 1 }
		by := float64(step) / float64(r.Beta3Warmup)
		life := float64((1-by)*halfLife(r.Beta1)) + float64(by*halfLife(r.Beta3))
		beta3 = math.Pow(.5, 1/(life+1))
	}
	return alpha, beta3
}

func ademamix[T Float](r AdEMAMix, u Update[T]) {
	alpha, beta3 := r.at(u.Step)
	a, b, c := NewAverage[T](r.Beta1), NewAverage[T](r.Beta2), NewAverage[T](beta3)
	s := kernel.AdEMAMixStep[T]{
		Beta1: a.Beta, Gain1: a.Gain, Beta2: b.Beta, Gain2: b.Gain, Beta3: c.Beta, Gain3: c.Gain,
		Fast: T(u.LR / Unbias(r.Beta1, u.Step)), Slow: T(u.LR * alpha), Root: T(1 / math.Sqrt(Unbias(r.Beta2, u.Step))),
		Epsilon: Epsilon[T](r.Eps), Shrink: u.Decoupled(u.LR, r.WeightDecay),
	}
	kernel.Set[T]{}.AdEMAMix(u.Value, u.Slots[0], u.Slots[1], u.Slots[2], u.Grad, &s)
}
