package trainer

import (
	"context"
	"errors"

	"descent/datasets"
	"descent/internal/prefix"
	"descent/lrsched"
	"descent/optimizers"
)

// Trainer specifies how to fit a model. Model, Rule, Schedule, Epochs and
// BatchSize must be set; the zero value of every other field is its default.
type Trainer struct {
	Model    Model
	Rule     optimizers.Rule
	Schedule lrsched.Schedule // asked once per update, by its index from 0
	Epochs   int              // passes over the training data, 1 or more; the number of updates must fit an int

	// BatchSize is the number of examples in a batch, from 1 to the number of
	// training examples. The last batch of an epoch may be smaller. A batch counts
	// by its [datasets.Batch.Weight], which must not be 0.
	BatchSize int
	DropLast  bool // skip a smaller last batch

	Order  Order              // of the training examples; if zero, a new one in every epoch
	Seed   uint64             // of that order, and of the rule's random numbers
	Clip   optimizers.Clip    // limits the gradients, after accumulation over several batches
	Groups []optimizers.Group // parameters with separate settings

	// Accumulate is the number of batches per update. The gradient is the mean
	// over all their rows, as for one batch of Accumulate·BatchSize. The last
	// group of an epoch may be smaller. If zero, 1.
	Accumulate int

	// Metrics are reported for training and test data along with the loss, in this
	// order. Training metrics cover the epoch, with each batch measured just before
	// the update it leads to.
	Metrics []Metric
	Hooks   []Hook // called in this order at every event

	// EvalEvery is the number of epochs between evaluations on the test data, and
	// EvalEverySteps the number of updates. Both may be set. If both are zero,
	// every epoch is evaluated. The end of a run with an update is always
	// evaluated. If a hook stops the run after the record of its last epoch was made,
	// the figures are added to that record before FitEnd.
	EvalEvery      int
	EvalEverySteps int

	EarlyStopping *EarlyStopping // ends the run depending on the test data; if nil, nothing does
	Plateau       *Plateau       // lowers the learning rate depending on the test data; if nil, the schedule alone decides

	OnNotFinite NotFinite   // what to do after a batch whose loss or gradient is NaN or infinite; if zero, EndRun
	Resume      *Checkpoint // to resume from; if nil, the run begins with the model as it is

	// SAM is the ρ of sharpness-aware minimization (Foret et al. 2021): every
	// batch's gradient is taken at x + ρ·g/‖g‖, where g is the gradient at x. This
	// doubles the time. The paper uses 0.05. The reported loss and metrics are those
	// at x. If zero, the gradient at x is used.
	SAM float64
}

// NotFinite says what to do after a batch whose loss or gradient is NaN or infinite.
type NotFinite int

const (
	// EndRun ends the run with an error that wraps [optimizers.ErrNotFinite].
	EndRun NotFinite = iota
	// SkipBatch leaves the batch out of its update and counts it in History.Skipped.
	// An update without another batch is not made. A loss that is not finite is also
	// left out of the figures. States of the layers stay as the model's Step left them.
	SkipBatch
)

// Fit trains the model on train and evaluates it on test, which may be nil.
//
// If the rule is an [optimizers.Evaluator], the model is evaluated at the rule's
// point of evaluation, and a run that ends without error leaves it there.
// A [datasets.EpochGatherer] is asked for the epochs from 0 to train on, and for
// epoch 0 to evaluate.
//
// Fit first checks everything. A setting that is missing or out of range is an
// error that names it, with a nil history and an untouched model. After that the
// history is never nil, and the hooks' FitEnd runs however the run ended.
//
// Canceling the context ends the run within one step, even during an
// evaluation, with an error that wraps the context's. A loss, metric or
// gradient that is NaN or infinite ends it with an error that wraps
// [optimizers.ErrNotFinite] and names the step and, where there is one, the
// parameter; the parameters stay as before that step. A parameter that is NaN
// or infinite before the first step, at an evaluation, after an epoch or at the
// end is such an error too, and keeps that value. A hook ends the run with
// [ErrStop], which is not an error, or with any other error. When the run
// ends without error, early stopping restores the best model.
//
// A panic in a hook, a metric, a rule, a schedule, the model or the data ends the
// run with an error that names its source, the step, and the place of the panic. The
// parameters stay as before that step, unless a rule panics in the middle of an
// update.
//
// The history of a resumed run includes the run before the checkpoint.
//
// A frozen parameter ([optimizers.Param]) is not trained, whether it is frozen from
// the start or by a hook. One that a hook thaws is trained from then on. The rule
// determines its value at the point of evaluation: with [optimizers.EMA] an average
// up to its last update. It is an error if all parameters are frozen at the start.
// Early stopping restores frozen parameters too.
//
// A model may be used by only one Fit at a time.
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
