package stats

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"descent/internal/rng"
)

// BootstrapStudies returns a confidence interval of a statistic of k studies, such as
// the area of a profile: the percentile bootstrap (Efron, 1979), expanded for small
// samples (Hesterberg, 2015) like [BootstrapMean]. statistic is called with the indices,
// from 0 to k−1, of studies drawn with replacement, and returns the statistic of these
// studies. It must not retain the slice.
//
// With Φ the normal distribution and t the quantile of Student's with k−1 degrees of
// freedom at (1+level)/2, the ends are the quantiles of the resampled statistics at
// Φ(∓t·√(k/(k−1))). One study gives a point, which says nothing about the spread.
//
// A 95 % interval covers the mean of eight normal or uniform numbers in 94 to 95 % of
// cases, and of eight lognormal numbers in 84 %.
//
// Complete studies are drawn, so that the results of a study's entries and workloads
// stay together. The studies are assumed to be independent. The interval does not
// correct the bias of a statistic such as a median of few studies. Quantiles are
// interpolated like NumPy's default. The same seed and k give the same resamples.
func BootstrapStudies(k int, level float64, resamples int, seed uint64, statistic func(studies []int) float64) (Interval, error) {
	const name = "BootstrapStudies"
	if k < 1 {
		return Interval{}, refuse(name, "k", k, "1 or more")
	}
	if err := inside(name, "level", level); err != nil {
		return Interval{}, err
	}
	if resamples < 1 {
		return Interval{}, refuse(name, "resamples", resamples, "1 or more")
	}
	if statistic == nil {
		return Interval{}, refuse(name, "statistic", "nil", "a function")
	}
	r := rng.New(seed, "stats", "bootstrap studies")
	values, studies := make([]float64, resamples), make([]int, k)
	for b := range values {
		for i := range studies {
			studies[i] = r.IntN(k)
		}
		drawn := slices.Clone(studies) // for the error, whatever statistic does
		values[b] = statistic(studies)
		if v := values[b]; math.IsNaN(v) || math.IsInf(v, 0) {
			return Interval{}, refuse(name, fmt.Sprintf("statistic(%d)", drawn), v, "a finite number")
		}
	}
	slices.Sort(values)
	tail := 0.0 // of one study, all values are equal
	if n := float64(k); k > 1 {
		t := distuv.StudentsT{Sigma: 1, Nu: n - 1}.Quantile((1 - level) / 2)
		tail = distuv.UnitNormal.CDF(t * math.Sqrt(n/(n-1)))
	}
	return Interval{quantile(values, tail), quantile(values, 1-tail)}, nil
}
