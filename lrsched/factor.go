package lrsched

import "fmt"

// Factor multiplies the rate by a factor every s updates, but not below a floor.
// For update t = 0, 1, …:
//
//	η(t) = max(f, B·γ^⌊t/s⌋)
//
// It gives the rates of MXNet's FactorScheduler in training, whose floor,
// stop_factor_lr, is 1e-8 by default; Shift{By: -1, …} is MXNet's function of
// num_update. MXNet's own warmup to B is [Warmup] if it is not longer than s, and in
// any case a [Join] of a [Linear] and a Factor.
//
// The class FactorScheduler that the book implements itself (Dive into Deep
// Learning, 11.11) changes its state at every call. Called once per update, its
// first rate is already B·γ: Shift{By: 1, …} with s = 1.
type Factor struct {
	Base   float64 // B, rate of the first update; 0 or more
	Factor float64 // γ in (0, 1]
	Every  int     // s, updates; 1 or more
	Floor  float64 // f in [0, Base]; if zero, there is no floor, as in Step
}

var _ Schedule = Factor{}

func (f Factor) At(step int) float64 {
	return max(f.Floor, Step{Base: f.Base, Factor: f.Factor, Every: f.Every}.At(step))
}

func (f Factor) validate() error {
	return check("Factor").rate("Base", f.Base).factor("Factor", f.Factor).count("Every", f.Every, 1).
		that(f.Floor >= 0 && f.Floor <= f.Base, "Floor", f.Floor, fmt.Sprintf("[0, Base], where Base = %v", f.Base)).err
}
