package figure

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// sample returns f on a grid of n points a side.
func sample(x0, x1, y0, y1 float64, n int, f func(x, y float64) float64) *Contour {
	c := &Contour{}
	for i := range n {
		share := float64(i) / float64(n-1)
		c.X, c.Y = append(c.X, x0+(x1-x0)*share), append(c.Y, y0+(y1-y0)*share)
	}
	for _, y := range c.Y {
		var row []float64
		for _, x := range c.X {
			row = append(row, f(x, y))
		}
		c.Z = append(c.Z, row)
	}
	return c
}

func bowl(x, y float64) float64 { return x*x + y*y }

func rosenbrock(x, y float64) float64 { return (1-x)*(1-x) + 100*(y-x*x)*(y-x*x) }

func isolinesOf(c *Contour, level float64) [][]point {
	var all [][]point
	for _, loop := range c.mesh(transform{}).loops(level) {
		all = append(all, lines(loop)...)
	}
	return all
}

func TestCircle(t *testing.T) {
	c := sample(-2, 2, -2, 2, 81, bowl)
	got := isolinesOf(c, 1)
	require.Len(t, got, 1)
	circle := got[0]
	assert.Equal(t, circle[0], circle[len(circle)-1], "closed")
	var length float64
	for i, p := range circle {
		assert.InDelta(t, 1, math.Hypot(p.x, p.y), 1e-3)
		if i > 0 {
			length += math.Hypot(p.x-circle[i-1].x, p.y-circle[i-1].y)
		}
	}
	assert.InDelta(t, 2*math.Pi, length, 0.01)

	// A level that leaves the grid is four arcs from border to border.
	arcs := isolinesOf(c, 6)
	require.Len(t, arcs, 4)
	for _, arc := range arcs {
		for _, p := range []point{arc[0], arc[len(arc)-1]} {
			assert.InDelta(t, 2, math.Max(math.Abs(p.x), math.Abs(p.y)), 1e-12)
		}
		for _, p := range arc {
			assert.InDelta(t, math.Sqrt(6), math.Hypot(p.x, p.y), 2e-3)
		}
	}
	assert.Empty(t, isolinesOf(c, 9))
	assert.Empty(t, isolinesOf(c, -1))
}

// areaOf returns the signed area of the loops.
func areaOf(loops [][]vertex) float64 {
	var a float64
	for _, loop := range loops {
		for i, p := range loop {
			q := loop[(i+1)%len(loop)]
			a += (p.x*q.y - p.y*q.x) / 2
		}
	}
	return a
}

// The loops enclose the region at or above the level, so that they can be filled: the
// square without the disc, and with a hole also without the hole.
func TestLoopsEncloseRegion(t *testing.T) {
	c := sample(-2, 2, -2, 2, 161, bowl)
	m := c.mesh(transform{})
	assert.InDelta(t, 16, areaOf(m.loops(math.Inf(-1))), 1e-9)
	assert.InDelta(t, 16-math.Pi, areaOf(m.loops(1)), 0.01)
	for j, y := range c.Y {
		for i, x := range c.X {
			if math.Max(math.Abs(x), math.Abs(y)) < 0.5 {
				c.Z[j][i] = nan
			}
		}
	}
	m = c.mesh(transform{})
	assert.InDelta(t, 15, areaOf(m.loops(math.Inf(-1))), 0.1)
	assert.InDelta(t, 16-math.Pi, areaOf(m.loops(1)), 0.01)
}

// At a saddle the two lines do not cross.
func TestSaddle(t *testing.T) {
	c := &Contour{X: []float64{0, 1}, Y: []float64{0, 1}, Z: [][]float64{{1, -1}, {-1, 1}}}
	for level, want := range map[float64][][]point{
		-0.5: {{{0.75, 0}, {1, 0.25}}, {{0.25, 1}, {0, 0.75}}},
		0.5:  {{{0.25, 0}, {0, 0.25}}, {{0.75, 1}, {1, 0.75}}},
	} {
		assert.ElementsMatch(t, want, isolinesOf(c, level), level)
	}
}

// A contour line never enters a hole, and a value may be exactly at the level.
func TestHoles(t *testing.T) {
	c := sample(-2, 2, -2, 2, 5, bowl)
	c.Z[2][2], c.Z[0][0] = inf, nan
	for _, level := range []float64{0, 1, 2, 5, 8} {
		for _, line := range isolinesOf(c, level) {
			for _, p := range line {
				assert.False(t, math.IsNaN(p.x+p.y))
				assert.GreaterOrEqual(t, math.Hypot(p.x, p.y), 0.99)
			}
		}
	}
}

// Every crossed edge is on one loop, for any values: a line is neither lost nor
// drawn twice.
func TestLoopsProperty(t *testing.T) {
	value := rapid.SampledFrom([]float64{-2, -1, 0, 0.5, 1, 3, nan})
	rapid.Check(t, func(t *rapid.T) {
		n, m := rapid.IntRange(2, 6).Draw(t, "columns"), rapid.IntRange(2, 6).Draw(t, "rows")
		c := &Contour{}
		for i := range n {
			c.X = append(c.X, float64(i))
		}
		for j := range m {
			c.Y = append(c.Y, float64(j))
			c.Z = append(c.Z, rapid.SliceOfN(value, n, n).Draw(t, "row"))
		}
		const level = 0.25
		crossed := 0
		differ := func(a, b float64) {
			if a < level && b >= level || b < level && a >= level {
				crossed++
			}
		}
		for j := range m {
			for i := range n {
				if i > 0 {
					differ(c.Z[j][i-1], c.Z[j][i])
				}
				if j > 0 {
					differ(c.Z[j-1][i], c.Z[j][i])
				}
			}
		}
		seen := 0
		loops := c.mesh(transform{}).loops(level)
		for _, loop := range loops {
			for _, p := range loop {
				if p.x != math.Trunc(p.x) || p.y != math.Trunc(p.y) {
					seen++
				}
			}
		}
		assert.Equal(t, crossed, seen)
		assert.GreaterOrEqual(t, areaOf(loops), -1e-12, "but for rounding")
	})
}

func TestLevels(t *testing.T) {
	levels := sample(-2, 2, -1, 3, 101, rosenbrock).levels()
	require.NotEmpty(t, levels)
	assert.LessOrEqual(t, len(levels), autoLevels)
	assert.IsIncreasing(t, levels)
	assert.Less(t, levels[0], 10.0, "the valley is seen")
	assert.Greater(t, levels[len(levels)-1], 1000.0, "and the flanks")

	even := sample(0, 1, 0, 1, 21, func(x, _ float64) float64 { return x }).levels()
	require.Len(t, even, autoLevels)
	assert.InDelta(t, 1./13, even[0], 0.01)
	assert.InDelta(t, 12./13, even[11], 0.01)

	hostile := sample(0, 1, 0, 1, 21, func(x, y float64) float64 { return math.Log(x*y - 0.2) })
	assert.NotEmpty(t, hostile.levels())
	assert.Empty(t, sample(0, 1, 0, 1, 5, func(_, _ float64) float64 { return 7 }).levels(), "constant")
	assert.Empty(t, sample(0, 1, 0, 1, 5, func(_, _ float64) float64 { return nan }).levels(), "no number")
	assert.Equal(t, []float64{3}, (&Contour{Levels: []float64{3}}).levels())
}

// Values that have no place on a logarithmic axis are left out.
func TestMeshLog(t *testing.T) {
	c := &Contour{X: []float64{-1, 0, 1, 10}, Y: []float64{0, 100}, Z: [][]float64{{1, 2, 3, 4}, {5, 6, 7, 8}}}
	m := c.mesh(transform{x: scale{true}, y: scale{true}})
	assert.Equal(t, &mesh{x: []float64{0, 1}, y: []float64{2}, z: [][]float64{{7, 8}}}, m)
	encoded(t, SVG, Panel{LogX: true, LogY: true, Contour: c})
}
