package stats

import (
	"math"
	"slices"
)

// Summary describes a sample.
type Summary struct {
	N        int
	Mean     float64
	SD       float64 // √(Σ(x−x̄)²/(n−1)); NaN for one observation, which has no spread to estimate one from
	Median   float64 // the mean of the two in the middle if n is even
	Min, Max float64
}

// Summarize describes a sample of finite numbers, at least one. Mean and SD are
// those of the numbers as they are, to about the last digit, however large the
// mean is beside the spread.
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
