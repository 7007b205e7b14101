package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Power is the chance of finding a difference of [SmallestDetectable].
const Power = 0.8

// SmallestDetectable is the mean paired difference that n pairs would find in
// four of five benchmarks, if the differences are normal with standard
// deviation sd and the two-sided test has level α/m: the strictest step of
// [Holm] for m comparisons.
//
//	δ = (t₁₋α/₂ₘ + t_.₈)·sd/√n    t: quantiles of Student's with n−1 degrees of freedom
//
// It is an approximation, of the power of Student's test, to which that of
// [SignFlip] comes close unless α/m is near [SmallestP]. It is +Inf where
// SmallestP(n) is above α/m: no difference could be found, however large. A
// smaller difference that was not found is no evidence of none.
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
	level := alpha / float64(m)
	if SmallestP(n) > level {
		return math.Inf(1), nil
	}
	t := distuv.StudentsT{Sigma: 1, Nu: float64(n - 1)}
	return (t.Quantile(1-level/2) + t.Quantile(Power)) * sd / math.Sqrt(float64(n)), nil
}
