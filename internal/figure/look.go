package figure

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// palette is the palette of Okabe and Ito without yellow, which is too light for lines
// on white.
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

// The maximum lengths of series with a marker at every point.
const (
	maxMarkers = 40
	maxSteps   = 500 // of a path
)

// look says how a series is drawn.
type look struct {
	style  Style
	line   draw.LineStyle
	marker draw.GlyphStyle
	marked bool        // at every point, otherwise only where a piece is one point
	shade  color.NRGBA // of the band
}

// lookOf returns the look of the i-th series of a panel.
func lookOf(s *Series, i int) look {
	if s.Color > 0 {
		i = s.Color - 1
	}
	c := palette[i%len(palette)]
	l := look{
		style:  s.Style,
		line:   draw.LineStyle{Color: c, Width: vg.Points(1.6)},
		marker: draw.GlyphStyle{Color: c, Radius: vg.Points(2.4), Shape: markers[i%len(markers)]},
		shade:  color.NRGBA{R: c.R, G: c.G, B: c.B, A: 0x33},
	}
	switch s.Style {
	case Marked:
		l.line.Dashes = dashes[i%len(dashes)]
		l.marked = len(s.X) <= maxMarkers
	case Dashed:
		l.line.Dashes = dashes[1]
	case Points:
		l.marked = true
		if len(s.X) > 5*maxMarkers {
			l.marker.Radius = vg.Points(1.6)
		}
	case Rings:
		l.marked = true
		l.marker.Radius, l.marker.Shape = vg.Points(4), hoop{}
	case Path:
		l.line.Width = vg.Points(1.2)
		l.marked = len(s.X) <= maxSteps
		l.marker.Radius, l.marker.Shape = vg.Points(1.5), disc{}
	}
	return l
}

// disc, block and ring are filled; gonum's circle and square are outlines or
// have edges of a fixed width.
type disc struct{}

func (disc) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, p vg.Point) {
	c.SetColor(sty.Color)
	c.Fill(circle(p, sty.Radius))
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

// ring is a circle with a white middle, the start of a path.
type ring struct{}

func (ring) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, p vg.Point) {
	disc{}.DrawGlyph(c, sty, p)
	disc{}.DrawGlyph(c, draw.GlyphStyle{Color: color.White, Radius: sty.Radius - vg.Points(1.5)}, p)
}

// hoop is an open circle, which does not cover what is inside.
type hoop struct{}

func (hoop) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, p vg.Point) {
	c.SetLineStyle(draw.LineStyle{Color: sty.Color, Width: vg.Points(1.1)})
	c.Stroke(circle(p, sty.Radius))
}

// target is a disc with a white edge, the end of a path.
type target struct{}

func (target) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, p vg.Point) {
	disc{}.DrawGlyph(c, draw.GlyphStyle{Color: color.White, Radius: sty.Radius + vg.Points(1)}, p)
	disc{}.DrawGlyph(c, sty, p)
}

func circle(p vg.Point, radius vg.Length) vg.Path {
	var path vg.Path
	path.Move(vg.Point{X: p.X + radius, Y: p.Y})
	path.Arc(p, radius, 0, 2*math.Pi)
	path.Close()
	return path
}
