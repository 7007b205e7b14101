package trainer

import (
	"descent/datasets"
	"descent/optimizers"
)

// Model is what a [Trainer] trains. Calls come from one goroutine at a time.
type Model interface {
	// Params are the trainable parameters: views of the model's memory that
	// stay the same for its life, asked for once per fit. The trainer changes
	// Value between calls of Step and Evaluate; Grad holds the gradients of
	// the last Step.
	Params() []optimizers.Param[float32]

	// Step runs forward and backward in training mode, on any number of rows
	// up to the batch size. It returns the mean loss over the rows, writes its
	// gradient to Grad of every parameter (replacing what was there), and
	// changes no parameter. The output has b.Rows equal rows and is valid
	// until the next call.
	Step(b *datasets.Batch) (loss float64, output []float32, err error)

	// Evaluate runs forward in evaluation mode: loss and output as of Step, no
	// gradients.
	Evaluate(b *datasets.Batch) (loss float64, output []float32, err error)
}

// Redoer is implemented by a [Model] that draws random numbers in Step, such as
// those of dropout. Redo is Step with the numbers of the last Step, so that
// both see the same function of the parameters.
type Redoer interface {
	Redo(b *datasets.Batch) (loss float64, output []float32, err error)
}
