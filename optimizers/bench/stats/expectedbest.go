package stats

import (
	"math"
	"slices"

	"descent/internal/twosum"
)

// Goal says whether smaller or larger values are better.
type Goal int

const (
	Minimize Goal = iota // smaller is better, as for losses
	Maximize             // larger is better, as for accuracies
)

func (g Goal) valid() bool { return g == Minimize || g == Maximize }

// better reports whether a is better than b.
func (g Goal) better(a, b float64) bool {
	if g == Maximize {
		return a > b
	}
	return a < b
}

// ExpectedBest returns, at index k−1, the expected best of k trials drawn without
// replacement from the n observed trials, for k = 1 … n. It is the average result of a
// search with a budget of k trials.
//
// With x₍₁₎ the best and x₍ₙ₎ the worst,
//
//	E(k) = Σᵢ x₍ᵢ₎ · C(n−i, k−1)/C(n, k)
//
// This is the unbiased estimate (Tang et al., 2020) of the expected validation
// performance of Dodge et al. (2019), whose estimate draws with replacement and is
// too pessimistic. E(1) is the mean. E(n) is the best observed value, a single
// number. The trials are assumed to be independent draws from one search space.
//
// A NaN or infinite trial has diverged and counts as the value diverged, as does any
// worse trial. diverged may be infinite in the bad direction; E(k) is then infinite
// for every k for which all k trials can diverge.
func ExpectedBest(x []float64, goal Goal, diverged float64) ([]float64, error) {
	if len(x) == 0 {
		return nil, refuse("ExpectedBest", "len(x)", 0, "1 or more")
	}
	if !goal.valid() {
		return nil, refuse("ExpectedBest", "goal", int(goal), "Minimize or Maximize")
	}
	if math.IsNaN(diverged) || math.IsInf(diverged, 0) && !goal.better(0, diverged) {
		return nil, refuse("ExpectedBest", "diverged", diverged, "a number, infinite only in the bad direction")
	}
	sorted := slices.Clone(x)
	for i, v := range sorted {
		if math.IsNaN(v) || math.IsInf(v, 0) || goal.better(diverged, v) {
			sorted[i] = diverged
		}
	}
	slices.Sort(sorted)
	if goal == Maximize {
		slices.Reverse(sorted)
	}
	n := len(sorted)
	expected := make([]float64, n)
	for k := 1; k <= n; k++ {
		if worst := sorted[n-k]; math.IsInf(worst, 0) { // even if its share underflows
			expected[k-1] = worst
			continue
		}
		share := float64(k) / float64(n) // C(n−1, k−1)/C(n, k), of the best
		var sum twosum.Total
		for i := range n - k + 1 {
			sum.Add(float64(share * sorted[i]))
			share *= float64(n-i-k) / float64(n-i-1)
		}
		expected[k-1] = sum.Value()
	}
	return expected, nil
}
