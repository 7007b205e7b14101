package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"descent/internal/rng"
)

// Resamples is the usual number of resamples of [BootstrapMean] and of random
// flips of [MaxT].
const Resamples = 10_000

// Interval is a closed confidence interval.
type Interval struct {
	Low, High float64
}

// BootstrapMean returns a confidence interval of the mean: the bias-corrected and
// accelerated bootstrap (BCa; Efron, 1987), expanded for small samples
// (Hesterberg, 2015, "What Teachers Should Know About the Bootstrap").
//
// With x̄ the mean, m₁ … m_B the means of B resamples of n drawn with
// replacement, Φ the normal distribution and t the quantile of Student's with
// n−1 degrees of freedom at (1+level)/2, the ends are the quantiles of the mᵦ
// at Φ(z₀ + (z₀+z)/(1 − a·(z₀+z))) for z = ∓t·√(n/(n−1)), where
//
//	z₀ = Φ⁻¹( (#{mᵦ < x̄} + #{mᵦ ≤ x̄}) / 2B )
//	a  = Σ(x−x̄)³ / (6·(Σ(x−x̄)²)^(3/2))
//
// BCa suits skewed losses and times better than percentiles. Plain BCa, with Φ⁻¹ in
// place of t·√(n/(n−1)), is too short for the few runs of a benchmark: a 95 %
// interval covers the mean of ten normal observations in 90 % of cases and of five
// in 84 %; expanded, in 95 % and 92 %. For lognormal observations the coverage is
// 88 % and 82 % expanded, 83 % and 74 % plain.
//
// The interval lies between the smallest and the largest observation. For a
// symmetric distribution its coverage is therefore 1 − 2¹⁻ⁿ or less: 75 % for
// n = 3. For n = 1 or equal observations it is a point and says nothing about the
// spread.
//
// The observations are assumed to be independent and identically distributed.
// Quantiles are interpolated like NumPy's default. The same seed and n give the same
// resamples.
func BootstrapMean(x []float64, level float64, resamples int, seed uint64) (Interval, error) {
	if err := sample("BootstrapMean", "x", x); err != nil {
		return Interval{}, err
	}
	if err := inside("BootstrapMean", "level", level); err != nil {
		return Interval{}, err
	}
	if resamples < 1 {
		return Interval{}, refuse("BootstrapMean", "resamples", resamples, "1 or more")
	}
	if slices.Min(x) == slices.Max(x) {
		return Interval{x[0], x[0]}, nil
	}
	// Compute the interval of the scaled deviations from the mean, whose cubes
	// neither overflow nor underflow, then shift it.
	c := center(x)
	spread := exponent(c.d)
	for i, d := range c.d {
		c.d[i] = math.Ldexp(d, -spread)
	}
	means := resampledMeans(c.d, resamples, seed)
	slices.Sort(means)
	n := float64(len(x))
	t := -distuv.StudentsT{Sigma: 1, Nu: n - 1}.Quantile((1 - level) / 2) // finite even for a level near 1
	i := accelerated(c.d, means, t*math.Sqrt(n/(n-1)))
	at := func(d float64) float64 {
		v := math.Ldexp(c.mean+math.Ldexp(d, spread), c.power)
		return min(max(v, slices.Min(x)), slices.Max(x)) // outside only by rounding
	}
	return Interval{at(i.Low), at(i.High)}, nil
}

// resampledMeans returns the means of samples of len(x) drawn from x.
func resampledMeans(x []float64, resamples int, seed uint64) []float64 {
	r := rng.New(seed, "stats", "bootstrap")
	means := make([]float64, resamples)
	for b := range means {
		for range x {
			means[b] += x[r.IntN(len(x))]
		}
		means[b] /= float64(len(x))
	}
	return means
}

// accelerated returns the BCa interval for the sorted means of resamples of x,
// with ends z standard deviations from the middle.
func accelerated(x, means []float64, z float64) Interval {
	mean := mean(x)
	var squares, cubes float64
	for _, v := range x {
		u := v - mean
		squares += float64(u * u)
		cubes += float64(u * u * u)
	}
	a := cubes / (6 * math.Pow(squares, 1.5))

	// If the values have few digits, many means equal x̄ up to rounding.
	rounding := float64(tie * max(math.Abs(slices.Min(x)), math.Abs(slices.Max(x))))
	below, _ := slices.BinarySearch(means, mean-rounding)
	upTo, _ := slices.BinarySearch(means, mean+rounding)
	size := float64(len(means))
	share := float64(below+upTo) / (2 * size)
	// If all of few resamples are on one side of the mean, the bias is unknown.
	share = min(max(share, 0.5/size), 1-0.5/size)
	z0 := distuv.UnitNormal.Quantile(share)

	end := func(z float64) float64 {
		w := z0 + z
		if d := 1 - float64(a*w); d > 0 {
			return quantile(means, distuv.UnitNormal.CDF(z0+w/d))
		}
		if w > 0 { // past the pole: the end of the distribution
			return means[len(means)-1]
		}
		return means[0]
	}
	return Interval{end(-z), end(z)}
}

// quantile interpolates the sorted values at p·(n−1).
func quantile(sorted []float64, p float64) float64 {
	at := float64(p * float64(len(sorted)-1))
	i := int(at)
	if i >= len(sorted)-1 {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + float64((at-float64(i))*(sorted[i+1]-sorted[i]))
}
