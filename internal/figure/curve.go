package figure

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// limit is where values stop being drawable, and 1/limit where their
// differences do: beyond it the arithmetic of an axis could overflow.
const limit = 1e100

func drawable(x, y float64) bool {
	return math.Abs(x) <= limit && math.Abs(y) <= limit // false for NaN
}

// palette is the one of Okabe and Ito, without its yellow, which is too light
// for a line on white.
var palette = []color.RGBA{
	{0x00, 0x72, 0xb2, 0xff}, // blue
	{0xd5, 0x5e, 0x00, 0xff}, // vermillion
	{0x00, 0x9e, 0x73, 0xff}, // bluish green
	{0xcc, 0x79, 0xa7, 0xff}, // reddish purple
	{0xe6, 0x9f, 0x00, 0xff}, // orange
	{0x56, 0xb4, 0xe9, 0xff}, // sky blue
	{0x00, 0x00, 0x00, 0xff}, // black
}

var (
	markers = []draw.GlyphDrawer{disc{}, block{}, draw.PyramidGlyph{}}
	dashes  = [][]vg.Length{nil, {vg.Points(5), vg.Points(2.5)}, {vg.Points(1.5), vg.Points(2)}}
)

// maxMarkers is the longest series that has a marker at every point.
const maxMarkers = 40

// curve draws a series.
type curve struct {
	pieces [][]point // between gaps, none empty
	line   draw.LineStyle
	marker draw.GlyphStyle
	marked bool // at every point, otherwise only where a piece is one point
}

type point struct{ x, y float64 }

// newCurve gives the series the i-th look.
func newCurve(s *Series, i int) curve {
	c := curve{line: lineStyle(i), marker: markerStyle(i), marked: len(s.X) <= maxMarkers}
	gap := true
	for j := range s.X {
		if !drawable(s.X[j], s.Y[j]) {
			gap = true
			continue
		}
		if gap {
			c.pieces = append(c.pieces, nil)
			gap = false
		}
		last := &c.pieces[len(c.pieces)-1]
		*last = append(*last, point{s.X[j], s.Y[j]})
	}
	return c
}

func lineStyle(i int) draw.LineStyle {
	return draw.LineStyle{
		Color:  palette[i%len(palette)],
		Width:  vg.Points(1.6),
		Dashes: dashes[i%len(dashes)],
	}
}

func markerStyle(i int) draw.GlyphStyle {
	return draw.GlyphStyle{
		Color:  palette[i%len(palette)],
		Radius: vg.Points(2.4),
		Shape:  markers[i%len(markers)],
	}
}

func (s curve) Plot(c draw.Canvas, axes *plot.Plot) {
	x, y := axes.Transforms(&c)
	for _, piece := range s.pieces {
		at := make([]vg.Point, len(piece))
		for i, p := range piece {
			at[i] = vg.Point{X: x(p.x), Y: y(p.y)}
		}
		if len(at) > 1 {
			c.StrokeLines(s.line, at)
		}
		if s.marked || len(at) == 1 {
			for _, p := range at {
				c.DrawGlyphNoClip(s.marker, p)
			}
		}
	}
}

// disc and block are filled; gonum's circle and square are outlines or have
// edges of a fixed width.
type disc struct{}

func (disc) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, p vg.Point) {
	var path vg.Path
	path.Move(vg.Point{X: p.X + sty.Radius, Y: p.Y})
	path.Arc(p, sty.Radius, 0, 2*math.Pi)
	path.Close()
	c.SetColor(sty.Color)
	c.Fill(path)
}

type block struct{}

func (block) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, p vg.Point) {
	r := sty.Radius * 0.9
	c.FillPolygon(sty.Color, []vg.Point{
		{X: p.X - r, Y: p.Y - r},
		{X: p.X + r, Y: p.Y - r},
		{X: p.X + r, Y: p.Y + r},
		{X: p.X - r, Y: p.Y + r},
	})
}
