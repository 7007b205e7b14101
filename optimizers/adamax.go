package optimizers

import "descent/internal/kernel"

// Adamax is the form of [Adam] with the infinity norm (Kingma and Ba, 2014,
// Algorithm 2), as in PyTorch.
//
// For each element, with gradient g, weight decay λ and step t = 1, 2, …:
//
//	g ← g + λ·x
//	m ← β1·m + (1−β1)·g
//	u ← max(β2·u, |g| + ε)
//	x ← x − lr/(1−β1ᵗ) · m/u
//
// u needs no bias correction, because the maximum ignores its initial zero.
//
// Slots: "exp_avg" (m), "exp_inf" (u), each len(x), initially zero.
// Defaults ([DefaultAdamax]): β1 0.9, β2 0.999, ε 1e-8, as in PyTorch. The
// paper has no ε; Keras adds 1e-7 to u instead.
// Usual rate: 0.002.
type Adamax struct {
	Beta1       float64 // β1 in [0, 1): of the average gradient
	Beta2       float64 // β2 in [0, 1): how fast the largest gradient is forgotten
	Eps         float64 // ε, more than 0
	WeightDecay float64 // λ, 0 or more, added to the gradient (an L2 penalty of λ/2·‖x‖²)
}

var (
	_ Rule        = Adamax{}
	_ Elementwise = Adamax{}
	_ Bounded     = Adamax{}
)

// DefaultAdamax returns PyTorch's defaults.
func DefaultAdamax() Adamax { return Adamax{Beta1: .9, Beta2: .999, Eps: 1e-8} }

func (r Adamax) Validate() error {
	return Check("Adamax").adam(r.Beta1, r.Beta2, r.Eps, r.WeightDecay).Err()
}

func (r Adamax) Elementwise(rule Rule) bool { return is[Adamax](rule) }

func (r Adamax) Slots() []string { return []string{"exp_avg", "exp_inf"} }

func (r Adamax) Bounds() (slots, globals map[string]Range) { return notNegative("exp_inf"), nil }

func (r Adamax) Update32(u Update[float32]) { adamax(r, u) }

func (r Adamax) Update64(u Update[float64]) { adamax(r, u) }

func adamax[T Float](r Adamax, u Update[T]) {
	a := NewAverage[T](r.Beta1)
	kernel.Set[T]{}.Adamax(u.Value, u.Slots[0], u.Slots[1], u.Grad, &kernel.AdamaxStep[T]{
		Beta1: a.Beta, Gain1: a.Gain, Beta2: T(r.Beta2),
		Rate: T(u.LR / Unbias(r.Beta1, u.Step)), Epsilon: Epsilon[T](r.Eps), Decay: u.Coupled(r.WeightDecay),
	})
}
