package report

import (
	"math"
	"slices"
	"strings"

	"descent/optimizers/bench"
	"descent/optimizers/bench/stats"
)

// Trial is a candidate that tuning tried.
type Trial struct {
	bench.Candidate
	Mean     float64 // final validation metric over the tuning seeds; NaN if Diverged
	Diverged bool    // in one or more of its runs
}

// Edge is a dimension in which the selected candidate has the lowest or highest
// value tried, so that a better one may lie beyond the search space.
type Edge struct {
	Dimension string
	Highest   bool // if false, the lowest
}

// fewTrials is the number of trials up to which edges are common and tell
// nothing.
const fewTrials = 4

// edges finds the dimensions in which candidate k is outermost.
func (e *Entry) edges(k int) {
	if len(e.cell.Candidates) <= fewTrials || e.hopeless() {
		return
	}
	for d, dimension := range e.Space {
		lowest, highest := true, true
		for i, c := range e.cell.Candidates {
			if i != k {
				lowest = lowest && e.Selected.Values[d] < c.Values[d]
				highest = highest && e.Selected.Values[d] > c.Values[d]
			}
		}
		if lowest || highest {
			e.Edges = append(e.Edges, Edge{Dimension: dimension.Name, Highest: highest})
		}
	}
}

// String describes the edge.
func (e Edge) String() string {
	if e.Highest {
		return e.Dimension + " is the highest tried"
	}
	return e.Dimension + " is the lowest tried"
}

// hopeless reports whether every trial diverged, so that the first was selected.
func (e *Entry) hopeless() bool {
	return len(e.Trials) > 0 && !slices.ContainsFunc(e.Trials, func(t Trial) bool { return !t.Diverged })
}

// remark returns a remark on a tuned setting.
func (e *Entry) remark() string {
	var parts []string
	switch {
	case e.hopeless():
		return "every trial diverged"
	case len(e.Edges) > 0:
		for _, edge := range e.Edges {
			parts = append(parts, edge.String())
		}
		return list(parts) + ": a better value may lie beyond"
	}
	return ""
}

// tuning collects the runs of the trials.
func (e *Entry) tuning(results *bench.Results) {
	if e.Fixed {
		return
	}
	for k, c := range e.cell.Candidates {
		runs := results.Tuning(e.cell, k)
		e.tuned = append(e.tuned, runs)
		t, all := Trial{Candidate: c, Mean: math.NaN()}, true
		var finals []float64
		for _, r := range runs {
			if r == nil {
				all = false
				continue
			}
			e.TuningRuns++
			if failed(r) {
				e.TuningDiverged++
				t.Diverged = true
			}
			finals = append(finals, r.Final())
		}
		if s, err := stats.Summarize(finals); err == nil && !t.Diverged {
			t.Mean = s.Mean
		}
		if all {
			e.Trials = append(e.Trials, t)
		}
	}
}

// setting describes the selected setting: the values of the space and the rate.
func (e *Entry) setting() string {
	if e.Selected == nil {
		return "tuning not finished"
	}
	var parts []string
	rate := true // still to name
	for i, d := range e.Space {
		parts = append(parts, clean(d.Name)+" "+setting(e.Selected.Values[i]))
		rate = rate && e.Selected.Values[i] != e.Selected.LR
	}
	if rate {
		parts = append(parts, "lr "+setting(e.Selected.LR))
	}
	return strings.Join(parts, ", ")
}
