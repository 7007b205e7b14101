package report

import (
	"math"
	"slices"

	"descent/optimizers/bench"
	"descent/optimizers/bench/stats"
)

// Unit is the unit of the tests and intervals of a workload.
type Unit string

// The units. A study represents everything that a user of an optimizer would do,
// including tuning, so that a verdict is about optimizers. If nothing was tuned, the
// unit is a scoring run, and a verdict is about the given settings.
const (
	Studies Unit = "study"
	Seeds   Unit = "seed"
)

// Workload is the analysis of a workload.
type Workload struct {
	bench.HeaderWorkload

	// Failure is the metric that a diverged scoring run counts as: the worst
	// initial metric of any scoring run. NaN without measurements.
	Failure float64
	Unit    Unit
	// Ratios reports whether scores are compared by their ratios, which is the case for
	// losses if all are positive. The spread of losses grows with them, and differences
	// of skewed scores with unequal spread would mislead a test.
	Ratios  bool
	Entries []Entry // in the order of the plan
	Pairs   []Pair  // of all Entries i < j, or only those with one entry
	// UnitsNeeded is the minimum number of studies or seeds for any significant
	// difference. Zero without pairs.
	UnitsNeeded int
	Published   []Comparison

	units int   // of the plan
	best  []int // indices of the Entries with scores, the best mean first
}

func (r *Report) analyze(results *bench.Results, listed bench.HeaderWorkload) (Workload, error) {
	w := Workload{HeaderWorkload: listed, Failure: math.NaN(), Unit: Seeds}
	h := &results.Header
	for k, listed := range h.Optimizers {
		e := Entry{Entry: listed, Fixed: true, place: k}
		for _, c := range h.Cells {
			if c.Workload != w.Name || c.Entry != e.Name {
				continue
			}
			for len(e.Studies) < c.Study { // one that another grid did not plan
				e.Studies = append(e.Studies, Study{Number: len(e.Studies), Score: math.NaN()})
			}
			s := e.study(results, c)
			e.Studies = append(e.Studies, s)
			e.Planned += h.Seeds
			w.fail(s.scoring)
		}
		if len(e.Studies) == 0 {
			continue // of a grid that did not plan this workload
		}
		e.Drawn = e.Fixed && len(e.Space) > 0
		if !e.Fixed || e.Drawn {
			w.Unit = Studies
		}
		w.Entries = append(w.Entries, e)
	}
	w.units = h.Studies
	if w.Unit == Seeds {
		w.units *= h.Seeds
	}
	for i := range w.Entries {
		if err := w.measure(&w.Entries[i]); err != nil {
			return Workload{}, err
		}
	}
	w.summarize(r)
	w.edges()
	w.order()
	if err := w.compare(r); err != nil {
		return Workload{}, err
	}
	w.quote(r)
	return w, nil
}

// study collects the runs of a study.
func (e *Entry) study(results *bench.Results, c bench.Cell) Study {
	s := Study{Number: c.Study, cell: c, scoring: results.Scoring(c)}
	e.Fixed = e.Fixed && len(c.Candidates) == 1
	e.tuning(&s, results)
	if k, ok := results.Selected(c); ok {
		s.Selected = &c.Candidates[k]
	}
	return s
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

// tuned returns the entries with trials, and the names of the others.
func (w *Workload) tuned() (tuned []int, fixed []string) {
	for i := range w.Entries {
		e := &w.Entries[i]
		switch {
		case e.Fixed:
			fixed = append(fixed, w.name(i))
		case slices.ContainsFunc(e.Studies, func(s Study) bool { return len(s.Trials) > 0 }):
			tuned = append(tuned, i)
		}
	}
	return tuned, fixed
}
