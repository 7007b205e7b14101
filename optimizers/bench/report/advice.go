package report

import (
	"fmt"
	"math"
	"slices"
)

// Advice returns a paragraph that says which optimizers to use and with what certainty,
// or that the results do not show it. It counts the workloads on which an optimizer is
// the best or not told apart from it, among those with enough studies or seeds to test.
func (r *Report) Advice() string {
	var tested []*Workload
	scored := false
	for i := range r.Workloads {
		w := &r.Workloads[i]
		scored = scored || len(w.best) > 0
		if len(w.best) > 1 && len(w.Pairs) > 0 && w.units >= w.UnitsNeeded {
			tested = append(tested, w)
		}
	}
	what, all := "optimizer", len(r.header.Optimizers)
	if len(r.Workloads) > 0 && !slices.ContainsFunc(r.Workloads, func(w Workload) bool { return w.Unit == Studies }) {
		what = "setting"
	}
	var s string
	switch {
	case !scored:
		return "These results do not say yet what to use: there is no score."
	case all == 1:
		return "These results do not say what to use: there is nothing to compare with."
	case len(tested) == 0:
		return fmt.Sprintf("These results cannot say which %s to use: there are too few %s for a test.", what, things(2, string(r.Workloads[0].Unit)))
	case r.Options.Against != "":
		s = r.against(tested)
	default:
		s = r.use(tested, what) + r.risk(tested)
	}
	s += r.fastest()
	if n := len(r.Workloads) - len(tested); n > 0 {
		s += fmt.Sprintf(" %s without a test %s not counted.", plural(n, "workload"), pick(n, "is", "are"))
	}
	s += fmt.Sprintf(" On each workload the chance of any false difference is %s %% or less", setting(100*r.alpha()))
	if what == "setting" {
		s += "; all of this is about these settings, as nothing was tuned."
	} else {
		s += fmt.Sprintf("; with %s, a small difference can stay unseen.", plural(r.header.Studies, "study"))
	}
	if r.Missing > 0 {
		s += " Runs are missing, so this may change."
	}
	return s
}

// use names the optimizers that are the best, or not told apart from it, on most
// workloads.
func (r *Report) use(tested []*Workload, what string) string {
	n := len(r.header.Optimizers)
	near, alone := make([]int, n), make([]int, n)
	for _, w := range tested {
		var among []int
		for _, e := range w.Entries {
			if e.NearBest {
				among = append(among, e.place)
				near[e.place]++
			}
		}
		if len(among) == 1 {
			alone[among[0]]++
		}
	}
	most := slices.Max(near)
	var names, others []string
	for k, count := range near {
		if name := clean(r.header.Optimizers[k].Name); count == most {
			names = append(names, name)
		} else {
			others = append(others, name)
		}
	}
	on := "all " + plural(len(tested), "workload")
	switch len(tested) {
	case 1:
		on = clean(tested[0].Name)
	case 2:
		on = "both workloads"
	}
	rest := ""
	if len(others) > 0 {
		rest = fmt.Sprintf(" Every other %s is worse than the best on one workload or more.", what)
	}
	switch {
	case most < len(tested):
		return fmt.Sprintf("Choose by the workload: no %s is the best, or not told apart from it, on all %d. On %d of them %s: %s.", what, len(tested), most,
			pick(len(names), "one is", "these are"), list(names))
	case len(names) == n:
		return fmt.Sprintf("These results do not say which %s to use: on %s, none is told apart from the best.", what, on)
	case 2*len(names) > n && n > 3:
		return fmt.Sprintf("Do not use %s: %s worse than the best on one workload or more. These results do not choose between the other %d: on %s, each has the best mean or is not told apart from it.",
			list(others), pick(len(others), "it is", "each is"), len(names), on)
	case len(names) > 1:
		return fmt.Sprintf("Use one of %s: on %s, each has the best mean or is not told apart from it.%s", list(names), on, rest)
	case alone[slices.Index(near, most)] == len(tested):
		return fmt.Sprintf("Use %s: on %s, it is better than every other %s.", names[0], on, what)
	}
	return fmt.Sprintf("Use %s: on %s, it has the best mean or is not told apart from it.%s", names[0], on, rest)
}

// against says how the others compare with one entry.
func (r *Report) against(tested []*Workload) string {
	var better, worse, mixed []string
	for k, o := range r.header.Optimizers {
		wins, losses := 0, 0
		for _, w := range tested {
			for _, p := range w.Pairs {
				if p.Differs && (w.Entries[p.A].place == k || w.Entries[p.B].place == k) {
					if w.Entries[w.winner(p)].place == k {
						wins++
					} else {
						losses++
					}
				}
			}
		}
		switch name := clean(o.Name); {
		case o.Name == r.Options.Against:
		case wins > 0 && losses > 0:
			mixed = append(mixed, name)
		case wins > 0:
			better = append(better, fmt.Sprintf("%s on %d", name, wins))
		case losses > 0:
			worse = append(worse, fmt.Sprintf("%s on %d", name, losses))
		}
	}
	s := fmt.Sprintf("Compared with %s only, on %s:", clean(r.Options.Against), plural(len(tested), "workload"))
	for _, part := range []struct {
		names []string
		are   string
	}{{better, "better and nowhere worse"}, {worse, "worse and nowhere better"}, {mixed, "better on some and worse on others"}} {
		if len(part.names) > 0 {
			s += fmt.Sprintf(" %s: %s.", part.are, list(part.names))
		}
	}
	if len(better)+len(worse)+len(mixed) == 0 {
		s += " no difference was found."
	}
	return s
}

// risk says how much worse than the best mean an entry that is not told apart from it
// may be: the most over the workloads, as a share of the best mean where scores are
// not compared by their ratios.
func (r *Report) risk(tested []*Workload) (s string) {
	largest := 0.
	for _, w := range tested {
		best := w.best[0]
		for i, e := range w.Entries {
			p, ok := w.between(best, i)
			if i == best || !ok || !e.NearBest || !finite(p.Interval.Low) {
				continue
			}
			loss := -p.Interval.Low
			if (p.A == best) == w.Maximize {
				loss = p.Interval.High
			}
			share := loss
			if !w.Ratios {
				share /= math.Abs(w.Entries[best].Final.Mean)
			}
			if share > largest {
				largest = share
				s = fmt.Sprintf(" Not told apart is not equally good: on %s, %s may be worse than %s by up to %s.", clean(w.Name), w.name(i), w.name(best), w.difference(loss))
			}
		}
	}
	return s
}

// fastest names the entry with the largest area under the performance profile.
func (r *Report) fastest() string {
	a := &r.Across
	if len(a.Workloads) < 2 {
		return ""
	}
	best := 0
	for k := range a.Entries {
		if a.Entries[k].Area > a.Entries[best].Area {
			best = k
		}
	}
	e := &a.Entries[best]
	if e.Area == 0 || !finite(e.Interval.Low) {
		return ""
	}
	overlap := 0
	for k := range a.Entries {
		if k != best && !(a.Entries[k].Interval.High < e.Interval.Low) {
			overlap++
		}
	}
	sure := "above the intervals of all others"
	if overlap > 0 {
		sure = fmt.Sprintf("which overlaps with %s", pick(overlap, "that of one other", fmt.Sprintf("those of %d others", overlap)))
	}
	return fmt.Sprintf(" By epochs to the target %s is ahead: the area under its performance profile is %s, with the %s %% interval %s, %s.",
		clean(e.Name), number(e.Area, 3), setting(100*r.Options.Level), between(e.Interval.Low, e.Interval.High), sure)
}
