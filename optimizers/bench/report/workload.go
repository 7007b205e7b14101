package report

import (
	"math"

	"descent/optimizers/bench"
	"descent/optimizers/bench/stats"
)

// Workload is the analysis of a workload.
type Workload struct {
	bench.HeaderWorkload

	// Failure is the metric that a diverged scoring run counts as: the worst
	// initial metric of any scoring run. NaN without measurements.
	Failure float64
	Entries []Entry // in the order of the plan
	Pairs   []Pair  // of all Entries i < j
	// SeedsNeeded is the minimum number of scoring seeds for any significant
	// difference: the smallest n with 2/2ⁿ ≤ α/m for m pairs. Zero without pairs.
	SeedsNeeded int
	Published   []Comparison

	best []int // indices of the Entries with runs, the best mean first
}

func (r *Report) analyze(results *bench.Results, listed bench.HeaderWorkload) (Workload, error) {
	w := Workload{HeaderWorkload: listed, Failure: math.NaN()}
	for i, c := range results.Header.Cells {
		if c.Workload != listed.Name {
			continue
		}
		e := Entry{
			Entry: results.Header.Optimizers[i%len(results.Header.Optimizers)],
			Fixed: len(c.Candidates) == 1, Planned: results.Header.Seeds, cell: c,
		}
		e.Drawn = e.Fixed && len(e.Space) > 0
		e.scoring = results.Scoring(c)
		e.tuning(results)
		if k, ok := results.Selected(c); ok {
			e.Selected = &c.Candidates[k]
			e.edges(k)
		}
		w.Entries = append(w.Entries, e)
		w.fail(e.scoring)
	}
	for i := range w.Entries {
		if err := w.measure(&w.Entries[i], r); err != nil {
			return Workload{}, err
		}
	}
	w.order()
	if err := w.compare(r); err != nil {
		return Workload{}, err
	}
	w.quote(r)
	return w, nil
}

// goal says whether higher or lower metrics are better.
func (w *Workload) goal() stats.Goal {
	if w.Maximize {
		return stats.Maximize
	}
	return stats.Minimize
}

// better reports whether metric a is better than b. Any number is better than NaN.
func (w *Workload) better(a, b float64) bool {
	if math.IsNaN(a) || math.IsNaN(b) {
		return !math.IsNaN(a)
	}
	return a != b && a > b == w.Maximize
}

// reaches reports whether a metric is at or beyond the target.
func (w *Workload) reaches(v float64) bool { return v == w.Target || w.better(v, w.Target) }

// failed reports whether a run has no final metric of its own.
func failed(r *bench.Record) bool { return r.Diverged || len(r.Points) == 0 }

// fail updates Failure with the initial metrics of runs.
func (w *Workload) fail(runs []*bench.Record) {
	for _, r := range runs {
		if r == nil || len(r.Points) == 0 {
			continue
		}
		if v := r.Points[0].Metric; math.IsNaN(w.Failure) || w.better(w.Failure, v) {
			w.Failure = v
		}
	}
}
