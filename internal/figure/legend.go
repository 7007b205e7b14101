package figure

import (
	"slices"

	"golang.org/x/image/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	legendRow    = vg.Length(14) // height
	legendSample = vg.Length(22) // width of the piece of line before a name
	legendGap    = vg.Length(5)  // between the line and the name
	legendSpace  = vg.Length(16) // between entries
)

func legendStyle() text.Style {
	return style(9.5, font.WeightNormal, ink, draw.XLeft, draw.YCenter)
}

// entry is a name in the legend, with a function that draws its sample from p to the right.
type entry struct {
	name, class string
	sample      func(c draw.Canvas, p vg.Point)
}

// legend returns the named series and then the references that belong in the legend.
func (p *Panel) legend() (all []entry) {
	for i := range p.Series {
		if s := &p.Series[i]; s.Name != "" {
			all = append(all, entry{s.Name, s.class(), func(c draw.Canvas, at vg.Point) { drawSample(c, s, i, at) }})
		}
	}
	for _, r := range slices.Concat(p.Horizontal, p.Vertical) {
		if r.InLegend && r.Label != "" {
			all = append(all, entry{r.Label, "", func(c draw.Canvas, at vg.Point) {
				c.StrokeLine2(referenceLine, at.X, at.Y, at.X+legendSample, at.Y)
			}})
		}
	}
	return all
}

// legendRows breaks the entries into rows that are no wider than width, if possible.
func legendRows(all []entry, width vg.Length) [][]entry {
	sty := legendStyle()
	var rows [][]entry
	var used vg.Length
	for _, e := range all {
		w := legendSample + legendGap + sty.Width(e.name)
		if len(rows) == 0 || used+legendSpace+w > width {
			rows = append(rows, []entry{e})
			used = w
			continue
		}
		last := &rows[len(rows)-1]
		*last = append(*last, e)
		used += legendSpace + w
	}
	return rows
}

// drawLegend draws the legend to the right of and under its top left corner.
func drawLegend(c draw.Canvas, p *Panel, corner vg.Point) {
	sty := legendStyle()
	y := corner.Y - legendRow/2
	// The rows are broken for the full width, which headHeight knows. The room to
	// the left of the data is used if that makes them fit.
	width := c.Max.X - c.Min.X
	rows, start := legendRows(p.legend(), width), corner.X
	for _, row := range rows {
		total := -legendSpace
		for _, e := range row {
			total += legendSample + legendGap + sty.Width(e.name) + legendSpace
		}
		start = max(c.Min.X, min(start, c.Max.X-total))
	}
	for _, row := range rows {
		x := start
		for _, e := range row {
			group(c, e.class, func() {
				e.sample(c, vg.Point{X: x, Y: y})
				// The middle of the text is the middle of its lower-case letters.
				c.FillText(sty, vg.Point{X: x + legendSample + legendGap, Y: y + 1}, e.name)
			})
			x += legendSample + legendGap + sty.Width(e.name) + legendSpace
		}
		y -= legendRow
	}
}

// drawSample draws a piece of the i-th series from p to the right.
func drawSample(c draw.Canvas, s *Series, i int, p vg.Point) {
	l := lookOf(s, i)
	high := func(h vg.Length) []vg.Point {
		return []vg.Point{{X: p.X, Y: p.Y - h}, {X: p.X + legendSample, Y: p.Y - h}, {X: p.X + legendSample, Y: p.Y + h}, {X: p.X, Y: p.Y + h}}
	}
	switch {
	case s.Style == Bars:
		c.FillPolygon(l.line.Color, high(vg.Points(3.5)))
		return
	case s.Style.line():
		if s.Low != nil {
			c.FillPolygon(l.shade, high(vg.Points(4.5)))
		}
		c.StrokeLine2(l.line, p.X, p.Y, p.X+legendSample, p.Y)
	}
	if l.marked {
		c.DrawGlyphNoClip(l.marker, vg.Point{X: p.X + legendSample/2, Y: p.Y})
	}
}
