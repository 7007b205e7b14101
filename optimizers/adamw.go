package optimizers

// AdamW is [Adam] with decoupled weight decay (Loshchilov and Hutter, 2017,
// Algorithm 2), as in PyTorch.
//
// For each element, with gradient g, weight decay λ and step t = 1, 2, …:
//
//	x ← x − lr·λ·x
//	m ← β1·m + (1−β1)·g
//	v ← β2·v + (1−β2)·g²
//	x ← x − lr · (m/(1−β1ᵗ)) / (√(v/(1−β2ᵗ)) + ε)
//
// Slots: "exp_avg" (m), "exp_avg_sq" (v), with AMSGrad "max_exp_avg_sq" (the
// maximum of v); each len(x), initially zero.
// Defaults ([DefaultAdamW]): β1 0.9, β2 0.999, ε 1e-8, λ 0.01, as in PyTorch;
// λ is 0.004 in Keras and 1e-4 in Optax. All three multiply λ by the learning
// rate, so that it follows the schedule; in the paper it follows only the
// schedule's multiplier, without the base rate.
// Usual rate: 0.001.
type AdamW struct {
	Beta1       float64 // β1 in [0, 1): of the average gradient
	Beta2       float64 // β2 in [0, 1): of the average squared gradient
	Eps         float64 // ε, more than 0
	WeightDecay float64 // λ, 0 or more: the weights shrink by lr·λ a step
	AMSGrad     bool    // divide by the largest v so far
}

var (
	_ Rule        = AdamW{}
	_ Elementwise = AdamW{}
	_ Bounded     = AdamW{}
)

// DefaultAdamW returns PyTorch's defaults.
func DefaultAdamW() AdamW { return AdamW{Beta1: .9, Beta2: .999, Eps: 1e-8, WeightDecay: .01} }

func (r AdamW) Validate() error {
	return Check("AdamW").adam(r.Beta1, r.Beta2, r.Eps, r.WeightDecay).Err()
}

func (r AdamW) Elementwise(rule Rule) bool { return is[AdamW](rule) }

func (r AdamW) Slots() []string { return r.adam().Slots() }

func (r AdamW) Bounds() (slots, globals map[string]Range) {
	return notNegative("exp_avg_sq", "max_exp_avg_sq"), nil
}

func (r AdamW) Update32(u Update[float32]) { adam(r.adam(), u, u.Decoupled(u.LR, r.WeightDecay)) }

func (r AdamW) Update64(u Update[float64]) { adam(r.adam(), u, u.Decoupled(u.LR, r.WeightDecay)) }

// adam is the rule without decay.
func (r AdamW) adam() Adam {
	return Adam{Beta1: r.Beta1, Beta2: r.Beta2, Eps: r.Eps, AMSGrad: r.AMSGrad}
}
