package figure

import (
	"image/color"
	"math"

	"golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// references draws the lines across a panel.
type references struct{ horizontal, vertical []float64 }

func newReferences(p *Panel, t transform) references {
	var r references
	for _, h := range p.Horizontal {
		r.horizontal = append(r.horizontal, t.y.at(h.At))
	}
	for _, v := range p.Vertical {
		r.vertical = append(r.vertical, t.x.at(v.At))
	}
	return r
}

var referenceLine = draw.LineStyle{Color: pale, Width: vg.Points(0.9), Dashes: []vg.Length{vg.Points(3), vg.Points(3)}}

func (r references) Plot(c draw.Canvas, axes *plot.Plot) {
	x, y := axes.Transforms(&c)
	for _, v := range r.horizontal {
		if at := y(v); at >= c.Min.Y && at <= c.Max.Y { // false for NaN
			c.StrokeLine2(referenceLine, c.Min.X, at, c.Max.X, at)
		}
	}
	for _, v := range r.vertical {
		if at := x(v); at >= c.Min.X && at <= c.Max.X {
			c.StrokeLine2(referenceLine, at, c.Min.Y, at, c.Max.Y)
		}
	}
}

// inside returns the label that is written beside the line.
func (r *Reference) inside() string {
	if r.InLegend {
		return ""
	}
	return r.Label
}

// captions writes the texts of notes and references where they cover least.
type captions struct {
	*Panel
	transform
	curves [][]point
}

func newCaptions(p *Panel, t transform) captions {
	l := captions{Panel: p, transform: t}
	for i := range p.Series {
		if p.Series[i].Style != Bars {
			l.curves = append(l.curves, t.pieces(p.Series[i].X, p.Series[i].Y)...)
		}
	}
	return l
}

func (l captions) Plot(c draw.Canvas, axes *plot.Plot) {
	x, y := axes.Transforms(&c)
	b := board{canvas: c, curves: onCanvas(c, axes, l.curves)}
	for _, n := range l.Notes {
		place, ok := l.at(n.X, n.Y)
		p := vg.Point{X: x(place.x), Y: y(place.y)}
		if ok && n.Dot && within(c.Rectangle, p) {
			group(c, classOf(n.Class), func() {
				c.DrawGlyphNoClip(draw.GlyphStyle{Color: color.Black, Radius: vg.Points(2.2), Shape: disc{}}, p)
			})
		}
		if ok && within(c.Rectangle, p) {
			b.taken = append(b.taken, vg.Rectangle{Min: p, Max: p})
		}
	}
	sty := style(9, font.WeightNormal, pale, draw.XLeft, draw.YBottom)
	for _, r := range l.Horizontal {
		if at := y(l.y.at(r.At)); at >= c.Min.Y && at <= c.Max.Y {
			b.write(sty, r.inside(), vg.Point{X: c.Max.X, Y: at}, []corner{{-1, 1}, {-1, -1}})
		}
	}
	for _, r := range l.Vertical {
		if at := x(l.x.at(r.At)); at >= c.Min.X && at <= c.Max.X {
			b.write(sty, r.inside(), vg.Point{X: at, Y: c.Max.Y}, []corner{{1, -1}, {-1, -1}})
		}
	}
	sty.Color = ink
	for _, n := range l.Notes {
		place, ok := l.at(n.X, n.Y)
		if p := (vg.Point{X: x(place.x), Y: y(place.y)}); ok && within(c.Rectangle, p) {
			group(c, classOf(n.Class), func() { b.write(sty, n.Text, p, around) })
		}
	}
}

// corner is the position of a text relative to its point: left, middle or right,
// and below, beside or above.
type corner struct{ x, y float64 }

var around = []corner{{1, 1}, {1, -1}, {-1, 1}, {-1, -1}, {0, 1}, {0, -1}, {1, 0}, {-1, 0}}

// board is a canvas with curves and the texts written so far.
type board struct {
	canvas draw.Canvas
	curves [][]vg.Point
	taken  []vg.Rectangle
}

// write writes s beside p on the first of the sides where it covers least, on
// a background that dims what is behind it.
func (b *board) write(sty text.Style, s string, p vg.Point, beside []corner) {
	if s == "" {
		return
	}
	var best vg.Rectangle
	least := math.Inf(1)
	for _, d := range beside {
		r := textBox(sty, s, p, d)
		if cost := b.cost(r); cost < least {
			best, least = r, cost
		}
	}
	b.taken = append(b.taken, best)
	ground := clipPolygon(b.canvas.Rectangle, []vg.Point{best.Min, {X: best.Max.X, Y: best.Min.Y}, best.Max, {X: best.Min.X, Y: best.Max.Y}})
	b.canvas.FillPolygon(color.NRGBA{R: 0xff, G: 0xff, B: 0xff, A: 0xb8}, ground)
	b.canvas.FillText(sty, vg.Point{X: best.Min.X + textPad, Y: best.Min.Y + textPad}, s)
}

// textPad is the room around a text, and textGap the room between it and its point.
const (
	textPad = vg.Length(1.5)
	textGap = vg.Length(3)
)

// textBox returns the rectangle of s on a side of p.
func textBox(sty text.Style, s string, p vg.Point, d corner) vg.Rectangle {
	size := sty.Rectangle(s).Size().Add(vg.Point{X: 2 * textPad, Y: 2 * textPad})
	low := vg.Point{
		X: p.X + vg.Length(d.x)*textGap + size.X*vg.Length(d.x-1)/2,
		Y: p.Y + vg.Length(d.y)*textGap + size.Y*vg.Length(d.y-1)/2,
	}
	return vg.Rectangle{Min: low, Max: low.Add(size)}
}

// cost returns how much a text in r would cover. Anything outside the canvas or of
// another text is worse than any length of curve.
func (b *board) cost(r vg.Rectangle) float64 {
	var cost float64
	inside := overlap(r, b.canvas.Rectangle)
	cost += 1e4 * float64(area(r)-inside)
	for _, t := range b.taken {
		cost += 1e4 * float64(overlap(r, t))
		if t.Min == t.Max && within(r, t.Min) {
			cost += 1e3
		}
	}
	for _, curve := range b.curves {
		for _, piece := range clipLine(r, curve) {
			cost++ // a single point counts too
			for i := 1; i < len(piece); i++ {
				d := piece[i].Sub(piece[i-1])
				cost += math.Hypot(float64(d.X), float64(d.Y))
			}
		}
	}
	return cost
}

func area(r vg.Rectangle) vg.Length { return r.Size().X * r.Size().Y }

func overlap(a, b vg.Rectangle) vg.Length {
	w := min(a.Max.X, b.Max.X) - max(a.Min.X, b.Min.X)
	h := min(a.Max.Y, b.Max.Y) - max(a.Min.Y, b.Min.Y)
	return max(w, 0) * max(h, 0)
}
