package bench

import (
	"math"

	"descent/optimizers/bench/stats"
)

// Tuning returns the tuning runs of a candidate, one for each tuning seed. A
// missing run is nil.
func (r *Results) Tuning(c Cell, candidate int) []*Record {
	runs := make([]*Record, max(r.Header.TuningSeeds, 0))
	for i := range runs {
		runs[i] = r.get(r.Header.key(c, candidate, Validation, r.Header.tuningSeed(i)))
	}
	return runs
}

// Scoring returns the scoring runs of a cell's best candidate, in the order of the
// scoring seeds. A missing run is nil; all are until tuning is done.
func (r *Results) Scoring(c Cell) []*Record {
	runs := make([]*Record, max(r.Header.Seeds, 0))
	best, ok := r.Selected(c)
	if !ok {
		return runs
	}
	for i := range runs {
		runs[i] = r.get(r.Header.key(c, best, Test, r.Header.scoringSeed(i)))
	}
	return runs
}

// Selected returns the candidate with the best mean final metric over the tuning
// seeds, or the first of several. Candidates with a diverged run rank last. A
// single candidate needs no tuning. ok is false while a tuning run is missing.
func (r *Results) Selected(c Cell) (candidate int, ok bool) {
	if !c.tuned() {
		return 0, true
	}
	maximize := r.Header.workload(c.Workload).Maximize
	best := math.Inf(-1)
	for i := range c.Candidates {
		var finals []float64
		for _, run := range r.Tuning(c, i) {
			if run == nil {
				return 0, false
			}
			if !run.Diverged {
				finals = append(finals, run.Final())
			}
		}
		s, err := stats.Summarize(finals)
		if err != nil || len(finals) < r.Header.TuningSeeds {
			continue // a run diverged or has no measurement
		}
		score := s.Mean
		if !maximize {
			score = -score
		}
		if score > best {
			best, candidate = score, i
		}
	}
	return candidate, true
}

// Final returns the metric at the last point of a run, or NaN if it has no points.
func (r *Record) Final() float64 {
	if len(r.Points) == 0 {
		return math.NaN()
	}
	return r.Points[len(r.Points)-1].Metric
}

// Missing returns the number of missing runs and of all runs of the plan. All
// scoring runs of a cell are missing until its tuning is done.
func (r *Results) Missing() (missing, all int) {
	for _, c := range r.Header.Cells {
		if c.tuned() {
			for i := range c.Candidates {
				for _, run := range r.Tuning(c, i) {
					all++
					if run == nil {
						missing++
					}
				}
			}
		}
		for _, run := range r.Scoring(c) {
			all++
			if run == nil {
				missing++
			}
		}
	}
	return missing, all
}
