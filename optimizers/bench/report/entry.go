package report

import (
	"cmp"
	"math"
	"slices"

	"descent/optimizers/bench"
	"descent/optimizers/bench/stats"
)

// Entry is the result of an entry on a workload.
type Entry struct {
	bench.Entry
	Fixed    bool             // a single candidate: no tuning
	Drawn    bool             // the single candidate is a random trial
	Selected *bench.Candidate // chosen by tuning; nil until tuning is done
	Edges    []Edge           // dimensions in which Selected is outermost

	Planned, Runs int // scoring runs: planned and available
	Diverged      int // diverged runs
	Worse         int // other runs that ended worse than Workload.Failure
	Final, Best   Estimate
	Target        Target
	TrainSeconds  float64 // mean training time of the scoring runs; NaN without runs

	Trials                     []Trial // the complete trials, in order
	TuningRuns, TuningDiverged int

	// Rank among the entries of the workload, from 1, by [stats.Ranks]; zero
	// without runs.
	Rank int

	cell    bench.Cell
	scoring []*bench.Record // by seed; nil where one is missing
	final   []float64       // the final metrics, adjusted for divergence; NaN if missing
	tuned   [][]*bench.Record
}

// Estimate is a mean over seeds with its uncertainty. Numbers that need more runs
// are NaN.
type Estimate struct {
	N        int
	Mean, SD float64
	Interval stats.Interval // by [stats.BootstrapMean]
}

// estimate omits the interval if there are too few observations, or if they are
// too large.
func estimate(x []float64, r *Report) Estimate {
	nan := math.NaN()
	e := Estimate{N: len(x), Mean: nan, SD: nan, Interval: stats.Interval{Low: nan, High: nan}}
	s, err := stats.Summarize(x)
	if err != nil {
		return e
	}
	e.Mean, e.SD = s.Mean, s.SD
	if len(x) < 2 || !finite(s.SD) {
		return e
	}
	if i, err := stats.BootstrapMean(x, r.Options.Level, stats.Resamples, r.header.Seed); err == nil {
		e.Interval = i
	}
	return e
}

// measure computes the numbers of an entry.
func (w *Workload) measure(e *Entry, r *Report) error {
	var final, best, seconds []float64
	for _, run := range e.scoring {
		e.final = append(e.final, math.NaN())
		if run == nil {
			continue
		}
		e.Runs++
		switch {
		case failed(run):
			e.Diverged++
		case w.better(w.Failure, run.Final()):
			e.Worse++
		}
		last, top := w.counts(run)
		e.final[len(e.final)-1] = last
		if !math.IsNaN(last) {
			final, best = append(final, last), append(best, top)
		}
		if n := len(run.Points); n > 0 {
			seconds = append(seconds, run.Points[n-1].Seconds)
		}
	}
	e.Final, e.Best = estimate(final, r), estimate(best, r)
	e.TrainSeconds = estimate(seconds, r).Mean
	var err error
	e.Target, err = w.toTarget(e.scoring)
	return err
}

// counts returns a run's final and best metrics, adjusted for divergence.
func (w *Workload) counts(r *bench.Record) (final, best float64) {
	if failed(r) {
		return w.Failure, w.Failure
	}
	best = r.Points[0].Metric
	for _, p := range r.Points {
		if w.better(p.Metric, best) {
			best = p.Metric
		}
	}
	final = r.Final()
	if w.better(w.Failure, final) {
		final = w.Failure
	}
	return final, best
}

// order sorts the entries that have runs by their mean.
func (w *Workload) order() {
	for i := range w.Entries {
		if w.Entries[i].Final.N > 0 {
			w.best = append(w.best, i)
		}
	}
	slices.SortStableFunc(w.best, func(i, j int) int {
		a, b := w.Entries[i].Final.Mean, w.Entries[j].Final.Mean
		if w.Maximize {
			a, b = b, a
		}
		return cmp.Compare(a, b)
	})
}
