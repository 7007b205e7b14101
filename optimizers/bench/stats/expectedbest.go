package stats

import (
	"math"
	"slices"
)

// Goal says which of two values is better.
type Goal int

const (
	Minimize Goal = iota // the smaller, as of losses
	Maximize             // the larger, as of accuracies
)

func (g Goal) valid() bool { return g == Minimize || g == Maximize }

// better reports whether a is better than b.
func (g Goal) better(a, b float64) bool {
	if g == Maximize {
		return a > b
	}
	return a < b
}

// ExpectedBest is the expected best of k trials drawn without replacement from
// the n observed, for k = 1 … n at index k−1: what a search with a budget of k
// trials finds on average.
//
// With x₍₁₎ the best and x₍ₙ₎ the worst,
//
//	E(k) = Σᵢ x₍ᵢ₎ · C(n−i, k−1)/C(n, k)
//
// which is the unbiased estimate (Tang et al., 2020) of the expected
// validation performance of Dodge et al. (2019); theirs draws with replacement
// and is too pessimistic. E(1) is the mean and E(n) the best observed, a single
// number, however it looks at the end of a curve. The trials are taken to be
// independent draws from one search space.
//
// A trial that is NaN or infinite diverged, and counts as diverged; so does one that
// is worse than that, since no trial should count less than a diverged one.
// It may be infinite in the bad direction: E(k) is then infinite while k
// trials can all diverge.
func ExpectedBest(x []float64, goal Goal, diverged float64) ([]float64, error) {
	if len(x) == 0 {
		return nil, refuse("ExpectedBest", "len(x)", 0, "at least 1")
	}
	if !goal.valid() {
		return nil, refuse("ExpectedBest", "goal", int(goal), "Minimize or Maximize")
	}
	if math.IsNaN(diverged) || math.IsInf(diverged, 0) && !goal.better(0, diverged) {
		return nil, refuse("ExpectedBest", "diverged", diverged, "a number, infinite only if that is the worst")
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
		if worst := sorted[n-k]; math.IsInf(worst, 0) { // also where its share is no float64
			expected[k-1] = worst
			continue
		}
		share := float64(k) / float64(n) // C(n−1, k−1)/C(n, k), of the best
		var sum Total
		for i := range n - k + 1 {
			sum.Add(float64(share * sorted[i]))
			share *= float64(n-i-k) / float64(n-i-1)
		}
		expected[k-1] = sum.Value()
	}
	return expected, nil
}
