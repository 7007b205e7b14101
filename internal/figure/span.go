package figure

import (
	"math"

	"gonum.org/v1/plot"
)

// The approximate maximum number of ticks of an axis.
const (
	xTicks = 10
	yTicks = 6
)

// span is the range of an axis, in places, and its ticks.
type span struct {
	scale
	min, max float64
	ticks    []plot.Tick
	empty    bool // there was nothing to span

	width float64 // of what it spans, without the room at the ends
	whole bool    // ticks at whole numbers only
	based bool    // bars stand on it
	given []Tick
}

// ranges returns the axes that hold everything drawable, with some room at
// the ends that are not given.
func ranges(p *Panel) (x, y span) {
	none := span{min: math.Inf(1), max: math.Inf(-1)}
	x, y = none, none
	x.log, x.given = p.LogX, p.XTicks
	y.log, y.given = p.LogY, p.YTicks
	if c := p.Contour; c != nil {
		x.hold(c.X...)
		y.hold(c.Y...)
	} else {
		x.whole = p.hold(&x, &y)
	}
	x.finish(p.XRange, xTicks, p.Contour != nil)
	y.finish(p.YRange, yTicks, p.Contour != nil)
	return x, y
}

// hold widens the axes to hold what the panel draws, and reports whether there are
// points and all have a whole x.
func (p *Panel) hold(x, y *span) bool {
	at, points, whole := p.transform(), false, true
	width := barWidth(p)
	for i := range p.Series {
		s := &p.Series[i]
		for k := range s.X {
			place, ok := at.at(s.X[k], s.Y[k])
			if !ok {
				continue
			}
			points, whole = true, whole && s.X[k] == math.Trunc(s.X[k])
			x.holdPlaces(place.x)
			y.holdPlaces(place.y)
			if s.Style == Bars {
				x.holdPlaces(place.x-width/2, place.x+width/2)
				y.hold(0) // has no place on a logarithmic axis
				y.based = true
			}
			if low, high, ok := s.interval(at.y, k); ok {
				y.holdPlaces(low, high)
			}
		}
	}
	for _, n := range p.Notes {
		if place, ok := at.at(n.X, n.Y); ok {
			x.holdPlaces(place.x)
			y.holdPlaces(place.y)
		}
	}
	for _, r := range p.Vertical {
		x.hold(r.At)
	}
	for _, r := range p.Horizontal {
		y.hold(r.At)
	}
	return points && whole
}

func (s *span) hold(values ...float64) {
	for _, v := range values {
		if place := s.at(v); place == place {
			s.holdPlaces(place)
		}
	}
}

func (s *span) holdPlaces(places ...float64) {
	for _, v := range places {
		s.min, s.max = min(s.min, v), max(s.max, v)
	}
}

// finish gives the span its ends, with room at them unless tight is set, and
// about want ticks.
func (s *span) finish(given Range, want int, tight bool) {
	s.empty = s.min > s.max
	if s.empty {
		s.min, s.max = 0, 1
	}
	width, size := s.max-s.min, math.Max(math.Abs(s.min), math.Abs(s.max))
	switch {
	case s.empty:
	case !narrow(s.min, s.max):
		if tight {
			break
		}
		if !(s.based && s.min == 0) {
			s.min -= 0.04 * width
		}
		if !(s.based && s.max == 0) {
			s.max += 0.04 * width
		}
	case s.log || s.whole && size < 1e15: // one value: a tick at it alone
		s.min, s.max = s.min-0.5, s.max+0.5
		width = 1
	case size <= 1/limit:
		s.min, s.max = -1, 1
		width = 2
	default:
		s.min, s.max = s.min-0.05*size, s.max+0.05*size
		width = s.max - s.min
	}
	s.width = width
	if given != (Range{}) {
		s.bound(given)
	} else if s.empty {
		return
	}
	s.mark(want)
}

// narrow reports whether low and high are too close, or in the wrong order, to
// distinguish the numbers between them.
func narrow(low, high float64) bool {
	return high-low <= math.Max(1e-9*math.Max(math.Abs(low), math.Abs(high)), 1/limit)
}

// bound moves the ends to the given ones.
func (s *span) bound(given Range) {
	low, high := s.at(given.Min), s.at(given.Max) // NaN for an infinite one
	if low == low {
		s.min = low
	}
	if high == high {
		s.max = high
	}
	// An axis needs a width where nothing lies on the given side of an end.
	room := 1.0
	if !s.log {
		room = math.Max(1, 0.1*math.Max(math.Abs(s.min), math.Abs(s.max)))
	}
	switch {
	case !narrow(s.min, s.max):
	case low == low:
		s.max = s.min + room
	default:
		s.min = s.max - room
	}
	s.width = s.max - s.min
}

// mark puts about want ticks on the span, or the ticks that the axis was given.
func (s *span) mark(want int) {
	switch {
	case s.given != nil:
		s.ticks = nil
		for _, t := range s.given {
			if v := s.at(t.At); v >= s.min && v <= s.max {
				s.ticks = append(s.ticks, plot.Tick{Value: v, Label: t.Label})
			}
		}
	case s.log:
		s.ticks = logTicks(s.min, s.max, want)
	default:
		s.ticks = ticks(s.min, s.max, s.width/float64(want), s.whole)
	}
}
