package lrsched

import "math"

// Step multiplies the rate by a factor every s updates. For update t = 0, 1, …:
//
//	η(t) = B·γ^⌊t/s⌋
//
// The first s updates have the rate B. It is PyTorch's StepLR; [Factor] is the
// same with MXNet's floor. For a rate that grows in steps, use ByEpoch{Updates: s,
// Then: Exponential{…}}.
type Step struct {
	Base   float64 // B, rate of the first update; 0 or more
	Factor float64 // γ in (0, 1]
	Every  int     // s, updates; 1 or more
}

var _ Schedule = Step{}

func (s Step) At(step int) float64 {
	return s.Base * math.Pow(s.Factor, float64(max(step, 0)/max(s.Every, 1)))
}

func (s Step) validate() error {
	return check("Step").rate("Base", s.Base).factor("Factor", s.Factor).count("Every", s.Every, 1).err
}
