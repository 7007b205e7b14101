package report

import (
	"fmt"
	"slices"
)

// fewPairs is the number of pairs up to which there is a sentence for each.
const fewPairs = 10

// verdicts are sentences for the pairs: first of those that differ, then of those
// that are the same runs, then of the others. Where there are many, a sentence
// tells several: all that one entry is better than.
func (w *Workload) verdicts() []string {
	var differ, same, rest []string
	for _, p := range w.Pairs {
		switch s := w.Sentence(p); {
		case p.Differs:
			differ = append(differ, s)
		case p.Same:
			same = append(same, s)
		default:
			rest = append(rest, s)
		}
	}
	if len(w.Pairs) > fewPairs {
		differ = w.winners()
	}
	if len(w.Pairs) > fewPairs && len(rest) > 1 {
		found := fmt.Sprintf("Of the other pairs, %d of %d, no difference was found.", len(rest), len(w.Pairs))
		if len(rest) == len(w.Pairs) {
			found = fmt.Sprintf("No difference was found between any of the %d pairs.", len(rest))
		}
		rest = []string{found}
	}
	return slices.Concat(differ, same, rest)
}

// winners says of every entry, the best mean first, what it is better than.
func (w *Workload) winners() (all []string) {
	for _, i := range w.best {
		var beaten []string
		var last Pair
		largest := 0.
		for _, j := range w.best {
			if p := w.between(i, j); p.Differs && w.winner(p) == i {
				beaten = append(beaten, w.name(j))
				largest = max(largest, p.Adjusted)
				last = p
			}
		}
		switch {
		case len(beaten) == 1:
			all = append(all, w.Sentence(last))
		case len(beaten) > 1:
			all = append(all, fmt.Sprintf("%s is better than %s (adjusted p at most %s).", w.name(i), list(beaten), probability(largest)))
		}
	}
	return all
}

// winner is the entry of a pair that has the better mean on their common seeds.
func (w *Workload) winner(p Pair) int {
	if w.better(0, p.Difference) {
		return p.B
	}
	return p.A
}
