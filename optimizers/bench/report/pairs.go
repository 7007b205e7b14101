package report

import (
	"math"

	"descent/optimizers/bench/stats"
)

// Pair compares the final metrics of two entries on a workload, on the scoring
// seeds that both have.
type Pair struct {
	A, B  int // indices of [Workload.Entries]
	Seeds int // common seeds
	// Same reports whether the entries are the same runs: one setup with two
	// names.
	Same bool
	// Difference is the mean of metric A − metric B, and SD the standard deviation
	// of these differences. They are NaN if there are too few seeds.
	Difference, SD float64
	P, Adjusted    float64 // 1 if there are fewer than two seeds
	Differs        bool    // Adjusted ≤ the level of the tests
	// Detectable is the difference that this number of seeds would find in four
	// of five benchmarks, by [stats.SmallestDetectable]: +Inf if none could be
	// found, NaN if there are fewer than two seeds.
	Detectable float64
}

// compare tests all pairs and ranks the entries.
func (w *Workload) compare(r *Report) error {
	n := len(w.Entries)
	pairs := n * (n - 1) / 2
	if pairs > 0 {
		for w.SeedsNeeded = 1; stats.SmallestP(w.SeedsNeeded) > r.alpha()/float64(pairs); {
			w.SeedsNeeded++
		}
	}
	var p []float64
	for i := range w.Entries {
		for j := i + 1; j < n; j++ {
			pair, err := w.pair(i, j, pairs, r)
			if err != nil {
				return err
			}
			w.Pairs = append(w.Pairs, pair)
			p = append(p, pair.P)
		}
	}
	adjusted, err := stats.Holm(p)
	if err != nil {
		return err
	}
	differs := make([][]bool, n)
	for i := range differs {
		differs[i] = make([]bool, n)
	}
	for k := range w.Pairs {
		pair := &w.Pairs[k]
		pair.Adjusted = adjusted[k]
		pair.Differs = pair.Adjusted <= r.alpha()
		// While runs are missing, the means may be of other seeds than the
		// difference and may disagree with it.
		agree := w.better(pair.Difference, 0) == w.better(w.Entries[pair.A].Final.Mean, w.Entries[pair.B].Final.Mean)
		differs[pair.A][pair.B] = pair.Differs && agree
		differs[pair.B][pair.A] = pair.Differs && agree
	}
	return w.rank(differs)
}

// rank sets the ranks of the entries that have runs.
func (w *Workload) rank(differs [][]bool) error {
	means := make([]float64, len(w.Entries))
	for i, e := range w.Entries {
		means[i] = e.Final.Mean
		if math.IsNaN(means[i]) { // not significantly different from any other
			means[i] = 0
		}
	}
	ranks, err := stats.Ranks(means, differs, w.goal())
	if err != nil {
		return err
	}
	for _, i := range w.best {
		w.Entries[i].Rank = ranks[i]
	}
	return nil
}

// pair compares entries i and j.
func (w *Workload) pair(i, j, pairs int, r *Report) (Pair, error) {
	a, b := &w.Entries[i], &w.Entries[j]
	p := Pair{A: i, B: j, Same: true, Difference: math.NaN(), SD: math.NaN(), P: 1, Detectable: math.NaN()}
	var d []float64
	for k := range a.final {
		if math.IsNaN(a.final[k]) || math.IsNaN(b.final[k]) {
			continue
		}
		d = append(d, a.final[k]-b.final[k])
		p.Same = p.Same && a.scoring[k].ID == b.scoring[k].ID
	}
	p.Seeds = len(d)
	p.Same = p.Same && p.Seeds > 0
	s, err := stats.Summarize(d)
	if err != nil || !finite(s.Mean) {
		return p, nil // no common seeds, or the numbers are too large
	}
	p.Difference, p.SD = s.Mean, s.SD
	if p.Seeds < 2 {
		return p, nil
	}
	// Draw enough for a p-value that can pass the strictest step of Holm's method.
	const limit = 10_000_000 // for a level near 1
	draws := int(min(max(stats.Resamples, 10*float64(pairs)/r.alpha()), limit))
	test, err := stats.SignFlip(d, draws, r.header.Seed)
	if err != nil {
		return Pair{}, err
	}
	p.P = test.P
	if finite(p.SD) {
		p.Detectable, err = stats.SmallestDetectable(p.SD, p.Seeds, r.alpha(), pairs)
	}
	return p, err
}
