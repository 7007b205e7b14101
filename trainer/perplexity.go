package trainer

import (
	"fmt"
	"math"

	"descent/datasets"
)

// Perplexity is the exponential of the mean cross-entropy of the labels,
//
//	exp(Σ w·(log Σₖ exp(zₖ) − z_label) / Σ w)
//
// where z are the outputs for a label, which are logits of the classes, and w is the
// label's weight. Batches are as for [Accuracy]. A label without an output is an
// error, unless its weight is 0.
func Perplexity() Metric {
	check := func(b *datasets.Batch, output []float32) error {
		width, err := classes(b, output)
		if err != nil {
			return err
		}
		for i, label := range b.Labels {
			if (label < 0 || int(label) >= width) && b.WeightOf(i, len(b.Labels)) != 0 {
				return fmt.Errorf("label %d of row %d: want [0, %d)", label, i/(len(b.Labels)/b.Rows), width)
			}
		}
		return nil
	}
	return ofSums("perplexity", 2, check, func(sums []float64, b *datasets.Batch, output []float32) {
		width := len(output) / len(b.Labels)
		for i, label := range b.Labels {
			if w := b.WeightOf(i, len(b.Labels)); w != 0 {
				sums[0] += float64(w * crossEntropy(output[i*width:(i+1)*width], int(label)))
				sums[1] += w
			}
		}
	}, func(sums []float64) float64 { return math.Exp(sums[0] / sums[1]) })
}

// crossEntropy is log Σ exp(z) − z[label].
func crossEntropy(z []float32, label int) float64 {
	largest := math.Inf(-1)
	for _, v := range z {
		largest = max(largest, float64(v))
	}
	total := 0.0
	for _, v := range z {
		total += math.Exp(float64(v) - largest)
	}
	return math.Log(total) + (largest - float64(z[label]))
}
