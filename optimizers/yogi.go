package optimizers

import (
	"math"

	"descent/internal/kernel"
)

// Yogi is [Adam] with a v that moves by at most a fraction of the squared gradient,
// however far apart the two are (Zaheer et al., 2018, Algorithm 2), in the form of
// the book (Dive into Deep Learning).
//
// For each element, with gradient g, weight decay λ and step t = 1, 2, …:
//
//	g ← g + λ·x
//	m ← β1·m + (1−β1)·g
//	v ← v + (1−β2)·sign(g² − v)·g²
//	x ← x − lr · (m/(1−β1ᵗ)) / (√(v/(1−β2ᵗ)) + ε)
//
// The paper's algorithm corrects neither m nor v, and its experiments start v
// at the squared gradient of one batch; Optax starts m and v at 1e-6.
//
// Slots: "exp_avg" (m), "exp_avg_sq" (v), each len(x), initially zero.
// Defaults ([DefaultYogi]): β1 0.9, β2 0.999, ε 1e-3, as in the paper and the book.
// Usual rate: 0.01.
type Yogi struct {
	Beta1       float64 // β1 in [0, 1): of the average gradient
	Beta2       float64 // β2 in [0, 1): v moves by the fraction 1−β2 of g²
	Eps         float64 // ε, more than 0
	WeightDecay float64 // λ, 0 or more, added to the gradient (an L2 penalty of λ/2·‖x‖²)
}

var (
	_ Rule        = Yogi{}
	_ Elementwise = Yogi{}
	_ Bounded     = Yogi{}
)

// DefaultYogi returns the paper's and the book's settings.
func DefaultYogi() Yogi { return Yogi{Beta1: .9, Beta2: .999, Eps: 1e-3} }

func (r Yogi) Validate() error {
	return Check("Yogi").adam(r.Beta1, r.Beta2, r.Eps, r.WeightDecay).Err()
}

func (r Yogi) Elementwise(rule Rule) bool { return is[Yogi](rule) }

func (r Yogi) Slots() []string { return []string{"exp_avg", "exp_avg_sq"} }

func (r Yogi) Bounds() (slots, globals map[string]Range) { return notNegative("exp_avg_sq"), nil }

func (r Yogi) Update32(u Update[float32]) { yogi(r, u) }

func (r Yogi) Update64(u Update[float64]) { yogi(r, u) }

func yogi[T Float](r Yogi, u Update[T]) {
	a := NewAverage[T](r.Beta1)
	kernel.Set[T]{}.Yogi(u.Value, u.Slots[0], u.Slots[1], u.Grad, &kernel.YogiStep[T]{
		Beta1: a.Beta, Gain1: a.Gain, Gain2: T(1 - r.Beta2),
		Rate: T(u.LR / Unbias(r.Beta1, u.Step)), Root: T(1 / math.Sqrt(Unbias(r.Beta2, u.Step))),
		Epsilon: Epsilon[T](r.Eps), Decay: u.Coupled(r.WeightDecay),
	})
}
