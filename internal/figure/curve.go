package figure

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// curve draws a series other than bars.
type curve struct {
	look
	pieces [][]point // between gaps, none empty
}

// newCurve gives the series the i-th look.
func newCurve(s *Series, i int, t transform) curve {
	return curve{lookOf(s, i), t.pieces(s.X, s.Y)}
}

func (s curve) Plot(c draw.Canvas, axes *plot.Plot) {
	s.draw(c, onCanvas(c, axes, s.pieces))
}

// draw draws the pieces, which are points of the canvas.
func (s curve) draw(c draw.Canvas, pieces [][]vg.Point) {
	for _, piece := range pieces {
		if s.style.line() && len(piece) > 1 {
			c.StrokeLines(s.line, clipLine(c.Rectangle, piece)...)
		}
		if s.marked || len(piece) == 1 {
			for i, p := range piece {
				if s.style != Path || s.clear(piece, i) {
					s.mark(c, s.marker, p)
				}
			}
		}
	}
	if s.style != Path || len(pieces) == 0 {
		return
	}
	first, last := pieces[0], pieces[len(pieces)-1]
	end := s.marker
	end.Radius, end.Shape = vg.Points(3.2), target{}
	s.mark(c, end, last[len(last)-1])
	start := s.marker
	start.Radius, start.Shape = vg.Points(3.8), ring{}
	s.mark(c, start, first[0])
}

// clear reports whether the dot of a point would not touch its neighbors' dots, so
// that short steps are a thin line, not a thick one.
func (s curve) clear(piece []vg.Point, i int) bool {
	for _, k := range []int{i - 1, i + 1} {
		if k < 0 || k >= len(piece) {
			continue
		}
		d := piece[k].Sub(piece[i])
		if math.Hypot(float64(d.X), float64(d.Y)) < float64(2*s.marker.Radius) {
			return false
		}
	}
	return true
}

func (curve) mark(c draw.Canvas, sty draw.GlyphStyle, p vg.Point) {
	if within(c.Rectangle, p) {
		c.DrawGlyphNoClip(sty, p)
	}
}

// onCanvas moves places to points of the canvas.
func onCanvas(c draw.Canvas, axes *plot.Plot, pieces [][]point) [][]vg.Point {
	x, y := axes.Transforms(&c)
	all := make([][]vg.Point, len(pieces))
	for k, piece := range pieces {
		all[k] = make([]vg.Point, len(piece))
		for i, p := range piece {
			all[k][i] = vg.Point{X: x(p.x), Y: y(p.y)}
		}
	}
	return all
}
