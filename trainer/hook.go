package trainer

import (
	"errors"
	"fmt"

	"descent/datasets"
	"descent/internal/prefix"
)

// ErrStop is what a hook returns to end a run without an error. From StepEnd
// it ends the epoch there: the test data is evaluated, the epoch gets its
// record, and EpochEnd is called, before the run ends.
var ErrStop = errors.New("trainer: stop")

// Hook has functions that a run calls at its events; nil ones are skipped.
//
// At each event all hooks are called, in the trainer's order, even if one
// returns an error; then the run ends with the errors joined, each with the
// hook's name. FitEnd is always called, even if FitStart failed.
type Hook struct {
	Name string // for error messages and History.StoppedBy

	FitStart   func(*State) error // before the first epoch
	EpochStart func(*State) error // also before the rest of an epoch that a checkpoint begins in
	StepEnd    func(*State) error // after an update and its evaluation, if any
	EpochEnd   func(*State) error // after the epoch's evaluation and record
	FitEnd     func(*State) error // after everything, the best model restored
}

// State is what a hook sees of the run. It belongs to the trainer: it is valid
// during the call and must not be modified.
type State struct {
	// Model is at the point of training; at EpochEnd, and at a StepEnd with a
	// Record, at the rule's point of evaluation ([optimizers.Evaluator]), as it was
	// scored, and at FitEnd as Fit leaves it. What a hook changes in parameters
	// that are at a point of evaluation of their own is lost.
	Model   Model
	History *History

	Epoch, Epochs int // this epoch, from 1 (0 at FitStart), and all of them
	Step, Steps   int // updates done, and those of a full run

	// Of the last update: its learning rate, its mean loss by the weights of the
	// examples, and the number of examples it was computed from.
	LearningRate float64
	Loss         float64
	Rows         int

	// Batch is, at StepEnd, the last batch of the update; else nil. It is valid
	// during the call.
	Batch *datasets.Batch

	// Record is, at EpochEnd, that of the epoch; at StepEnd, that of an
	// evaluation that EvalEverySteps asked for after this update; else nil.
	Record *Record

	Err error // at FitEnd, the error that ended the run, or nil

	run *run
}

type event string

const (
	fitStart   event = "FitStart"
	epochStart event = "EpochStart"
	stepEnd    event = "StepEnd"
	epochEnd   event = "EpochEnd"
	fitEnd     event = "FitEnd"
)

func (h *Hook) at(e event) func(*State) error {
	switch e {
	case fitStart:
		return h.FitStart
	case epochStart:
		return h.EpochStart
	case stepEnd:
		return h.StepEnd
	case epochEnd:
		return h.EpochEnd
	default:
		return h.FitEnd
	}
}

// fireScored calls the hooks for an event at the point of evaluation.
func (r *run) fireScored(e event) error {
	r.optimizer.Swap()
	defer r.optimizer.Swap()
	return r.fire(e)
}

// fire calls the hooks for an event and returns their errors joined. A hook
// that asks for it stops the run.
func (r *run) fire(e event) error {
	var failed error
	for i := range r.t.Hooks {
		err := r.t.Hooks[i].call(e, &r.state)
		if err == nil {
			continue
		}
		name := r.t.Hooks[i].Name
		if name == "" {
			name = fmt.Sprintf("hook %d", i)
		}
		switch {
		case !errors.Is(err, ErrStop):
			failed = join(failed, prefix.Error("trainer", err, name, string(e)))
		case e != fitEnd: // where there is nothing left to stop
			r.stop(name)
		}
	}
	return failed
}
