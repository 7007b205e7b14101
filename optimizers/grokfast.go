package optimizers

import "fmt"

// Grokfast wraps a rule and amplifies the slow part of its gradients: the
// exponential form, Grokfast-EMA (Lee, Kang, Kim and Lee, 2024, Algorithm 2).
//
// For each element, with gradient g:
//
//	h ← α·h + (1−α)·g        starting from h = g
//	g ← g + λ·h              the inner rule's gradient
//
// Slots: those of the inner rule, and "slow_grad" (h), len(x).
// Defaults ([DefaultGrokfast]): α 0.98, λ 2, as in the authors' code. For large
// models they use α 0.8 to 0.99 and λ 0.1 to 2.
// Usual rate: the inner rule's, or less, because the gradients are up to 1 + λ
// times as large.
type Grokfast struct {
	// Rule is the inner rule. A [Preparer] is an error: it reads the gradients
	// of all parameters before its updates, and would see them unamplified.
	Rule   Rule
	Alpha  float64 // α in [0, 1)
	Lambda float64 // λ, 0 or more
}

// DefaultGrokfast returns Grokfast around a rule with the authors' settings.
func DefaultGrokfast(rule Rule) Grokfast { return Grokfast{Rule: rule, Alpha: .98, Lambda: 2} }

var (
	_ Wrapper   = Grokfast{}
	_ Scratcher = Grokfast{}
)

func (r Grokfast) Validate() error {
	_, prepares := As[Preparer](r.Rule)
	return Check("Grokfast").
		That(!prepares, "Rule", fmt.Sprintf("%T", r.Rule), "one that reads no gradients before its updates").
		Inner(r.Rule, "slow_grad").
		Fraction("Alpha", r.Alpha).
		NotNegative("Lambda", r.Lambda).Err()
}

func (r Grokfast) Slots() []string { return WithSlots(r.Rule, "slow_grad") }

func (r Grokfast) Unwrap() Rule { return r.Rule }

func (r Grokfast) Scratch(shape []int) int { return withScratch(r.Rule, shape) }

func (r Grokfast) Update32(u Update[float32]) { grokfast(r, u) }

func (r Grokfast) Update64(u Update[float64]) { grokfast(r, u) }

func grokfast[T Float](r Grokfast, u Update[T]) {
	slow, filtered := u.Slots[len(u.Slots)-1], u.Scratch[:len(u.Grad)]
	if u.Step == 1 {
		copy(slow, u.Grad)
	}
	a, lambda := NewAverage[T](r.Alpha), T(r.Lambda)
	for i, g := range u.Grad {
		slow[i] = a.Mean(slow[i], g)
		filtered[i] = g + T(lambda*slow[i])
	}
	u.Grad, u.Scratch = filtered, u.Scratch[len(filtered):]
	u.Apply(r.Rule, 1)
}
