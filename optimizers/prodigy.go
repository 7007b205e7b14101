package optimizers

import (
	"math"

	"descent/internal/kernel"
)

// Prodigy is Adam that finds its learning rate as it trains (Mishchenko, Defazio
// 2023, "Prodigy: An Expeditiously Adaptive Parameter-Free Learner", Algorithm
// 4): it estimates the distance d from the initial parameters x₀ to a solution,
// from below.
//
// At each step, with gradient g, learning rate η, weight decay λ, and ⟨·,·⟩ and
// ‖·‖₁ over all parameters of the rule together:
//
//	r ← √β2·r + (1−√β2)·η·d²·⟨g, x₀ − x⟩
//	s ← √β2·s + (1−√β2)·η·d²·g
//	m ← β1·m + (1−β1)·d·g
//	v ← β2·v + (1−β2)·d²·g²
//	x ← x − η·d·(m/(√v + d·ε) + λ·x)
//	d ← max(d, r/‖s‖₁)
//
// starting from d = D0, which should be smaller than any distance but hardly matters
// otherwise. With BiasCorrection, η is multiplied by √(1−β2ᵗ)/(1−β1ᵗ) at step
// t = 1, 2, …. With SafeguardWarmup, s omits η, so that d cannot jump up while a
// warmup keeps η small. Sums are in float64. In float32, the first distances
// x₀ − x are a few units in the last place of a parameter near 1; the sum over many
// of them is less coarse.
//
// Slots: "exp_avg" (m), "exp_avg_sq" (v), "s", each len(x), initially zero, and
// "start" (x₀).
// Globals: "d" of the last step, "r", and "s", which is ‖s‖₁. The multiplier
// of a group applies to η in the step of its x, not in r and s.
// Defaults ([DefaultProdigy]): β1 0.9, β2 0.999, ε 1e-8, D0 1e-6, λ 0, as in
// the paper and its implementation. The implementation uses the new d in d·ε, with
// no visible effect, and omits frozen parameters from ‖s‖₁, but not from r. This
// package lacks its options d_coef, growth_rate and beta3, and its weight decay
// that is not decoupled.
// Usual rate: 1, times an optional schedule such as cosine annealing.
type Prodigy struct {
	Beta1           float64 // β1 in [0, 1)
	Beta2           float64 // β2 in [0, 1)
	Eps             float64 // ε, more than 0
	D0              float64 // d at the first step, more than 0
	WeightDecay     float64 // λ, 0 or more, decoupled
	BiasCorrection  bool    // apply Adam's correction to η
	SafeguardWarmup bool    // omit η from s
}

// DefaultProdigy returns the paper's settings.
func DefaultProdigy() Prodigy {
	return Prodigy{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, D0: 1e-6}
}

var (
	_ Rule        = Prodigy{}
	_ Elementwise = Prodigy{}
	_ Preparer    = Prodigy{}
	_ Bounded     = Prodigy{}
)

// The globals of Prodigy.
const (
	prodigyD = iota
	prodigyR
	prodigyS
)

func (r Prodigy) Validate() error {
	return Check("Prodigy").
		Fraction("Beta1", r.Beta1).
		Fraction("Beta2", r.Beta2).
		Positive("Eps", r.Eps).
		Positive("D0", r.D0).
		NotNegative("WeightDecay", r.WeightDecay).Err()
}

func (r Prodigy) Elementwise(rule Rule) bool { return is[Prodigy](rule) }

func (r Prodigy) Slots() []string { return []string{"exp_avg", "exp_avg_sq", "s", "start"} }

func (r Prodigy) Globals() []string { return []string{"d", "r", "s"} }

func (r Prodigy) Bounds() (slots, globals map[string]Range) {
	return notNegative("exp_avg_sq"), notNegative("d", "s")
}

func (r Prodigy) Prepare32(p Preparation[float32]) { prodigyPrepare(r, p) }

func (r Prodigy) Prepare64(p Preparation[float64]) { prodigyPrepare(r, p) }

func (r Prodigy) Update32(u Update[float32]) { prodigy(r, u) }

func (r Prodigy) Update64(u Update[float64]) { prodigy(r, u) }

// rate is the learning rate with the bias correction, if asked for.
func (r Prodigy) rate(lr float64, step int) float64 {
	if !r.BiasCorrection {
		return lr
	}
	return lr * math.Sqrt(Unbias(r.Beta2, step)) / Unbias(r.Beta1, step)
}

func prodigyPrepare[T Float](r Prodigy, p Preparation[T]) {
	global := p.Globals
	switch {
	case p.Step == 1:
		global[prodigyD] = r.D0
	case global[prodigyS] > 0:
		global[prodigyD] = max(global[prodigyD], global[prodigyR]/global[prodigyS])
	}
	d, lr := global[prodigyD], r.rate(p.LR, p.Step)
	keep := math.Sqrt(r.Beta2)
	gain := (1 - keep) * d * d
	by := gain
	if !r.SafeguardWarmup {
		by *= lr
	}
	inner, before, norm := 0.0, 0.0, 0.0
	for i := range p.Updates {
		u := &p.Updates[i]
		x := u.Value
		g, s, start := u.Grad[:len(x)], u.Slots[2][:len(x)], u.Slots[3][:len(x)]
		if u.Step == 1 {
			copy(start, x)
		}
		for j, v := range x {
			before += math.Abs(float64(s[j]))
			inner += float64(float64(g[j]) * (float64(start[j]) - float64(v)))
			s[j] = T(T(keep)*s[j]) + T(T(by)*g[j])
			norm += math.Abs(float64(s[j]))
		}
	}
	global[prodigyR] = float64(keep*global[prodigyR]) + float64(gain*lr*inner)
	// The part of ‖s‖₁ from parameters that are now frozen decays, as r does.
	// Without it, d would jump up.
	rest := max(global[prodigyS]-before, 0)
	global[prodigyS] = norm + float64(keep*rest)
}

func prodigy[T Float](r Prodigy, u Update[T]) {
	d := u.Globals[prodigyD]
	rate := d * r.rate(u.LR, u.Step)
	kernel.Set[T]{}.Adam(u.Value, u.Slots[0], u.Slots[1], u.Grad, &kernel.AdamStep[T]{
		Beta1: T(r.Beta1), Gain1: T((1 - r.Beta1) * d), Beta2: T(r.Beta2), Gain2: T((1 - r.Beta2) * d * d),
		Rate: T(rate), Root: 1, Epsilon: Epsilon[T](d * r.Eps), Shrink: u.Decoupled(rate, r.WeightDecay),
	})
}
