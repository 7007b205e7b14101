package figure

import (
	"fmt"
	"html"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// markupOf returns the markup that a canvas, or its parent canvas, draws on, or nil.
func markupOf(c vg.Canvas) *markup {
	switch c := c.(type) {
	case *markup:
		return c
	case draw.Canvas:
		return markupOf(c.Canvas)
	case *draw.Canvas:
		return markupOf(c.Canvas)
	}
	return nil
}

// group draws in a group with attributes, if the canvas is markup. An empty group is
// left out.
func group(c draw.Canvas, attributes string, drawing func()) {
	m := markupOf(c)
	if m == nil || attributes == "" {
		drawing()
		return
	}
	m.flush()
	before := m.b.Len()
	fmt.Fprintf(&m.b, "<g%s>\n", attributes)
	begin := m.b.Len()
	drawing()
	m.flush()
	if m.b.Len() == begin {
		m.b.Truncate(before)
		return
	}
	m.b.WriteString("</g>\n")
}

// grouped draws a plotter in a group.
type grouped struct {
	attributes string
	plot.Plotter
}

func (g grouped) Plot(c draw.Canvas, axes *plot.Plot) {
	group(c, g.attributes, func() { g.Plotter.Plot(c, axes) })
}

// class returns the attributes of the group of a panel that has classes.
func (p *Panel) class() string {
	if slices.ContainsFunc(p.Series, func(s Series) bool { return s.Class != "" }) {
		return ` class="panel"`
	}
	return ""
}

func (s *Series) class() string { return classOf(s.Class) }

func classOf(name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf(` class="%s"`, html.EscapeString(name))
}

// data returns the attributes of the group of a series' points: data-name, and data-x
// and data-y with the points that can be drawn, to four digits. A line or a ring without
// a name belongs to another series, and has no data.
func (s *Series) data() string {
	if s.Class == "" || s.Name == "" && s.Style != Points {
		return s.class()
	}
	var x, y []string
	for i := range s.X {
		if drawable(s.X[i], s.Y[i]) {
			x, y = append(x, fmt.Sprintf("%.4g", s.X[i])), append(y, fmt.Sprintf("%.4g", s.Y[i]))
		}
	}
	return fmt.Sprintf(`%s data-name="%s" data-x="%s" data-y="%s"`, s.class(), html.EscapeString(s.Name), strings.Join(x, " "), strings.Join(y, " "))
}

// describe writes the position of the data of a panel with classes and how the axes map
// values, as the attributes of an invisible rectangle: data-x and data-y have the ends
// of the axis, with "log" as their logarithms to base ten, and the label.
func (p *Panel) describe(data draw.Canvas, x, y span) {
	m := markupOf(data)
	if m == nil || p.class() == "" {
		return
	}
	m.flush()
	left, bottom := m.place(data.Min)
	right, top := m.place(data.Max)
	fmt.Fprintf(&m.b, "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"none\"%s%s/>\n",
		hundredths(left), hundredths(top), hundredths(right-left), hundredths(bottom-top), x.attributes("x", p.XLabel), y.attributes("y", p.YLabel))
}

func (s *span) attributes(name, label string) string {
	kind := "linear"
	if s.log {
		kind = "log"
	}
	return fmt.Sprintf(` data-%[1]s="%[2]g %[3]g %[4]s" data-%[1]s-label="%[5]s"`, name, s.min, s.max, kind, html.EscapeString(label))
}
