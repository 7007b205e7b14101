package lrsched

import "math"

// Noam rises along a straight line and decays as the inverse square root of the
// number of updates (Vaswani et al., 2017, equation 3). For update t = 0, 1, …:
//
//	η(t) = F·d^−½·min((t+1)^−½, (t+1)·W^−3/2)
//
// The maximum rate is F/√(d·W), at update W−1. The paper counts its steps from 1,
// hence t+1. The Annotated Transformer counts from 0 and treats step 0 as 1, so
// that its first two rates are equal: Shift{By: -1, …}.
type Noam struct {
	Factor float64 // F; more than 0; 1 in the paper
	Width  int     // d, the width of the model; 1 or more; 512 in the paper
	Warmup int     // W, updates; 1 or more; 4000 in the paper
}

var _ Ramped = Noam{}

func (n Noam) At(step int) float64 {
	s, w := float64(max(step, 0))+1, float64(n.Warmup)
	return n.Factor / math.Sqrt(float64(n.Width)) * min(1/math.Sqrt(s), s/(w*math.Sqrt(w)))
}

func (n Noam) validate() error {
	return check("Noam").positive("Factor", n.Factor).count("Width", n.Width, 1).count("Warmup", n.Warmup, 1).err
}

func (n Noam) Ramp() (field string, updates int) { return "Noam: Warmup", n.Warmup }
