package trainer

import (
	"fmt"
	"strconv"

	"descent/datasets"
)

// F1 is the F₁ score of one class against all others,
//
//	2·TP / (2·TP + FP + FN)
//
// where TP, FP and FN are the numbers of true positives, false positives and false
// negatives. It is 0 if all are 0, as in scikit-learn. Classes count from 0; the class
// with the largest output is predicted. Batches are as for [Accuracy]. The mean over
// all classes is the macro average. The metric's name is "f1_class1" for class 1.
func F1(class int) Metric {
	check := func(b *datasets.Batch, output []float32) error {
		width, err := classes(b, output)
		if err == nil && (class < 0 || class >= width) {
			err = fmt.Errorf("class %d: want [0, %d), as there are %d outputs per label", class, width, width)
		}
		return err
	}
	// The sums are TP, and (TP + FP) + (TP + FN).
	m := ofSums("f1_class"+strconv.Itoa(class), 2, check, func(sums []float64, b *datasets.Batch, output []float32) {
		width := len(output) / len(b.Labels)
		for i, label := range b.Labels {
			w := b.WeightOf(i, len(b.Labels))
			predicted, is := rank(output[i*width:(i+1)*width], class) == 0, int(label) == class
			if predicted && is {
				sums[0] += w
			}
			if predicted {
				sums[1] += w
			}
			if is {
				sums[1] += w
			}
		}
	}, func(sums []float64) float64 {
		if sums[1] == 0 {
			return 0
		}
		return 2 * sums[0] / sums[1]
	})
	if class < 0 {
		m.err = fmt.Errorf("F1: class = %d: want 0 or more", class)
	}
	return m
}
