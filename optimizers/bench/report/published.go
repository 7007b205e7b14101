package report

import (
	"math"

	"descent/optimizers/bench"
)

// Comparison compares a published result with ours.
type Comparison struct {
	bench.HeaderBaseline
	Entry string   // the entry with the same setup; empty if there is none
	Ours  Estimate // N is zero if that epoch was not measured
}

// quote compares the published results with our results for the same setups.
func (w *Workload) quote(r *Report) {
	for _, q := range w.HeaderWorkload.Baselines {
		c := Comparison{HeaderBaseline: q, Ours: estimate(nil, r)}
		for i := range w.Entries {
			e := &w.Entries[i]
			if !e.Fixed || e.Schedule != q.Schedule || e.Studies[0].Selected == nil {
				continue
			}
			if s := e.Studies[0].Selected; s.Fields != q.Fields || s.LR != q.LR {
				continue
			}
			c.Entry = e.Name
			c.Ours = estimate(w.at(e, q.Epoch), r)
			break
		}
		w.Published = append(w.Published, c)
	}
}

// at returns the metric of the scoring runs after an epoch, adjusted for
// divergence.
func (w *Workload) at(e *Entry, epoch int) (metrics []float64) {
	if epoch > w.Epochs {
		return nil
	}
	for _, r := range e.runs() {
		if r == nil {
			continue
		}
		v := math.NaN()
		if failed(r) {
			v = w.Failure
		}
		for _, p := range r.Points {
			if p.Epoch == float64(epoch) {
				v = p.Metric
			}
		}
		if !math.IsNaN(v) {
			metrics = append(metrics, v)
		}
	}
	return metrics
}
