package figure

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"gonum.org/v1/plot/vg"
	"pgregory.net/rapid"
)

var unitBox = vg.Rectangle{Max: vg.Point{X: 1, Y: 1}}

func TestClipLine(t *testing.T) {
	for name, c := range map[string]struct {
		line []vg.Point
		want [][]vg.Point
	}{
		"through":       {[]vg.Point{{X: -1, Y: 0.5}, {X: 2, Y: 0.5}}, [][]vg.Point{{{X: 0, Y: 0.5}, {X: 1, Y: 0.5}}}},
		"inside":        {[]vg.Point{{X: 0.1, Y: 0}, {X: 1, Y: 0.5}}, [][]vg.Point{{{X: 0.1, Y: 0}, {X: 1, Y: 0.5}}}},
		"beside":        {[]vg.Point{{X: -1, Y: 0.5}, {X: 0.5, Y: 3}}, nil},
		"out and back":  {[]vg.Point{{X: 0.25, Y: 0.5}, {X: 0.25, Y: 1.5}, {X: 0.75, Y: 1.5}, {X: 0.75, Y: 0.5}}, [][]vg.Point{{{X: 0.25, Y: 0.5}, {X: 0.25, Y: 1}}, {{X: 0.75, Y: 1}, {X: 0.75, Y: 0.5}}}},
		"from far away": {[]vg.Point{{X: -1e90, Y: 0.5}, {X: 0.5, Y: 0.5}, {X: 0.5, Y: -1e200}}, [][]vg.Point{{{X: 0, Y: 0.5}, {X: 0.5, Y: 0.5}, {X: 0.5, Y: 0}}}},
		"steeply":       {[]vg.Point{{X: 1e20, Y: 1e20}, {X: 0.5, Y: 0.25}}, [][]vg.Point{{{X: 1, Y: 0.75}, {X: 0.5, Y: 0.25}}}},
		"nothing":       {nil, nil},
	} {
		assert.Equal(t, c.want, clipLine(unitBox, c.line), name)
	}
}

func TestClipPolygon(t *testing.T) {
	triangle := []vg.Point{{X: 0.5, Y: 0.5}, {X: 2.5, Y: 0.5}, {X: 0.5, Y: 2.5}}
	assert.ElementsMatch(t, []vg.Point{{X: 0.5, Y: 0.5}, {X: 1, Y: 0.5}, {X: 1, Y: 1}, {X: 0.5, Y: 1}}, clipPolygon(unitBox, triangle))
	assert.Empty(t, clipPolygon(unitBox, []vg.Point{{X: 2, Y: 2}, {X: 3, Y: 2}, {X: 3, Y: 3}}))
	assert.Empty(t, clipPolygon(unitBox, nil))
}

// Everything that is clipped is inside the box.
func TestClipProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scale := rapid.SampledFrom([]float64{1, 3, 1e20, 1e190}).Draw(t, "scale")
		coordinate := rapid.Float64Range(-scale, scale)
		var line []vg.Point
		for range rapid.IntRange(0, 8).Draw(t, "points") {
			line = append(line, vg.Point{X: vg.Length(coordinate.Draw(t, "x")), Y: vg.Length(coordinate.Draw(t, "y"))})
		}
		for _, piece := range append(clipLine(unitBox, line), clipPolygon(unitBox, line)) {
			for _, p := range piece {
				assert.True(t, within(unitBox, p), "%v", p)
			}
		}
	})
}
