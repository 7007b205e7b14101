package trainer

import (
	"fmt"
	"math"
	"slices"
)

// EarlyStopping ends a run when a figure on the test data stops improving, and
// restores the model of the best evaluation: everything that training changes if
// the model is [Stateful], the parameters if not. It also restores the model when a
// run reaches its last epoch or a hook stops it, but not when a run fails or is
// canceled.
type EarlyStopping struct {
	Metric   string  // name of the trainer's metric to watch; if empty, the loss
	Maximize bool    // larger is better; if false, smaller
	Patience int     // evaluations in a row without an improvement that end the run, 1 or more
	MinDelta float64 // an improvement is better than the best figure by more than this, 0 or more
}

// Best is the evaluation that early stopping found best.
type Best struct {
	Epoch int     `json:"epoch"`
	Step  int     `json:"step"`
	Value float64 `json:"value"` // of the figure watched
}

func (e EarlyStopping) validate(metrics []Metric) error {
	if err := checkWatched("EarlyStopping", e.Metric, e.MinDelta, metrics); err != nil {
		return err
	}
	if e.Patience < 1 {
		return fmt.Errorf("EarlyStopping: Patience = %d: want 1 or more", e.Patience)
	}
	return nil
}

// checkWatched reports a figure that the trainer lacks, or a MinDelta out of range.
func checkWatched(by, metric string, minDelta float64, metrics []Metric) error {
	if metric != "" && metricIndex(metrics, metric) < 0 {
		names := make([]string, len(metrics))
		for i, m := range metrics {
			names[i] = m.Name
		}
		return fmt.Errorf("%s: Metric = %q: want empty, for the loss, or one of the trainer's Metrics %q", by, metric, names)
	}
	if !(minDelta >= 0) || math.IsInf(minDelta, 1) {
		return fmt.Errorf("%s: MinDelta = %v: want a finite number, 0 or more", by, minDelta)
	}
	return nil
}

// watched is the figure of this name, or the loss.
func (s Scores) watched(metrics []Metric, name string) float64 {
	if name == "" {
		return s.Loss
	}
	return s.Metrics[metricIndex(metrics, name)]
}

func metricIndex(metrics []Metric, name string) int {
	return slices.IndexFunc(metrics, func(m Metric) bool { return m.Name == name })
}

// watch is early stopping at work.
type watch struct {
	EarlyStopping
	best  *Best    // nil before the first evaluation
	saved snapshot // the model then
	since int      // evaluations since the best
}

// observe takes the figure of an evaluation, keeps a copy of the model if it is
// the best, and reports whether the patience is used up.
func (w *watch) observe(value float64, epoch, step int, model memory) bool {
	if w.best != nil && !w.improves(value) {
		w.since++
		return w.since >= w.Patience
	}
	w.best, w.since = &Best{Epoch: epoch, Step: step, Value: value}, 0
	model.save(&w.saved)
	return false
}

func (w *watch) improves(value float64) bool {
	if w.Maximize {
		return value > w.best.Value+w.MinDelta
	}
	return value < w.best.Value-w.MinDelta
}
