package main

import (
	"descent/datasets"
	"descent/trainer"
	"math"
)

// Matthews returns a custom metric that is not a mean over rows: Matthews' correlation
// of the predicted class with the label, for two classes,
//
//	(tp·tn − fp·fn)/√((tp+fp)(tp+fn)(tn+fp)(tn+fn))
//
// from the four counts over all batches. It is 0 if the root is 0.
func Matthews() trainer.Metric {
	return trainer.Metric{
		Name: "matthews", Sums: 4,
		Add: func(sums []float64, b *datasets.Batch, output []float32) {
			for i, label := range b.Labels {
				class := 0
				if output[2*i+1] > output[2*i] {
					class = 1
				}
				sums[2*class+int(label)] += float64(b.WeightOf(i, len(b.Labels)))
			}
		},
		Value: func(sums []float64) float64 {
			tn, fn, fp, tp := sums[0], sums[1], sums[2], sums[3]
			root := math.Sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
			if root == 0 {
				return 0
			}
			return (tp*tn - fp*fn) / root
		},
	}
}
