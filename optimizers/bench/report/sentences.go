package report

import (
	"fmt"
	"math"
)

// name returns the name of entry i, for display.
func (w *Workload) name(i int) string { return clean(w.rawName(i)) }

// rawName returns the name of entry i.
func (w *Workload) rawName(i int) string {
	if i < 0 || i >= len(w.Entries) { // of a Pair made by the caller
		return fmt.Sprintf("entry %d", i)
	}
	return w.Entries[i].Name
}

// Sentence describes the result of a comparison.
func (w *Workload) Sentence(p Pair) string {
	a := w.winner(p)
	b := p.A + p.B - a
	units := plural(p.Units, string(w.Unit))
	switch {
	case p.Units == 0:
		return fmt.Sprintf("%s and %s: no %s to compare.", w.name(p.A), w.name(p.B), string(w.Unit))
	case p.Same:
		return fmt.Sprintf("%s and %s are the same runs: one setting with two names.", w.name(p.A), w.name(p.B))
	case p.Units > 1 && p.Difference == 0 && p.SD == 0:
		return fmt.Sprintf("%s and %s have the same score in every %s.", w.name(p.A), w.name(p.B), string(w.Unit))
	case p.Units < w.UnitsNeeded && p.Units > 1:
		return fmt.Sprintf("%s and %s: %s are too few for a test (difference %s).", w.name(p.A), w.name(p.B), units, w.difference(p.Difference))
	case p.Units == 1:
		return fmt.Sprintf("%s and %s: one %s cannot be tested (difference %s).", w.name(p.A), w.name(p.B), string(w.Unit), w.difference(p.Difference))
	case p.Differs:
		return fmt.Sprintf("%s is better than %s by %s%s (adjusted %s, %s).", w.name(a), w.name(b), w.difference(p.Difference), w.within(p, a == p.B), pEquals(p.Adjusted), units)
	}
	return fmt.Sprintf("%s and %s are not told apart: %s in favor of %s%s (adjusted %s, %s).",
		w.name(p.A), w.name(p.B), w.difference(p.Difference), w.name(a), w.within(p, a == p.B), pEquals(p.Adjusted), units)
}

// within formats the interval of a difference, or of its negative.
func (w *Workload) within(p Pair, negative bool) string {
	low, high := p.Interval.Low, p.Interval.High
	if negative {
		low, high = -high, -low
	}
	if !w.Maximize { // the first is better where its metric is lower
		low, high = -high, -low
	}
	if !finite(low) || !finite(high) {
		return ""
	}
	if w.Ratios {
		return fmt.Sprintf(", between %s and %s", ratio(math.Exp(low)), ratio(math.Exp(high)))
	}
	return fmt.Sprintf(", between %s and %s", w.plain(low), w.plain(high))
}

// Headline summarizes the result of a workload in one or two sentences.
func (w *Workload) Headline() string {
	if len(w.best) == 0 {
		for _, e := range w.Entries {
			if e.Runs > 0 {
				return fmt.Sprintf("no %s has a score yet.", string(w.Unit))
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
	var worse, tied, same, few, untested []string
	for _, i := range w.best[1:] {
		switch p, ok := w.between(first, i); {
		case !ok:
			untested = append(untested, w.name(i))
		case p.Same:
			same = append(same, w.name(i))
		case p.Units < w.UnitsNeeded:
			few = append(few, w.name(i))
		case p.Differs:
			worse = append(worse, w.name(i))
		default:
			tied = append(tied, w.name(i))
		}
	}
	if len(same) > 0 {
		s += fmt.Sprintf(", shared with %s (the same runs)", list(same))
	}
	s += "."
	if len(worse) > 0 {
		s += fmt.Sprintf(" It is better than %s.", list(worse))
	}
	if len(tied) > 0 {
		s += fmt.Sprintf(" It is not told apart from %s.", list(tied))
	}
	if len(few) > 0 {
		s += fmt.Sprintf(" There are too few %s for a test against %s.", things(2, string(w.Unit)), list(few))
	}
	if len(untested) > 0 {
		s += fmt.Sprintf(" It was not compared with %s.", list(untested))
	}
	return s
}

// Warning returns a warning if there are too few studies or seeds for any significant
// difference, and "" otherwise.
func (r *Report) Warning() string {
	for i := range r.Workloads {
		w := &r.Workloads[i]
		if len(w.Pairs) == 0 || w.units >= w.UnitsNeeded {
			continue
		}
		unit := string(w.Unit)
		if w.units == 1 {
			return fmt.Sprintf("One %s gives no interval and no test: any difference may be due to chance. A test needs %s.", unit, plural(w.UnitsNeeded, unit))
		}
		return fmt.Sprintf("%s cannot show any difference: the smallest possible p-value is 2/2^%d = %s, and it must be %s or less. Use %d or more; with fewer, any difference may be due to chance, however large.",
			plural(w.units, unit), w.units, number(math.Ldexp(1, 1-w.units), 2), number(r.alpha(), 2), w.UnitsNeeded)
	}
	return ""
}
