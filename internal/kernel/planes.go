package kernel

// In these functions the rows of a plane are rowStep vectors of sixteen lanes
// apart, and the planes are planeStep vectors apart.

// PadRows copies c planes of h×w into larger planes and leaves the gaps between rows
// unchanged. dst begins at the first pixel. Shape: src [c][h][w][16].
func (Set[T]) PadRows(dst []T, rowStep, planeStep int, src []T, c, h, w int) {
	for i := range c {
		for y := range h {
			copy(dst[(i*planeStep+y*rowStep)*Lanes:][:w*Lanes], src[(i*h+y)*w*Lanes:][:w*Lanes])
		}
	}
}

// clearPlanes sets c planes of h×w vectors to zero.
func clearPlanes[T Float](x []T, c, h, w, rowStep, planeStep int) {
	if w == rowStep {
		w, h, rowStep = h*w, 1, h*w
	}
	if h == 1 && w == planeStep {
		w, c = c*w, 1
	}
	for i := range c {
		for j := range h {
			clear(x[(i*planeStep+j*rowStep)*Lanes:][:w*Lanes])
		}
	}
}
