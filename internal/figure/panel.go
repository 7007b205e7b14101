package figure

import (
	"image/color"

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
			drawPanel(cells[i], &inRow[i], head)
		}
	}
}

// headHeight is the room that the title and the legend take.
func headHeight(p *Panel, width vg.Length) vg.Length {
	var h vg.Length
	if p.Title != "" {
		h += vg.Points(18)
	}
	if n := len(legendRows(p, width)); n > 0 {
		h += vg.Length(n)*legendRow + vg.Points(6)
	}
	return h
}

func drawPanel(c draw.Canvas, p *Panel, head vg.Length) {
	x, y := ranges(p.Series)
	axes := newAxes(p, x, y)
	axes.Add(lines{y.ticks})
	for i := range p.Series {
		axes.Add(newCurve(&p.Series[i], i))
	}
	body := draw.Crop(c, 0, 0, 0, -head)
	axes.Draw(body)

	data := axes.DataCanvas(body)
	top := c.Max.Y
	if p.Title != "" {
		c.FillText(style(11, font.WeightBold, ink, draw.XLeft, draw.YTop), vg.Point{X: data.Min.X, Y: top}, p.Title)
		top -= vg.Points(18)
	}
	drawLegend(c, p, vg.Point{X: data.Min.X, Y: top})
	if x.empty {
		c.FillText(style(11, font.WeightNormal, pale, draw.XCenter, draw.YCenter), data.Center(), "no data")
	}
}

// newAxes is an empty plot of the panel's labels and ranges.
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
	// The grid takes the place of the vertical axis and its marks, which stay
	// as room before the numbers.
	axes.Y.LineStyle.Width = 0
	axes.Y.Tick.Color = color.Transparent
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

// lines draws the horizontal grid.
type lines struct{ ticks []plot.Tick }

func (l lines) Plot(c draw.Canvas, axes *plot.Plot) {
	_, y := axes.Transforms(&c)
	for _, t := range l.ticks {
		c.StrokeLine2(draw.LineStyle{Color: grid, Width: vg.Points(0.75)}, c.Min.X, y(t.Value), c.Max.X, y(t.Value))
	}
}
