package trainer

import (
	"context"
	"errors"

	"descent/datasets"
	"descent/internal/prefix"
	"descent/lrsched"
	"descent/optimizers"
)

// Trainer says how a model is fitted. Model, Rule, Schedule, Epochs and
// BatchSize must be set; the zero value of every other field is its default.
type Trainer struct {
	Model    Model
	Rule     optimizers.Rule
	Schedule lrsched.Schedule // asked once per update, by its index from 0
	Epochs   int              // passes over the training data, 1 or more; their updates fit an int

	// BatchSize is the number of examples in a batch, from 1 to the number of
	// training examples. The last batch of an epoch may be smaller. A batch counts
	// by its [datasets.Batch.Weight], which must not be 0.
	BatchSize int
	DropLast  bool // skip a smaller last batch

	Order  Order              // of the training examples; if zero, a new one in every epoch
	Seed   uint64             // of that order, and of the rule's random numbers
	Clip   optimizers.Clip    // limits the gradients, after those of several batches are joined
	Groups []optimizers.Group // parameters with settings of their own

	// Accumulate is the number of batches per update: the gradient is the mean
	// over all of their rows, as of one batch of Accumulate·BatchSize. The last
	// group of an epoch may be smaller. If zero, 1.
	Accumulate int

	// Metrics are reported for training and test data beside the loss, in this
	// order. Those of the training data are over the epoch, each batch measured
	// just before the update it leads to.
	Metrics []Metric
	Hooks   []Hook // called in this order at every event

	// EvalEvery is the number of epochs between evaluations on the test data;
	// EvalEverySteps the number of updates. Both may be set. If both are zero,
	// every epoch is evaluated. The end of a run with an update is always
	// evaluated: if a hook stops it after the record of its last epoch was made,
	// the figures are put into that record before FitEnd.
	EvalEvery      int
	EvalEverySteps int

	EarlyStopping *EarlyStopping // ends the run when the test data says so; if nil, nothing does
	Plateau       *Plateau       // lowers the learning rate when the test data says so; if nil, the schedule alone decides

	OnNotFinite NotFinite   // what to do after a batch whose loss or gradient is NaN or infinite; if zero, EndRun
	Resume      *Checkpoint // to continue from; if nil, the run begins with the model as it is

	// SAM is the ρ of sharpness-aware minimization (Foret et al. 2021): every
	// batch's gradient is taken at x + ρ·g/‖g‖, where g is that at x, for twice
	// the time. The paper uses 0.05. The loss and the metrics reported are
	// those at x. If zero, the gradient at x is used.
	SAM float64
}

// NotFinite is a way to go on, or not, after a batch whose loss or gradient is
// NaN or infinite.
type NotFinite int

const (
	// EndRun ends the run with an error that wraps [optimizers.ErrNotFinite].
	EndRun NotFinite = iota
	// SkipBatch leaves the batch out of its update, which is not made if there is
	// no other batch in it, and counts it in History.Skipped. A loss that is not
	// finite is left out of the figures as well. States of the layers stay as the
	// model's Step left them.
	SkipBatch
)

// Fit trains the model on train and evaluates it on test, which may be nil.
//
// If the rule is an [optimizers.Evaluator], the model is evaluated at the rule's
// point of evaluation, and a run that ends without error leaves it there.
// A [datasets.EpochGatherer] is asked for the epochs from 0 to train on, and for
// epoch 0 to evaluate.
//
// Everything is checked first: a setting that is missing or out of range is an
// error that names it, with a nil history and an untouched model. After that the
// history is never nil, and the hooks' FitEnd runs however the run ended.
//
// Canceling the context ends the run within one step, also during an
// evaluation, with an error that wraps the context's. A loss, metric or
// gradient that is NaN or infinite ends it with an error that wraps
// [optimizers.ErrNotFinite] and names the step and, where there is one, the
// parameter; the parameters stay as before that step. A parameter that is NaN
// or infinite before the first step, at an evaluation, after an epoch or at the
// end is such an error too, and stays as it is. A hook ends it with
// [ErrStop], which is no error, or with an error of its own. When the run
// ends without error, early stopping puts the model back to its best.
//
// A panic in a hook, a metric, a rule, a schedule, the model or the data ends the
// run with an error that names it, the step, and the place of the panic. The
// parameters stay as before that step, but for a rule that panics in the middle
// of an update.
//
// Of a run that resumes, the history has what was before the checkpoint too.
//
// A parameter that is frozen ([optimizers.Param]), from the start or by a hook,
// is not trained, and one that a hook thaws is trained from then on. At the point
// of evaluation it is what the rule says: with [optimizers.EMA] an average up to
// its last update. It is an error if all are frozen at the start. Early stopping
// puts back frozen ones too.
//
// A model belongs to one Fit at a time.
func (t *Trainer) Fit(ctx context.Context, train, test datasets.Dataset) (*History, error) {
	r, err := t.begin(ctx, train, test)
	if err != nil {
		return nil, prefix.Error("trainer", err)
	}
	err = r.epochs(ctx)
	if r.early != nil {
		r.history.Best = r.early.best
		if err == nil && r.early.best != nil {
			r.memory.restore(&r.early.saved)
		}
	}
	if err != nil {
		r.history.StoppedBy = ""
	}
	r.state.Record, r.state.Err, r.done = nil, err, err == nil
	return r.history, join(err, r.fire(fitEnd))
}

// join is errors.Join that leaves a single error as it is.
func join(a, b error) error {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return errors.Join(a, b)
}
