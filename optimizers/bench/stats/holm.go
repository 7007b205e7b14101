package stats

import (
	"fmt"
	"slices"
)

// Holm adjusts the p-values of a family of tests. If tests with an adjusted p ≤ α
// are rejected, the probability of any false rejection is α or less, for any
// dependence between the tests (Holm, 1979).
//
// With the sorted values p₍₁₎ ≤ … ≤ p₍ₘ₎,
//
//	adjusted p₍ᵢ₎ = min(1, max over j ≤ i of (m−j+1)·p₍ⱼ₎)
//
// The result is in the order of the arguments. Equal values stay equal. Without
// tests the result is empty.
func Holm(p []float64) ([]float64, error) {
	for i, v := range p {
		if !(v >= 0 && v <= 1) {
			return nil, refuse("Holm", fmt.Sprintf("p[%d]", i), v, "[0, 1]")
		}
	}
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		switch {
		case p[i] < p[j]:
			return -1
		case p[i] > p[j]:
			return 1
		}
		return 0
	})
	adjusted := make([]float64, len(p))
	var highest float64
	for rank, i := range order {
		highest = max(highest, min(1, float64(len(p)-rank)*p[i]))
		adjusted[i] = highest
	}
	return adjusted, nil
}
