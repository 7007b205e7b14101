package report

import (
	"cmp"
	"slices"

	"descent/internal/rng"
)

// Edge is an end of a dimension of the search space toward which the trials of all
// studies still improve, so that a better value may lie beyond it.
type Edge struct {
	Dimension string
	Highest   bool // if false, the lowest
	P         float64
}

// String describes the edge.
func (e Edge) String() string {
	end := "low"
	if e.Highest {
		end = "high"
	}
	return "still better towards the " + end + " end of " + clean(e.Dimension) + ": widen the search space"
}

const (
	// The parts of a dimension, of all trials by their order in it, whose response
	// decides about an end. The outer half has the power, and the outer quarter shows
	// whether the response bends before the end.
	edgeHalf, edgeQuarter = 0.5, 0.25
	edgeLevel             = 0.01 // of the half, over all ends of an entry's space
	edgeBend              = 0.2  // of the quarter: it need only not bend
	edgeDraws             = 10_000
)

// edges tests the ends of the search spaces of all entries. In the outer half of a
// dimension, and in its outer quarter, the places of the trials among those of all
// studies are correlated with the order of the values (Spearman). The one-sided p-values
// are from random permutations; that of the half is multiplied by the number of ends.
// The location of the best trial does not matter: if the dimension has no effect, it is
// as often near an end as anywhere. Nor does the place of a trial in its study: a study
// of few trials has one in each part of a dimension, so that in a space beyond the good
// values all trials near the end are the best of their studies.
func (w *Workload) edges() {
	for i := range w.Entries {
		e := &w.Entries[i]
		if e.Fixed || e.hopeless() {
			continue
		}
		trials := w.places(e.trials())
		for d, dimension := range e.Space {
			slices.SortStableFunc(trials, func(a, b placed) int { return cmp.Compare(a.Values[d], b.Values[d]) })
			for _, highest := range []bool{false, true} {
				if highest {
					slices.Reverse(trials)
				}
				outer := func(share float64) float64 { return improves(trials[:int(share*float64(len(trials)))], uint64(d)) }
				if outer(edgeQuarter) > edgeBend {
					continue
				}
				if p := outer(edgeHalf) * float64(2*len(e.Space)); p <= edgeLevel {
					e.Edges = append(e.Edges, Edge{Dimension: dimension.Name, Highest: highest, P: p})
				}
			}
		}
	}
}

// placed is a trial with its place among all: the number of trials ahead of it.
type placed struct {
	Trial
	place int
}

// places ranks trials: complete trials before stopped ones, and diverged ones last.
func (w *Workload) places(trials []Trial) (all []placed) {
	for _, t := range trials {
		ahead := 0
		for _, o := range trials {
			if t.Stopped && !o.Stopped || t.Stopped == o.Stopped && w.better(o.Mean, t.Mean) {
				ahead++
			}
		}
		all = append(all, placed{t, ahead})
	}
	return all
}

// improves tests whether trials, from the end of a dimension inwards, get worse. It
// returns the p-value.
func improves(trials []placed, key uint64) float64 {
	const few = 5 // 1/5! is .008
	if len(trials) < few {
		return 1
	}
	place := make([]int, len(trials))
	for i, t := range trials {
		place[i] = t.place
	}
	ranks := ranksOf(place)
	slope := func() (sum float64) {
		for i, r := range ranks {
			sum += float64(float64(i) * r)
		}
		return sum
	}
	observed, extreme := slope(), 1
	r := rng.New(key, "report", "edge")
	for range edgeDraws {
		r.Shuffle(len(ranks), func(i, j int) { ranks[i], ranks[j] = ranks[j], ranks[i] })
		if slope() >= observed {
			extreme++
		}
	}
	return float64(extreme) / (edgeDraws + 1)
}

// ranksOf returns the ranks of values, the middle one for equal values.
func ranksOf(v []int) []float64 {
	ranks := make([]float64, len(v))
	for i, x := range v {
		for _, y := range v {
			if y < x {
				ranks[i]++
			} else if y == x {
				ranks[i] += .5
			}
		}
	}
	return ranks
}
