package lrsched

import (
	"errors"
	"fmt"
)

// Warmup ramps linearly up to another schedule and then is that schedule.
//
// With W = Steps, b = Begin, s = Then and t the index of the update:
//
//	η(t) = b + (s(W) − b)·t/W   t < W
//	η(t) = s(t)                 t ≥ W
//
// Then is not shifted: its update W follows the last update of the ramp. A
// schedule that should begin to fall there has From: W. MXNet's warmup of W
// updates to a base rate is this, counted from 0 as here; PyTorch's LinearLR
// chained to a schedule is Warmup with Begin = start_factor·rate.
type Warmup struct {
	Steps int      // W, updates of the ramp; if zero, there is none
	Begin float64  // b, rate of the first update, zero or more; if zero, the first update changes nothing
	Then  Schedule // s
}

var _ Schedule = Warmup{}

// At is the rate of the update.
func (w Warmup) At(step int) float64 {
	step = max(step, 0)
	if step >= w.Steps {
		return w.Then.At(step)
	}
	return w.Begin + (w.Then.At(w.Steps)-w.Begin)*float64(step)/float64(w.Steps)
}

// Validate reports a field out of range, and what is wrong with Then.
func (w Warmup) Validate() error {
	if w.Steps < 0 {
		return fmt.Errorf("lrsched: Warmup: Steps = %d: want zero or more", w.Steps)
	}
	if err := checkRate("Warmup", "Begin", w.Begin); err != nil {
		return err
	}
	if w.Then == nil {
		return errors.New("lrsched: Warmup: Then is nil: want the Schedule that follows")
	}
	if err := Validate(w.Then); err != nil {
		return fmt.Errorf("lrsched: Warmup: Then: %w", err)
	}
	return nil
}
