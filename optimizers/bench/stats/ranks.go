package stats

import (
	"fmt"
	"math"
)

// Ranks orders by what the data can separate:
//
//	rank_i = 1 + #{j : differs[i][j] and mean_j better than mean_i}
//
// so those that none is shown to be better than share rank 1. Such a tie is not
// shown to be equality either, and is not transitive: of three, the first may
// differ from the last and the middle one from neither, and the ranks are 1, 1,
// 2. differs is square and symmetric; its diagonal is not looked at. Usually it is
// [Separated] of adjusted p-values. A mean may be infinite, not NaN.
func Ranks(means []float64, differs [][]bool, goal Goal) ([]int, error) {
	if !goal.valid() {
		return nil, refuse("Ranks", "goal", int(goal), "Minimize or Maximize")
	}
	if len(differs) != len(means) {
		return nil, refuse("Ranks", "len(differs)", len(differs), fmt.Sprintf("%d, that of means", len(means)))
	}
	for i, m := range means {
		if math.IsNaN(m) {
			return nil, refuse("Ranks", fmt.Sprintf("means[%d]", i), m, "a number")
		}
		if len(differs[i]) != len(means) {
			return nil, refuse("Ranks", fmt.Sprintf("len(differs[%d])", i), len(differs[i]), fmt.Sprintf("%d, that of means", len(means)))
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

// Separated says which pairs differ at a level: adjusted[i][j] ≤ alpha, off the
// diagonal, which is not looked at. The p-values are adjusted already, by [Holm]
// over all the pairs that are compared.
func Separated(adjusted [][]float64, alpha float64) ([][]bool, error) {
	if err := inside("Separated", "alpha", alpha); err != nil {
		return nil, err
	}
	differs := make([][]bool, len(adjusted))
	for i, row := range adjusted {
		if len(row) != len(adjusted) {
			return nil, refuse("Separated", fmt.Sprintf("len(adjusted[%d])", i), len(row), fmt.Sprintf("%d, the rows", len(adjusted)))
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
