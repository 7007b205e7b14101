package trainer

import (
	"fmt"
	"slices"

	"descent/datasets"
	"descent/optimizers"
)

// Model is what a [Trainer] trains. Calls come from one goroutine at a time.
type Model interface {
	// Params returns the parameters, 1 or more of them not frozen: views of the
	// model's memory that stay the same for its life. The trainer calls it once
	// per fit, and changes Value between calls of Step and Evaluate; Grad holds
	// the gradients of the last Step.
	Params() []optimizers.Param[float32]

	// Step runs forward and backward in training mode, on any number of rows
	// up to the batch size. It returns the mean loss over the rows by their
	// weights, writes its gradient to Grad of every parameter (replacing what was
	// there; zeros for one that is frozen), and changes no parameter. The output
	// has b.Rows equal rows and is valid until the next call.
	Step(b *datasets.Batch) (loss float64, output []float32, err error)

	// Evaluate runs forward in evaluation mode: loss and output as of Step, no
	// gradients.
	Evaluate(b *datasets.Batch) (loss float64, output []float32, err error)
}

// Redoer is implemented by a [Model] that draws random numbers in Step, such as
// those of dropout. Redo is Step with the numbers of the last Step, so that
// both see the same function of the parameters, and leaves layer states alone.
type Redoer interface {
	Redo(b *datasets.Batch) (loss float64, output []float32, err error)
}

// Snapshotter is implemented by a [Model] that has more than parameters.
// Snapshot copies everything that training changes: parameters, layer states,
// the counter of the random numbers. Restore puts it back, as often as it is
// called. [RangeTest] and [EarlyStopping] use it; of another model they put the
// parameters back.
type Snapshotter interface {
	Snapshot() (restore func())
}

// snapshot copies what training changes in a model.
func snapshot(m Model, params []optimizers.Param[float32]) (restore func()) {
	if s, ok := m.(Snapshotter); ok {
		return s.Snapshot()
	}
	values := make([][]float32, len(params))
	for i, p := range params {
		values[i] = slices.Clone(p.Value)
	}
	return func() {
		for i, p := range params {
			copy(p.Value, values[i])
		}
	}
}

// checkTrained is an error if all parameters are frozen.
func checkTrained(params []optimizers.Param[float32]) error {
	frozen := func(p optimizers.Param[float32]) bool { return p.Frozen != nil && *p.Frozen }
	if n := len(params); n > 0 && slices.IndexFunc(params, func(p optimizers.Param[float32]) bool { return !frozen(p) }) < 0 {
		return fmt.Errorf("Model: all %d parameters are frozen: want 1 or more to train", n)
	}
	return nil
}
