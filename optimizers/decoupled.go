package optimizers

// DecoupledDecay wraps a rule and shrinks the weights separately from its step, in
// each of the forms in use (Loshchilov and Hutter, 2017; Chen et al., 2025,
// "Cautious weight decay").
//
// For each element, with weight decay λ and the step u that the inner rule takes
// from x to x − u:
//
//	x ← x − u − lr·λ·x                 Rate 0, as PyTorch's AdamW and timm's SGDW
//	x ← x − u − (lr/Rate)·λ·x          Rate more than 0
//
// If Rate is the base rate of the schedule, λ follows only the schedule's
// multiplier, without that rate, as in the paper's SGDW and AdamW and in later
// "independent" decay. With Cautious, only elements with u·x ≥ 0 shrink: those that
// the step does not move away from zero.
//
// Around [SGD], this is SGDW; around [Adam], it is AdamW. The multiplier of a
// [Group] is part of lr.
//
// Slots: those of the inner rule.
// Defaults: [DefaultSGDW] has λ 1e-4, which is usual for image classifiers; timm
// has λ 0. [AdamW] has PyTorch's 0.01.
// Usual rate: the inner rule's.
type DecoupledDecay struct {
	Rule        Rule    // the inner rule, without its own decay, trained and evaluated at one point
	WeightDecay float64 // λ, 0 or more
	Rate        float64 // the learning rate at which the weights shrink by λ a step; if zero, 1
	Cautious    bool    // do not shrink elements that the step moves away from zero
}

// DefaultSGDW returns SGDW with momentum 0.9 and λ 1e-4.
func DefaultSGDW() DecoupledDecay {
	return DecoupledDecay{Rule: SGD{Momentum: .9}, WeightDecay: 1e-4}
}

var (
	_ Wrapper   = DecoupledDecay{}
	_ Scratcher = DecoupledDecay{}
)

func (r DecoupledDecay) Validate() error {
	return Check("DecoupledDecay").onePoint(r.Rule).Inner(r.Rule).
		NotNegative("WeightDecay", r.WeightDecay).
		NotNegative("Rate", r.Rate).Err()
}

func (r DecoupledDecay) Slots() []string { return WithSlots(r.Rule) }

func (r DecoupledDecay) Unwrap() Rule { return r.Rule }

func (r DecoupledDecay) Scratch(shape []int) int { return withScratch(r.Rule, shape) }

func (r DecoupledDecay) Update32(u Update[float32]) { decoupledDecay(r, u) }

func (r DecoupledDecay) Update64(u Update[float64]) { decoupledDecay(r, u) }

func decoupledDecay[T Float](r DecoupledDecay, u Update[T]) {
	rate := u.LR
	if r.Rate > 0 {
		rate /= r.Rate
	}
	by := T(rate * r.WeightDecay * u.Decay)
	for i, x := range u.applyBeside(r.Rule) {
		if after := u.Value[i]; !r.Cautious || x >= 0 && after <= x || x <= 0 && after >= x {
			u.Value[i] = after - T(by*x)
		}
	}
}
