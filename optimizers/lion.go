package optimizers

import "descent/internal/kernel"

// Lion moves every element by the learning rate, in the direction of an
// average gradient (Chen et al., 2023, Algorithm 2).
//
// For each element, with gradient g and weight decay λ:
//
//	x ← x − lr · (sign(β1·m + (1−β1)·g) + λ·x)      sign(0) = 0
//	m ← β2·m + (1−β2)·g
//
// Slots: "exp_avg" (m), len(x), initially zero.
// Defaults ([DefaultLion]): β1 0.9, β2 0.99, λ 0, as in the authors' code;
// Optax has λ 0.001. PyTorch and the book have no Lion.
// Usual rate: 1e-4; the paper uses a rate three to ten times smaller than for
// [AdamW], and a λ larger by the same factor.
type Lion struct {
	Beta1       float64 // β1 in [0, 1): weight of m in the direction
	Beta2       float64 // β2 in [0, 1): of the average gradient
	WeightDecay float64 // λ, 0 or more: the weights shrink by lr·λ a step
}

var (
	_ Rule        = Lion{}
	_ Elementwise = Lion{}
)

// DefaultLion returns the authors' defaults.
func DefaultLion() Lion { return Lion{Beta1: .9, Beta2: .99} }

func (r Lion) Validate() error {
	return Check("Lion").
		Fraction("Beta1", r.Beta1).
		Fraction("Beta2", r.Beta2).
		NotNegative("WeightDecay", r.WeightDecay).Err()
}

func (r Lion) Elementwise(rule Rule) bool { return is[Lion](rule) }

func (r Lion) Slots() []string { return []string{"exp_avg"} }

func (r Lion) Update32(u Update[float32]) { lion(r, u) }

func (r Lion) Update64(u Update[float64]) { lion(r, u) }

func lion[T Float](r Lion, u Update[T]) {
	a, b := NewAverage[T](r.Beta1), NewAverage[T](r.Beta2)
	kernel.Set[T]{}.Lion(u.Value, u.Slots[0], u.Grad, &kernel.LionStep[T]{
		Beta1: a.Beta, Gain1: a.Gain, Beta2: b.Beta, Gain2: b.Gain,
		LR: T(u.LR), Shrink: T(u.LR * r.WeightDecay * u.Decay),
	})
}
