package figure

import (
	"bytes"
	"encoding/xml"
	"html"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/recorder"
	"pgregory.net/rapid"
)

func figureSVG(t require.TestingT, f Figure) []byte {
	var b bytes.Buffer
	require.NoError(t, f.Encode(&b, SVG))
	return b.Bytes()
}

// recorded returns the paths that the panel draws, with their colors.
func recorded(p Panel) (fills, strokes []vg.Path, box vg.Rectangle) {
	var r recorder.Canvas
	c := draw.NewCanvas(&r, panelWidth, panelHeight)
	box = drawAxes(c, &p).Rectangle
	for _, a := range r.Actions {
		switch a := a.(type) {
		case *recorder.Fill:
			fills = append(fills, a.Path)
		case *recorder.Stroke:
			strokes = append(strokes, a.Path)
		}
	}
	return fills, strokes, box
}

// Data outside a given range is cut at the axes.
func TestClipped(t *testing.T) {
	x := []float64{-10, -1, 0, 1, 10}
	y := []float64{10, -10, 0, 1e90, -3}
	low, high := []float64{-20, -20, -20, -20, -20}, []float64{20, 20, 20, 20, 20}
	for style := range styles {
		p := Panel{XRange: Range{-2, 2}, YRange: Range{-1, 1}, XTicks: []Tick{{0, ""}}, YTicks: []Tick{{0, ""}}, Series: []Series{{X: x, Y: y, Low: low, High: high, Style: style}}}
		fills, strokes, box := recorded(p)
		const marker, tick = 5, 5
		wide := vg.Rectangle{Min: box.Min.Sub(vg.Point{X: marker, Y: marker + tick}), Max: box.Max.Add(vg.Point{X: marker, Y: marker})}
		for _, path := range append(fills, strokes...) {
			for _, step := range path {
				assert.True(t, within(wide, step.Pos), "style %d: %v in %v", style, step.Pos, box)
			}
		}
		assert.Equal(t, style == Rings, len(fills) == 0, style)
	}
}

func TestEqual(t *testing.T) {
	for name, c := range map[string]*Contour{"wide": sample(-4, 4, -1, 1, 5, bowl), "high": sample(-1, 1, -4, 4, 5, bowl)} {
		_, _, box := recorded(Panel{Contour: c, Equal: true})
		units := box.Size().X / box.Size().Y * vg.Length((c.Y[4]-c.Y[0])/(c.X[4]-c.X[0]))
		assert.InDelta(t, 1, float64(units), 0.02, name)
	}
}

// A long title begins before the data, and a longer one is smaller.
func TestTitleFits(t *testing.T) {
	c := draw.NewCanvas(&recorder.Canvas{}, panelWidth, panelHeight)
	left := vg.Points(60)
	for title, smaller := range map[string]bool{"Loss": false, strings.Repeat("loss ", 12): false, strings.Repeat("loss ", 20): true} {
		sty, from := titleStyle(title, left, c)
		assert.GreaterOrEqual(t, from, c.Min.X)
		assert.LessOrEqual(t, from+sty.Width(title), c.Max.X+0.01, title)
		assert.Equal(t, smaller, sty.Font.Size < 11, title)
		assert.Equal(t, title == "Loss", from == left, title)
	}
}

// A band is behind the line, in its color and not opaque.
func TestBand(t *testing.T) {
	s := Series{X: []float64{0, 1, 2, 3}, Y: []float64{1, 1, 1, 1}, Low: []float64{0, 0, nan, 0}, High: []float64{2, 2, 2, 2}, Style: Solid, Color: 2}
	b := newBand(&s, 0, transform{})
	assert.Equal(t, [][]point{{{0, 2}, {1, 2}, {1, 0}, {0, 0}}}, b.pieces, "the point after the gap is alone")
	svg := string(encoded(t, SVG, Panel{Series: []Series{s}}))
	assert.NotContains(t, svg, "#-", "a color out of nothing")
	shade, line := strings.Index(svg, "fill:#D45D00;fill-opacity:0.2"), strings.Index(svg, "stroke:#D55E00")
	require.Positive(t, shade)
	assert.Greater(t, line, shade)

	// 20% of vermillion on white.
	n := pixels(t, encoded(t, PNG, Panel{Series: []Series{s}}))
	found := 0
	for c, k := range n {
		if math.Abs(float64(c.R)-247) < 2 && math.Abs(float64(c.G)-223) < 2 && math.Abs(float64(c.B)-204) < 2 {
			found += k
		}
	}
	assert.Greater(t, found, 10000)
	assert.Empty(t, newBand(&Series{X: s.X, Y: s.Y, Low: s.Low, High: s.High, Style: Points}, 0, transform{}).pieces)
}

func TestBars(t *testing.T) {
	a := Series{X: []float64{0, 2, 1, nan}, Y: []float64{1, 2, nan, 1}, Style: Bars}
	b := Series{X: []float64{0, 1, 2}, Y: []float64{1, 2, 3}, Style: Bars}
	p := Panel{Series: []Series{a, {X: []float64{0}, Y: []float64{0}}, b}}
	assert.Equal(t, 1.0, barWidth(&p))
	assert.Equal(t, []point{{-0.2, 1}, {1.8, 2}}, newBars(&p, 0, transform{}).tops)
	assert.InDelta(t, 0.2, newBars(&p, 2, transform{}).tops[0].x, 1e-12)
	assert.InDelta(t, 0.4, newBars(&p, 2, transform{}).width, 1e-12)
	for _, p := range []Panel{{LogY: true, Series: p.Series}, {LogX: true, Series: p.Series}, {Series: []Series{{X: []float64{3}, Y: []float64{-1}, Style: Bars}}}} {
		fills, _, box := recorded(p)
		require.NotEmpty(t, fills)
		for _, step := range fills[0] {
			assert.True(t, step.Type == vg.CloseComp || within(box, step.Pos))
		}
	}
}

// A series keeps its look in another panel by its color.
func TestColor(t *testing.T) {
	s := Series{X: []float64{1}, Y: []float64{1}}
	third := s
	third.Color = 3
	assert.Equal(t, lookOf(&s, 2), lookOf(&third, 0))
	third.Color = 10
	assert.Equal(t, palette[2], lookOf(&third, 0).line.Color)
}

// The dots of a path that would touch are left out; its ends are not.
func TestPathEnds(t *testing.T) {
	c := newCurve(&Series{X: []float64{0, 1}, Y: []float64{0, 1}, Style: Path}, 0, transform{})
	piece := []vg.Point{{X: 0}, {X: 10}, {X: 11}, {X: 20}}
	var clear []bool
	for i := range piece {
		clear = append(clear, c.clear(piece, i))
	}
	assert.Equal(t, []bool{true, false, false, true}, clear)
	svg := string(encoded(t, SVG, Panel{Series: []Series{{X: []float64{0, 1}, Y: []float64{0, 1}, Style: Path}}}))
	assert.Equal(t, 2, strings.Count(svg, "A3.8"), "a ring at the start, of two arcs")
	assert.Equal(t, 2, strings.Count(svg, "A3.2"), "a disc at the end")
}

// Notes do not overlap and stay inside the panel.
func TestNotes(t *testing.T) {
	p := Panel{XRange: Range{0, 1}, YRange: Range{0, 1}}
	b := board{canvas: draw.NewCanvas(&recorder.Canvas{}, 200, 200)}
	sty := legendStyle()
	for _, at := range []vg.Point{{X: 198, Y: 198}, {X: 2, Y: 2}, {X: 100, Y: 100}, {X: 101, Y: 100}, {X: 100, Y: 101}} {
		b.write(sty, "a label", at, around)
	}
	require.Len(t, b.taken, 5)
	for i, r := range b.taken {
		assert.True(t, within(b.canvas.Rectangle, r.Min) && within(b.canvas.Rectangle, r.Max), "%v", r)
		for _, other := range b.taken[:i] {
			assert.Zero(t, overlap(r, other))
		}
	}
	p.Notes = []Note{{X: 0.5, Y: 0.5, Text: "here", Dot: true}, {X: 2, Y: 0.5, Text: "outside"}, {X: nan, Y: 0, Text: "nowhere"}}
	p.Horizontal, p.Vertical = []Reference{{At: 0.2, Label: "target"}, {At: 7, Label: "far"}}, []Reference{{At: 0.3, Label: "budget"}, {At: nan, Label: "never"}}
	got := texts(t, encoded(t, SVG, p))
	assert.Subset(t, got, []string{"here", "target", "budget"})
	for _, s := range []string{"outside", "nowhere", "far", "never"} {
		assert.NotContains(t, got, s)
	}
}

func TestColumns(t *testing.T) {
	p := training(2)[0]
	for columns, want := range map[int]string{0: "0 0 676.8 1008", 1: "0 0 338.4 2016", 2: "0 0 676.8 1008", 3: "0 0 777.6 648", 9: "0 0 2073.6 216"} {
		panels := make([]Panel, 8)
		for i := range panels {
			panels[i] = p
		}
		svg := string(figureSVG(t, Figure{Panels: panels, Columns: columns}))
		want := strings.Fields(want)
		box := strings.Fields(regexp.MustCompile(`viewBox="([^"]*)"`).FindStringSubmatch(svg)[1])
		for i := range box {
			a, _ := strconv.ParseFloat(want[i], 64)
			b, err := strconv.ParseFloat(box[i], 64)
			require.NoError(t, err)
			if columns == 9 && i == 2 { // as many columns as panels
				a = 8 * 259.2
			}
			assert.InDelta(t, a, b, 0.1, "%d columns", columns)
		}
	}
}

func TestInline(t *testing.T) {
	f := Figure{Panels: append(training(3), Panel{Contour: sample(-1, 1, -1, 1, 9, bowl)}, Panel{Surface: bowlSurface()})}
	var page bytes.Buffer
	for range 3 {
		require.NoError(t, f.Inline(&page))
	}
	f.Title = "a <b>"
	require.NoError(t, f.Inline(&page))
	s := page.String()
	assert.True(t, strings.HasPrefix(s, "<svg "))
	assert.Equal(t, 4, strings.Count(s, "<svg "))
	assert.Equal(t, 4, strings.Count(s, `role="img"`))
	assert.Equal(t, 3, strings.Count(s, "<title>Loss, Accuracy</title>"))
	assert.Contains(t, s, "<title>"+html.EscapeString(f.Title)+"</title>")
	for _, never := range []string{"<?xml", "<!--", " id=", "url(#", "href", ` width="`} {
		assert.NotContains(t, s, never)
	}
	d := xml.NewDecoder(strings.NewReader("<body>" + s + "</body>"))
	for {
		if _, err := d.Token(); err != nil {
			assert.Equal(t, io.EOF, err)
			break
		}
	}
	assert.EqualError(t, Figure{}.Inline(io.Discard), "figure: no panels: want 1 or more")
	assert.ErrorIs(t, f.Inline(failing{}), errFailing)
}

func TestDeterministicKinds(t *testing.T) {
	panels := []Panel{{Contour: sample(-2, 2, -1, 3, 40, rosenbrock)}, {Surface: bowlSurface()}, {Contour: &Contour{X: []float64{0, 1}, Y: []float64{0, 1}, Z: [][]float64{{0, 1}, {1, 0}}, Filled: true}}}
	for _, format := range []Format{SVG, PNG} {
		assert.Equal(t, encoded(t, format, panels...), encoded(t, format, panels...), format)
	}
}

// Nothing that is allowed panics or writes a NaN or an infinity.
func TestHostile(t *testing.T) {
	number := rapid.OneOf(rapid.SampledFrom([]float64{0, 1, -1, 1e-320, 1e-99, limit, -limit, 1e300, nan, inf, -inf}), rapid.Float64Range(-10, 10), rapid.Float64())
	rapid.Check(t, func(t *rapid.T) {
		slice := func(n int, name string) []float64 { return rapid.SliceOfN(number, n, n).Draw(t, name) }
		p := Panel{LogX: rapid.Bool().Draw(t, "LogX"), LogY: rapid.Bool().Draw(t, "LogY")}
		p.Equal = p.LogX == p.LogY && rapid.Bool().Draw(t, "Equal")
		for range rapid.IntRange(0, 3).Draw(t, "series") {
			n := rapid.IntRange(0, 5).Draw(t, "n")
			s := Series{Name: "s", X: slice(n, "X"), Y: slice(n, "Y"), Style: Style(rapid.IntRange(0, int(styles)-1).Draw(t, "style"))}
			if rapid.Bool().Draw(t, "interval") {
				s.Low, s.High = slice(n, "Low"), slice(n, "High")
			}
			p.Series = append(p.Series, s)
		}
		v := slice(4, "values")
		p.Notes = []Note{{X: v[0], Y: v[1], Text: "note", Dot: true}}
		p.Horizontal, p.Vertical = []Reference{{At: v[2], Label: "h"}}, []Reference{{At: v[3], Label: "v", InLegend: true}}
		p.XRange = Range{number.Draw(t, "min"), number.Draw(t, "max")}
		if p.check() != nil {
			p.XRange = Range{}
		}
		z := [][]float64{slice(3, "z"), slice(3, "z")}
		if rapid.Bool().Draw(t, "contour") {
			p.Contour = &Contour{X: []float64{-1, 0.1, 5}, Y: []float64{0, 2}, Z: z, Filled: true}
		}
		panels := []Panel{p, {Surface: &Surface{X: []float64{-1, 0, 1}, Y: []float64{0, 2}, Z: z}}}
		for i := range p.Series {
			if s := p.Series[i]; s.Style != Bars {
				s.Low, s.High = nil, nil
				panels[1].Series = append(panels[1].Series, s)
			}
		}
		svg := string(figureSVG(t, Figure{Panels: panels}))
		assert.NotContains(t, svg, "NaN")
		assert.NotContains(t, svg, "Inf")
	})
}
