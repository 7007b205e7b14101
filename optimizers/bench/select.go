package bench

import (
	"math"

	"descent/optimizers/bench/stats"
)

// Tuning returns the runs that a candidate of a cell is judged by, one for each
// tuning seed; nil where one is missing.
func (r *Results) Tuning(c Cell, candidate int) []*Record {
	runs := make([]*Record, max(r.Header.TuningSeeds, 0))
	for i := range runs {
		runs[i] = r.get(r.Header.settings(c, candidate, Validation, r.Header.tuningSeed(i)))
	}
	return runs
}

// Scoring returns the runs of a cell's best candidate, one for each scoring
// seed, in the order of the seeds; nil where one is missing, as all are before
// the tuning is done.
func (r *Results) Scoring(c Cell) []*Record {
	runs := make([]*Record, max(r.Header.Seeds, 0))
	best, ok := r.Selected(c)
	if !ok {
		return runs
	}
	for i := range runs {
		runs[i] = r.get(r.Header.settings(c, best, Test, r.Header.scoringSeed(i)))
	}
	return runs
}

// Selected returns the candidate with the best mean of the final metric over
// the tuning seeds, the first of equals; a candidate of which a run diverged
// comes after all others. It is false as long as a tuning run is missing. A
// single candidate was fixed beforehand.
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
			continue // a run diverged, or has no measurement
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

// Final is the metric at the end of a run: of its last point.
func (r *Record) Final() float64 {
	if len(r.Points) == 0 {
		return math.NaN()
	}
	return r.Points[len(r.Points)-1].Metric
}

// Missing counts the runs that the plan still lacks; those of scoring count in
// full as long as the tuning of their cell is not done.
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
