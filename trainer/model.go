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

// Parallel is implemented by a [Model] whose workers share the steps of the
// optimizer, between its own.
type Parallel interface {
	Workers() optimizers.Workers
}

// workers returns those of a model that has some, or nil.
func workers(m Model) optimizers.Workers {
	if p, ok := m.(Parallel); ok {
		return p.Workers()
	}
	return nil
}

// Stateful is implemented by a [Model] that keeps more than parameters from one
// step to the next. [RangeTest] and [EarlyStopping] put that back with the
// parameters, and a [Checkpoint] has it.
type Stateful interface {
	// States returns what the layers keep, such as running statistics: views of
	// the model's memory under names of their own, without gradients.
	States() []optimizers.Param[float32]

	// Counter returns what the random numbers of the next Step are a function of,
	// such as the number of the last one; SetCounter sets it.
	Counter() int64
	SetCounter(n int64)
}

// memory is what lasts in a model from one step to the next.
type memory struct {
	model   Stateful // nil if it is not one
	tensors []optimizers.Param[float32]
}

// memoryOf returns views of the parameters and of the states, if there are any.
func memoryOf(m Model, params []optimizers.Param[float32]) memory {
	s, ok := m.(Stateful)
	if !ok {
		return memory{nil, params}
	}
	return memory{s, append(slices.Clone(params), s.States()...)}
}

// snapshot is a copy of the values of a memory's tensors, and the counter.
type snapshot struct {
	values  [][]float32
	counter int64
}

// save copies to s, whose memory it uses.
func (m memory) save(s *snapshot) {
	s.values = slices.Grow(s.values, len(m.tensors))[:len(m.tensors)]
	for i, t := range m.tensors {
		s.values[i] = append(s.values[i][:0], t.Value...)
	}
	if m.model != nil {
		s.counter = m.model.Counter()
	}
}

func (m memory) restore(s *snapshot) {
	for i, t := range m.tensors {
		copy(t.Value, s.values[i])
	}
	if m.model != nil {
		m.model.SetCounter(s.counter)
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
