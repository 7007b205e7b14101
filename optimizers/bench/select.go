package bench

import (
	"cmp"
	"math"
	"slices"

	"descent/optimizers/bench/stats"
)

// Tuning returns the tuning runs of a candidate, one for each tuning seed: the runs to
// the end or, if rung is set, those that ended at [RungShare] of the budget. A missing
// run is nil.
func (r *Results) Tuning(c Cell, candidate int, rung bool) []*Record {
	stop := 0.
	if rung {
		stop = RungShare
	}
	runs := make([]*Record, max(r.Header.TuningSeeds, 0))
	for i := range runs {
		runs[i] = r.get(r.Header.key(c, candidate, Validation, stop, r.Header.tuningSeed(c.Study, i)))
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
		runs[i] = r.get(r.Header.key(c, best, Test, 0, r.Header.scoringSeed(c.Study, i)))
	}
	return runs
}

// Survivors returns the candidates trained to the end, in order. ok is false
// while a run up to the rung is missing.
func (r *Results) Survivors(c Cell) (candidates []int, ok bool) {
	candidates = all(len(c.Candidates))
	if !r.Header.halved(c) {
		return candidates, true
	}
	candidates, ok = r.ranked(c, candidates, true)
	if ok {
		candidates = candidates[:survivors(len(candidates))]
		slices.Sort(candidates)
	}
	return candidates, ok
}

// Selected returns the candidate with the best mean final metric over the tuning
// seeds, or the first of several. Candidates with a diverged run rank last. A
// single candidate needs no tuning. ok is false while a tuning run is missing.
func (r *Results) Selected(c Cell) (candidate int, ok bool) {
	if !c.tuned() {
		return 0, true
	}
	candidates, ok := r.Survivors(c)
	if ok {
		candidates, ok = r.ranked(c, candidates, false)
	}
	if !ok {
		return 0, false
	}
	return candidates[0], true
}

// all returns the first n numbers from 0.
func all(n int) []int {
	numbers := make([]int, n)
	for i := range numbers {
		numbers[i] = i
	}
	return numbers
}

// ranked sorts candidates by their tuning runs, the best first. ok is false while one
// is missing.
func (r *Results) ranked(c Cell, candidates []int, rung bool) (sorted []int, ok bool) {
	maximize := r.Header.workload(c.Workload).Maximize
	cost := make([]float64, len(c.Candidates))
	for _, i := range candidates {
		var finals []float64
		for _, run := range r.Tuning(c, i, rung) {
			if run == nil {
				return nil, false
			}
			if !run.Diverged {
				finals = append(finals, run.Final())
			}
		}
		s, err := stats.Summarize(finals)
		switch {
		case err != nil || len(finals) < r.Header.TuningSeeds: // a run diverged or has no measurement
			cost[i] = math.Inf(1)
		case maximize:
			cost[i] = -s.Mean
		default:
			cost[i] = s.Mean
		}
	}
	sorted = slices.Clone(candidates)
	slices.SortStableFunc(sorted, func(i, j int) int { return cmp.Compare(cost[i], cost[j]) })
	return sorted, true
}

// stages calls visit for the runs of a cell that are known so far, and returns the
// number of unknown runs: those of the survivors until the rung is passed, and the
// scoring runs until tuning is done.
func (r *Results) stages(c Cell, visit func(k RunKey, candidate int)) (ahead int) {
	h := &r.Header
	tune := func(candidates []int, stop float64) {
		for _, i := range candidates {
			for s := range h.TuningSeeds {
				visit(h.key(c, i, Validation, stop, h.tuningSeed(c.Study, s)), i)
			}
		}
	}
	if c.tuned() {
		if h.halved(c) {
			tune(all(len(c.Candidates)), RungShare)
		}
		left, ok := r.Survivors(c)
		if !ok {
			return survivors(len(c.Candidates))*h.TuningSeeds + h.Seeds
		}
		tune(left, 0)
	}
	best, ok := r.Selected(c)
	if !ok {
		return h.Seeds
	}
	for s := range h.Seeds {
		visit(h.key(c, best, Test, 0, h.scoringSeed(c.Study, s)), best)
	}
	return 0
}

// Final returns the metric at the last point of a run, or NaN if it has no points.
func (r *Record) Final() float64 {
	if len(r.Points) == 0 {
		return math.NaN()
	}
	return r.Points[len(r.Points)-1].Metric
}

// Missing returns the number of missing runs and of all runs of the plan. Runs that
// depend on missing runs count as missing.
func (r *Results) Missing() (missing, all int) {
	for _, c := range r.Header.Cells {
		ahead := r.stages(c, func(k RunKey, _ int) {
			all++
			if r.get(k) == nil {
				missing++
			}
		})
		missing, all = missing+ahead, all+ahead
	}
	return missing, all
}
