package lrsched

import (
	"math"

	"descent/internal/isnil"
)

// Schedule determines the learning rate of each update.
type Schedule interface {
	// At returns the rate for the update with the given index, from 0. An index
	// below 0 means 0. At is a pure function, safe for concurrent use.
	At(step int) float64
}

// at returns the rate of a schedule within another, which need not be valid: NaN if
// the schedule is nil.
func at(s Schedule, step int) float64 {
	if isnil.Value(s) {
		return math.NaN()
	}
	return s.At(step)
}

// product multiplies two numbers that are 0 or more. It returns math.MaxFloat64
// instead of infinity, so that a rate is always finite.
func product(a, b float64) float64 {
	return min(min(a, math.MaxFloat64)*min(b, math.MaxFloat64), math.MaxFloat64)
}

// add is a + b for a ≥ 0, or math.MaxInt.
func add(a, b int) int {
	if b > math.MaxInt-a {
		return math.MaxInt
	}
	return a + b
}

// multiply is a·b for a ≥ 0 and b ≥ 1, or math.MaxInt.
func multiply(a, b int) int {
	if a > math.MaxInt/b {
		return math.MaxInt
	}
	return a * b
}
