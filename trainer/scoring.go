package trainer

import (
	"context"
	"fmt"
)

// evaluateEpoch reports whether the test data is due after the epoch, or its scores
// are known.
func (r *run) evaluateEpoch() bool {
	every := r.t.EvalEvery
	if every == 0 && r.t.EvalEverySteps == 0 {
		every = 1
	}
	last := r.stopped || r.state.Epoch == r.t.Epochs
	known := r.scored == r.state.Step
	return r.test != nil && (known || last || every > 0 && r.state.Epoch%every == 0)
}

// evaluate scores the test data at this step, which is of this epoch, once, and
// lets early stopping and the plateau see it.
func (r *run) evaluate(ctx context.Context, epoch int) (*Scores, error) {
	if r.scored != r.state.Step {
		if err := r.score(ctx, epoch); err != nil {
			return nil, err
		}
	}
	scores := r.scores
	return &scores, nil
}

// score evaluates the model at the rule's point of evaluation.
func (r *run) score(ctx context.Context, epoch int) (err error) {
	r.optimizer.Swap()
	defer r.optimizer.Swap()
	if err := r.checkValues(); err != nil {
		return err
	}
	if r.scores, err = evaluate(ctx, r.t.Model, r.test, r.t.BatchSize, r.t.Metrics); err != nil {
		return r.wrap(ctx, err, fmt.Sprintf("evaluation after step %d", r.state.Step))
	}
	r.scored = r.state.Step
	if r.early != nil && r.early.observe(r.scores.watched(r.t.Metrics, r.early.Metric), epoch, r.state.Step, r.memory) {
		r.stop("early stopping")
	}
	if p := r.t.Plateau; p != nil {
		*r.history.Plateau = p.Next(*r.history.Plateau, r.scores.watched(r.t.Metrics, p.Metric))
	}
	return nil
}

// finish evaluates the end of a run, if a stop came after the record of its last
// epoch, and leaves the model at the point of evaluation.
func (r *run) finish(ctx context.Context) (err error) {
	if last := r.history.Last(); last != nil && r.test != nil && last.Test == nil {
		if last.Test, err = r.evaluate(ctx, last.Epoch); err != nil {
			return err
		}
	}
	r.optimizer.Swap()
	if err = r.checkValues(); err != nil {
		r.optimizer.Swap() // as an error leaves the model at the point of training
	}
	return err
}

// checkValues reports a parameter that is not finite after an update.
func (r *run) checkValues() error {
	if err := finiteValues(r.params); err != nil {
		return fmt.Errorf("trainer: after step %d: %w", r.state.Step, err)
	}
	return nil
}
