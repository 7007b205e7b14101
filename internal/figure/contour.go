package figure

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Contour is the contour lines of a function z given on a grid.
//
// X and Y are strictly ascending, with 2 or more values each. Z[j][i] is the value at
// (X[i], Y[j]). Values that are NaN, infinite or beyond ±1e100 are holes.
type Contour struct {
	X, Y []float64
	Z    [][]float64

	// Levels are the values of the lines, strictly ascending. If empty, up to
	// twelve levels above the minimum are chosen, closer to the minimum if more
	// of the grid is near it.
	Levels []float64

	// Filled fills the bands between the levels with light colors.
	Filled bool
}

// autoLevels is the number of levels if none are given.
const autoLevels = 12

// levels returns the values of the lines. Chosen levels are min + span·qᵏ, with q
// evenly spaced in (0, 1) and the power k such that the middle level is about the
// median. So they are evenly spaced if half of the grid is above the middle value,
// and closer near the minimum if most of the grid is there.
func (c *Contour) levels() []float64 {
	if len(c.Levels) > 0 {
		return c.Levels
	}
	var all []float64
	for _, row := range c.Z {
		for _, z := range row {
			if drawable(z, 0) {
				all = append(all, z)
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	slices.Sort(all)
	least, width := all[0], all[len(all)-1]-all[0]
	if width <= math.Max(1e-12*math.Max(math.Abs(least), math.Abs(least+width)), 1/limit) {
		return nil // a plane, or rounding
	}
	power := 8.0 // if the median is at the minimum or close to it
	if share := (all[len(all)/2] - least) / width; share > 0 {
		power = math.Min(math.Max(-math.Log2(share), 1), power)
	}
	chosen := make([]float64, autoLevels)
	for k := range chosen {
		chosen[k] = least + width*math.Pow(float64(k+1)/(autoLevels+1), power)
	}
	// A line around fewer points would break up between them.
	few := all[len(all)/100]
	chosen = slices.DeleteFunc(chosen, func(z float64) bool { return z < few })
	return slices.Compact(chosen)
}

// mesh returns the grid without the rows and columns that cannot be drawn.
func (c *Contour) mesh(t transform) *mesh {
	m := &mesh{}
	for _, x := range c.X {
		if at := t.x.at(x); at == at {
			m.x = append(m.x, at)
		}
	}
	for j, y := range c.Y {
		at := t.y.at(y)
		if at != at {
			continue
		}
		m.y = append(m.y, at)
		row := slices.Clone(c.Z[j][len(c.X)-len(m.x):]) // X ascends, so columns that cannot be drawn come first
		for i := range row {
			row[i] = scale{}.at(row[i])
		}
		m.z = append(m.z, row)
	}
	return m
}

// isolines draws a contour.
type isolines struct {
	*mesh
	levels []float64
	filled bool
}

func (l isolines) Plot(c draw.Canvas, axes *plot.Plot) {
	loops := make([][][]vertex, len(l.levels))
	for k, level := range l.levels {
		loops[k] = l.loops(level)
	}
	if l.filled {
		l.fill(c, axes, l.loops(math.Inf(-1)), bandColor(0, len(loops)))
		for k := range loops {
			l.fill(c, axes, loops[k], bandColor(k+1, len(loops)))
		}
	}
	for k := range loops {
		sty := draw.LineStyle{Color: isoColor(k, len(loops)), Width: vg.Points(0.8)}
		for _, loop := range loops[k] {
			for _, line := range onCanvas(c, axes, lines(loop)) {
				c.StrokeLines(sty, clipLine(c.Rectangle, line)...)
			}
		}
	}
}

// fill fills the region inside the loops.
func (isolines) fill(c draw.Canvas, axes *plot.Plot, loops [][]vertex, clr color.Color) {
	var path vg.Path
	for _, loop := range loops {
		ring := make([]point, len(loop))
		for i, v := range loop {
			ring[i] = v.point
		}
		polygon := clipPolygon(c.Rectangle, onCanvas(c, axes, [][]point{ring})[0])
		for i, p := range polygon {
			if i == 0 {
				path.Move(p)
			} else {
				path.Line(p)
			}
		}
		if len(polygon) > 0 {
			path.Close()
		}
	}
	if len(path) > 0 {
		c.SetColor(clr)
		c.Fill(path)
	}
}

// isoColor returns colors that are darker for lower levels. Those of bandColor are lighter.
func isoColor(k, n int) color.Color {
	return blend(color.RGBA{0x4f, 0x6d, 0x8c, 0xff}, color.RGBA{0xb4, 0xc2, 0xd0, 0xff}, k, n)
}

func bandColor(k, n int) color.Color {
	return blend(color.RGBA{0xfb, 0xfd, 0xff, 0xff}, color.RGBA{0xcd, 0xdb, 0xe9, 0xff}, k, n)
}

// blend returns the k-th of n colors from one to another.
func blend(from, to color.RGBA, k, n int) color.RGBA {
	mix := func(a, b uint8) uint8 {
		return uint8(math.Round(float64(a) + (float64(b)-float64(a))*float64(k)/float64(max(n, 1))))
	}
	return color.RGBA{mix(from.R, to.R), mix(from.G, to.G), mix(from.B, to.B), 0xff}
}
