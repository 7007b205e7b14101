package figure

// Contour is the lines of equal z of a function given on a grid.
//
// X and Y are strictly ascending, at least two of each, and Z[j][i] is the
// value at (X[i], Y[j]): a row for each Y. Values that are NaN, infinite or
// beyond 1e100 are holes.
type Contour struct {
	X, Y []float64
	Z    [][]float64

	// Levels are the values to draw lines at, strictly ascending. If empty,
	// twelve are chosen above the least z, the closer the more of the grid is
	// near it.
	Levels []float64

	// Filled fills the bands between the levels with light colours.
	Filled bool
}
