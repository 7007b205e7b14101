package optimizers

import "descent/internal/kernel"

// MARS is [AdamW] with a variance-reduced gradient, corrected by the gradient of
// the previous step: the approximate form of MARS-AdamW (Yuan et al., 2024,
// Algorithm 2).
//
// For each parameter tensor, with gradient g, the previous step's gradient g′ (at
// first zero), weight decay λ and step t = 1, 2, …:
//
//	c = g + γ·β1/(1−β1)·(g − g′)
//	c ← c/‖c‖ if ‖c‖ > 1                            the Euclidean norm of the tensor
//	m ← β1·m + (1−β1)·c
//	v ← β2·v + (1−β2)·c²
//	x ← x − lr · ((m/(1−β1ᵗ)) / (√(v/(1−β2ᵗ)) + ε) + λ·x)
//
// The exact form computes g′ at the parameters of this step, in a second pass over
// the previous step's batch; the authors find it hardly better.
//
// The authors' code uses plain AdamW with β2 0.95 and λ 0.1 for all parameters that
// are not matrices. Here the rule applies to every parameter: use a [Group] with
// Vectors to do the same.
//
// Slots: "exp_avg" (m), "exp_avg_sq" (v), "last_grad" (g′), each len(x),
// initially zero.
// Defaults ([DefaultMARS]): β1 0.95, β2 0.99, γ 0.025, ε 1e-8, λ 0, as in the
// authors' code. PyTorch has no MARS.
// Usual rate: 0.003.
type MARS struct {
	Beta1       float64 // β1 in [0, 1): of the average gradient
	Beta2       float64 // β2 in [0, 1): of the average squared gradient
	Gamma       float64 // γ, 0 or more: how much of the correction is used
	Eps         float64 // ε, more than 0
	WeightDecay float64 // λ, 0 or more: the weights shrink by lr·λ a step
}

var (
	_ Rule      = MARS{}
	_ Scratcher = MARS{}
	_ Bounded   = MARS{}
)

// DefaultMARS returns the authors' defaults.
func DefaultMARS() MARS { return MARS{Beta1: .95, Beta2: .99, Gamma: .025, Eps: 1e-8} }

func (r MARS) Validate() error {
	return Check("MARS").
		Fraction("Beta1", r.Beta1).
		Fraction("Beta2", r.Beta2).
		NotNegative("Gamma", r.Gamma).
		Positive("Eps", r.Eps).
		NotNegative("WeightDecay", r.WeightDecay).Err()
}

func (r MARS) Slots() []string { return []string{"exp_avg", "exp_avg_sq", "last_grad"} }

func (r MARS) Bounds() (slots, globals map[string]Range) { return notNegative("exp_avg_sq"), nil }

func (r MARS) Scratch(shape []int) int {
	n, _ := elements(shape)
	return n
}

func (r MARS) Update32(u Update[float32]) { mars(r, u) }

func (r MARS) Update64(u Update[float64]) { mars(r, u) }

func mars[T Float](r MARS, u Update[T]) {
	var k kernel.Set[T]
	c := u.Scratch[:len(u.Grad)]
	k.Correct(c, u.Slots[2], u.Grad, &kernel.CorrectStep[T]{By: T(r.Gamma * r.Beta1 / (1 - r.Beta1))})
	if scale, root := scaledNorm(c); 1/scale/root < 1 {
		shrink(c, c, 1, scale, root)
	}

	u.Grad = c
	adam(Adam{Beta1: r.Beta1, Beta2: r.Beta2, Eps: r.Eps}, u, u.Decoupled(u.LR, r.WeightDecay))
}
