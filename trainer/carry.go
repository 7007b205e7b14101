package trainer

import (
	"fmt"

	"descent/datasets"
)

// Carrier is implemented by a [Model] that may carry a state from each row of a batch to
// the same row of the next, as a recurrent one does. Row r of every batch must then go
// on where row r of the batch before ended: a [Trainer] wants a BatchSize of CarriedRows,
// GivenOrder, and training and test data with a method Streams, such as
// [datasets.Text.Streams], which returns that number as well. It begins epochs and
// evaluations with StartEpoch and StartEvaluation, but not an epoch that a checkpoint
// is in the middle of.
type Carrier interface {
	CarriedRows() int // if 0, nothing is carried
	StartEpoch()      // makes the state zero that goes from Step to Step
	StartEvaluation() // makes the state zero that goes from Evaluate to Evaluate
}

// carrier returns the model if it carries a state, or nil.
func carrier(m Model) Carrier {
	if c, ok := m.(Carrier); ok && c.CarriedRows() > 0 {
		return c
	}
	return nil
}

// checkCarried returns an error unless a model that carries a state can do so through
// the data.
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
