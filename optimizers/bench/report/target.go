package report

import (
	"math"

	"descent/optimizers/bench"
	"descent/optimizers/bench/stats"
)

// Target says when the runs of an entry reached the target: at the first measurement
// from which all are at or beyond it, without interpolation. A run that missed it, or
// fell behind it again, is censored at its end or, if it diverged, at the end of the
// entry's longest run.
type Target struct {
	Reached, Runs int
	// Medians by [stats.KaplanMeier]: +Inf if fewer than half of the runs reached
	// the target, NaN without runs.
	Steps, Epochs, Seconds float64
}

// toTarget computes when runs reached the target.
func (w *Workload) toTarget(runs []*bench.Record) (Target, error) {
	t := Target{Steps: math.NaN(), Epochs: math.NaN(), Seconds: math.NaN()}
	var end bench.Point // the latest
	for _, r := range runs {
		if r != nil && len(r.Points) > 0 {
			last := r.Points[len(r.Points)-1]
			end.Step, end.Epoch, end.Seconds = max(end.Step, last.Step), max(end.Epoch, last.Epoch), max(end.Seconds, last.Seconds)
		}
	}
	var steps, epochs, seconds []float64
	var missed []bool
	for _, r := range runs {
		if r == nil {
			continue
		}
		p, ok := w.first(r)
		if !ok {
			p = end
			if !failed(r) {
				p = r.Points[len(r.Points)-1]
			}
		}
		steps, epochs, seconds = append(steps, float64(p.Step)), append(epochs, p.Epoch), append(seconds, p.Seconds)
		missed = append(missed, !ok)
	}
	t.Runs = len(missed)
	if t.Runs == 0 {
		return t, nil
	}
	for _, m := range []struct {
		times  []float64
		median *float64
	}{{steps, &t.Steps}, {epochs, &t.Epochs}, {seconds, &t.Seconds}} {
		s, err := stats.KaplanMeier(m.times, missed)
		if err != nil {
			return Target{}, err
		}
		*m.median, _ = s.Median()
		t.Reached = s.Runs - s.Censored
	}
	return t, nil
}

// first returns the first measurement of a run from which all are at or beyond the
// target. A diverged run has none.
func (w *Workload) first(r *bench.Record) (p bench.Point, ok bool) {
	if failed(r) {
		return p, false
	}
	for _, q := range r.Points {
		switch {
		case !w.reaches(q.Metric):
			ok = false
		case !ok:
			p, ok = q, true
		}
	}
	return p, ok
}
