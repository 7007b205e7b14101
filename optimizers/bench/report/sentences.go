package report

import (
	"fmt"
	"math"
)

// name is that of entry i.
func (w *Workload) name(i int) string { return clean(w.rawName(i)) }

// rawName is the name of entry i as it was given.
func (w *Workload) rawName(i int) string {
	if i < 0 || i >= len(w.Entries) { // of a pair that somebody wrote
		return fmt.Sprintf("entry %d", i)
	}
	return w.Entries[i].Name
}

// Sentence says in words what a comparison shows.
func (w *Workload) Sentence(p Pair) string {
	a := w.winner(p)
	b := p.A + p.B - a
	switch {
	case p.Seeds == 0:
		return fmt.Sprintf("%s and %s: no runs to compare.", w.name(p.A), w.name(p.B))
	case p.Same:
		return fmt.Sprintf("%s and %s are the same runs, one setting under two names: no difference.", w.name(p.A), w.name(p.B))
	case p.Seeds > 1 && p.Difference == 0 && p.SD == 0:
		return fmt.Sprintf("%s and %s: the same metric with every seed, no difference found.", w.name(p.A), w.name(p.B))
	case p.Seeds == 1:
		return fmt.Sprintf("%s and %s: no test of a single seed (difference %s).", w.name(p.A), w.name(p.B), w.difference(p.Difference))
	case p.Differs:
		return fmt.Sprintf("%s is better than %s by %s (adjusted %s).", w.name(a), w.name(b), w.difference(p.Difference), pEquals(p.Adjusted))
	}
	s := fmt.Sprintf("%s and %s: no difference found (mean difference %s, adjusted %s; ", w.name(p.A), w.name(p.B), w.difference(p.Difference), pEquals(p.Adjusted))
	switch {
	case math.IsNaN(p.Detectable):
		return s + "the numbers are too large to say what could have been found)."
	case math.IsInf(p.Detectable, 1):
		return s + fmt.Sprintf("%d seeds cannot show one, however large).", p.Seeds)
	}
	return s + fmt.Sprintf("with %d seeds a difference under %s would likely go unseen).", p.Seeds, w.difference(p.Detectable))
}

// Headline says in a sentence or two what the workload shows.
func (w *Workload) Headline() string {
	if len(w.best) == 0 {
		for _, e := range w.Entries {
			if e.Runs > 0 {
				return "no scoring run has a measurement."
			}
		}
		return "no scoring run is there yet."
	}
	first := w.best[0]
	e := &w.Entries[first]
	if len(w.Entries) == 1 {
		return fmt.Sprintf("%s ends at a mean %s of %s%s.", w.name(first), clean(w.Metric), w.metric(e.Final.Mean), w.percent())
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
		s += fmt.Sprintf(", with %s, which has the same runs", list(same))
	}
	switch {
	case len(worse) > 0 && len(tied) > 0:
		return s + fmt.Sprintf(". It is better than %s; from %s these runs do not tell it apart.", list(worse), list(tied))
	case len(worse) > 0:
		return s + fmt.Sprintf(". It is better than %s.", list(worse))
	case len(tied) > 0:
		return s + fmt.Sprintf(", but these runs do not tell it apart from %s.", list(tied))
	}
	return s + "."
}

// between is the pair of entries i and j.
func (w *Workload) between(i, j int) Pair {
	for _, p := range w.Pairs {
		if p.A == min(i, j) && p.B == max(i, j) {
			return p
		}
	}
	return Pair{}
}

// Warning says that so few seeds cannot separate anything, or is empty.
func (r *Report) Warning() string {
	if len(r.Workloads) == 0 {
		return ""
	}
	w := &r.Workloads[0] // all have as many pairs
	seeds := r.header.Seeds
	switch {
	case len(w.Pairs) == 0:
		return ""
	case seeds == 1:
		return fmt.Sprintf("There is one scoring seed: it gives no standard deviation, no interval and no test. Differences between its numbers may be chance; tests of %s take %s or more.",
			plural(len(w.Pairs), "pair"), plural(w.SeedsNeeded, "seed"))
	case seeds >= w.SeedsNeeded:
		return ""
	}
	p := math.Ldexp(1, 1-seeds)
	return fmt.Sprintf("%d seeds are too few to separate anything: the smallest p-value that %d pairs of runs can give is 2/2^%d = %s, "+
		"and with %s for each workload it has to be %s or less. It takes at least %d seeds; until then every difference may be chance, however large it looks.",
		seeds, seeds, seeds, number(p, 2), plural(len(w.Pairs), "comparison"), number(r.alpha()/float64(len(w.Pairs)), 2), w.SeedsNeeded)
}
