package main

import (
	"descent/optimizers"
	"math"
)

// AdaBelief is the rule of Zhuang et al. (2020, Algorithm 2): Adam with the
// squared distance of the gradient from its average instead of its square.
//
// For each element, with gradient g, weight decay λ and step t = 1, 2, …:
//
//	g ← g + λ·x                      or, Decoupled, x ← x − lr·λ·x
//	m ← β1·m + (1−β1)·g
//	s ← β2·s + (1−β2)·(g−m)² + ε
//	x ← x − lr · (m/(1−β1ᵗ)) / (√(s/(1−β2ᵗ)) + ε)
//
// Slots: "m", "s", each len(x), initially zero. Usual rate: 0.001.
type AdaBelief struct {
	Beta1, Beta2 float64 // β1 and β2 in [0, 1)
	Eps          float64 // ε, more than 0
	WeightDecay  float64 // λ, 0 or more
	Decoupled    bool    // apply λ to the weights, not to the gradient
}

// DefaultAdaBelief returns the defaults of the authors' code.
func DefaultAdaBelief() AdaBelief {
	return AdaBelief{Beta1: .9, Beta2: .999, Eps: 1e-16, Decoupled: true}
}

func (r AdaBelief) Validate() error {
	return optimizers.Check("AdaBelief").Fraction("Beta1", r.Beta1).Fraction("Beta2", r.Beta2).
		Positive("Eps", r.Eps).NotNegative("WeightDecay", r.WeightDecay).Err()
}

func (AdaBelief) Slots() []string                         { return []string{"m", "s"} }
func (r AdaBelief) Update32(u optimizers.Update[float32]) { adaBelief(r, u) }
func (r AdaBelief) Update64(u optimizers.Update[float64]) { adaBelief(r, u) }

// Elementwise reports whether threads may share a parameter: true, except for a rule
// that embeds this one.
func (AdaBelief) Elementwise(rule optimizers.Rule) bool {
	_, itself := rule.(AdaBelief)
	return itself
}

func adaBelief[T optimizers.Float](r AdaBelief, u optimizers.Update[T]) {
	a, b, eps := optimizers.NewAverage[T](r.Beta1), optimizers.NewAverage[T](r.Beta2), optimizers.Epsilon[T](r.Eps)
	rate := T(u.LR / optimizers.Unbias(r.Beta1, u.Step))
	root := T(1 / math.Sqrt(optimizers.Unbias(r.Beta2, u.Step)))
	decay, shrink := u.Coupled(r.WeightDecay), T(1)
	if r.Decoupled {
		decay, shrink = 0, u.Decoupled(u.LR, r.WeightDecay)
	}
	x, m, s := u.Value, u.Slots[0], u.Slots[1]
	for i, g := range u.Grad {
		x[i] *= shrink
		g += T(decay * x[i])
		m[i] = a.Mean(m[i], g)
		s[i] = b.Square(s[i], g-m[i]) + eps
		x[i] -= rate * m[i] / (optimizers.Sqrt(s[i])*root + eps)
	}
}
