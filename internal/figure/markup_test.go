package figure

import (
	"bytes"
	"image/color"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/plot/vg"
)

func TestMarkupPaths(t *testing.T) {
	line := func(points ...float64) (p vg.Path) {
		for i := 0; i < len(points); i += 2 {
			at := vg.Point{X: vg.Length(points[i]), Y: vg.Length(points[i+1])}
			if i == 0 {
				p.Move(at)
			} else {
				p.Line(at)
			}
		}
		return p
	}
	m := newMarkup(100)
	m.SetColor(color.RGBA{R: 0xff, A: 0xff})
	m.SetLineWidth(0)
	m.Stroke(line(0, 0, 1, 1)) // without a width there is no line
	m.SetLineWidth(1.5)
	m.SetLineDash([]vg.Length{3, .5}, 0)
	m.Stroke(line(10, 90, 11.255, 90.25, -2, 95))
	m.Stroke(line(0, 100, 5, 100, 5, 102)) // of the same look: one path
	m.Fill(circle(vg.Point{X: 50, Y: 50}, 2))
	m.Fill(circle(vg.Point{X: 55, Y: 50}, 2))
	m.Fill(append(line(0, 0, 1, 0), vg.PathComp{Type: vg.CloseComp}, vg.PathComp{Type: vg.MoveComp, Pos: vg.Point{X: 1, Y: 1}}))
	m.SetColor(color.NRGBA{B: 0xff, A: 0x33})
	m.Fill(line(0, 0, 1, 0)) // transparent ones add up
	m.Fill(line(0, 0, 1, 0))
	var curved vg.Path
	curved.Move(vg.Point{})
	curved.QuadTo(vg.Point{X: 1}, vg.Point{X: 1, Y: 1})
	curved.CubeTo(vg.Point{X: 2}, vg.Point{X: 3}, vg.Point{X: 4, Y: 1})
	curved.Arc(vg.Point{X: 4}, 1, math.Pi/2, -math.Pi/2)
	m.Fill(curved)
	m.flush()
	assert.Equal(t, strings.Join([]string{
		`<path fill="none" stroke="#f00" stroke-width="1.5" stroke-dasharray="3 .5" d="m10 10l1.3-.2-13.3-4.8m2-5h5v-2"/>`,
		`<path stroke="#f00" stroke-width="4" stroke-linecap="round" d="m50 50h0m5 0h0"/>`,
		`<path fill="#f00" d="m0 100h1zm1-1"/>`,
		`<path fill="#00f" fill-opacity="0.2" d="m0 100h1"/>`,
		`<path fill="#00f" fill-opacity="0.2" d="m0 100h1"/>`,
		`<path fill="#00f" fill-opacity="0.2" d="m0 100q1 0 1-1c1 1 2 1 3 0a1 1 0 0 1 .7 .3 1 1 0 0 1 .3 .7"/>`,
		"",
	}, "\n"), m.b.String())
}

func TestMarkupMatrix(t *testing.T) {
	m := newMarkup(100)
	m.Push()
	m.Translate(vg.Point{X: 10, Y: 20})
	m.Rotate(math.Pi / 2)
	m.Scale(2, 3)
	x, y := m.place(vg.Point{X: 1, Y: 1}) // (2, 3), turned (−3, 2), moved (7, 22)
	assert.InDelta(t, 7, x, 1e-12)
	assert.InDelta(t, 100-22, y, 1e-12)
	m.Pop()
	x, y = m.place(vg.Point{X: 1, Y: 1})
	assert.Equal(t, [2]float64{1, 99}, [2]float64{x, y})
}

func TestHundredths(t *testing.T) {
	for v, want := range map[float64]string{0: "0", -.001: "0", .5: ".5", -.5: "-.5", 10.5: "10.5", 100: "100", -1.239: "-1.24", .05: ".05"} {
		assert.Equal(t, want, hundredths(v), v)
	}
}

// A script finds the points of a series with a class, and where they are.
func TestClasses(t *testing.T) {
	p := Panel{
		XLabel: "rate <1>", LogX: true, YRange: Range{Min: 0, Max: 10},
		Series: []Series{
			{Name: "a & b", Class: "o1", X: []float64{1, 10, 100}, Y: []float64{1, nan, 2.00004}, Low: []float64{1, 1, 1}, High: []float64{2, 2, 2}},
			{Class: "o1", X: []float64{1}, Y: []float64{1}}, // without a name
			{Name: "plain", X: []float64{1}, Y: []float64{1}},
		},
		Horizontal: []Reference{{At: 5, Label: "target", InLegend: true}},
	}
	var b bytes.Buffer
	require.NoError(t, Figure{Panels: []Panel{p}}.Inline(&b))
	svg := b.String()
	assert.Contains(t, texts(t, b.Bytes()), "target")
	assert.Equal(t, 1, strings.Count(svg, `<g class="panel">`))
	assert.Equal(t, 1, strings.Count(svg, `<g class="o1" data-name="a &amp; b" data-x="1 100" data-y="1 2">`))
	// The band, the line and the legend of the first, and the point of the second.
	assert.Equal(t, 3+1, strings.Count(svg, `<g class="o1"`))
	assert.Regexp(t, `<rect x="[0-9.]+" y="[0-9.]+" width="[0-9.]+" height="[0-9.]+" fill="none" data-x="-0.08 2.08 log" data-x-label="rate &lt;1&gt;" data-y="0 10 linear" data-y-label=""/>`, svg)

	for i := range p.Series {
		p.Series[i].Class = ""
	}
	b.Reset()
	require.NoError(t, Figure{Panels: []Panel{p}}.Inline(&b))
	assert.NotContains(t, b.String(), "<g")
	assert.NotContains(t, b.String(), "data-")
}

// Every color of curves and axes has a different color in the dark style.
func TestDarkStyle(t *testing.T) {
	style := DarkStyle("var(--ground)")
	assert.Equal(t, 2*(1+4+len(palette)), strings.Count(style, "\n"))
	assert.Contains(t, style, `svg.figure [fill="#fff"] { fill: var(--ground); }`)
	assert.Contains(t, style, `svg.figure [stroke="#0072b2"] { stroke: #3d97dd; }`)
	var b bytes.Buffer
	require.NoError(t, Figure{Panels: training(3)}.Inline(&b))
	for _, part := range strings.Split(b.String(), `="#`)[1:] {
		hex, _, _ := strings.Cut(part, `"`)
		assert.Contains(t, style, `="#`+hex+`"]`)
	}
	assert.Len(t, darkPalette, len(palette))
}
