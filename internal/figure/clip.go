package figure

import (
	"math"

	"gonum.org/v1/plot/vg"
)

// clipLine returns the parts of a line that are inside the box, borders
// included. Where the line crosses the border, the new point is exactly on the
// border, even if the line's points are so far away that their difference has no
// digit left for the box.
func clipLine(box vg.Rectangle, line []vg.Point) [][]vg.Point {
	pieces := [][]vg.Point{line}
	for side := range sides {
		var cut [][]vg.Point
		for _, l := range pieces {
			cut = append(cut, cutLine(side, box, l)...)
		}
		pieces = cut
	}
	return pieces
}

// clipPolygon returns the part of a polygon inside the box, by the algorithm of
// Sutherland and Hodgman. Several parts are connected along the border.
func clipPolygon(box vg.Rectangle, polygon []vg.Point) []vg.Point {
	for side := range sides {
		var cut []vg.Point
		for i, q := range polygon {
			p := polygon[(i+len(polygon)-1)%len(polygon)]
			if side.inside(box, p) != side.inside(box, q) {
				cut = append(cut, side.crossing(box, p, q))
			}
			if side.inside(box, q) {
				cut = append(cut, q)
			}
		}
		polygon = cut
	}
	return polygon
}

func cutLine(s side, box vg.Rectangle, line []vg.Point) [][]vg.Point {
	var pieces [][]vg.Point
	var piece []vg.Point
	for i, q := range line {
		if i > 0 && s.inside(box, line[i-1]) != s.inside(box, q) {
			piece = append(piece, s.crossing(box, line[i-1], q))
		}
		if s.inside(box, q) {
			piece = append(piece, q)
		} else if len(piece) > 0 {
			pieces, piece = append(pieces, piece), nil
		}
	}
	if len(piece) > 0 {
		pieces = append(pieces, piece)
	}
	return pieces
}

// side is one of the four sides of a box.
type side int

const (
	left side = iota
	right
	bottom
	top
	sides
)

func (s side) inside(box vg.Rectangle, p vg.Point) bool {
	switch s {
	case left:
		return p.X >= box.Min.X
	case right:
		return p.X <= box.Max.X
	case bottom:
		return p.Y >= box.Min.Y
	default:
		return p.Y <= box.Max.Y
	}
}

// crossing returns the point where the line from p to q crosses the side.
func (s side) crossing(box vg.Rectangle, p, q vg.Point) vg.Point {
	switch s {
	case left:
		return vg.Point{X: box.Min.X, Y: between(p.X, p.Y, q.X, q.Y, box.Min.X)}
	case right:
		return vg.Point{X: box.Max.X, Y: between(p.X, p.Y, q.X, q.Y, box.Max.X)}
	case bottom:
		return vg.Point{X: between(p.Y, p.X, q.Y, q.X, box.Min.Y), Y: box.Min.Y}
	default:
		return vg.Point{X: between(p.Y, p.X, q.Y, q.X, box.Max.Y), Y: box.Max.Y}
	}
}

// between returns the value at t on the line through (t0, v0) and (t1, v1), computed
// from the nearer of the two points: the other may be beyond any precision.
func between(t0, v0, t1, v1, t vg.Length) vg.Length {
	if math.Abs(float64(t-t1)) < math.Abs(float64(t-t0)) {
		t0, v0, t1, v1 = t1, v1, t0, v0
	}
	return v0 + (t-t0)/(t1-t0)*(v1-v0)
}

func within(box vg.Rectangle, p vg.Point) bool {
	for s := range sides {
		if !s.inside(box, p) {
			return false
		}
	}
	return true
}
