package figure

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/color"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	nan = math.NaN()
	inf = math.Inf(1)
)

// training returns the figure of a run of n epochs.
func training(n int) []Panel {
	var epoch, loss, test, accuracy []float64
	for i := 1; i <= n; i++ {
		epoch = append(epoch, float64(i))
		loss = append(loss, 1/float64(i))
		test = append(test, 0.2+1/float64(i))
		accuracy = append(accuracy, 1-0.3/float64(i))
	}
	return []Panel{
		{Title: "Loss", XLabel: "epoch", YLabel: "mean cross-entropy", Series: []Series{{Name: "training", X: epoch, Y: loss}, {Name: "test", X: epoch, Y: test}}},
		{Title: "Accuracy", XLabel: "epoch", YLabel: "fraction correct", Series: []Series{{Name: "test <i>", X: epoch, Y: accuracy}}},
	}
}

func encoded(t *testing.T, format Format, panels ...Panel) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, Encode(&b, format, panels...))
	return b.Bytes()
}

// texts returns the texts of an SVG, which must be well-formed.
func texts(t *testing.T, svg []byte) []string {
	t.Helper()
	var all []string
	d := xml.NewDecoder(bytes.NewReader(svg))
	inText := false
	for {
		token, err := d.Token()
		if err == io.EOF {
			return all
		}
		require.NoError(t, err)
		switch v := token.(type) {
		case xml.StartElement:
			inText = v.Name.Local == "text"
		case xml.EndElement:
			inText = false
		case xml.CharData:
			if inText {
				all = append(all, string(v))
			}
		}
	}
}

func TestSVG(t *testing.T) {
	svg := encoded(t, SVG, training(3)...)
	got := texts(t, svg)
	for _, want := range []string{"Loss", "Accuracy", "epoch", "mean cross-entropy", "training", "test", "test <i>", "1", "2", "3"} {
		assert.Contains(t, got, want)
	}
	assert.NotContains(t, got, "1.5", "epochs are whole")
	assert.NotContains(t, string(svg), "NaN")
	assert.Contains(t, string(svg), "font-family:Liberation Sans,Arial,Helvetica,sans-serif;")
}

// pixels counts the pixels of each color.
func pixels(t *testing.T, b []byte) map[color.RGBA]int {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(b))
	require.NoError(t, err)
	n := map[color.RGBA]int{}
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y++ {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
			n[color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)]++
		}
	}
	return n
}

func TestPNG(t *testing.T) {
	b := encoded(t, PNG, training(10)...)
	img, err := png.DecodeConfig(bytes.NewReader(b))
	require.NoError(t, err)
	assert.Equal(t, 1504, img.Width)
	assert.Equal(t, 560, img.Height)
	n := pixels(t, b)
	assert.Greater(t, n[palette[0]], 500, "pixels of the first series")
	assert.Greater(t, n[palette[1]], 500, "pixels of the second")
}

// One epoch is a point, which has no line but is visible: there are more
// colored pixels than those of the legend.
func TestOnePoint(t *testing.T) {
	panel := func(y float64) Panel {
		return Panel{Series: []Series{{Name: "training", X: []float64{1}, Y: []float64{y}}}}
	}
	legend := pixels(t, encoded(t, PNG, panel(nan)))[palette[0]]
	assert.NotZero(t, legend)
	assert.Greater(t, pixels(t, encoded(t, PNG, panel(0.5)))[palette[0]], legend+50)

	// So is a point between gaps in a series too long for markers.
	x, y := make([]float64, 100), make([]float64, 100)
	for i := range x {
		x[i], y[i] = float64(i), nan
	}
	empty := pixels(t, encoded(t, PNG, Panel{Series: []Series{{X: x, Y: y}}}))[palette[0]]
	y[50] = 3
	assert.Greater(t, pixels(t, encoded(t, PNG, Panel{Series: []Series{{X: x, Y: y}}}))[palette[0]], empty+50)
}

func TestGaps(t *testing.T) {
	x := []float64{1, 2, 3, 4, nan, 6, 7, 8, 9}
	y := []float64{1, 2, nan, 3, 3, 4, inf, -inf, 1e101}
	assert.Equal(t, [][]point{{{1, 1}, {2, 2}}, {{4, 3}}, {{6, 4}}}, newCurve(&Series{X: x, Y: y}, 0, transform{}).pieces)
	_, span := ranges(&Panel{Series: []Series{{X: x, Y: y}}})
	assert.InDelta(t, 1, span.min, 0.2)
	assert.InDelta(t, 4, span.max, 0.2)
}

func TestNothingToDraw(t *testing.T) {
	for name, series := range map[string][]Series{
		"no series":    nil,
		"empty series": {{Name: "a"}},
		"no numbers":   {{Name: "a", X: []float64{1, 2, nan}, Y: []float64{nan, inf, 3}}},
	} {
		got := texts(t, encoded(t, SVG, Panel{Title: "Loss", Series: series}))
		assert.Contains(t, got, "no data", name)
		encoded(t, PNG, Panel{Series: series})
	}
	assert.NotContains(t, texts(t, encoded(t, SVG, training(1)...)), "no data")
}

// Values at the limits of what can be drawn do not break the axes.
func TestExtremes(t *testing.T) {
	for _, y := range [][]float64{{0, 0}, {-limit, limit}, {limit, limit}, {0, 5e-324}, {5e-324, 1e-320}, {-1e-99, 1e-99}, {1, math.Nextafter(1, 2)}, {-1e-100, 1e100}, {-7, -7}} {
		svg := encoded(t, SVG, Panel{Series: []Series{{Name: "a", X: []float64{0, 1}, Y: y}, {Name: "b", X: y, Y: y}}})
		assert.NotContains(t, string(svg), "NaN", y)
		assert.NotContains(t, string(svg), "Inf", y)
		texts(t, svg)
	}
}

func TestLegendWraps(t *testing.T) {
	var p Panel
	for range 9 {
		p.Series = append(p.Series, Series{Name: strings.Repeat("m", 12)})
	}
	p.Series[4].Name = ""
	p.Horizontal = []Reference{{Label: "inside"}, {Label: strings.Repeat("r", 16), InLegend: true}}
	rows := legendRows(p.legend(), panelWidth)
	assert.Greater(t, len(rows), 1)
	var all []string
	for _, r := range rows {
		for _, e := range r {
			all = append(all, e.name)
		}
		used := -legendSpace
		for _, e := range r {
			used += legendSample + legendGap + legendStyle().Width(e.name) + legendSpace
		}
		assert.LessOrEqual(t, used, panelWidth)
	}
	assert.Equal(t, append(slices.Repeat([]string{strings.Repeat("m", 12)}, 8), strings.Repeat("r", 16)), all)
	assert.Len(t, legendRows(p.legend(), 1), 9, "one a row where nothing fits")
}

func TestDeterministic(t *testing.T) {
	for _, format := range []Format{SVG, PNG} {
		assert.Equal(t, encoded(t, format, training(4)...), encoded(t, format, training(4)...), format)
	}
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.svg", "b.PNG"} {
		path := filepath.Join(dir, name)
		require.NoError(t, Write(path, training(2)...))
		got, err := os.ReadFile(path)
		require.NoError(t, err)
		format, err := FormatOf(path)
		require.NoError(t, err)
		assert.Equal(t, encoded(t, format, training(2)...), got)
	}
}

func TestErrors(t *testing.T) {
	dir := t.TempDir()
	good, bad := training(2), Panel{Title: "Loss", Series: []Series{{Name: "test", X: []float64{1, 2}, Y: []float64{3}}}}
	pdf := filepath.Join(dir, "a.pdf")
	assert.EqualError(t, Write(pdf, good...), "figure: "+pdf+`: extension ".pdf": want .svg or .png`)
	assert.EqualError(t, Write("figure", good...), `figure: figure: extension "": want .svg or .png`)
	assert.EqualError(t, Encode(io.Discard, "gif", good...), `figure: format "gif": want svg or png`)

	svg := filepath.Join(dir, "a.svg")
	assert.EqualError(t, Write(svg), "figure: no panels: want 1 or more")
	assert.EqualError(t, Encode(io.Discard, SVG), "figure: no panels: want 1 or more")
	want := `figure: panel "Loss": series "test": 2 X and 1 Y: want equal lengths`
	assert.EqualError(t, Write(svg, good[0], bad), want)
	assert.EqualError(t, Encode(io.Discard, PNG, bad), want)
	assert.ErrorIs(t, Write(filepath.Join(dir, "none", "a.svg"), good...), os.ErrNotExist)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, entries)

	for _, format := range []Format{SVG, PNG} {
		assert.ErrorIs(t, Encode(failing{}, format, good...), errFailing, format)
	}
}

var errFailing = errors.New("full")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFailing }
