package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Power is the chance with which a difference of [SmallestDetectable] is found.
const Power = 0.8

// SmallestDetectable is the mean paired difference that [SignFlip] of n pairs
// would find in about four of five benchmarks, if the differences are normal with
// standard deviation sd and the two-sided test has level α/m: the strictest
// step of [Holm] for m comparisons.
//
//	+∞                              k = 0
//	Φ⁻¹(0.8^(1/n))·sd               k = 1
//	(t₁₋ₗ/₂ + t_.₈)·sd/√n           else
//
// with k = ⌊(α/m)/SmallestP(n)⌋, Φ the normal distribution, t the quantiles of
// Student's with n−1 degrees of freedom, and l = k·SmallestP(n) the level that the
// test has, since its p-values are multiples of the smallest. Beyond
// [ExactPairs] they are many, and l = α/m.
//
// For k = 0 no difference could be found, however large. For k = 1 only n
// differences of one sign are significant, which has chance 0.8. The last is
// an approximation, the power of Student's test, and flatters where k is small:
// simulated, the power of ten pairs is 0.69 for k = 2, 0.75 for 5, 0.78 for 10 and
// 0.80 for 25; that of twelve 0.66, 0.73, 0.76 and 0.78. A smaller difference
// that was not found is no evidence of none.
func SmallestDetectable(sd float64, n int, alpha float64, m int) (float64, error) {
	if !(sd >= 0) || math.IsInf(sd, 1) {
		return 0, refuse("SmallestDetectable", "sd", sd, "[0, ∞)")
	}
	if n < 0 {
		return 0, refuse("SmallestDetectable", "n", n, "at least 0")
	}
	if err := inside("SmallestDetectable", "alpha", alpha); err != nil {
		return 0, err
	}
	if m < 1 {
		return 0, refuse("SmallestDetectable", "m", m, "at least 1")
	}
	level, smallest, pairs := alpha/float64(m), SmallestP(n), float64(n)
	signs := math.Floor(level / smallest)
	switch signs {
	case 0:
		return math.Inf(1), nil
	case 1:
		return distuv.UnitNormal.Quantile(math.Pow(Power, 1/pairs)) * sd, nil
	}
	if n <= ExactPairs {
		level = signs * smallest
	}
	t := distuv.StudentsT{Sigma: 1, Nu: pairs - 1}
	return (t.Quantile(Power) - t.Quantile(level/2)) * sd / math.Sqrt(pairs), nil
}
