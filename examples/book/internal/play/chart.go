package play

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
)

// chart is a pair of axes with lines.
type chart struct {
	title, xLabel, yLabel string
	x, y                  [2]float64 // ranges; if equal, those of the lines
	logY                  bool
	lines                 []line
}

// line is a curve. Its color is a variable of the page.
type line struct {
	name   string
	points [][]float64
	color  string
	thin   bool
	path   bool // with a ring at the start, dots, and a large dot at the end
}

// The size of a chart and the room around its data, in units of the page's pixels.
const (
	chartWidth, chartHeight         = 440.0, 330.0
	roomLeft, roomTop               = 62.0, 44.0
	dataWidth, dataHeight           = chartWidth - roomLeft - 18, chartHeight - roomTop - 46
	maxDots                         = 300
	ticksWanted                     = 5
	smallestLog                     = 1e-30
	axisColor, gridColor, paleColor = "var(--axis)", "var(--grid)", "var(--pale)"
)

// drawing is an svg element with the charts side by side.
func drawing(title string, charts []chart) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" style="width:100%%;max-width:%.0fpx" role="img" font-family="system-ui,sans-serif" font-size="12"><title>%s</title>`,
		chartWidth*float64(len(charts)), chartHeight, chartWidth*float64(len(charts)), html.EscapeString(title))
	for i, c := range charts {
		fmt.Fprintf(&b, `<g transform="translate(%.0f 0)">`, chartWidth*float64(i))
		c.draw(&b)
		b.WriteString("</g>")
	}
	b.WriteString("</svg>")
	return b.String()
}

func (c chart) draw(b *strings.Builder) {
	x, y := c.ranges()
	text := func(px, py float64, anchor, color, s string) {
		fmt.Fprintf(b, `<text x="%.1f" y="%.1f" text-anchor="%s" fill="%s">%s</text>`, px, py, anchor, color, html.EscapeString(s))
	}
	fmt.Fprintf(b, `<text x="%.0f" y="14" font-weight="bold" fill="var(--ink)">%s</text>`, roomLeft, html.EscapeString(c.title))
	text(roomLeft+dataWidth/2, chartHeight-8, "middle", "var(--ink)", c.xLabel)
	fmt.Fprintf(b, `<text transform="translate(13 %.0f) rotate(-90)" text-anchor="middle" fill="var(--ink)">%s</text>`, roomTop+dataHeight/2, html.EscapeString(c.yLabel))
	for i, at := 0, roomLeft; i < len(c.lines); i++ {
		if l := c.lines[i]; l.name != "" {
			fmt.Fprintf(b, `<path d="M%.0f 28h16" stroke="%s" stroke-width="2"/>`, at, l.color)
			text(at+20, 32, "start", "var(--ink)", l.name)
			at += 34 + 7*float64(len([]rune(l.name)))
		}
	}
	for _, t := range ticks(x[0], x[1], false) {
		px := roomLeft + (t.at-x[0])/(x[1]-x[0])*dataWidth
		fmt.Fprintf(b, `<path d="M%.1f %.1fv5" stroke="%s"/>`, px, roomTop+dataHeight, axisColor)
		text(px, roomTop+dataHeight+18, "middle", paleColor, t.label)
	}
	for _, t := range ticks(y[0], y[1], c.logY) {
		py := roomTop + (y[1]-t.at)/(y[1]-y[0])*dataHeight
		fmt.Fprintf(b, `<path d="M%.1f %.1fh%.1f" stroke="%s"/>`, roomLeft, py, dataWidth, gridColor)
		text(roomLeft-6, py+4, "end", paleColor, t.label)
	}
	// An svg element within clips what is outside.
	fmt.Fprintf(b, `<svg x="%.0f" y="%.0f" width="%.0f" height="%.0f">`, roomLeft, roomTop, dataWidth, dataHeight)
	for _, l := range c.lines {
		l.draw(b, c.logY, x, y)
	}
	fmt.Fprintf(b, `</svg><rect x="%.0f" y="%.0f" width="%.0f" height="%.0f" fill="none" stroke="%s"/>`, roomLeft, roomTop, dataWidth, dataHeight, axisColor)
}

// draw draws a line within the svg element of the data.
func (l line) draw(b *strings.Builder, logY bool, x, y [2]float64) {
	at := func(p []float64) (float64, float64) {
		v := p[1]
		if logY {
			v = math.Log10(max(v, smallestLog))
		}
		far := func(v float64) float64 { return min(max(v, -1e5), 1e5) } // farther is outside anyway, and long to write
		return far((p[0] - x[0]) / (x[1] - x[0]) * dataWidth), far((y[1] - v) / (y[1] - y[0]) * dataHeight)
	}
	width := 1.8
	if l.thin {
		width = 1
	}
	fmt.Fprintf(b, `<path fill="none" stroke="%s" stroke-width="%.1f" d="`, l.color, width)
	var fromX, fromY float64
	for i, p := range l.points {
		px, py := at(p)
		if i > 0 && i < len(l.points)-1 && math.Abs(px-fromX)+math.Abs(py-fromY) < 0.3 {
			continue // invisible
		}
		fmt.Fprintf(b, "%c%.1f %.1f", "ML"[min(i, 1)], px, py)
		fromX, fromY = px, py
	}
	b.WriteString(`"/>`)
	if !l.path {
		return
	}
	for i, p := range l.points {
		px, py := at(p)
		switch {
		case i == 0:
			fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="4.5" fill="var(--paper)" stroke="%s" stroke-width="2"/>`, px, py, l.color)
		case i == len(l.points)-1:
			fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="5" fill="%s" stroke="var(--paper)"/>`, px, py, l.color)
		case len(l.points) <= maxDots:
			fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="2" fill="%s"/>`, px, py, l.color)
		}
	}
}

// ranges are those of the axes, of y in powers of ten if it is logarithmic.
func (c chart) ranges() (x, y [2]float64) {
	low, high := []float64{math.Inf(1), math.Inf(1)}, []float64{math.Inf(-1), math.Inf(-1)}
	for _, l := range c.lines {
		for _, p := range l.points {
			v := p[1]
			if c.logY {
				v = math.Log10(max(v, smallestLog))
			}
			for i, u := range []float64{p[0], v} {
				low[i], high[i] = min(low[i], u), max(high[i], u)
			}
		}
	}
	choose := func(given [2]float64, i int) [2]float64 {
		if given[0] != given[1] {
			return given
		}
		room := (high[i] - low[i]) / 20
		if room == 0 {
			room = 1
		}
		return [2]float64{low[i] - room, high[i] + room}
	}
	return choose(c.x, 0), choose(c.y, 1)
}

type tick struct {
	at    float64
	label string
}

// ticks are round numbers in a range, or whole powers of ten.
func ticks(from, to float64, power bool) (list []tick) {
	unit := math.Pow(10, math.Floor(math.Log10((to-from)/ticksWanted)))
	step := 10 * unit
	for _, digit := range []float64{5, 2, 1} {
		if digit*unit >= (to-from)/ticksWanted {
			step = digit * unit
		}
	}
	if power {
		step = max(step, 1)
	}
	for k := math.Ceil(from / step); k*step <= to; k++ {
		label := strconv.FormatFloat(k*step+0, 'g', 6, 64) // no negative zero
		if power {
			label = "10" + superscript(label)
		}
		list = append(list, tick{k * step, strings.ReplaceAll(label, "-", "\u2212")})
	}
	return list
}

// superscript raises the digits and the sign of a whole number.
func superscript(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' {
			return '⁻'
		}
		return []rune("⁰¹²³⁴⁵⁶⁷⁸⁹")[r-'0']
	}, s)
}
