package trainer

import (
	"context"
	"fmt"

	"descent/datasets"
	"descent/internal/caught"
	"descent/internal/prefix"
	"descent/lrsched"
)

// Calls of code that may be a user's. A panic there becomes an error that names the
// function called.

// begin is newRun.
func (t *Trainer) begin(ctx context.Context, train, test datasets.Dataset) (_ *run, err error) {
	defer caught.Error(&err, "", "")
	return newRun(ctx, t, train, test)
}

// epochs runs everything from FitStart to the last evaluation. It catches panics that
// the calls below do not, such as one of a data set.
func (r *run) epochs(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = prefix.Error("trainer", caught.New(p), fmt.Sprintf("after step %d", r.state.Step))
		}
	}()
	err = r.fire(fitStart)
	for err == nil && (r.Begun || !r.stopped && r.state.Epoch < r.t.Epochs) {
		err = r.epoch(ctx)
	}
	if err == nil {
		err = r.finish(ctx)
	}
	return err
}

func (h *Hook) call(e event, s *State) (err error) {
	f := h.at(e)
	if f == nil {
		return nil
	}
	defer caught.Error(&err, "", "")
	return f(s)
}

func stepOf(m Model, b *datasets.Batch) (loss float64, output []float32, err error) {
	defer caught.Error(&err, "Model.Step", "")
	return m.Step(b)
}

func evaluateOf(m Model, b *datasets.Batch) (loss float64, output []float32, err error) {
	defer caught.Error(&err, "Model.Evaluate", "")
	return m.Evaluate(b)
}

func (s *sharpness) call(b *datasets.Batch) (loss float64, err error) {
	defer caught.Error(&err, "Model.Redo", "")
	loss, _, err = s.redo(b)
	return loss, err
}

func rateAt(s lrsched.Schedule, step int) (rate float64, err error) {
	defer caught.Error(&err, "Schedule", "")
	return s.At(step), nil
}
