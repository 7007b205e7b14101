package trainer

import (
	"fmt"
	"math"
	"strconv"

	"descent/datasets"
)

// Accuracy is the share of labels whose output is the largest of the classes;
// the first of equal outputs counts, and a label without an output is a miss.
// Batches need Labels, one or more for each row, the same number for all. An output
// row is labels × classes, with 2 classes or more.
func Accuracy() Metric {
	m := TopK(1)
	m.Name = "accuracy"
	return m
}

// TopK is the share of labels whose output is among the k largest of the
// classes; of equal outputs the first come first. A label without an output, or
// whose output is NaN, is never among them. If k is the number of classes or
// more, every other label is. Batches are as for [Accuracy]; k is 1 or more. The
// metric's name is "top5_accuracy" for k = 5.
func TopK(k int) Metric {
	m := Metric{Name: "top" + strconv.Itoa(k) + "_accuracy", Check: checkClasses}
	if k < 1 {
		m.err = fmt.Errorf("TopK: k = %d: want 1 or more", k)
	}
	m.Sum = func(b *datasets.Batch, output []float32) float64 {
		width, err := classes(b, output)
		if err != nil {
			return math.NaN()
		}
		hits := 0.0
		for i, label := range b.Labels {
			if row := output[i*width : (i+1)*width]; 0 <= label && int(label) < width && rank(row, int(label)) < k {
				hits += b.WeightOf(i, len(b.Labels))
			}
		}
		return perRow(hits, b.Rows, len(b.Labels))
	}
	return m
}

func checkClasses(b *datasets.Batch, output []float32) error {
	_, err := classes(b, output)
	return err
}

// rank is the number of outputs that come before the label's. Nothing is less than
// or equal to NaN, so every output comes before a NaN.
func rank(row []float32, label int) int {
	own, before := row[label], 0
	for j, v := range row {
		if !(v <= own) || v == own && j < label {
			before++
		}
	}
	return before
}

// perRow is a sum over n values as one over rows of the mean of each.
func perRow(sum float64, rows, n int) float64 { return sum * float64(rows) / float64(n) }

// BinaryAccuracy is the share of correct outputs: above the threshold for
// a 1, not above it for a 0. Use 0 for logits, 0.5 for probabilities. Batches
// need one label for each output or, without Labels, one target: 0 or 1.
func BinaryAccuracy(threshold float64) Metric {
	m := Metric{Name: "binary_accuracy", Check: checkBinary}
	if math.IsNaN(threshold) {
		m.err = fmt.Errorf("BinaryAccuracy: threshold = %v: want a number", threshold)
	}
	m.Sum = func(b *datasets.Batch, output []float32) float64 {
		if checkBinary(b, output) != nil {
			return math.NaN()
		}
		hits := 0.0
		for i, y := range output {
			if v := float64(y); v == v && v > threshold == (truth(b, i) == 1) {
				hits += b.WeightOf(i, len(output))
			}
		}
		return perRow(hits, b.Rows, len(output))
	}
	return m
}

// truth is label or target i.
func truth(b *datasets.Batch, i int) float32 {
	if len(b.Labels) > 0 {
		return float32(b.Labels[i])
	}
	return b.Targets[i]
}

func checkBinary(b *datasets.Batch, output []float32) error {
	if _, err := rowWidth(b, output); err != nil {
		return err
	}
	name, n := "label", len(b.Labels)
	if n == 0 {
		name, n = "target", len(b.Targets)
	}
	if n != len(output) {
		return fmt.Errorf("%d %ss for %d outputs: want one for each", n, name, len(output))
	}
	for i := range n {
		if v := truth(b, i); v != 0 && v != 1 && b.WeightOf(i, n) != 0 {
			return fmt.Errorf("%s %d = %v: want 0 or 1", name, i, v)
		}
	}
	return nil
}
