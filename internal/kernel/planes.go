package kernel

// clearPlanes sets c planes of h×w vectors to zero, in larger planes: rows lie
// rowStep vectors apart, planes planeStep.
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
