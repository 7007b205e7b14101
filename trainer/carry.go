package trainer

import (
	"fmt"

	"descent/datasets"
)

// Carrier is implemented by a [Model] that may carry state from each row of a batch to
// the same row of the next, as a recurrent model does. Row r of every batch must then
// continue row r of the batch before. A [Trainer] therefore requires a BatchSize of
// CarriedRows, GivenOrder, and training and test data with a method Streams, such as
// [datasets.Text.Streams], that returns the same number. It calls StartEpoch and
// StartEvaluation at the start of every epoch and evaluation, except for an epoch that
// resumes from a checkpoint.
type Carrier interface {
	CarriedRows() int // if 0, nothing is carried
	StartEpoch()      // zeros the state carried from Step to Step
	StartEvaluation() // zeros the state carried from Evaluate to Evaluate
}

// carrier returns the model if it carries a state, or nil.
func carrier(m Model) Carrier {
	if c, ok := m.(Carrier); ok && c.CarriedRows() > 0 {
		return c
	}
	return nil
}

// checkCarried returns an error if the model carries a state but the data or the batch
// size does not allow it.
func checkCarried(m Model, what string, data datasets.Dataset, field string, batchSize int) error {
	c := carrier(m)
	if c == nil {
		return nil
	}
	streams := 0
	if s, ok := data.(interface{ Streams() int }); ok {
		streams = s.Streams()
	}
	const rows = "the rows whose state the model carries from batch to batch"
	switch n := c.CarriedRows(); {
	case batchSize != n:
		return badSetting(field, batchSize, fmt.Sprintf("%d, %s", n, rows))
	case streams != n:
		return fmt.Errorf("%s is of %d streams: want %d, %s, as in a datasets.Text with TextConfig.Streams", what, streams, n, rows)
	}
	return nil
}
