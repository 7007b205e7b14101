package trainer

import (
	"context"
	"errors"
	"fmt"

	"descent/datasets"
	"descent/internal/caught"
	"descent/internal/isnil"
	"descent/internal/prefix"
)

// Scores are a model's figures on some examples. The loss, and metrics with a
// Sum, are weighted means over rows, summed in twice the precision of a float64.
type Scores struct {
	Loss    float64   `json:"loss"`
	Metrics []float64 `json:"metrics,omitempty"` // in the order of the requested metrics
}

// Evaluate runs the model in evaluation mode over the data in order, batchSize
// examples at a time, and returns the loss and metrics over all of them. A
// [datasets.EpochGatherer] is asked for epoch 0. A batchSize larger than the data
// means all of it.
//
// It is an error if the model or the data is nil, the data is empty, batchSize
// is not positive, a metric is invalid or the weights of a batch are all 0. A figure
// that is NaN or infinite is an error that wraps [optimizers.ErrNotFinite]. When the
// context ends, Evaluate returns within one batch, with the context's error.
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
	case err == nil:
		err = checkCarried(model, "the data", data, "batchSize", batchSize)
	}
	var scores Scores
	if err == nil {
		scores, err = evaluate(ctx, model, data, batchSize, metrics)
	}
	if err != nil {
		return Scores{}, prefix.Error("trainer", err, "Evaluate")
	}
	return scores, nil
}

func evaluate(ctx context.Context, model Model, data datasets.Dataset, batchSize int, metrics []Metric) (_ Scores, err error) {
	defer caught.Error(&err, "", "")
	sum := newTally(metrics)
	if c := carrier(model); c != nil {
		c.StartEvaluation()
	}
	loader := datasets.Loader{Dataset: data, BatchSize: min(batchSize, data.Len())}
	for b, err := range loader.Epoch(ctx, 0) {
		if err != nil {
			return Scores{}, err
		}
		weight, err := weigh(b)
		if err != nil {
			return Scores{}, err
		}
		loss, output, err := evaluateOf(model, b)
		if err != nil {
			return Scores{}, err
		}
		if err := sum.add(b, weight, loss, output); err != nil {
			return Scores{}, err
		}
	}
	return sum.scores()
}
