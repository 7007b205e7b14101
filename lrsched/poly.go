package lrsched

import "math"

// Poly goes from one rate to another along a power of the distance to its end. For
// update t = 0, 1, …:
//
//	η(t) = B                                     t ≤ From
//	η(t) = f + (B−f)·(1 − (t−From)/(To−From))ᵖ   between
//	η(t) = f                                     t ≥ To
//
// It is MXNet's PolyScheduler, whose default power is 2, as a function of
// num_update, with From = warmup_steps; Shift{By: 1, …} gives its rates in training.
// PyTorch's PolynomialLR has From = 0, To = total_iters, f = 0 and a default power
// of 1. Power 1 is [Linear].
type Poly struct {
	Base     float64 // B, rate up to update From; 0 or more
	Final    float64 // f, rate from update To on; 0 or more
	Power    float64 // p; more than 0
	From, To int     // indices of updates, 0 ≤ From < To
}

var _ Schedule = Poly{}

func (p Poly) At(step int) float64 {
	switch {
	case step <= p.From:
		return p.Base
	case step >= p.To:
		return p.Final
	}
	left := float64(p.To-step) / float64(p.To-p.From)
	return p.Final + float64((p.Base-p.Final)*math.Pow(left, p.Power))
}

func (p Poly) validate() error {
	return check("Poly").rate("Base", p.Base).rate("Final", p.Final).positive("Power", p.Power).span(p.From, p.To).err
}
