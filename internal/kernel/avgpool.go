package kernel

// AvgPoolForward computes y[c][oy][ox] = the sum of its window over KH·KW:
// padding counts as zeros. Shapes: y [C][OH][OW][16], x [C][H][W][16].
func (k Set[T]) AvgPoolForward(g *Pool, y, x []T) {
	if k.avgPoolSIMD(g, y, x) {
		return
	}
	size := T(g.KH * g.KW)
	for o := range g.C * g.OH * g.OW {
		c, oy, ox := o/(g.OH*g.OW), o/g.OW%g.OH, o%g.OW
		ky := forwardSpan(oy, g.KH, g.StrideH, g.PadH, g.H)
		kx := forwardSpan(ox, g.KW, g.StrideW, g.PadW, g.W)
		iy, ix := oy*g.StrideH-g.PadH, ox*g.StrideW-g.PadW
		var a [Lanes]T
		for r := ky.first; r < ky.end; r++ {
			for row := x[((c*g.H+iy+r)*g.W+ix+kx.first)*Lanes:][:(kx.end-kx.first)*Lanes]; len(row) >= Lanes; row = row[Lanes:] {
				for l, v := range (*[Lanes]T)(row) {
					a[l] += v
				}
			}
		}
		yo := (*[Lanes]T)(y[o*Lanes:])
		for l, v := range a {
			yo[l] = v / size
		}
	}
}

// AvgPoolBackward spreads each output's gradient, over KH·KW, evenly over the
// pixels of its window; where windows overlap they add. dx [C][H][W][16] is
// overwritten.
func (k Set[T]) AvgPoolBackward(g *Pool, dx, dy []T) {
	if k.avgPoolBackwardSIMD(g, dx, dy) {
		return
	}
	clear(dx[:g.C*g.H*g.W*Lanes])
	size := T(g.KH * g.KW)
	for o := range g.C * g.OH * g.OW {
		c, oy, ox := o/(g.OH*g.OW), o/g.OW%g.OH, o%g.OW
		ky := forwardSpan(oy, g.KH, g.StrideH, g.PadH, g.H)
		kx := forwardSpan(ox, g.KW, g.StrideW, g.PadW, g.W)
		iy, ix := oy*g.StrideH-g.PadH, ox*g.StrideW-g.PadW
		d := *(*[Lanes]T)(dy[o*Lanes:])
		for l := range d {
			d[l] /= size
		}
		for r := ky.first; r < ky.end; r++ {
			for row := dx[((c*g.H+iy+r)*g.W+ix+kx.first)*Lanes:][:(kx.end-kx.first)*Lanes]; len(row) >= Lanes; row = row[Lanes:] {
				to := (*[Lanes]T)(row)
				for l, v := range d {
					to[l] += v
				}
			}
		}
	}
}
