package lrsched

import (
	"fmt"
	"math"

	"descent/internal/elementary"
)

// Anneal is the curve between two rates of [OneCycle]. Its text is PyTorch's
// anneal_strategy.
type Anneal int

const (
	AnnealCosine Anneal = iota // half a cosine: "cos"
	AnnealLinear               // a straight line: "linear"
)

// OneCycle goes up to a high rate and down to almost zero, once (Smith and Topin,
// 2018). The rate passes through these points, and between them along half a cosine
// or a straight line:
//
//	η(0)      = M/Div
//	η(p·T−1)  = M                      the peak, seldom a whole number
//	η(2p·T−2) = M/Div                  only with ThreePhase
//	η(T−1)    = M/(Div·FinalDiv)       and at all later updates
//
// It is PyTorch's OneCycleLR without the cycling of the momentum, with M =
// max_lr, T = total_steps, p = pct_start, Div = div_factor and FinalDiv =
// final_div_factor. PyTorch's goes beyond its last point at update T. The paper's
// cycle is ThreePhase with AnnealLinear.
type OneCycle struct {
	Max        float64 // M, the maximum rate; 0 or more
	Updates    int     // T, the number of updates, Up·Updates > 1
	Up         float64 // p, the fraction of the updates that goes up, in (0, 1); with ThreePhase, 2p·T−2 < T−1
	Div        float64 // ratio of the maximum rate to the first; 1 or more
	FinalDiv   float64 // ratio of the first rate to the last; 1/Div or more
	Anneal     Anneal  // AnnealCosine or AnnealLinear
	ThreePhase bool    // come down to the first rate as fast as up, then further
}

var _ Schedule = OneCycle{}

// DefaultOneCycle returns OneCycle with PyTorch's defaults: Up 0.3, Div 25,
// FinalDiv 1e4, a cosine.
func DefaultOneCycle(maxRate float64, updates int) OneCycle {
	return OneCycle{Max: maxRate, Updates: updates, Up: 0.3, Div: 25, FinalDiv: 1e4}
}

func (o OneCycle) At(step int) float64 {
	first := o.Max / o.Div
	final := first / o.FinalDiv
	if step >= o.Updates-1 {
		return final
	}
	t, last := float64(max(step, 0)), float64(o.Updates-1)
	peak, foot := o.turns()
	switch {
	case t <= peak:
		return o.anneal(first, o.Max, t/peak)
	case !o.ThreePhase:
		return o.anneal(o.Max, final, (t-peak)/(last-peak))
	case t <= foot:
		return o.anneal(o.Max, first, (t-peak)/(foot-peak))
	}
	return o.anneal(first, final, (t-foot)/(last-foot))
}

// turns are the points of the maximum rate, and of the first rate again
// with three phases.
func (o OneCycle) turns() (peak, foot float64) {
	return float64(o.Up*float64(o.Updates)) - 1, float64(2*o.Up*float64(o.Updates)) - 2
}

// anneal returns the rate after the fraction done of the way from one rate to another.
func (o OneCycle) anneal(from, to, done float64) float64 {
	if o.Anneal == AnnealLinear {
		return to + float64((from-to)*(1-done))
	}
	return to + float64((from-to)*((1+elementary.Cos(math.Pi*done))/2))
}

func (o OneCycle) validate() error {
	last := float64(o.Updates - 1)
	peak, foot := o.turns()
	return check("OneCycle").rate("Max", o.Max).count("Updates", o.Updates, 1).
		that(o.Up > 0 && o.Up < 1, "Up", o.Up, "(0, 1)").
		that(peak > 0, "Up", o.Up, fmt.Sprintf("more than 1/Updates, where Updates = %d", o.Updates)).
		that(!o.ThreePhase || foot < last, "Up", o.Up, fmt.Sprintf("2·Up·Updates−2 < Updates−1 with ThreePhase, where Updates = %d", o.Updates)).
		finite("Div", o.Div).that(o.Div >= 1, "Div", o.Div, "1 or more").
		finite("FinalDiv", o.FinalDiv).that(o.FinalDiv*o.Div >= 1, "FinalDiv", o.FinalDiv, fmt.Sprintf("1/Div or more, where Div = %v", o.Div)).
		that(o.Anneal == AnnealCosine || o.Anneal == AnnealLinear, "Anneal", int(o.Anneal), "AnnealCosine or AnnealLinear").err
}
