package stats

import (
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Summary describes a sample.
type Summary struct {
	N        int
	Mean     float64
	SD       float64 // √(Σ(x−x̄)²/(n−1)); NaN for one observation, which has no spread to estimate one from
	Median   float64 // the mean of the two in the middle if n is even
	Min, Max float64
}

// Summarize describes a sample of finite numbers, at least one.
func Summarize(x []float64) (Summary, error) {
	if err := sample("Summarize", "x", x); err != nil {
		return Summary{}, err
	}
	mean, sd := stat.MeanStdDev(x, nil)
	sorted := slices.Sorted(slices.Values(x))
	n := len(sorted)
	return Summary{
		N:      n,
		Mean:   mean,
		SD:     sd,
		Median: sorted[(n-1)/2]/2 + sorted[n/2]/2,
		Min:    sorted[0],
		Max:    sorted[n-1],
	}, nil
}
