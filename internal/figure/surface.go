package figure

// Surface is z over a grid, as a Contour's, in parallel projection.
type Surface struct {
	X, Y []float64
	Z    [][]float64

	ZLabel string

	// Azimuth and Elevation are the direction to look from, in degrees: the
	// angle from the x axis towards the y axis, and the height over the
	// horizon, in (0, 90). If both are zero, -60 and 30.
	Azimuth, Elevation float64
}
