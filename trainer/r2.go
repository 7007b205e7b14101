package trainer

import (
	"fmt"

	"descent/datasets"
)

// R2 is the coefficient of determination,
//
//	R² = 1 − Σ w·(y − ŷ)² / Σ w·(y − ȳ)²
//
// of targets y, their weighted mean ȳ, outputs ŷ and weights w. If all targets
// are equal, it is 1 if the outputs equal them and 0 if not, as in scikit-learn.
// Batches need one target and one output per row.
func R2() Metric {
	check := func(b *datasets.Batch, output []float32) error {
		width, err := rowWidth(b, output)
		switch {
		case err != nil:
			return err
		case width != 1:
			return fmt.Errorf("%d outputs per row: want 1", width)
		case len(b.Targets) != b.Rows:
			return fmt.Errorf("%d targets for %d rows: want one for each", len(b.Targets), b.Rows)
		}
		return nil
	}
	// The sums of w, w·d, w·d² and w·(y − ŷ)², where d is the difference from the
	// first target, which costs no digits; and the first target.
	const weight, first, second, residual, origin = 0, 1, 2, 3, 4
	return ofSums("r2", 5, check, func(sums []float64, b *datasets.Batch, output []float32) {
		for i, y := range output {
			w, target := b.WeightOf(i, b.Rows), float64(b.Targets[i])
			if w == 0 {
				continue
			}
			if sums[weight] == 0 {
				sums[origin] = target
			}
			d, e := target-sums[origin], target-float64(y)
			sums[weight] += w
			sums[first] += float64(w * d)
			sums[second] += float64(float64(w*d) * d)
			sums[residual] += float64(float64(w*e) * e)
		}
	}, func(sums []float64) float64 {
		total := sums[second] - float64(sums[first]*sums[first])/sums[weight]
		switch {
		case total > 0:
			return 1 - sums[residual]/total
		case sums[residual] == 0:
			return 1
		}
		return 0
	})
}
