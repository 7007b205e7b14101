package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"descent/optimizers/bench"
	"descent/optimizers/bench/stats"
)

// Entry is the result of an entry on a workload.
type Entry struct {
	bench.Entry
	Fixed   bool // a single candidate in every study: no tuning
	Drawn   bool // the single candidate is a random trial
	Studies []Study
	Edges   []Edge // ends of the search space toward which the response improves

	Planned, Runs int // scoring runs: planned and available
	Diverged      int // diverged runs
	Worse         int // other runs that ended worse than Workload.Failure
	// Final is over the scores; see Workload.Unit. With Workload.Ratios its mean is
	// geometric, and its SD is the factor of one standard deviation of the logarithms.
	Final        Estimate
	Target       Target
	TrainSeconds float64 // mean training time of the scoring runs; NaN without runs

	TuningRuns, TuningDiverged int

	// NearBest reports whether the entry is the best or is not told apart from it.
	NearBest bool

	// Scores are the data of tests and intervals, in the order of the studies: the
	// mean final metric of each study or, if nothing on the workload was tuned, the
	// final metric of each scoring run. NaN is missing.
	Scores []float64

	place int // in the plan, from 0
}

// class returns the class of an entry's rows and curves on the page, by its place in
// the plan.
func class(place int) string { return fmt.Sprintf("o%d", place) }

func (e *Entry) class() string { return class(e.place) }

// Study is one study of an entry.
type Study struct {
	Number   int
	Selected *bench.Candidate // chosen by tuning; nil until tuning is done
	Trials   []Trial          // the complete trials, in order
	Score    float64          // mean final metric of the scoring runs; NaN while one is missing

	cell    bench.Cell
	scoring []*bench.Record   // by seed; nil where one is missing
	tuned   [][]*bench.Record // by candidate: the run that got furthest
}

// Estimate is a mean with its uncertainty. Numbers that need more observations are
// NaN.
type Estimate struct {
	N        int
	Mean, SD float64
	Interval stats.Interval // by [stats.BootstrapMean]
}

// estimate omits the interval if there are too few observations, or if they are
// too large. NaNs are missing.
func estimate(x []float64, r *Report) Estimate {
	x = slices.DeleteFunc(slices.Clone(x), math.IsNaN)
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

// runs are the scoring runs of all studies, nil where one is missing.
func (e *Entry) runs() (all []*bench.Record) {
	for _, s := range e.Studies {
		all = append(all, s.scoring...)
	}
	return all
}

// trials are the trials of all studies.
func (e *Entry) trials() (all []Trial) {
	for _, s := range e.Studies {
		all = append(all, s.Trials...)
	}
	return all
}

// summarize estimates the finals of all entries.
func (w *Workload) summarize(r *Report) {
	w.Ratios = !w.Maximize && !w.Percent
	for _, e := range w.Entries {
		w.Ratios = w.Ratios && !slices.ContainsFunc(e.Scores, func(v float64) bool { return v <= 0 })
	}
	for i := range w.Entries {
		e := &w.Entries[i]
		var scaled []float64
		for _, v := range e.Scores {
			scaled = append(scaled, w.scale(v))
		}
		e.Final = estimate(scaled, r)
		if w.Ratios {
			for _, v := range []*float64{&e.Final.Mean, &e.Final.SD, &e.Final.Interval.Low, &e.Final.Interval.High} {
				*v = math.Exp(*v)
			}
		}
	}
}

// scale returns the quantity that tests compare: a score, or with Ratios its logarithm.
func (w *Workload) scale(score float64) float64 {
	if w.Ratios {
		return math.Log(score)
	}
	return score
}

// measure collects the numbers of an entry's runs.
func (w *Workload) measure(e *Entry) error {
	var seconds, finals []float64
	for i := range e.Studies {
		s := &e.Studies[i]
		sum, n := 0., 0
		for _, run := range s.scoring {
			last := math.NaN()
			if run != nil {
				e.Runs++
				switch {
				case failed(run):
					e.Diverged++
				case w.better(w.Failure, run.Final()):
					e.Worse++
				}
				last = w.counts(run)
				if n := len(run.Points); n > 0 {
					seconds = append(seconds, run.Points[n-1].Seconds)
				}
			}
			finals = append(finals, last)
			sum += last
			n++
		}
		s.Score = sum / float64(n)
		e.Scores = append(e.Scores, s.Score)
	}
	if w.Unit == Seeds {
		e.Scores = finals
	}
	e.TrainSeconds = math.NaN()
	if s, err := stats.Summarize(seconds); err == nil {
		e.TrainSeconds = s.Mean
	}
	var err error
	e.Target, err = w.toTarget(e.runs())
	return err
}

// counts returns a run's final metric, adjusted for divergence.
func (w *Workload) counts(r *bench.Record) float64 {
	if failed(r) || w.better(w.Failure, r.Final()) {
		return w.Failure
	}
	return r.Final()
}

// order sorts the entries that have scores by their mean.
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
