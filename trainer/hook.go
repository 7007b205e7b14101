package trainer

import (
	"errors"
	"fmt"

	"descent/datasets"
	"descent/internal/prefix"
)

// ErrStop is returned by a hook to end a run without an error. Returned from
// StepEnd, it ends the epoch at that step: the test data is evaluated, the epoch
// gets its record, and EpochEnd is called before the run ends.
var ErrStop = errors.New("trainer: stop")

// Hook holds functions that a run calls at its events. Nil functions are skipped.
//
// At each event all hooks are called in the trainer's order, even if one
// returns an error. The run then ends with the joined errors, each with the
// hook's name. FitEnd is always called, even if FitStart failed.
type Hook struct {
	Name string // for error messages and History.StoppedBy

	FitStart   func(*State) error // before the first epoch
	EpochStart func(*State) error // also before the rest of an epoch when a run resumes
	StepEnd    func(*State) error // after an update and its evaluation, if any
	EpochEnd   func(*State) error // after the epoch's evaluation and record
	FitEnd     func(*State) error // after everything, the best model restored
}

// State is the state of a run as a hook sees it. It belongs to the trainer: it is
// valid only during the call and must not be modified.
type State struct {
	// Model is at the point of training. At EpochEnd, and at a StepEnd with a
	// Record, it is at the rule's point of evaluation ([optimizers.Evaluator]), as it
	// was scored; at FitEnd it is as Fit leaves it. If a parameter is then at a
	// separate point of evaluation, changes that a hook makes to it are lost.
	Model   Model
	History *History

	Epoch, Epochs int // this epoch, from 1 (0 at FitStart), and the number of epochs
	Step, Steps   int // updates done, and updates of a full run

	// The learning rate of the last update, its mean loss weighted by the examples'
	// weights, and the number of examples it was computed from.
	LearningRate float64
	Loss         float64
	Rows         int

	// Batch is the last batch of the update at StepEnd, and nil otherwise. It is
	// valid during the call.
	Batch *datasets.Batch

	// Record is the epoch's record at EpochEnd. At StepEnd, it is the record of an
	// evaluation that EvalEverySteps requested after this update. Otherwise it is nil.
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

// fire calls the hooks for an event and returns their joined errors. A hook
// that returns ErrStop stops the run.
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
		case e != fitEnd: // at which nothing is left to stop
			r.stop(name)
		}
	}
	return failed
}
