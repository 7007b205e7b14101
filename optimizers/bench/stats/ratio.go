package stats

import (
	"fmt"
	"math"

	"descent/internal/twosum"
)

// MeanRatio is the result of [GeometricMeanRatio]. Show the counts of pairs without
// a ratio together with the mean: a solver that misses its hard problems has a
// better mean.
type MeanRatio struct {
	Mean       float64 // over the pairs without a miss; NaN if there are none
	Both       int     // pairs without a miss
	OnlyFirst  int     // pairs that only the second missed
	OnlySecond int     // pairs that only the first missed
	Neither    int     // pairs that both missed
}

// GeometricMeanRatio returns exp(mean of ln(a/b)) over the pairs that neither
// missed. It is below 1 if a is faster. Exchanging a and b gives the inverse, so
// that the choice of the reference does not matter (Fleming and Wallace, 1986).
//
// Times must be more than 0; +Inf is a miss.
func GeometricMeanRatio(a, b []float64) (MeanRatio, error) {
	if len(a) == 0 {
		return MeanRatio{}, refuse("GeometricMeanRatio", "len(a)", 0, "1 or more")
	}
	if len(b) != len(a) {
		return MeanRatio{}, refuse("GeometricMeanRatio", "len(b)", len(b), fmt.Sprintf("%d, the length of a", len(a)))
	}
	var m MeanRatio
	var sum twosum.Total
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
