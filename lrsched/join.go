package lrsched

import (
	"errors"
	"fmt"
	"math"
	"sort"
)

// Piece is a schedule of a [Join].
type Piece struct {
	From int      // index of the first update that it is for
	Then Schedule // asked for the index in the run, not from 0
}

// Join is one schedule after another: each piece from its own From up to that
// of the next, the last one for ever.
//
//	η(t) = Then(t) of the last piece with From ≤ t
//
// The schedules are not shifted: one that is to begin anew where its piece
// does, as all in PyTorch's SequentialLR, is in a Shift{By: −From, …}.
//
// The first piece has From 0, the others strictly ascending ones.
type Join []Piece

var _ Schedule = Join{}

// At is the rate of the update.
func (j Join) At(step int) float64 {
	step = max(step, 0)
	next := sort.Search(len(j), func(i int) bool { return j[i].From > step })
	if next == 0 {
		return math.NaN() // it is empty or does not begin at 0
	}
	return at(j[next-1].Then, step)
}

// Validate reports pieces that do not ascend from 0, and what is wrong with
// their schedules.
func (j Join) Validate() error {
	if len(j) == 0 {
		return errors.New("lrsched: Join: it is empty: want at least one Piece")
	}
	for i, p := range j {
		switch {
		case i == 0 && p.From != 0:
			return fmt.Errorf("lrsched: Join: [0].From = %d: want 0", p.From)
		case i > 0 && p.From <= j[i-1].From:
			return fmt.Errorf("lrsched: Join: [%d].From = %d: want more than %d, strictly ascending", i, p.From, j[i-1].From)
		}
		if err := checkPart("Join", fmt.Sprintf("[%d].Then", i), p.Then); err != nil {
			return err
		}
	}
	return nil
}

func (j Join) parts(updates int) []part {
	var all []part
	for i, p := range j {
		if p.From < updates {
			all = append(all, part{fmt.Sprintf("Join: [%d].Then", i), p.Then, updates})
		}
	}
	return all
}
