package figure

import (
	"image/color"
	"math"
	"slices"

	"golang.org/x/image/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Surface is a function z over a grid, as in [Contour], in parallel projection.
//
// If the grid has more than 40 cells per side, only every second (third, …) line is
// drawn.
type Surface struct {
	X, Y []float64
	Z    [][]float64

	ZLabel string

	// Azimuth and Elevation are the direction of the viewer in degrees: the
	// angle from the x axis towards the y axis, and the angle above the horizon,
	// in (0, 90). If both are zero, -60 and 30.
	Azimuth, Elevation float64
}

// maxCells is the maximum number of cells per side.
const maxCells = 40

// solid is a point in the box of a surface, each coordinate in [0, 1].
type solid struct{ x, y, z float64 }

// view is a surface seen from a direction.
type view struct {
	*Surface
	x, y, z     span
	sinA, cosA  float64
	sinE, cosE  float64
	origin      vg.Point // of the canvas, for the point (½, ½, ½)
	unit        vg.Length
	front, side float64 // the y of the x axis and the x of the y axis
	post        solid   // the foot of the z axis
}

// zHeight is the height of the box, whose sides are 1.
const zHeight = 0.75

// newView places the box of the surface in the canvas.
func newView(c draw.Canvas, s *Surface) *view {
	azimuth, elevation := s.Azimuth, s.Elevation
	if azimuth == 0 && elevation == 0 {
		azimuth, elevation = -60, 30
	}
	v := &view{Surface: s}
	v.sinA, v.cosA = math.Sincos(azimuth * math.Pi / 180)
	v.sinE, v.cosE = math.Sincos(elevation * math.Pi / 180)

	none := span{min: math.Inf(1), max: math.Inf(-1)}
	v.x, v.y, v.z = none, none, none
	v.x.hold(s.X...)
	v.y.hold(s.Y...)
	for _, row := range s.Z {
		v.z.hold(row...)
	}
	v.x.finish(Range{}, 5, true)
	v.y.finish(Range{}, 5, true)
	v.z.finish(Range{}, 4, true)

	// The axes stand at the sides of the floor that are nearer, and at its
	// leftmost corner.
	if v.sinA > 0 {
		v.front = 1
	}
	if v.cosA > 0 {
		v.side = 1
	}
	box := vg.Rectangle{Min: vg.Point{X: vg.Length(math.Inf(1)), Y: vg.Length(math.Inf(1))}, Max: vg.Point{X: vg.Length(math.Inf(-1)), Y: vg.Length(math.Inf(-1))}}
	v.unit = 1
	for _, corner := range []solid{{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0}, {0, 0, 1}, {1, 0, 1}, {1, 1, 1}, {0, 1, 1}} {
		p := v.at(corner)
		if p.X < box.Min.X {
			v.post = solid{corner.x, corner.y, 0}
		}
		box.Min = vg.Point{X: min(box.Min.X, p.X), Y: min(box.Min.Y, p.Y)}
		box.Max = vg.Point{X: max(box.Max.X, p.X), Y: max(box.Max.Y, p.Y)}
	}
	room := draw.Crop(c, vg.Points(42), -vg.Points(26), vg.Points(34), -vg.Points(16))
	v.unit = min(room.Size().X/box.Size().X, room.Size().Y/box.Size().Y)
	v.origin = room.Center().Sub(box.Min.Add(box.Max).Scale(v.unit / 2))
	return v
}

// at returns the point of the canvas for a point of the box.
func (v *view) at(s solid) vg.Point {
	x, y, z := s.x-0.5, s.y-0.5, (s.z-0.5)*zHeight
	return v.origin.Add(vg.Point{
		X: v.unit * vg.Length(v.cosA*y-v.sinA*x),
		Y: v.unit * vg.Length(v.cosE*z-v.sinE*(v.cosA*x+v.sinA*y)),
	})
}

// in returns the place of a point in the box.
func (v *view) in(x, y, z float64) solid {
	share := func(s span, at float64) float64 { return (at - s.min) / (s.max - s.min) }
	return solid{share(v.x, x), share(v.y, y), share(v.z, z)}
}

func drawSurface(c draw.Canvas, p *Panel) {
	v := newView(c, p.Surface)
	v.drawBox(c, p)
	v.drawCells(c)
	for i := range p.Series {
		s := &p.Series[i]
		curve := newCurve(s, i, transform{})
		pieces := make([][]vg.Point, 0, len(curve.pieces))
		for _, piece := range curve.pieces {
			pieces = append(pieces, v.onSurface(piece)...)
		}
		curve.draw(c, pieces)
	}
	if v.z.empty {
		c.FillText(style(11, font.WeightNormal, pale, draw.XCenter, draw.YCenter), c.Center(), "no data")
	}
}

// drawCells fills the cells from the back to the front, so that those in front
// hide what is behind them.
func (v *view) drawCells(c draw.Canvas) {
	columns, rows := chosen(len(v.X)), chosen(len(v.Y))
	if v.cosA < 0 {
		slices.Reverse(columns)
	}
	if v.sinA < 0 {
		slices.Reverse(rows)
	}
	for n := range len(rows) - 1 {
		for m := range len(columns) - 1 {
			i, k := columns[m], columns[m+1]
			j, l := rows[n], rows[n+1]
			low, across, far, up := v.Z[j][i], v.Z[j][k], v.Z[l][k], v.Z[l][i]
			if !drawable(low, across) || !drawable(far, up) {
				continue
			}
			corners := [4]solid{v.in(v.X[i], v.Y[j], low), v.in(v.X[k], v.Y[j], across), v.in(v.X[k], v.Y[l], far), v.in(v.X[i], v.Y[l], up)}
			polygon := make([]vg.Point, 0, 5)
			for _, s := range corners {
				polygon = append(polygon, v.at(s))
			}
			c.FillPolygon(shade(corners), polygon)
			edge := draw.LineStyle{Color: color.RGBA{0x5b, 0x77, 0x94, 0xff}, Width: vg.Points(0.35)}
			c.StrokeLines(edge, append(polygon, polygon[0]))
		}
	}
}

// chosen returns the indices of the grid lines to draw, of n.
func chosen(n int) []int {
	var all []int
	for i := 0; i < n-1; i += (n-2)/maxCells + 1 {
		all = append(all, i)
	}
	return append(all, n-1)
}

// shade returns the color of a cell. It depends on the height, and is lighter for
// cells that face the light, which comes from above and from the left of the x axis.
func shade(s [4]solid) color.Color {
	ax, ay, az := s[2].x-s[0].x, s[2].y-s[0].y, (s[2].z-s[0].z)*zHeight
	bx, by, bz := s[3].x-s[1].x, s[3].y-s[1].y, (s[3].z-s[1].z)*zHeight
	nx, ny, nz := ay*bz-az*by, az*bx-ax*bz, ax*by-ay*bx
	light := (nx*-0.4 + ny*-0.3 + nz*0.87) / math.Sqrt(nx*nx+ny*ny+nz*nz)
	if nz < 0 { // the grid runs the other way round
		light = -light
	}
	height := (s[0].z + s[1].z + s[2].z + s[3].z) / 4
	base := blend(color.RGBA{0xe9, 0xf1, 0xf8, 0xff}, color.RGBA{0x8f, 0xb4, 0xd6, 0xff}, int(100*height), 100)
	return blend(color.RGBA{0x6b, 0x80, 0x94, 0xff}, base, int(100*(0.6+0.4*math.Max(light, 0))), 100)
}

// onSurface lifts places onto the surface. Those outside the grid, or in a cell
// with a hole, are gaps.
func (v *view) onSurface(piece []point) [][]vg.Point {
	var all [][]vg.Point
	gap := true
	for _, p := range piece {
		z := v.height(p.x, p.y)
		if !drawable(z, 0) {
			gap = true
			continue
		}
		if gap {
			all = append(all, nil)
			gap = false
		}
		last := &all[len(all)-1]
		*last = append(*last, v.at(v.in(p.x, p.y, z)))
	}
	return all
}

// height returns z at (x, y), bilinear in the cell, or NaN outside the grid.
func (v *view) height(x, y float64) float64 {
	i, u := cell(v.X, x)
	j, w := cell(v.Y, y)
	if i < 0 || j < 0 {
		return math.NaN()
	}
	return (1-w)*((1-u)*v.Z[j][i]+u*v.Z[j][i+1]) + w*((1-u)*v.Z[j+1][i]+u*v.Z[j+1][i+1])
}

// cell returns the cell of v among ascending grid values, or -1, and how far into
// the cell v is, as a share of it.
func cell(grid []float64, v float64) (int, float64) {
	if v < grid[0] || v > grid[len(grid)-1] {
		return -1, 0
	}
	i, _ := slices.BinarySearch(grid, v)
	i = max(i-1, 0)
	return i, (v - grid[i]) / (grid[i+1] - grid[i])
}
