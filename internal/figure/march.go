package figure

// Marching squares over the grid with a ring of cells around it. Outside the
// grid, and where a value is a hole, the function counts as lower than any
// level, so that the lines of a level are closed loops around the region at
// or above it, counterclockwise, and around holes clockwise, as a filled path
// needs. Pieces of a loop in incomplete cells run along the border or a hole,
// and are not contour lines. The order is that of the grid, whereas gonum's
// contours come in map order.

// mesh is a grid in places.
type mesh struct {
	x, y []float64
	z    [][]float64 // NaN for a hole
}

// vertex is a corner of a loop. real says whether the line to the next one is a
// contour line.
type vertex struct {
	point
	real bool
}

// cell corners from the low left counterclockwise, and the edges after them:
// bottom, right, top, left.
var cellCorners = [4][2]int{{0, 0}, {1, 0}, {1, 1}, {0, 1}}

// value returns z at a column and row, counted from -1 outside the grid, and
// whether there is a value.
func (m *mesh) value(i, j int) (float64, bool) {
	if i < 0 || j < 0 || i >= len(m.x) || j >= len(m.y) {
		return 0, false
	}
	z := m.z[j][i]
	return z, z == z
}

// loops returns the loops of a level.
func (m *mesh) loops(level float64) [][]vertex {
	columns, rows := len(m.x)+1, len(m.y)+1 // of cells
	type step struct {
		to   int // edge + 1
		real bool
	}
	// Edges run right or up from a grid point, the low left corner of cell (i, j),
	// counted from -1. At most one step leaves each edge.
	width := columns + 1
	edge := func(i, j, k int) int {
		i, j = i+1, j+1
		switch k {
		case 0:
			return 2 * (j*width + i)
		case 1:
			return 2*(j*width+i+1) + 1
		case 2:
			return 2 * ((j+1)*width + i)
		default:
			return 2*(j*width+i) + 1
		}
	}
	steps := make([]step, 2*width*(rows+1))
	for j := -1; j < rows-1; j++ {
		for i := -1; i < columns-1; i++ {
			var in [4]bool
			whole, sum := true, 0.0
			for k, d := range cellCorners {
				z, ok := m.value(i+d[0], j+d[1])
				in[k] = ok && z >= level
				whole = whole && ok
				sum += z / 4
			}
			// Counterclockwise along the cell border, the region ends at an
			// edge from in to out, and begins again at the next edge from out
			// to in. With the region on its left, the boundary runs from the
			// first of these edges to the second, unless a saddle joins the
			// two corners that are in.
			joined := whole && sum >= level
			for k := range 4 {
				if !in[k] || in[(k+1)%4] {
					continue
				}
				to := (k + 1) % 4
				for !(!in[to] && in[(to+1)%4]) {
					to = (to + 1) % 4
				}
				if !joined && in[0] == in[2] && in[1] == in[3] {
					to = (k + 3) % 4
				}
				steps[edge(i, j, k)] = step{edge(i, j, to) + 1, whole}
			}
		}
	}

	var all [][]vertex
	for from := range steps {
		var loop []vertex
		for e := from; steps[e].to > 0; {
			s := steps[e]
			steps[e].to = 0
			loop = append(loop, vertex{m.crossing(e, width, level), s.real})
			e = s.to - 1
		}
		if len(loop) > 0 {
			all = append(all, loop)
		}
	}
	return all
}

// crossing returns where the level is on an edge: at the end that has a value, if
// the other has none.
func (m *mesh) crossing(e, width int, level float64) point {
	i, j := e/2%width-1, e/2/width-1
	k, l := i+1, j
	if e%2 == 1 {
		k, l = i, j+1
	}
	a, okA := m.value(i, j)
	b, okB := m.value(k, l)
	switch {
	case !okA:
		return point{m.x[k], m.y[l]}
	case !okB:
		return point{m.x[i], m.y[j]}
	}
	t := (level - a) / (b - a)
	return point{m.x[i] + t*(m.x[k]-m.x[i]), m.y[j] + t*(m.y[l]-m.y[j])}
}

// lines returns the contour lines of a loop. A closed line has its first point
// twice.
func lines(loop []vertex) [][]point {
	start := -1 // of a line
	for i := range loop {
		if loop[i].real && !loop[(i+len(loop)-1)%len(loop)].real {
			start = i
			break
		}
	}
	if start < 0 {
		if !loop[0].real {
			return nil
		}
		all := make([]point, 0, len(loop)+1)
		for i := range len(loop) + 1 {
			all = append(all, loop[i%len(loop)].point)
		}
		return [][]point{all}
	}
	var all [][]point
	var line []point
	for i := range loop {
		v := loop[(start+i)%len(loop)]
		switch {
		case v.real:
			line = append(line, v.point)
		case line != nil:
			all, line = append(all, append(line, v.point)), nil
		}
	}
	if line != nil {
		all = append(all, append(line, loop[start].point))
	}
	return all
}
