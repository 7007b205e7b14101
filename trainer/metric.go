package trainer

import (
	"errors"
	"fmt"
	"math"

	"descent/datasets"
)

// Metric is a figure of a model on some examples: a mean over rows, by Sum, or a
// function of sums, by Add and Value. Rows and labels count by their weights
// ([datasets.Batch.WeightOf]): a mean over several batches is the sum of Sum
// divided by the sum of [datasets.Batch.Weight]. A sum or figure that is NaN or
// infinite ends a run with an error.
type Metric struct {
	Name string // unique among a trainer's metrics, e.g. "accuracy"

	// Sum returns the weighted sum of the figure over the rows of a batch, given the
	// model's output of b.Rows equal rows. It retains neither argument.
	Sum func(b *datasets.Batch, output []float32) float64

	// Sums, Add and Value replace Sum if the figure is not a mean. Sums is the number
	// of sums, which start at 0. Add adds a batch to them; Value returns the figure.
	Sums  int
	Add   func(sums []float64, b *datasets.Batch, output []float32)
	Value func(sums []float64) float64

	// Check, if not nil, is called before Sum or Add. Its error, which says what the
	// batch or the output lacks, ends a run.
	Check func(b *datasets.Batch, output []float32) error

	err error // of a constructor's argument, reported by validation
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
				if w := b.WeightOf(i/(len(output)/b.Rows), b.Rows); w != 0 {
					off.addTimes(math.Abs(float64(y)-float64(b.Targets[i])), w)
				}
			}
			return off.over(float64(len(output) / b.Rows))
		},
	}
}

// ofSums is a metric of n sums. Its Add and Value return NaN for invalid input.
func ofSums(name string, n int, check func(*datasets.Batch, []float32) error,
	add func(sums []float64, b *datasets.Batch, output []float32), value func([]float64) float64,
) Metric {
	return Metric{
		Name: name, Sums: n, Check: check,
		Add: func(sums []float64, b *datasets.Batch, output []float32) {
			if len(sums) == n && check(b, output) == nil {
				add(sums, b, output)
			} else if len(sums) > 0 {
				sums[0] = math.NaN()
			}
		},
		Value: func(sums []float64) float64 {
			if len(sums) != n {
				return math.NaN()
			}
			return value(sums)
		},
	}
}

// classes returns the number of outputs for each label, or an error.
func classes(b *datasets.Batch, output []float32) (int, error) {
	_, err := rowWidth(b, output)
	labels := len(b.Labels)
	switch {
	case err != nil:
		return 0, err
	case labels == 0 || labels%b.Rows != 0:
		return 0, fmt.Errorf("%d labels for %d rows: want the same number for each, 1 or more", labels, b.Rows)
	case len(output)%labels != 0 || len(output) == labels:
		return 0, fmt.Errorf("%d outputs for %d labels: want the same number for each, 2 or more, one per class", len(output), labels)
	}
	return len(output) / labels, nil
}

// rowWidth returns the number of outputs per row, or an error.
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
		sums := m.Sums != 0 || m.Add != nil || m.Value != nil
		switch {
		case m.err != nil:
			return fmt.Errorf("metric %d: %w", i, m.err)
		case m.Name == "":
			return fmt.Errorf("metric %d: Name is empty: want a unique name", i)
		case m.Sum == nil && !sums:
			return fmt.Errorf("metric %q: Sum is nil: want a function, or Sums, Add and Value", m.Name)
		case m.Sum != nil && sums:
			return fmt.Errorf("metric %q: Sum is set, and so is Sums, Add or Value: want one or the other", m.Name)
		case sums && (m.Sums < 1 || m.Sums > maxSums):
			return fmt.Errorf("metric %q: Sums = %d: want [1, %d]", m.Name, m.Sums, maxSums)
		case sums && (m.Add == nil || m.Value == nil):
			return fmt.Errorf("metric %q: Add or Value is nil: want both", m.Name)
		case m.Name == "loss":
			return errors.New(`metric "loss": the name is taken by the model's loss: want another`)
		case seen[m.Name]:
			return fmt.Errorf("metric %q: duplicate name: want unique names", m.Name)
		}
		seen[m.Name] = true
	}
	return nil
}

// maxSums is more than any metric needs, and little memory.
const maxSums = 1 << 20
