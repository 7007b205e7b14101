package lrsched

import "math"

// Warmup ramps linearly up to another schedule and then is that schedule. For
// update t = 0, 1, …:
//
//	η(t) = b + (s(W) − b)·t/W   t < W
//	η(t) = b                    t < W, if Constant
//	η(t) = s(t)                 t ≥ W
//
// Then is not shifted: its update W follows the last update of the ramp. A
// schedule that should begin to fall there has From: W, or is in a [Shift] by
// −W. Warmup is MXNet's warmup of W updates to a base rate, with warmup_mode linear
// or constant, as a function of num_update, if s is still at the base rate at W;
// Shift{By: 1, …} of it gives the rates in training. PyTorch's LinearLR before
// another schedule is Warmup with Begin = start_factor·rate; its ConstantLR is the
// same with Constant.
type Warmup struct {
	Steps    int      // W, updates of the ramp; if zero, there is no ramp
	Begin    float64  // b, rate of the first update, 0 or more; if zero, the first update changes nothing
	Constant bool     // hold the rate b during the W updates instead of a ramp
	Then     Schedule // s
}

var (
	_ Combinator = Warmup{}
	_ Ramped     = Warmup{}
)

func (w Warmup) At(step int) float64 {
	step = max(step, 0)
	switch {
	case step >= w.Steps:
		return at(w.Then, step)
	case w.Constant:
		return w.Begin
	}
	rise, t, n := at(w.Then, w.Steps)-w.Begin, float64(step), float64(w.Steps)
	if math.IsInf(rise*t, 0) {
		return w.Begin + float64(rise*(t/n))
	}
	return w.Begin + rise*t/n
}

func (w Warmup) validate() error {
	return check("Warmup").count("Steps", w.Steps, 0).rate("Begin", w.Begin).err
}

func (w Warmup) Ramp() (field string, updates int) { return "Warmup: Steps", w.Steps }

func (w Warmup) Parts(updates int) []Part { return []Part{{"Warmup: Then", w.Then, updates}} }
