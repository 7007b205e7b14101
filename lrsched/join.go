package lrsched

import (
	"fmt"
	"math"
	"sort"
)

// Piece is a schedule of a [Join].
type Piece struct {
	From int      // index of its first update
	Then Schedule // a function of the index in the run, not from 0
}

// Join is one schedule after another: each piece lasts from its From to that of the
// next, and the last one has no end. For update t = 0, 1, …:
//
//	η(t) = Then(t) of the last piece with From ≤ t
//
// From is 0 in the first piece and strictly ascending. The schedules are not
// shifted. Shift{By: −From, …} restarts one where its piece begins, as PyTorch's
// SequentialLR does with all.
type Join []Piece

var _ Combinator = Join{}

func (j Join) At(step int) float64 {
	step = max(step, 0)
	next := sort.Search(len(j), func(i int) bool { return j[i].From > step })
	if next == 0 {
		return math.NaN() // it is empty or does not begin at 0
	}
	return at(j[next-1].Then, step)
}

func (j Join) validate() error {
	c := check("Join").that(len(j) > 0, "len", len(j), "1 or more")
	for i, p := range j {
		field := fmt.Sprintf("[%d].From", i)
		if i == 0 {
			c.that(p.From == 0, field, p.From, "0")
		} else {
			c.that(p.From > j[i-1].From, field, p.From, fmt.Sprintf("more than %d, strictly ascending", j[i-1].From))
		}
	}
	return c.err
}

func (j Join) Parts(updates int) []Part {
	all := make([]Part, len(j))
	for i, p := range j {
		all[i] = Part{fmt.Sprintf("Join: [%d].Then", i), p.Then, updates}
		if p.From >= updates {
			all[i].Updates = 0
		}
	}
	return all
}
