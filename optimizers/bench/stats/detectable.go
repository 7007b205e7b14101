package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Power is the probability of finding a difference of [SmallestDetectable].
const Power = 0.8

// SmallestDetectable returns the mean paired difference that [SignFlip] finds in
// about four of five benchmarks with n pairs, if the differences are normal with
// standard deviation sd. The two-sided test has the level α/m, the strictest step
// of [Holm] for m comparisons.
//
//	+∞                              k = 0
//	Φ⁻¹(0.8^(1/n))·sd               k = 1
//	(t₁₋ₗ/₂ + t_.₈)·sd/√n           else
//
// with k = ⌊(α/m)/SmallestP(n)⌋, Φ the normal distribution, t the quantiles of
// Student's with n−1 degrees of freedom, and l = k·SmallestP(n) the actual level of
// the test, as its p-values are multiples of the smallest. Beyond [ExactPairs],
// l = α/m.
//
// For k = 0 no difference of any size can be found. For k = 1 only n differences of
// one sign are significant; their probability is 0.8. The third case uses the power
// of Student's test, which is too optimistic for small k: in simulations the power
// of ten pairs is 0.69 for k = 2, 0.75 for 5, 0.78 for 10 and 0.80 for 25; of twelve
// pairs, 0.66, 0.73, 0.76 and 0.78. Not finding a smaller difference is no evidence
// of equality.
func SmallestDetectable(sd float64, n int, alpha float64, m int) (float64, error) {
	if !(sd >= 0) || math.IsInf(sd, 1) {
		return 0, refuse("SmallestDetectable", "sd", sd, "0 or more, finite")
	}
	if n < 0 {
		return 0, refuse("SmallestDetectable", "n", n, "0 or more")
	}
	if err := inside("SmallestDetectable", "alpha", alpha); err != nil {
		return 0, err
	}
	if m < 1 {
		return 0, refuse("SmallestDetectable", "m", m, "1 or more")
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
