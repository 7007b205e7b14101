package stats

import (
	"fmt"
	"math"
)

// MeanRatio is the result of [GeometricMeanRatio]. The pairs that have no
// ratio are counted, and belong beside the mean wherever it is shown: a solver
// that misses what is hard for it has a better one.
type MeanRatio struct {
	Mean       float64 // of the pairs with both; NaN if there are none
	Both       int     // pairs with a ratio
	OnlyFirst  int     // pairs that the second missed
	OnlySecond int     // pairs that the first missed
	Neither    int     // pairs that both missed
}

// GeometricMeanRatio is exp(mean of ln(a/b)) over the pairs that neither
// missed: below 1 if a is the faster. It does not depend on which of the two is
// the reference (Fleming and Wallace, 1986): exchanged, it is the inverse.
//
// Times are more than 0; +Inf is a miss.
func GeometricMeanRatio(a, b []float64) (MeanRatio, error) {
	if len(a) == 0 {
		return MeanRatio{}, refuse("GeometricMeanRatio", "len(a)", 0, "at least 1")
	}
	if len(b) != len(a) {
		return MeanRatio{}, refuse("GeometricMeanRatio", "len(b)", len(b), fmt.Sprintf("%d, that of a", len(a)))
	}
	var m MeanRatio
	var sum Total
	for i := range a {
		if err := duration("GeometricMeanRatio", fmt.Sprintf("a[%d]", i), a[i]); err != nil {
			return MeanRatio{}, err
		}
		if err := duration("GeometricMeanRatio", fmt.Sprintf("b[%d]", i), b[i]); err != nil {
			return MeanRatio{}, err
		}
		switch missedA, missedB := math.IsInf(a[i], 1), math.IsInf(b[i], 1); {
		case missedA && missedB:
			m.Neither++
		case missedA:
			m.OnlySecond++
		case missedB:
			m.OnlyFirst++
		default:
			m.Both++
			sum.Add(math.Log(a[i]))
			sum.Add(-math.Log(b[i]))
		}
	}
	m.Mean = math.Exp(sum.Value() / float64(m.Both)) // 0/0 is NaN
	return m, nil
}
