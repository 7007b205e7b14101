package report

import (
	"fmt"
	"slices"
)

// fewPairs is the maximum number of pairs with a sentence each.
const fewPairs = 10

// verdicts returns sentences about the pairs: first those that differ, then those
// that are the same runs, then the others. If there are many pairs, one sentence
// names all entries that an entry is better than.
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
		found := fmt.Sprintf("The other pairs, %d of %d, are not told apart.", len(rest), len(w.Pairs))
		if len(rest) == len(w.Pairs) {
			found = fmt.Sprintf("None of the %d pairs is told apart.", len(rest))
		}
		rest = []string{found}
	}
	return slices.Concat(differ, same, rest)
}

// winners says which entries each entry is better than, the best mean first.
func (w *Workload) winners() (all []string) {
	for _, i := range w.best {
		var beaten []string
		var last Pair
		largest := 0.
		for _, j := range w.best {
			if p, _ := w.between(i, j); p.Differs && w.winner(p) == i {
				beaten = append(beaten, w.name(j))
				largest = max(largest, p.Adjusted)
				last = p
			}
		}
		switch {
		case len(beaten) == 1:
			all = append(all, w.Sentence(last))
		case len(beaten) > 1:
			all = append(all, fmt.Sprintf("%s is better than %s (adjusted p ≤ %s).", w.name(i), list(beaten), probability(largest)))
		}
	}
	return all
}

// winner returns the entry of a pair with the better mean on their common units.
func (w *Workload) winner(p Pair) int {
	if w.better(0, p.Difference) {
		return p.B
	}
	return p.A
}
