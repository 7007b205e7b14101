package figure

import (
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// bars draws a series of style Bars.
type bars struct {
	look
	scale         // of y
	tops  []point // at the middles of the bars
	width float64
}

// barWidth returns the total width of the bars of a panel at one x, with the
// space between them and the next.
func barWidth(p *Panel) float64 {
	width, at := math.Inf(1), p.transform()
	for i := range p.Series {
		s := &p.Series[i]
		if s.Style != Bars {
			continue
		}
		var x []float64
		for k := range s.X {
			if place, ok := at.at(s.X[k], s.Y[k]); ok {
				x = append(x, place.x)
			}
		}
		slices.Sort(x)
		x = slices.Compact(x)
		for k := 1; k < len(x); k++ {
			width = min(width, x[k]-x[k-1])
		}
	}
	if math.IsInf(width, 1) {
		return 1
	}
	return width
}

// barShift returns how far the bars of the i-th series are from their x, and how
// wide they are.
func barShift(p *Panel, i int) (shift, width float64) {
	before, all := 0, 0
	for k := range p.Series {
		if p.Series[k].Style == Bars {
			all++
			if k < i {
				before++
			}
		}
	}
	width = barWidth(p)
	if all > 1 {
		width *= 0.8 // room between the groups
	}
	width /= float64(all)
	return (float64(before) - float64(all-1)/2) * width, width
}

func newBars(p *Panel, i int, t transform) bars {
	s := &p.Series[i]
	b := bars{look: lookOf(s, i), scale: t.y}
	shift, width := barShift(p, i)
	b.width = width
	for k := range s.X {
		if place, ok := t.at(s.X[k], s.Y[k]); ok {
			b.tops = append(b.tops, point{place.x + shift, place.y})
		}
	}
	return b
}

func (b bars) Plot(c draw.Canvas, axes *plot.Plot) {
	x, y := axes.Transforms(&c)
	foot := y(0)
	if b.log {
		foot = c.Min.Y
	}
	for _, p := range b.tops {
		gap := min(vg.Points(0.5), (x(p.x+b.width)-x(p.x))/8)
		l, r := x(p.x-b.width/2)+gap, x(p.x+b.width/2)-gap
		c.FillPolygon(b.line.Color, clipPolygon(c.Rectangle, []vg.Point{
			{X: l, Y: foot}, {X: r, Y: foot}, {X: r, Y: y(p.y)}, {X: l, Y: y(p.y)},
		}))
	}
}
