package trainer

import (
	"context"
	"errors"
	"fmt"

	"descent/datasets"
	"descent/internal/isnil"
	"descent/optimizers"
)

// Scores are a model's figures on some examples: means over rows, summed in
// twice the precision of a float64.
type Scores struct {
	Loss    float64   `json:"loss"`
	Metrics []float64 `json:"metrics,omitempty"` // in the order of the metrics asked for
}

// Evaluate runs the model in evaluation mode over the data in order, batchSize
// examples at a time, and returns loss and metrics as means over the rows. A
// batchSize larger than the data means all of it.
//
// It is an error if the model or the data is nil, the data is empty, batchSize
// is not positive or a metric is invalid; and, wrapping
// [optimizers.ErrNotFinite], if a figure is NaN or infinite. When the context
// ends, so does the evaluation, within one batch, with the context's error.
func Evaluate(ctx context.Context, model Model, data datasets.Dataset, batchSize int, metrics ...Metric) (Scores, error) {
	err := checkMetrics(metrics)
	if err == nil {
		err = checkData("the data", data)
	}
	switch {
	case ctx == nil:
		err = errors.New("the context is nil: want e.g. context.Background()")
	case isnil.Value(model):
		err = errors.New("the model is nil: want a Model")
	case err == nil && batchSize < 1:
		err = fmt.Errorf("batchSize = %d: want 1 or more", batchSize)
	}
	var scores Scores
	if err == nil {
		scores, err = evaluate(ctx, model, data, batchSize, metrics)
	}
	if err != nil {
		return Scores{}, fmt.Errorf("trainer: Evaluate: %w", err)
	}
	return scores, nil
}

func evaluate(ctx context.Context, model Model, data datasets.Dataset, batchSize int, metrics []Metric) (Scores, error) {
	sum := newTally(metrics)
	loader := datasets.Loader{Dataset: data, BatchSize: min(batchSize, data.Len())}
	for b, err := range loader.Epoch(ctx, 0) {
		if err != nil {
			return Scores{}, err
		}
		loss, output, err := model.Evaluate(b)
		if err != nil {
			return Scores{}, err
		}
		if err := sum.add(b, loss, output); err != nil {
			return Scores{}, err
		}
	}
	return sum.scores(), nil
}

// tally sums loss and metrics over rows.
type tally struct {
	metrics []Metric
	rows    int
	loss    sum
	sums    []sum // of the metrics
}

func newTally(metrics []Metric) *tally {
	return &tally{metrics: metrics, sums: make([]sum, len(metrics))}
}

func (s *tally) reset() {
	s.rows, s.loss = 0, sum{}
	clear(s.sums)
}

// add counts a batch, given its mean loss. A figure that is not finite is an
// error.
func (s *tally) add(b *datasets.Batch, loss float64, output []float32) error {
	if !finite(loss) {
		return fmt.Errorf("loss = %v: %w", loss, optimizers.ErrNotFinite)
	}
	s.rows += b.Rows
	s.loss.addTimes(loss, b.Rows)
	if !finite(s.loss.high) {
		return fmt.Errorf("loss = %v: %w", loss, errOverflow)
	}
	for i, m := range s.metrics {
		if m.Check != nil {
			if err := m.Check(b, output); err != nil {
				return fmt.Errorf("metric %q: %w", m.Name, err)
			}
		}
		v := m.Sum(b, output)
		if !finite(v) {
			return fmt.Errorf("metric %q = %v on %d rows with %d outputs, %d labels and %d targets: %w",
				m.Name, v, b.Rows, len(output), len(b.Labels), len(b.Targets), optimizers.ErrNotFinite)
		}
		s.sums[i].add(v)
		if !finite(s.sums[i].high) {
			return fmt.Errorf("metric %q = %v: %w", m.Name, v, errOverflow)
		}
	}
	return nil
}

// scores are the means so far. There must be rows.
func (s *tally) scores() Scores {
	means := Scores{Loss: s.loss.over(s.rows)}
	for i := range s.sums {
		means.Metrics = append(means.Metrics, s.sums[i].over(s.rows))
	}
	return means
}

var errOverflow = fmt.Errorf("the sum over the rows overflows: %w", optimizers.ErrNotFinite)
