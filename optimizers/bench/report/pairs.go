package report

import (
	"math"
	"slices"

	"descent/optimizers/bench/stats"
)

// Pair compares the scores of two entries on a workload, on their common studies or
// seeds.
type Pair struct {
	A, B  int // indices of [Workload.Entries]
	Units int // common studies or seeds
	// Same reports whether the entries are the same runs: one setup with two
	// names.
	Same bool
	// Difference is the mean of score A − score B, or of their logarithms with
	// [Workload.Ratios]. SD is the standard deviation of these differences. Both are NaN
	// if there are too few.
	Difference, SD float64
	// Interval is an interval of the mean difference, simultaneous with those of all
	// pairs on the workload, by [stats.MaxTIntervals]. NaN if too few for a test.
	Interval    stats.Interval
	P, Adjusted float64 // by [stats.MaxT]; 1 if there are fewer than two
	Differs     bool    // Adjusted ≤ the level of the tests
}

// compare tests all pairs, or those with the entry that the options name, and finds
// the entries that are not told apart from the best.
func (w *Workload) compare(r *Report) error {
	base := slices.IndexFunc(w.Entries, func(e Entry) bool { return e.Name == r.Options.Against })
	var d [][]float64
	for i := range w.Entries {
		for j := i + 1; j < len(w.Entries); j++ {
			if r.Options.Against == "" || i == base || j == base {
				pair, differences := w.pair(i, j)
				w.Pairs, d = append(w.Pairs, pair), append(d, differences)
			}
		}
	}
	if len(w.Pairs) == 0 {
		return nil
	}
	var err error
	if w.UnitsNeeded, err = stats.StudiesNeeded(r.alpha()); err != nil {
		return err
	}
	family, err := stats.MaxT(d, stats.Resamples, r.header.Seed)
	if err != nil {
		return err
	}
	intervals, err := stats.MaxTIntervals(d, r.Options.Level, stats.Resamples, r.header.Seed)
	if err != nil {
		return err
	}
	for k := range w.Pairs {
		p, c := &w.Pairs[k], family.Comparisons[k]
		p.Units, p.Difference, p.SD = c.Studies, c.Mean, c.SD
		p.P, p.Adjusted = c.P, c.Adjusted
		p.Differs = c.Studies > 1 && p.Adjusted <= r.alpha()
		if c.Studies >= w.UnitsNeeded {
			p.Interval = intervals[k]
		}
	}
	w.nearBest()
	return nil
}

// pair returns entries i and j and the differences of their scores, NaN where one is
// missing.
func (w *Workload) pair(i, j int) (Pair, []float64) {
	a, b := &w.Entries[i], &w.Entries[j]
	nan := math.NaN()
	p := Pair{A: i, B: j, Difference: nan, SD: nan, Interval: stats.Interval{Low: nan, High: nan}, P: 1, Adjusted: 1}
	p.Same = sameRuns(a, b)
	d := make([]float64, w.units)
	for k := range d {
		d[k] = nan
		if k < len(a.Scores) && k < len(b.Scores) {
			d[k] = w.scale(a.Scores[k]) - w.scale(b.Scores[k])
		}
		if math.IsInf(d[k], 0) {
			d[k] = nan // of numbers near the end of their range
		}
	}
	return p, d
}

// sameRuns reports whether two entries have the same scoring runs, and some.
func sameRuns(a, b *Entry) bool {
	x, y := a.runs(), b.runs()
	common := 0
	for k := range min(len(x), len(y)) {
		if x[k] == nil || y[k] == nil {
			continue
		}
		if x[k].ID != y[k].ID {
			return false
		}
		common++
	}
	return common > 0
}

// nearBest finds the entries that are not told apart from the best mean. While scores
// are missing, the means and the difference may be over different studies.
func (w *Workload) nearBest() {
	for _, i := range w.best {
		p, ok := w.between(w.best[0], i)
		w.Entries[i].NearBest = i == w.best[0] || ok && !p.Differs
	}
}

// between returns the pair of entries i and j, if it was compared.
func (w *Workload) between(i, j int) (Pair, bool) {
	for _, p := range w.Pairs {
		if p.A == min(i, j) && p.B == max(i, j) {
			return p, true
		}
	}
	return Pair{}, false
}
