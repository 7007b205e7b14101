package optimizers

import (
	"fmt"
	"math"
	"strings"
)

// inside is an error of this package within another, without the prefix that
// the other one has.
type inside struct{ err error }

func (e inside) Error() string { return strings.TrimPrefix(e.err.Error(), "optimizers: ") }

func (e inside) Unwrap() error { return e.err }

// checker checks the fields of a rule one after another and keeps the first
// error.
type checker struct {
	rule string
	err  error
}

func check(rule string) *checker { return &checker{rule: rule} }

// that holds a field to a condition, described by want.
func (c *checker) that(ok bool, field string, value any, want string) *checker {
	if c.err == nil && !ok {
		c.err = fmt.Errorf("optimizers: %s: %s = %v: want %s", c.rule, field, value, want)
	}
	return c
}

// fraction holds a field to [0, 1).
func (c *checker) fraction(field string, v float64) *checker {
	return c.that(v >= 0 && v < 1, field, v, "[0, 1)")
}

// positive holds a field to (0, ∞).
func (c *checker) positive(field string, v float64) *checker {
	return c.that(v > 0 && !math.IsInf(v, 1), field, v, "(0, ∞)")
}

// notNegative holds a field to [0, ∞).
func (c *checker) notNegative(field string, v float64) *checker {
	return c.that(v >= 0 && !math.IsInf(v, 1), field, v, "[0, ∞)")
}

// decay holds a weight decay to [0, ∞).
func (c *checker) decay(v float64) *checker { return c.notNegative("WeightDecay", v) }
