package stats

import (
	"math"
	"slices"
)

// Summary describes a sample.
type Summary struct {
	N        int
	Mean     float64
	SD       float64 // √(Σ(x−x̄)²/(n−1)); NaN for one observation
	Median   float64 // the mean of the middle two if n is even
	Min, Max float64
}

// Summarize summarizes a sample of 1 or more finite numbers. Mean and SD are
// accurate to about the last digit, even if the mean is much larger than the spread.
func Summarize(x []float64) (Summary, error) {
	if err := sample("Summarize", "x", x); err != nil {
		return Summary{}, err
	}
	c := center(x)
	sorted := slices.Sorted(slices.Values(x))
	n := len(sorted)
	return Summary{
		N:      n,
		Mean:   math.Ldexp(c.mean, c.power),
		SD:     c.deviation(),
		Median: float64(sorted[(n-1)/2]/2) + float64(sorted[n/2]/2),
		Min:    sorted[0],
		Max:    sorted[n-1],
	}, nil
}
