package kernel

import "math"

// The update loops of optimizers work on flat slices of equal length. They and their
// vector kernels are generated from the formulas of gen/update.go. Explicit conversions
// make the compiler round every product and sum by itself, so that the results have the
// same bits on every machine and with every instruction set.
// The functions below are those of the formulas.

// sqrt returns √x, correctly rounded in both types.
func sqrt[T Float](x T) T { return T(math.Sqrt(float64(x))) }

// abs returns |x|.
func abs[T Float](x T) T { return max(x, -x) }

// signed returns a·sign(s), which is 0 if s is 0 and NaN if s is NaN.
func signed[T Float](a, s T) T {
	if s == 0 || s != s {
		return abs(s)
	}
	return T(math.Copysign(float64(a), float64(s))) // no branch on an unpredictable sign
}

// bySign chooses a value by the sign of s. It returns zero if s is NaN.
func bySign[T Float](s, negative, zero, positive T) T {
	switch {
	case s < 0:
		return negative
	case s > 0:
		return positive
	}
	return zero
}

// scaled returns x·by, computed in float64 and rounded once to T.
func scaled[T Float](x T, by float64) T { return T(float64(x) * by) }
