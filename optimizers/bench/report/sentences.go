package report

import (
	"fmt"
	"math"
)

// name returns the name of entry i, for display.
func (w *Workload) name(i int) string { return clean(w.rawName(i)) }

// rawName returns the name of entry i.
func (w *Workload) rawName(i int) string {
	if i < 0 || i >= len(w.Entries) { // of a Pair that the caller made
		return fmt.Sprintf("entry %d", i)
	}
	return w.Entries[i].Name
}

// Sentence describes the result of a comparison.
func (w *Workload) Sentence(p Pair) string {
	a := w.winner(p)
	b := p.A + p.B - a
	switch {
	case p.Seeds == 0:
		return fmt.Sprintf("%s and %s: no runs to compare.", w.name(p.A), w.name(p.B))
	case p.Same:
		return fmt.Sprintf("%s and %s are the same runs: one setting with two names.", w.name(p.A), w.name(p.B))
	case p.Seeds > 1 && p.Difference == 0 && p.SD == 0:
		return fmt.Sprintf("%s and %s have the same metric with every seed.", w.name(p.A), w.name(p.B))
	case p.Seeds == 1:
		return fmt.Sprintf("%s and %s: one seed cannot be tested (difference %s).", w.name(p.A), w.name(p.B), w.difference(p.Difference))
	case p.Differs:
		return fmt.Sprintf("%s is better than %s by %s (adjusted %s).", w.name(a), w.name(b), w.difference(p.Difference), pEquals(p.Adjusted))
	}
	s := fmt.Sprintf("%s and %s: no significant difference (mean difference %s, adjusted %s; ", w.name(p.A), w.name(p.B), w.difference(p.Difference), pEquals(p.Adjusted))
	switch {
	case math.IsNaN(p.Detectable):
		return s + "the numbers are too large for a detectable difference)."
	case math.IsInf(p.Detectable, 1):
		return s + fmt.Sprintf("%d seeds cannot show a difference of any size).", p.Seeds)
	}
	return s + fmt.Sprintf("%d seeds would likely miss a difference under %s).", p.Seeds, w.difference(p.Detectable))
}

// Headline summarizes the result of a workload in one or two sentences.
func (w *Workload) Headline() string {
	if len(w.best) == 0 {
		for _, e := range w.Entries {
			if e.Runs > 0 {
				return "no scoring run has measurements."
			}
		}
		return "no scoring run has finished yet."
	}
	first := w.best[0]
	e := &w.Entries[first]
	if len(w.Entries) == 1 {
		return fmt.Sprintf("%s has a mean final %s of %s%s.", w.name(first), clean(w.Metric), w.metric(e.Final.Mean), w.percent())
	}
	s := fmt.Sprintf("%s has the best mean %s, %s%s", w.name(first), clean(w.Metric), w.metric(e.Final.Mean), w.percent())
	var worse, tied, same []string
	for _, i := range w.best[1:] {
		switch p := w.between(first, i); {
		case p.Same:
			same = append(same, w.name(i))
		case p.Differs:
			worse = append(worse, w.name(i))
		default:
			tied = append(tied, w.name(i))
		}
	}
	if len(same) > 0 {
		s += fmt.Sprintf(", shared with %s (the same runs)", list(same))
	}
	switch {
	case len(worse) > 0 && len(tied) > 0:
		return s + fmt.Sprintf(". It is significantly better than %s, but not than %s.", list(worse), list(tied))
	case len(worse) > 0:
		return s + fmt.Sprintf(". It is significantly better than %s.", list(worse))
	case len(tied) > 0:
		return s + fmt.Sprintf(", but is not significantly better than %s.", list(tied))
	}
	return s + "."
}

// between returns the pair of entries i and j.
func (w *Workload) between(i, j int) Pair {
	for _, p := range w.Pairs {
		if p.A == min(i, j) && p.B == max(i, j) {
			return p
		}
	}
	return Pair{}
}

// Warning returns a warning if there are too few seeds for any significant
// difference, or else "".
func (r *Report) Warning() string {
	if len(r.Workloads) == 0 {
		return ""
	}
	w := &r.Workloads[0] // all have the same number of pairs
	seeds := r.header.Seeds
	switch {
	case len(w.Pairs) == 0:
		return ""
	case seeds == 1:
		return fmt.Sprintf("One scoring seed gives no standard deviation, no interval and no test. Differences may be due to chance; testing %s needs %s or more.",
			plural(len(w.Pairs), "pair"), plural(w.SeedsNeeded, "seed"))
	case seeds >= w.SeedsNeeded:
		return ""
	}
	p := math.Ldexp(1, 1-seeds)
	return fmt.Sprintf("%d seeds cannot show any significant difference: the minimum p-value of %d pairs of runs is 2/2^%d = %s, "+
		"and with %s per workload it must be %s or less. Use %d or more seeds; with fewer, any difference may be due to chance, however large.",
		seeds, seeds, seeds, number(p, 2), plural(len(w.Pairs), "comparison"), number(r.alpha()/float64(len(w.Pairs)), 2), w.SeedsNeeded)
}
