package figure

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/recorder"
)

func bowlSurface() *Surface {
	c := sample(-1, 1, -2, 2, 9, bowl)
	return &Surface{X: c.X, Y: c.Y, Z: c.Z, ZLabel: "f(x, y)"}
}

func viewOf(s *Surface) (*view, *recorder.Canvas) {
	var r recorder.Canvas
	return newView(draw.NewCanvas(&r, panelWidth, panelHeight), s), &r
}

// The projection stays on the canvas, and shows the view from the given direction.
func TestView(t *testing.T) {
	canvas := vg.Rectangle{Max: vg.Point{X: panelWidth, Y: panelHeight}}
	for azimuth := -180.0; azimuth <= 360; azimuth += 15 {
		s := bowlSurface()
		s.Azimuth, s.Elevation = azimuth, 35
		v, _ := viewOf(s)
		for _, x := range []float64{0, 1} {
			for _, y := range []float64{0, 1} {
				for _, z := range []float64{0, 1} {
					assert.True(t, within(canvas, v.at(solid{x, y, z})))
				}
				assert.GreaterOrEqual(t, v.at(solid{x, y, 0}).X, v.at(v.post).X-1e-9, "the z axis is the leftmost edge")
			}
		}
		assert.Less(t, v.at(solid{0.5, v.front, 0}).Y, v.at(solid{0.5, 1 - v.front, 0}).Y+1e-9, "the x axis is in front")
		assert.Less(t, v.at(solid{v.side, 0.5, 0}).Y, v.at(solid{1 - v.side, 0.5, 0}).Y+1e-9, "and the y axis")
	}
	s := bowlSurface()
	s.Azimuth, s.Elevation = -90, 30 // from the low y: x to the right, y away, foreshortened by the sine
	v, _ := viewOf(s)
	right := v.at(solid{x: 1}).Sub(v.at(solid{}))
	away := v.at(solid{y: 1}).Sub(v.at(solid{}))
	assert.InDelta(t, 0, float64(right.Y), 1e-9)
	assert.Positive(t, right.X)
	assert.InDelta(t, 0, float64(away.X), 1e-9)
	assert.InDelta(t, float64(right.X)/2, float64(away.Y), 1e-9)
}

// The last cell drawn is the nearest.
func TestPaintersOrder(t *testing.T) {
	for _, azimuth := range []float64{-135, -45, 45, 135} {
		s := bowlSurface()
		s.Azimuth, s.Elevation = azimuth, 30
		v, r := viewOf(s)
		v.drawCells(draw.NewCanvas(r, panelWidth, panelHeight))
		var last vg.Path
		for _, a := range r.Actions {
			if f, ok := a.(*recorder.Fill); ok {
				last = f.Path
			}
		}
		corner := v.at(v.in(s.X[8*int(v.side)], s.Y[8*int(v.front)], 5))
		found := false
		for _, step := range last {
			found = found || step.Type != vg.CloseComp && math.Hypot(float64(step.Pos.X-corner.X), float64(step.Pos.Y-corner.Y)) < 1e-6
		}
		assert.True(t, found, "azimuth %g", azimuth)
	}
}

func TestHeight(t *testing.T) {
	s := &Surface{X: []float64{0, 1, 3}, Y: []float64{0, 2}, Z: [][]float64{{0, 1, 5}, {2, 3, nan}}}
	v, _ := viewOf(s)
	for p, want := range map[point]float64{{0, 0}: 0, {1, 2}: 3, {0.5, 1}: 1.5, {3, 0}: nan, {2, 1}: nan, {-0.1, 0}: nan, {0, 2.1}: nan} {
		if got := v.height(p.x, p.y); math.IsNaN(want) {
			assert.True(t, math.IsNaN(got), "%v: %g", p, got)
		} else {
			assert.InDelta(t, want, got, 1e-12, "%v", p)
		}
	}
	assert.Len(t, v.onSurface([]point{{0, 0}, {1, 1}, {9, 9}, {0.5, 0.5}}), 2)
}

func TestChosen(t *testing.T) {
	assert.Equal(t, []int{0, 1}, chosen(2))
	assert.Len(t, chosen(41), 41)
	assert.Equal(t, []int{0, 2, 4}, chosen(42)[:3])
	for n := 2; n < 500; n++ {
		all := chosen(n)
		assert.IsIncreasing(t, all)
		assert.LessOrEqual(t, len(all), maxCells+1)
		assert.Equal(t, n-1, all[len(all)-1])
	}
}

func TestSurfaceTexts(t *testing.T) {
	got := texts(t, encoded(t, SVG, Panel{Title: "Bowl", XLabel: "x", YLabel: "y", Surface: bowlSurface(), Series: []Series{{Name: "path", X: []float64{0, 1}, Y: []float64{0, 1}, Style: Path}}}))
	assert.Subset(t, got, []string{"Bowl", "x", "y", "f(x, y)", "path"})
	flat := &Surface{X: []float64{0, 1}, Y: []float64{0, 1}, Z: [][]float64{{3, 3}, {3, 3}}}
	encoded(t, PNG, Panel{Surface: flat})
	none := &Surface{X: []float64{0, 1}, Y: []float64{0, 1}, Z: [][]float64{{nan, 3}, {3, inf}}}
	encoded(t, SVG, Panel{Surface: none})
}
