package lrsched

import (
	"math"

	"descent/internal/isnil"
)

// Schedule gives the learning rate of each update.
type Schedule interface {
	// At is the rate for the update with this index, from 0. Indices below 0
	// mean 0. It is a pure function, safe for concurrent use.
	At(step int) float64
}

// at is the rate of a schedule within another, which may not be valid: NaN if
// it is nil.
func at(s Schedule, step int) float64 {
	if isnil.Value(s) {
		return math.NaN()
	}
	return s.At(step)
}

// product multiplies two numbers that are 0 or more. What would be
// infinite is math.MaxFloat64, so that a rate is always finite.
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
