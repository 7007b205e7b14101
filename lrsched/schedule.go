package lrsched

import (
	"errors"
	"fmt"
	"math"

	"descent/internal/isnil"
)

// Schedule gives the learning rate of each update.
type Schedule interface {
	// At is the rate for the update with this index, from 0. Indices below 0
	// mean 0. It is a pure function, safe for concurrent use.
	At(step int) float64
}

// Validate reports what is wrong with a schedule: that it is nil, or what its
// own Validate method says, if it has one, as all schedules of this package
// do. Only of a valid schedule is it said what At does.
func Validate(s Schedule) error {
	if isnil.Value(s) {
		return errors.New("lrsched: schedule is nil: want a Schedule, e.g. Constant(0.1)")
	}
	if v, ok := s.(interface{ Validate() error }); ok {
		return v.Validate()
	}
	return nil
}

// at is the rate of a schedule within another, which may not be valid: NaN if
// it is nil.
func at(s Schedule, step int) float64 {
	if isnil.Value(s) {
		return math.NaN()
	}
	return s.At(step)
}

// checkRate is an error unless the rate is finite and not negative.
func checkRate(schedule, field string, rate float64) error {
	if !(rate >= 0) || math.IsInf(rate, 1) {
		return fmt.Errorf("lrsched: %s: %s = %v: want a finite rate, zero or more", schedule, field, rate)
	}
	return nil
}

// checkRates checks the two rates that a schedule goes between.
func checkRates(schedule string, base, final float64) error {
	if err := checkRate(schedule, "Base", base); err != nil {
		return err
	}
	return checkRate(schedule, "Final", final)
}

// checkSpan is an error unless 0 ≤ from < to.
func checkSpan(schedule string, from, to int) error {
	if err := checkCount(schedule, "From", from, 0); err != nil {
		return err
	}
	if to <= from {
		return fmt.Errorf("lrsched: %s: To = %d: want more than From, %d", schedule, to, from)
	}
	return nil
}

// checkCount is an error unless n is at least least, which is 0 or 1.
func checkCount(schedule, field string, n, least int) error {
	if n < least {
		return fmt.Errorf("lrsched: %s: %s = %d: want %s or more", schedule, field, n, [...]string{"zero", "one"}[least])
	}
	return nil
}

// checkFactor is an error unless the factor is one that makes a rate smaller,
// or 1.
func checkFactor(schedule, field string, factor float64) error {
	if !(factor > 0 && factor <= 1) {
		return fmt.Errorf("lrsched: %s: %s = %v: want (0, 1]", schedule, field, factor)
	}
	return nil
}

// checkPositive is an error unless x is positive and finite.
func checkPositive(schedule, field string, x float64) error {
	if !(x > 0) || math.IsInf(x, 1) {
		return fmt.Errorf("lrsched: %s: %s = %v: want a finite number above zero", schedule, field, x)
	}
	return nil
}

// checkNotNegative is an error unless x is finite and not negative.
func checkNotNegative(schedule, field string, x float64) error {
	if !(x >= 0) || math.IsInf(x, 1) {
		return fmt.Errorf("lrsched: %s: %s = %v: want a finite number, zero or more", schedule, field, x)
	}
	return nil
}

// checkPart reports a schedule within another that is nil or not valid.
func checkPart(schedule, field string, s Schedule) error {
	if isnil.Value(s) {
		return fmt.Errorf("lrsched: %s: %s is nil: want a Schedule", schedule, field)
	}
	if err := Validate(s); err != nil {
		return fmt.Errorf("lrsched: %s: %s: %w", schedule, field, err)
	}
	return nil
}

// product multiplies two numbers that are not negative. What would be
// infinite is the greatest number, so that a rate is always finite.
func product(a, b float64) float64 {
	return min(min(a, math.MaxFloat64)*min(b, math.MaxFloat64), math.MaxFloat64)
}

// add is a + b for a ≥ 0, or the greatest int.
func add(a, b int) int {
	if b > math.MaxInt-a {
		return math.MaxInt
	}
	return a + b
}

// multiply is a·b for a ≥ 0 and b ≥ 1, or the greatest int.
func multiply(a, b int) int {
	if a > math.MaxInt/b {
		return math.MaxInt
	}
	return a * b
}
