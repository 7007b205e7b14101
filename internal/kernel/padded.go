package kernel

// Plain versions, to be taken over by the pooling kernels: delete this file then.

func (k Set[T]) MaxPoolBackwardPadded(g *Pool, dx []T, rowStep, planeStep int, dy []T, mask []uint16) {
	full := make([]T, g.C*g.H*g.W*Lanes)
	k.MaxPoolBackward(g, full, dy, mask)
	k.PadRows(dx, rowStep, planeStep, full, g.C, g.H, g.W)
}

func (k Set[T]) PadRows(dst []T, rowStep, planeStep int, src []T, c, h, w int) {
	for i := range c {
		for y := range h {
			copy(dst[(i*planeStep+y*rowStep)*Lanes:][:w*Lanes], src[(i*h+y)*w*Lanes:])
		}
	}
}
