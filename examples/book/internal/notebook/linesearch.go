package notebook

import "math"

// lineSearch is the search of Moré and Thuente (1994) for a step with sufficient
// decrease and a small slope, in the form of MINPACK-2's dcsrch, which SciPy uses:
// given the value and the slope at a step, it returns the next step, until one is
// good.
type lineSearch struct {
	decrease, slope    float64 // of the strong Wolfe conditions
	accuracy           float64 // of the interval, relative
	shortest, longest  float64 // steps
	first              sample
	low, high          sample // the ends of the interval, the better one first
	from, to           float64
	width, before      float64 // of the interval now, and two steps ago
	bracketed, seeking bool    // seeking a step where the changed function falls
}

// sample is a step with the value and the slope there.
type sample struct{ at, value, slope float64 }

// tilted is the sample of the function less a line of this slope through 0.
func (s sample) tilted(slope float64) sample {
	return sample{s.at, s.value - float64(s.at*slope), s.slope - slope}
}

// start begins a search at step 0 whose first try is at.
func (l *lineSearch) start(first sample, at float64) {
	l.first, l.low, l.high = first, first, first
	l.bracketed, l.seeking = false, true
	l.width = l.longest - l.shortest
	l.before = 2 * l.width
	l.from, l.to = 0, at+4*at
}

// next returns the step to try after s, and whether s is good. If it returns the step
// of s again although s is not good, the search has failed.
func (l *lineSearch) next(s sample) (at float64, good bool) {
	least := l.decrease * l.first.slope
	bound := l.first.value + float64(s.at*least)
	if l.seeking && s.value <= bound && s.slope >= 0 {
		l.seeking = false
	}
	if s.value <= bound && math.Abs(s.slope) <= -l.slope*l.first.slope {
		return s.at, true
	}
	if l.seeking && s.value <= l.low.value && s.value > bound {
		low, high := l.low.tilted(least), l.high.tilted(least)
		at = l.try(&low, &high, s.tilted(least))
		l.low, l.high = low.tilted(-least), high.tilted(-least)
	} else {
		at = l.try(&l.low, &l.high, s)
	}
	if l.bracketed {
		if math.Abs(l.high.at-l.low.at) >= 0.66*l.before {
			at = l.low.at + float64(0.5*(l.high.at-l.low.at))
		}
		l.before, l.width = l.width, math.Abs(l.high.at-l.low.at)
		l.from, l.to = min(l.low.at, l.high.at), max(l.low.at, l.high.at)
	} else {
		l.from, l.to = at+float64(1.1*(at-l.low.at)), at+float64(4*(at-l.low.at))
	}
	at = min(max(at, l.shortest), l.longest)
	if l.bracketed && (at <= l.from || at >= l.to || l.to-l.from <= l.accuracy*l.to) {
		at = l.low.at
	}
	return at, false
}

// try returns a step by cubic and quadratic interpolation, as MINPACK-2's dcstep does,
// and moves the ends of the interval.
func (l *lineSearch) try(low, high *sample, s sample) (at float64) {
	opposite := s.slope*(low.slope/math.Abs(low.slope)) < 0
	secant := s.at + float64(s.slope/(s.slope-low.slope)*(low.at-s.at))
	switch {
	case s.value > low.value: // a minimum is between them
		cubic := interpolate(*low, s, s.at < low.at)
		quadratic := low.at + float64((low.slope/((low.value-s.value)/(s.at-low.at)+low.slope))/2*(s.at-low.at))
		if at = cubic; math.Abs(cubic-low.at) >= math.Abs(quadratic-low.at) {
			at = cubic + (quadratic-cubic)/2
		}
		l.bracketed = true
	case opposite:
		if at = interpolate(s, *low, s.at > low.at); math.Abs(at-s.at) <= math.Abs(secant-s.at) {
			at = secant
		}
		l.bracketed = true
	case math.Abs(s.slope) < math.Abs(low.slope): // the slope falls: the cubic may have no minimum beyond s
		cubic, beyond := interpolate(s, *low, s.at > low.at), false
		if beyond = math.IsNaN(cubic) || (cubic-s.at)*(s.at-low.at) <= 0; beyond {
			cubic = l.end(s.at > low.at)
		}
		nearer := math.Abs(cubic-s.at) < math.Abs(secant-s.at)
		if at = secant; nearer == l.bracketed {
			at = cubic
		}
		if !l.bracketed {
			at = min(max(at, l.from), l.to)
			break
		}
		if limit := s.at + float64(0.66*(high.at-s.at)); s.at > low.at {
			at = min(limit, at)
		} else {
			at = max(limit, at)
		}
	case l.bracketed:
		at = interpolate(s, *high, s.at > high.at)
	default:
		at = l.end(s.at > low.at)
	}
	if s.value > low.value {
		*high = s
		return at
	}
	if opposite {
		*high = *low
	}
	*low = s
	return at
}

// end is the end of the interval to search.
func (l *lineSearch) end(forward bool) float64 {
	if forward {
		return l.to
	}
	return l.from
}

// interpolate is the minimum of the cubic through two samples, from a on. It is NaN
// if there is none.
func interpolate(a, b sample, back bool) float64 {
	theta := 3*(a.value-b.value)/(b.at-a.at) + a.slope + b.slope
	size := max(math.Abs(theta), math.Abs(a.slope), math.Abs(b.slope))
	gamma := size * math.Sqrt(max(0, float64((theta/size)*(theta/size))-float64((a.slope/size)*(b.slope/size))))
	if back {
		gamma = -gamma
	}
	r := ((gamma - a.slope) + theta) / (((gamma - a.slope) + gamma) + b.slope)
	return a.at + float64(r*(b.at-a.at))
}
