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
	// Mean is the mean of the last validation metric over the tuning seeds, NaN if
	// Diverged. If Stopped, it is that at [bench.RungShare] of the budget.
	Mean     float64
	Stopped  bool
	Selected bool
	Diverged bool // in one or more of its runs
}

// hopeless reports whether every trial diverged, so that the first was selected.
func (e *Entry) hopeless() bool {
	trials := e.trials()
	return len(trials) > 0 && !slices.ContainsFunc(trials, func(t Trial) bool { return !t.Diverged })
}

// remark returns a remark on the tuning.
func (e *Entry) remark() string {
	if e.hopeless() {
		return "every trial diverged"
	}
	lost := 0
	for _, s := range e.Studies {
		if len(s.Trials) > 0 && !slices.ContainsFunc(s.Trials, func(t Trial) bool { return !t.Diverged }) {
			lost++
		}
	}
	var parts []string
	if lost > 0 {
		parts = append(parts, "in "+plural(lost, "study")+" every trial diverged")
	}
	for _, edge := range e.Edges {
		parts = append(parts, edge.String())
	}
	return strings.Join(parts, "; ")
}

// tuning collects the runs of a study's trials.
func (e *Entry) tuning(s *Study, results *bench.Results) {
	c := s.cell
	if len(c.Candidates) == 1 {
		return
	}
	selected, chosen := results.Selected(c)
	for k := range c.Candidates {
		rung, whole := results.Tuning(c, k, true), results.Tuning(c, k, false)
		runs := whole
		t := Trial{Candidate: c.Candidates[k], Selected: chosen && k == selected}
		if !complete(whole) && complete(rung) {
			runs, t.Stopped = rung, chosen
		}
		s.tuned = append(s.tuned, runs)
		for _, r := range slices.Concat(rung, whole) {
			if r != nil {
				e.TuningRuns++
			}
		}
		t.Mean = mean(runs)
		t.Diverged = slices.ContainsFunc(runs, func(r *bench.Record) bool { return r != nil && failed(r) })
		for _, r := range runs {
			if r != nil && failed(r) {
				e.TuningDiverged++
			}
		}
		if complete(runs) {
			s.Trials = append(s.Trials, t)
		}
	}
}

func complete(runs []*bench.Record) bool { return !slices.Contains(runs, nil) }

// mean returns the mean of the last metrics of runs, or NaN if one failed or is
// missing.
func mean(runs []*bench.Record) float64 {
	var finals []float64
	for _, r := range runs {
		if r == nil || failed(r) {
			return math.NaN()
		}
		finals = append(finals, r.Final())
	}
	s, err := stats.Summarize(finals)
	if err != nil {
		return math.NaN()
	}
	return s.Mean
}

// setting describes the selected settings: the range over the studies of each value of
// the space and of the rate.
func (e *Entry) setting() string {
	var parts []string
	rates, all := []float64{}, make([][]float64, len(e.Space))
	same := true // the rate is a value of the space
	for _, s := range e.Studies {
		if s.Selected == nil {
			continue
		}
		rates = append(rates, s.Selected.LR)
		same = same && slices.Contains(s.Selected.Values, s.Selected.LR)
		for d, v := range s.Selected.Values {
			all[d] = append(all[d], v)
		}
	}
	if len(rates) == 0 {
		return "tuning not finished"
	}
	for d, values := range all {
		parts = append(parts, clean(e.Space[d].Name)+" "+span(values))
	}
	if !same {
		parts = append(parts, "lr "+span(rates))
	}
	return strings.Join(parts, ", ")
}

// span formats the range of some values.
func span(values []float64) string {
	low, high := slices.Min(values), slices.Max(values)
	if low == high {
		return setting(low)
	}
	return number(low, 3) + " to " + number(high, 3)
}
