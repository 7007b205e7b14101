package trainer

import (
	"fmt"
	"slices"

	"descent/datasets"
	"descent/optimizers"
)

// Model is what a [Trainer] trains. Calls come from one goroutine at a time.
type Model interface {
	// Params returns the parameters, 1 or more of them not frozen. They are views of
	// the model's memory and stay the same for its lifetime. The trainer calls Params
	// once per fit, and changes Value between calls of Step and Evaluate. Grad holds
	// the gradients of the last Step.
	Params() []optimizers.Param[float32]

	// Step runs forward and backward in training mode, on any number of rows
	// up to the batch size. It returns the weighted mean loss over the rows, replaces
	// Grad of every parameter with the loss's gradient (zeros for a frozen parameter),
	// and changes no parameter. The output has b.Rows equal rows and is valid until
	// the next call.
	Step(b *datasets.Batch) (loss float64, output []float32, err error)

	// Evaluate runs forward in evaluation mode. It returns loss and output like Step,
	// but computes no gradients.
	Evaluate(b *datasets.Batch) (loss float64, output []float32, err error)
}

// Redoer is implemented by a [Model] that draws random numbers in Step, as dropout
// does. Redo is Step with the random numbers of the last Step, so that both evaluate
// the same function of the parameters. It leaves layer states alone.
type Redoer interface {
	Redo(b *datasets.Batch) (loss float64, output []float32, err error)
}

// Parallel is implemented by a [Model] whose workers also share the optimizer's
// steps, between the model's.
type Parallel interface {
	Workers() optimizers.Workers
}

// workers returns the workers of a model, or nil if it has none.
func workers(m Model) optimizers.Workers {
	if p, ok := m.(Parallel); ok {
		return p.Workers()
	}
	return nil
}

// Stateful is implemented by a [Model] that keeps state other than its parameters
// from one step to the next. [RangeTest] and [EarlyStopping] restore it with the
// parameters, and a [Checkpoint] contains it.
type Stateful interface {
	// States returns the states of the layers, such as running statistics: views of
	// the model's memory with unique names and without gradients.
	States() []optimizers.Param[float32]

	// Counter returns the number that determines the random numbers of the next
	// Step, such as the number of the last Step. SetCounter sets it.
	Counter() int64
	SetCounter(n int64)
}

// memory is the part of a model that lasts from one step to the next.
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

// save copies to s, reusing its memory.
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
