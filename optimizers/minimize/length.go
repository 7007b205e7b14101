package minimize

import (
	"fmt"
	"math"
)

// Fixed is the same length t for every step: the η of damped Newton.
type Fixed float64

// Backtracking is Armijo's line search. It returns the first t of Initial,
// Initial·Shrink, Initial·Shrink², … with
//
//	f(x + t·d) ≤ f(x) + Decrease·t·∇f(x)ᵀd
//
// NaN and infinite values do not satisfy the condition. It is an error if the
// direction is not a descent direction, or if no trial satisfies the condition, for
// example because the gradient is wrong. Where rounding hides every decrease, a step
// that does not change x satisfies it.
type Backtracking struct {
	Initial  float64 // if zero, 1
	Shrink   float64 // in (0, 1); if zero, ½
	Decrease float64 // in (0, 1); if zero, 1e-4
	Trials   int     // maximum number; if zero, 50
}

// Bisection is a line search for a zero of the slope ∇f(x + t·d)ᵀd. It doubles
// t from Initial until the slope is no longer negative, and then halves the interval
// until it is at most Tolerance·t wide, at most 200 times. The result is the lower end, where the
// objective still falls: the minimum along the line if the objective is convex, or
// else some minimum, which may be higher than the start. A NaN or infinite slope
// counts as positive.
//
// It is an error if the direction is not a descent direction, or if the slope is
// still negative after all Doublings.
type Bisection struct {
	Initial   float64 // if zero, 1
	Tolerance float64 // relative; if zero, 1e-8
	Doublings int     // maximum number; if zero, 60
}

var _, _, _ Length = Fixed(0), Backtracking{}, Bisection{}

// bisections is the maximum number of times an interval is halved. A minimum closer
// to the start than Initial·2⁻²⁰⁰ leaves x unchanged.
const bisections = 200

// Validate returns an error if the length is negative or not finite.
func (f Fixed) Validate() error {
	if !(f >= 0) || math.IsInf(float64(f), 1) {
		return fmt.Errorf("minimize: Fixed = %v: want a finite number, 0 or more", float64(f))
	}
	return nil
}

// Along returns the length.
func (f Fixed) Along(*Line) (float64, error) { return float64(f), nil }

func (b Backtracking) defaults() Backtracking {
	b.Initial, b.Shrink, b.Decrease = or(b.Initial, 1), or(b.Shrink, .5), or(b.Decrease, 1e-4)
	b.Trials = or(b.Trials, 50)
	return b
}

// Validate returns an error if a setting is out of range.
func (b Backtracking) Validate() error {
	b = b.defaults()
	switch {
	case !(b.Initial > 0) || math.IsInf(b.Initial, 1):
		return fmt.Errorf("minimize: Backtracking: Initial = %v: want a finite number, more than 0, or 0 for 1", b.Initial)
	case !(b.Shrink > 0 && b.Shrink < 1):
		return fmt.Errorf("minimize: Backtracking: Shrink = %v: want (0, 1), or 0 for 0.5", b.Shrink)
	case !(b.Decrease > 0 && b.Decrease < 1):
		return fmt.Errorf("minimize: Backtracking: Decrease = %v: want (0, 1), or 0 for 1e-4", b.Decrease)
	case b.Trials < 0:
		return fmt.Errorf("minimize: Backtracking: Trials = %d: want 1 or more, or 0 for 50", b.Trials)
	}
	return nil
}

// Along returns the first length that satisfies the condition.
func (b Backtracking) Along(l *Line) (float64, error) {
	b = b.defaults()
	if err := l.falls(); err != nil {
		return 0, err
	}
	t := b.Initial
	for range b.Trials {
		value, err := l.ValueAt(t)
		if err != nil {
			return 0, err
		}
		if !math.IsInf(value, -1) && value <= l.Value+float64(b.Decrease*t*l.Slope) {
			return t, nil
		}
		t *= b.Shrink
	}
	return 0, fmt.Errorf("Backtracking: no decrease in %d trials down to length %.3g, though the slope is %.3g", b.Trials, t/b.Shrink, l.Slope)
}

func (b Bisection) defaults() Bisection {
	b.Initial, b.Tolerance, b.Doublings = or(b.Initial, 1), or(b.Tolerance, 1e-8), or(b.Doublings, 60)
	return b
}

// Validate returns an error if a setting is out of range.
func (b Bisection) Validate() error {
	b = b.defaults()
	switch {
	case !(b.Initial > 0) || math.IsInf(b.Initial, 1):
		return fmt.Errorf("minimize: Bisection: Initial = %v: want a finite number, more than 0, or 0 for 1", b.Initial)
	case !(b.Tolerance > 0 && b.Tolerance < 1):
		return fmt.Errorf("minimize: Bisection: Tolerance = %v: want (0, 1), or 0 for 1e-8", b.Tolerance)
	case b.Doublings < 0:
		return fmt.Errorf("minimize: Bisection: Doublings = %d: want 1 or more, or 0 for 60", b.Doublings)
	}
	return nil
}

// Along returns the lower end of the last interval, or a zero of the slope.
func (b Bisection) Along(l *Line) (float64, error) {
	b = b.defaults()
	if err := l.falls(); err != nil {
		return 0, err
	}
	lo, hi, found := 0.0, b.Initial, false
	for k := 0; k <= b.Doublings && !found; k++ {
		slope, err := l.SlopeAt(hi)
		switch {
		case err != nil:
			return 0, err
		case slope == 0:
			return hi, nil
		case slope < 0 && !math.IsInf(slope, -1):
			lo, hi = hi, 2*hi
		default:
			found = true
		}
	}
	if !found {
		return 0, fmt.Errorf("Bisection: the objective falls as far as length %.3g: want a minimum along the direction", lo)
	}
	for range bisections {
		if hi-lo <= b.Tolerance*hi {
			break
		}
		mid := lo + float64((hi-lo)/2)
		slope, err := l.SlopeAt(mid)
		switch {
		case err != nil:
			return 0, err
		case slope == 0:
			return mid, nil
		case slope < 0 && !math.IsInf(slope, -1):
			lo = mid
		default:
			hi = mid
		}
	}
	return lo, nil
}

// or returns v, or otherwise if v is zero.
func or[T int | float64](v, otherwise T) T {
	if v == 0 {
		return otherwise
	}
	return v
}
