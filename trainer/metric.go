package trainer

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"descent/datasets"
)

// Metric is a figure that is the mean of something over examples.
//
// A figure for several batches is the sum of their Sums divided by the sum of
// their rows, so that a smaller batch weighs what it should.
type Metric struct {
	Name string // unique among a trainer's metrics, e.g. "accuracy"

	// Sum is the sum of the figure over the rows of a batch, given the model's
	// output for it: b.Rows equal rows. It keeps neither. NaN says that the
	// batch does not have what the metric needs; it ends a run with an error.
	Sum func(b *datasets.Batch, output []float32) float64

	err error // of a constructor's argument, reported by validation
}

// Accuracy is the share of rows whose largest output is that of the label; the
// first of equal outputs counts. Batches need Labels.
func Accuracy() Metric {
	m := TopK(1)
	m.Name = "accuracy"
	return m
}

// TopK is the share of rows whose label is among the k largest outputs; of
// equal outputs the first come first, and a label with an output of NaN is
// never among them. With k no smaller than the number of outputs it is 1.
// Batches need Labels; k is at least 1. The metric's name is "top5_accuracy"
// for k = 5.
func TopK(k int) Metric {
	m := Metric{Name: "top" + strconv.Itoa(k) + "_accuracy"}
	if k < 1 {
		m.err = fmt.Errorf("TopK: k = %d: want at least 1", k)
	}
	m.Sum = func(b *datasets.Batch, output []float32) float64 {
		width, ok := rowWidth(b, output)
		if !ok || len(b.Labels) != b.Rows {
			return math.NaN()
		}
		hits := 0
		for i, label := range b.Labels {
			if row := output[i*width : (i+1)*width]; 0 <= label && int(label) < width && rank(row, int(label)) < k {
				hits++
			}
		}
		return float64(hits)
	}
	return m
}

// rank is the number of outputs that come before that of the label. Nothing is
// less than or equal to NaN, so that every output comes before it.
func rank(row []float32, label int) int {
	own, before := row[label], 0
	for j, v := range row {
		if !(v <= own) || v == own && j < label {
			before++
		}
	}
	return before
}

// MeanAbsoluteError is the mean over rows of the mean over outputs of
// |output − target|. Batches need Targets, one for each output.
func MeanAbsoluteError() Metric {
	return Metric{
		Name: "mean_absolute_error",
		Sum: func(b *datasets.Batch, output []float32) float64 {
			width, ok := rowWidth(b, output)
			if !ok || len(b.Targets) != len(output) {
				return math.NaN()
			}
			var errors sum
			for i, y := range output {
				errors.add(math.Abs(float64(y) - float64(b.Targets[i])))
			}
			return errors.over(width)
		},
	}
}

// rowWidth is the number of outputs per row, and false if there are none or
// the rows are not equal.
func rowWidth(b *datasets.Batch, output []float32) (int, bool) {
	if b.Rows < 1 || len(output) == 0 || len(output)%b.Rows != 0 {
		return 0, false
	}
	return len(output) / b.Rows, true
}

// checkMetrics reports a metric that cannot be used.
func checkMetrics(metrics []Metric) error {
	seen := make(map[string]bool, len(metrics))
	for i, m := range metrics {
		switch {
		case m.err != nil:
			return fmt.Errorf("metric %d: %w", i, m.err)
		case m.Name == "":
			return fmt.Errorf("metric %d: Name is empty: want a unique name", i)
		case m.Sum == nil:
			return fmt.Errorf("metric %q: Sum is nil: want a function", m.Name)
		case m.Name == "loss":
			return errors.New(`metric "loss": the name is that of the model's own loss: want another`)
		case seen[m.Name]:
			return fmt.Errorf("metric %q: the name is there twice: want unique names", m.Name)
		}
		seen[m.Name] = true
	}
	return nil
}
