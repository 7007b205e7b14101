package figure

import "math"

// limit is the largest size of values that can be drawn, and 1/limit the smallest
// one of their differences, and of values on a logarithmic axis. Beyond these, the
// arithmetic of an axis could overflow.
const limit = 1e100

func drawable(x, y float64) bool {
	return math.Abs(x) <= limit && math.Abs(y) <= limit // false for NaN
}

// scale says how an axis maps values to places on it.
type scale struct{ log bool }

// at returns the place of v, or NaN if it has none.
func (s scale) at(v float64) float64 {
	switch {
	case !(math.Abs(v) <= limit) || s.log && v < 1/limit:
		return math.NaN()
	case s.log:
		return math.Log10(v)
	default:
		return v
	}
}

// point is a pair of places.
type point struct{ x, y float64 }

// transform is the scales of the two axes.
type transform struct{ x, y scale }

// at returns the place of (x, y), if it has one.
func (t transform) at(x, y float64) (point, bool) {
	p := point{t.x.at(x), t.y.at(y)}
	return p, p.x == p.x && p.y == p.y
}

// pieces returns the places of the points between the gaps.
func (t transform) pieces(x, y []float64) [][]point {
	var all [][]point
	gap := true
	for i := range x {
		p, ok := t.at(x[i], y[i])
		if !ok {
			gap = true
			continue
		}
		if gap {
			all = append(all, nil)
			gap = false
		}
		last := &all[len(all)-1]
		*last = append(*last, p)
	}
	return all
}

func (p *Panel) transform() transform {
	return transform{scale{p.LogX}, scale{p.LogY}}
}
