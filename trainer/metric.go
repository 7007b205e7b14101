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
	// output for it: b.Rows equal rows. It keeps neither. A sum that is NaN or
	// infinite ends a run with an error.
	Sum func(b *datasets.Batch, output []float32) float64

	// Check, if not nil, is called before Sum: its error, which says what the
	// batch or the output does not have, ends a run. Sum alone returns NaN
	// then, for the metrics of this package.
	Check func(b *datasets.Batch, output []float32) error

	err error // of a constructor's argument, reported by validation
}

// Accuracy is the share of rows whose largest output is that of the label; the
// first of equal outputs counts, and a label that no output has is a miss.
// Batches need Labels, and rows two outputs or more, one per class.
func Accuracy() Metric {
	m := TopK(1)
	m.Name = "accuracy"
	return m
}

// TopK is the share of rows whose label is among the k largest outputs; of
// equal outputs the first come first. A label that no output has, or whose
// output is NaN, is never among them; with k no smaller than the number of
// outputs every other label is. Batches need Labels, and rows two outputs or
// more, one per class; k is 1 or more. The metric's name is "top5_accuracy" for
// k = 5.
func TopK(k int) Metric {
	m := Metric{Name: "top" + strconv.Itoa(k) + "_accuracy"}
	if k < 1 {
		m.err = fmt.Errorf("TopK: k = %d: want 1 or more", k)
	}
	m.Sum = func(b *datasets.Batch, output []float32) float64 {
		width, err := classes(b, output)
		if err != nil {
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
	m.Check = func(b *datasets.Batch, output []float32) error {
		_, err := classes(b, output)
		return err
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
	check := func(b *datasets.Batch, output []float32) error {
		_, err := rowWidth(b, output)
		if err == nil && len(b.Targets) != len(output) {
			err = fmt.Errorf("%d targets for %d outputs: want one for each", len(b.Targets), len(output))
		}
		return err
	}
	return Metric{
		Name:  "mean_absolute_error",
		Check: check,
		Sum: func(b *datasets.Batch, output []float32) float64 {
			if check(b, output) != nil {
				return math.NaN()
			}
			var off sum
			for i, y := range output {
				off.add(math.Abs(float64(y) - float64(b.Targets[i])))
			}
			return off.over(len(output) / b.Rows)
		},
	}
}

// classes is the number of outputs per row, or what is wrong for labels.
func classes(b *datasets.Batch, output []float32) (int, error) {
	width, err := rowWidth(b, output)
	switch {
	case err != nil:
		return 0, err
	case len(b.Labels) != b.Rows:
		return 0, fmt.Errorf("%d labels for %d rows: want one for each", len(b.Labels), b.Rows)
	case width < 2:
		return 0, errors.New("1 output per row: want 2 or more, one per class")
	}
	return width, nil
}

// rowWidth is the number of outputs per row, or what is wrong with them.
func rowWidth(b *datasets.Batch, output []float32) (int, error) {
	if b.Rows < 1 || len(output) == 0 || len(output)%b.Rows != 0 {
		return 0, fmt.Errorf("%d outputs for %d rows: want the same number for each, 1 or more", len(output), b.Rows)
	}
	return len(output) / b.Rows, nil
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
