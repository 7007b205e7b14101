package stats

import (
	"fmt"
	"math"
)

// Ranks ranks means by significant differences:
//
//	rank_i = 1 + #{j : differs[i][j] and mean_j better than mean_i}
//
// Those that nothing is significantly better than share rank 1. A tie does not
// mean equality and is not transitive: if of three the first differs from the last,
// and the middle one from neither, the ranks are 1, 1, 2. differs must be square and
// symmetric; its diagonal is ignored. Usually it is [Separated] of adjusted
// p-values. A mean may be infinite but not NaN.
func Ranks(means []float64, differs [][]bool, goal Goal) ([]int, error) {
	if !goal.valid() {
		return nil, refuse("Ranks", "goal", int(goal), "Minimize or Maximize")
	}
	if len(differs) != len(means) {
		return nil, refuse("Ranks", "len(differs)", len(differs), fmt.Sprintf("%d, the length of means", len(means)))
	}
	for i, m := range means {
		if math.IsNaN(m) {
			return nil, refuse("Ranks", fmt.Sprintf("means[%d]", i), m, "a number")
		}
		if len(differs[i]) != len(means) {
			return nil, refuse("Ranks", fmt.Sprintf("len(differs[%d])", i), len(differs[i]), fmt.Sprintf("%d, the length of means", len(means)))
		}
	}
	ranks := make([]int, len(means))
	for i := range means {
		ranks[i] = 1
		for j := range means {
			if i == j {
				continue
			}
			if differs[i][j] != differs[j][i] {
				return nil, refuse("Ranks", fmt.Sprintf("differs[%d][%d]", i, j), differs[i][j], fmt.Sprintf("differs[%d][%d]", j, i))
			}
			if differs[i][j] && goal.better(means[j], means[i]) {
				ranks[i]++
			}
		}
	}
	return ranks, nil
}

// Separated returns which pairs differ at a level: adjusted[i][j] ≤ alpha. It
// ignores the diagonal. The p-values must be adjusted already, by [Holm] over all
// compared pairs.
func Separated(adjusted [][]float64, alpha float64) ([][]bool, error) {
	if err := inside("Separated", "alpha", alpha); err != nil {
		return nil, err
	}
	differs := make([][]bool, len(adjusted))
	for i, row := range adjusted {
		if len(row) != len(adjusted) {
			return nil, refuse("Separated", fmt.Sprintf("len(adjusted[%d])", i), len(row), fmt.Sprintf("%d, the number of rows", len(adjusted)))
		}
		differs[i] = make([]bool, len(row))
		for j, p := range row {
			if i == j {
				continue
			}
			if !(p >= 0 && p <= 1) {
				return nil, refuse("Separated", fmt.Sprintf("adjusted[%d][%d]", i, j), p, "[0, 1]")
			}
			differs[i][j] = p <= alpha
		}
	}
	return differs, nil
}
