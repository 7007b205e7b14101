package figure

import (
	"image/color"
	"math"

	"golang.org/x/image/font"
	"gonum.org/v1/plot"
	plotfont "gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

var (
	ink  = color.Gray{Y: 0x22} // titles and labels
	pale = color.Gray{Y: 0x55} // numbers
	axis = color.Gray{Y: 0x99} // the horizontal axis
	grid = color.Gray{Y: 0xe4} // lines behind the data
)

// drawPanels fills the canvas with the panels, row by row.
func drawPanels(c draw.Canvas, panels []Panel, rows, columns int) {
	c.SetColor(color.White)
	c.Fill(c.Path())
	tiles := draw.Tiles{
		Rows: rows, Cols: columns,
		PadTop: vg.Points(10), PadBottom: vg.Points(8), PadLeft: vg.Points(8), PadRight: vg.Points(12),
		PadX: vg.Points(20), PadY: vg.Points(20),
	}
	for row := range rows {
		inRow := panels[row*columns : min((row+1)*columns, len(panels))]
		// Every panel of a row leaves the same room above its data.
		var head vg.Length
		cells := make([]draw.Canvas, len(inRow))
		for i := range inRow {
			cells[i] = tiles.At(c, i, row)
			head = max(head, headHeight(&inRow[i], cells[i].Max.X-cells[i].Min.X))
		}
		for i := range inRow {
			group(c, inRow[i].class(), func() { drawPanel(cells[i], &inRow[i], head) })
		}
	}
}

// headHeight returns the height of the title and the legend.
func headHeight(p *Panel, width vg.Length) vg.Length {
	var h vg.Length
	if p.Title != "" {
		h += vg.Points(18)
	}
	if n := len(legendRows(p.legend(), width)); n > 0 {
		h += vg.Length(n)*legendRow + vg.Points(6)
	}
	return h
}

func drawPanel(c draw.Canvas, p *Panel, head vg.Length) {
	body := draw.Crop(c, 0, 0, 0, -head)
	var left vg.Length
	if p.Surface != nil {
		drawSurface(body, p)
		left = body.Min.X
	} else {
		left = drawAxes(body, p).Min.X
	}
	top := c.Max.Y
	if p.Title != "" {
		sty, from := titleStyle(p.Title, left, c)
		c.FillText(sty, vg.Point{X: from, Y: top}, p.Title)
		top -= vg.Points(18)
	}
	drawLegend(c, p, vg.Point{X: left, Y: top})
}

// titleStyle keeps a title within its panel. A title that does not fit to the right of
// left begins before it, and is smaller if that is not enough.
func titleStyle(title string, left vg.Length, c draw.Canvas) (text.Style, vg.Length) {
	sty := style(11, font.WeightBold, ink, draw.XLeft, draw.YTop)
	if width, room := sty.Width(title), c.Max.X-c.Min.X; width > room {
		sty.Font.Size *= room / width
	}
	return sty, max(c.Min.X, min(left, c.Max.X-sty.Width(title)))
}

// drawAxes draws the panel except for the title and the legend, and returns where
// the data are.
func drawAxes(c draw.Canvas, p *Panel) draw.Canvas {
	x, y := ranges(p)
	axes := newAxes(p, x, y)
	// Fewer ticks change the room of the axes, and with it the square.
	for range 3 {
		data := axes.DataCanvas(c)
		for want := xTicks - 1; want > 1 && crowded(x.ticks, data.Size().X, x.max-x.min); want-- {
			x.mark(want)
		}
		axes.X.Tick.Marker = plot.ConstantTicks(x.ticks)
		if p.Equal {
			c = square(c, axes.DataCanvas(c), x, y)
		}
	}

	t := p.transform()
	if p.Contour != nil {
		axes.Add(isolines{p.Contour.mesh(t), p.Contour.levels(), p.Contour.Filled}, frame{})
	} else {
		axes.Add(rules{y.ticks})
	}
	for i := range p.Series {
		axes.Add(grouped{p.Series[i].class(), newBand(&p.Series[i], i, t)})
	}
	axes.Add(newReferences(p, t))
	for i := range p.Series {
		if s := &p.Series[i]; s.Style == Bars {
			shift, _ := barShift(p, i)
			axes.Add(grouped{s.data(), newBars(p, i, t)}, grouped{s.class(), newWhiskers(s, i, t, shift)})
		} else {
			axes.Add(grouped{s.class(), newWhiskers(s, i, t, 0)}, grouped{s.data(), newCurve(s, i, t)})
		}
	}
	axes.Add(newCaptions(p, t))
	axes.Draw(c)

	data := axes.DataCanvas(c)
	p.describe(data, x, y)
	if x.empty {
		c.FillText(style(11, font.WeightNormal, pale, draw.XCenter, draw.YCenter), data.Center(), "no data")
	}
	return data
}

// crowded reports whether labels would touch on an axis of this length.
func crowded(ticks []plot.Tick, length vg.Length, width float64) bool {
	sty := style(9, font.WeightNormal, pale, draw.XCenter, draw.YTop)
	end := vg.Length(math.Inf(-1))
	for _, t := range ticks {
		if t.Label == "" {
			continue
		}
		middle, half := vg.Length((t.Value-ticks[0].Value)/width)*length, sty.Width(t.Label)/2
		if middle-half < end {
			return true
		}
		end = middle + half + vg.Points(4)
	}
	return false
}

// maxShape is the maximum aspect ratio of the data with Equal.
const maxShape = 8

// square crops c so that a unit of x is as long as a unit of y. The data canvas is
// the part of c that the axes leave free.
func square(c, data draw.Canvas, x, y span) draw.Canvas {
	size := data.Size()
	ratio := min(max((x.max-x.min)/(y.max-y.min), 1./maxShape), maxShape)
	width, height := size.Y*vg.Length(ratio), size.X/vg.Length(ratio)
	if width < size.X {
		return draw.Crop(c, (size.X-width)/2, (width-size.X)/2, 0, 0)
	}
	return draw.Crop(c, 0, 0, size.Y-height, 0)
}

// newAxes returns an empty plot with the panel's labels and ranges.
func newAxes(p *Panel, x, y span) *plot.Plot {
	axes := plot.New()
	axes.BackgroundColor = nil
	for _, a := range []struct {
		*plot.Axis
		span
		label  string
		xalign text.XAlignment
		yalign text.YAlignment
	}{
		{&axes.X, x, p.XLabel, draw.XCenter, draw.YTop},
		{&axes.Y, y, p.YLabel, draw.XRight, draw.YCenter},
	} {
		a.Min, a.Max = a.span.min, a.span.max
		a.Axis.Padding = 0
		a.LineStyle.Color = axis
		a.LineStyle.Width = vg.Points(0.75)
		a.Label.Text = a.label
		a.Label.Padding = vg.Points(4)
		a.Label.TextStyle = style(10, font.WeightNormal, ink, draw.XCenter, draw.YBottom)
		a.Tick.Marker = plot.ConstantTicks(a.ticks)
		a.Tick.Label = style(9, font.WeightNormal, pale, a.xalign, a.yalign)
		a.Tick.Color = axis
		a.Tick.Width = vg.Points(0.75)
		a.Tick.Length = vg.Points(4)
	}
	// The grid replaces the vertical axis and its marks, whose room before the
	// numbers stays. A contour has no grid.
	if p.Contour == nil {
		axes.Y.LineStyle.Width = 0
		axes.Y.Tick.Width = 0
	}
	return axes
}

func style(size vg.Length, weight font.Weight, c color.Color, x text.XAlignment, y text.YAlignment) text.Style {
	return text.Style{
		Color:   c,
		Font:    plotfont.Font{Typeface: "Liberation", Variant: "Sans", Weight: weight, Size: size},
		XAlign:  x,
		YAlign:  y,
		Handler: plot.DefaultTextHandler,
	}
}

// rules draws the horizontal grid.
type rules struct{ ticks []plot.Tick }

func (r rules) Plot(c draw.Canvas, axes *plot.Plot) {
	_, y := axes.Transforms(&c)
	for _, t := range r.ticks {
		if t.Label != "" {
			c.StrokeLine2(draw.LineStyle{Color: grid, Width: vg.Points(0.75)}, c.Min.X, y(t.Value), c.Max.X, y(t.Value))
		}
	}
}

// frame draws the sides that have no axis.
type frame struct{}

func (frame) Plot(c draw.Canvas, _ *plot.Plot) {
	sty := draw.LineStyle{Color: axis, Width: vg.Points(0.75)}
	c.StrokeLines(sty, []vg.Point{{X: c.Min.X, Y: c.Max.Y}, c.Max, {X: c.Max.X, Y: c.Min.Y}})
}
