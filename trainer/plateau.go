package trainer

import (
	"fmt"
	"math"
)

// Plateau lowers the learning rate when a figure of the test data stops
// improving. It multiplies the schedule's rate. It is not a schedule itself because
// it has state.
//
// After Patience evaluations in a row without an improvement, the multiplier is
// multiplied by Factor, but not below MinScale, and the count starts over. The next
// Cooldown evaluations do not count.
//
// PyTorch's ReduceLROnPlateau(patience=p, threshold=1e-4) is Patience p+1,
// MinDelta 1e-4, Relative; its defaults are [DefaultPlateau]. Keras defines patience
// as here.
type Plateau struct {
	Metric   string  // name of the trainer's metric to watch; if empty, the loss
	Maximize bool    // larger is better; if false, smaller
	Factor   float64 // in (0, 1)
	Patience int     // 1 or more

	// An improvement is better than the best figure so far by more than MinDelta,
	// 0 or more. With Relative, it is better by more than MinDelta·|best|, so at a best
	// of 0 any better figure is an improvement. (PyTorch's factor 1 − threshold
	// accepts figures slightly worse than a negative best.)
	MinDelta float64
	Relative bool

	Cooldown int     // evaluations, 0 or more
	MinScale float64 // the minimum multiplier, in [0, 1]
	// From is the initial state, such as that of an earlier run's [History]. If
	// nil, the multiplier starts at 1.
	From *PlateauState
}

// DefaultPlateau returns PyTorch's defaults: a tenth of the rate after 11 evaluations
// without an improvement by more than a ten-thousandth.
func DefaultPlateau() Plateau {
	return Plateau{Factor: .1, Patience: 11, MinDelta: 1e-4, Relative: true}
}

// PlateauState is the state of a [Plateau]. The zero value is the initial state.
type PlateauState struct {
	Best       *float64 `json:"best"`       // the best figure so far; nil before the first
	Failures   int      `json:"failures"`   // evaluations in a row without an improvement
	Cooldown   int      `json:"cooldown"`   // next evaluations that do not count
	Reductions int      `json:"reductions"` // of the multiplier
}

// Next returns the state after an evaluation.
func (p Plateau) Next(s PlateauState, value float64) PlateauState {
	if s.Best == nil || p.improves(value, *s.Best) {
		s.Best, s.Failures = &value, 0
	} else {
		s.Failures++
	}
	if s.Cooldown > 0 {
		s.Cooldown, s.Failures = s.Cooldown-1, 0
	}
	if s.Failures >= p.Patience {
		s.Reductions, s.Cooldown, s.Failures = s.Reductions+1, p.Cooldown, 0
	}
	return s
}

func (p Plateau) improves(value, best float64) bool {
	delta := p.MinDelta
	if p.Relative {
		delta = float64(delta * math.Abs(best)) // rounded before it is added
	}
	if p.Maximize {
		return value > best+delta
	}
	return value < best-delta
}

// Scale returns the multiplier of the schedule's rate in a state:
// max(MinScale, Factor^Reductions).
func (p Plateau) Scale(s PlateauState) float64 {
	return max(p.MinScale, math.Pow(p.Factor, float64(s.Reductions)))
}

func (p Plateau) validate(metrics []Metric) error {
	if err := checkWatched("Plateau", p.Metric, p.MinDelta, metrics); err != nil {
		return err
	}
	switch {
	case !(p.Factor > 0 && p.Factor < 1):
		return fmt.Errorf("Plateau: Factor = %v: want (0, 1)", p.Factor)
	case p.Patience < 1:
		return fmt.Errorf("Plateau: Patience = %d: want 1 or more", p.Patience)
	case p.Cooldown < 0:
		return fmt.Errorf("Plateau: Cooldown = %d: want 0 or more", p.Cooldown)
	case !(p.MinScale >= 0 && p.MinScale <= 1):
		return fmt.Errorf("Plateau: MinScale = %v: want [0, 1]", p.MinScale)
	}
	if s := p.From; s != nil {
		for _, c := range []struct {
			name  string
			value int
		}{{"Failures", s.Failures}, {"Cooldown", s.Cooldown}, {"Reductions", s.Reductions}} {
			if c.value < 0 || c.value > 1e9 {
				return fmt.Errorf("Plateau: From: %s = %d: want [0, 1e9]", c.name, c.value)
			}
		}
		if s.Best != nil && !finite(*s.Best) {
			return fmt.Errorf("Plateau: From: Best = %v: want nil or a finite number", *s.Best)
		}
	}
	return nil
}
