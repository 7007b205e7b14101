package optimizers

import (
	"fmt"
	"slices"

	"descent/internal/isnil"
	"descent/internal/prefix"
)

// Checker checks the hyperparameters of a rule one after another and keeps the
// first error. [Check] returns one.
type Checker struct {
	rule string
	err  error
}

// Check begins the checks of a rule's Validate method:
//
//	return Check("SGD").Fraction("Momentum", r.Momentum).Err()
func Check(rule string) *Checker { return &Checker{rule: rule} }

// That requires a condition of a field to be true; want describes the accepted
// values, such as "[0, 1)".
func (c *Checker) That(ok bool, field string, value any, want string) *Checker {
	if c.err == nil && !ok {
		c.err = fmt.Errorf("optimizers: %s: %s = %v: want %s", c.rule, field, value, want)
	}
	return c
}

// Fraction requires a field to be in [0, 1).
func (c *Checker) Fraction(field string, v float64) *Checker {
	return c.That(v >= 0 && v < 1, field, v, "[0, 1)")
}

// Positive requires a field to be more than 0 and finite.
func (c *Checker) Positive(field string, v float64) *Checker {
	return c.finite(field, v).That(v > 0, field, v, "more than 0")
}

// NotNegative requires a field to be 0 or more and finite.
func (c *Checker) NotNegative(field string, v float64) *Checker {
	return c.finite(field, v).That(v >= 0, field, v, "0 or more")
}

func (c *Checker) finite(field string, v float64) *Checker {
	return c.That(v-v == 0, field, v, "a finite number")
}

// Inner requires the field Rule of a [Wrapper] to be a valid rule that has none of
// the wrapper's own slot names.
func (c *Checker) Inner(rule Rule, own ...string) *Checker {
	if c.err != nil {
		return c
	}
	if isnil.Value(rule) {
		c.err = fmt.Errorf("optimizers: %s: Rule is nil: want a Rule, e.g. SGD{}", c.rule)
	} else if c.err = prefix.Error("optimizers", rule.Validate(), c.rule, "Rule"); c.err == nil {
		for _, slot := range own {
			c.That(!slices.Contains(rule.Slots(), slot), "Rule", fmt.Sprintf("%T", rule), fmt.Sprintf("one without a slot %q of its own", slot))
		}
	}
	return c
}

// onePoint requires a rule, or nil, to be evaluated where it is trained.
func (c *Checker) onePoint(rule Rule) *Checker {
	_, other := As[Evaluator](rule)
	return c.That(!other, "Rule", fmt.Sprintf("%T", rule), "one without a point of evaluation of its own")
}

// adam requires what the rules of Adam's family have in common.
func (c *Checker) adam(beta1, beta2, eps, decay float64) *Checker {
	return c.Fraction("Beta1", beta1).Fraction("Beta2", beta2).Positive("Eps", eps).NotNegative("WeightDecay", decay)
}

// Err returns the first error, or nil.
func (c *Checker) Err() error { return c.err }
