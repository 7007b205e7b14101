package lrsched

import (
	"fmt"
	"math"
	"sort"
)

// MultiFactor multiplies the rate by a factor at each milestone. For update t = 0,
// 1, …:
//
//	η(t) = B·γᵏ, where k milestones m have m ≤ t
//
// Update m is the first with the smaller rate. It is PyTorch's MultiStepLR and gives
// the rates of MXNet's MultiFactorScheduler in training: MXNet drops the rate where
// num_update, which is t+1, is greater than m. Shift{By: -1, …} is MXNet's function
// of num_update. PyTorch counts a duplicate milestone twice; here it is an error.
type MultiFactor struct {
	Base       float64 // B, rate of the first update; 0 or more
	Factor     float64 // γ in (0, 1]
	Milestones []int   // indices of updates, strictly ascending; the first 1 or more
}

var _ Schedule = MultiFactor{}

func (m MultiFactor) At(step int) float64 {
	passed := sort.Search(len(m.Milestones), func(i int) bool { return m.Milestones[i] > step })
	return m.Base * math.Pow(m.Factor, float64(passed))
}

func (m MultiFactor) validate() error {
	c := check("MultiFactor").rate("Base", m.Base).factor("Factor", m.Factor).
		that(len(m.Milestones) > 0, "len(Milestones)", len(m.Milestones), "1 or more")
	last := 0
	for i, at := range m.Milestones {
		c.that(at > last, fmt.Sprintf("Milestones[%d]", i), at, fmt.Sprintf("more than %d, strictly ascending", last))
		last = at
	}
	return c.err
}
