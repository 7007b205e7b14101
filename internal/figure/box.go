package figure

import (
	"math"

	"golang.org/x/image/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// drawBox draws the floor and the two walls behind the surface, with a grid,
// and the three axes with their numbers and labels.
func (v *view) drawBox(c draw.Canvas, p *Panel) {
	line := func(clr draw.LineStyle, points ...solid) {
		at := make([]vg.Point, len(points))
		for i, s := range points {
			at[i] = v.at(s)
		}
		c.StrokeLines(clr, at)
	}
	thin := draw.LineStyle{Color: grid, Width: vg.Points(0.75)}
	edge := draw.LineStyle{Color: axis, Width: vg.Points(0.75)}
	back, far := 1-v.front, 1-v.side // the walls' y and x

	for _, t := range v.x.ticks {
		x := v.in(t.Value, 0, 0).x
		line(thin, solid{x, v.front, 0}, solid{x, back, 0}, solid{x, back, 1})
	}
	for _, t := range v.y.ticks {
		y := v.in(0, t.Value, 0).y
		line(thin, solid{v.side, y, 0}, solid{far, y, 0}, solid{far, y, 1})
	}
	for _, t := range v.z.ticks {
		z := v.in(0, 0, t.Value).z
		line(thin, solid{v.side, back, z}, solid{far, back, z}, solid{far, v.front, z})
	}
	for _, z := range []float64{0, 1} {
		line(thin, solid{v.side, back, z}, solid{far, back, z}, solid{far, v.front, z})
	}
	for _, s := range []solid{{v.side, back, 0}, {far, back, 0}, {far, v.front, 0}} {
		line(thin, s, solid{s.x, s.y, 1})
	}
	line(edge, solid{0, v.front, 0}, solid{1, v.front, 0})
	line(edge, solid{v.side, 0, 0}, solid{v.side, 1, 0})
	post := v.post
	line(edge, post, solid{post.x, post.y, 1})

	for _, t := range v.x.ticks {
		v.number(c, solid{v.in(t.Value, 0, 0).x, v.front, 0}, solid{0, 2*v.front - 1, 0}, t.Label)
	}
	for _, t := range v.y.ticks {
		v.number(c, solid{v.side, v.in(0, t.Value, 0).y, 0}, solid{2*v.side - 1, 0, 0}, t.Label)
	}
	sty := style(9, font.WeightNormal, pale, draw.XRight, draw.YCenter)
	for _, t := range v.z.ticks {
		z := v.in(0, 0, t.Value).z
		at := v.at(solid{post.x, post.y, z}).Sub(vg.Point{X: vg.Points(5)})
		if z < 0.05 { // clear of the floor's numbers
			at.Y += vg.Points(4)
		}
		c.FillText(sty, at, t.Label)
	}
	v.label(c, solid{0.5, v.front, 0}, solid{0, 2*v.front - 1, 0}, p.XLabel)
	v.label(c, solid{v.side, 0.5, 0}, solid{2*v.side - 1, 0, 0}, p.YLabel)
	sty = style(10, font.WeightNormal, ink, draw.XCenter, draw.YBottom)
	c.FillText(sty, v.at(solid{post.x, post.y, 1}).Add(vg.Point{Y: vg.Points(5)}), v.ZLabel)
}

// outward returns the direction on the canvas, of length 1, of a direction in the box.
func (v *view) outward(d solid) vg.Point {
	p := v.at(d).Sub(v.at(solid{}))
	length := vg.Length(math.Hypot(float64(p.X), float64(p.Y)))
	return p.Scale(1 / length)
}

// number writes a tick's number outside the floor at s.
func (v *view) number(c draw.Canvas, s, direction solid, text string) {
	d := v.outward(direction)
	sty := style(9, font.WeightNormal, pale, draw.XCenter, draw.YTop)
	at := v.at(s).Add(d.Scale(vg.Points(5)))
	// The text's box touches the point with the corner nearest to it.
	at.X += d.X * sty.Width(text) / 2
	c.FillText(sty, at, text)
}

// label writes an axis's name beyond the numbers at its middle s.
func (v *view) label(c draw.Canvas, s, direction solid, text string) {
	d := v.outward(direction)
	sty := style(10, font.WeightNormal, ink, draw.XCenter, draw.YTop)
	at := v.at(s).Add(d.Scale(vg.Points(18)))
	at.X += d.X * sty.Width(text) / 2
	at.Y -= vg.Points(6)
	c.FillText(sty, at, text)
}
