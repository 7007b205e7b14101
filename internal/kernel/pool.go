package kernel

import "math/bits"

// MaxPoolForward sets y[c][oy][ox] to the largest pixel of its window or, with
// relu, to the larger of that and 0. Padding never wins.
//
// Bit l of mask[((c·OH+oy)·OW+ox)·KH·KW + ky·KW + kx] says that this position of
// the window won in lane l. The first of equal pixels wins, or the first NaN if
// there is one (the output is then NaN). With relu a winner ≤ 0 has no bit, so that
// no gradient passes. A NaN keeps its bit. mask may be nil.
//
// If a window has zeros of both signs, y is the first of them, with relu as well.
//
// Shapes: y [C][OH][OW][16], x [C][H][W][16], mask [C][OH][OW][KH][KW].
func (k Set[T]) MaxPoolForward(g *PoolGeometry, y []T, mask []uint16, x []T, relu bool) {
	if k.maxPoolSIMD(g, y, mask, x, relu) {
		return
	}
	window := g.KH * g.KW
	for o := range g.C * g.OH * g.OW {
		c, oy, ox := o/(g.OH*g.OW), o/g.OW%g.OH, o%g.OW
		ky := forwardSpan(oy, g.KH, g.StrideH, g.PadH, g.H)
		kx := forwardSpan(ox, g.KW, g.StrideW, g.PadW, g.W)
		iy, ix := oy*g.StrideH-g.PadH, ox*g.StrideW-g.PadW
		yo := (*[Lanes]T)(y[o*Lanes:])
		for r := ky.first; r < ky.end; r++ {
			row := x[((c*g.H+iy+r)*g.W+ix+kx.first)*Lanes:][:(kx.end-kx.first)*Lanes]
			if r == ky.first {
				*yo = [Lanes]T(row)
				row = row[Lanes:]
			}
			for ; len(row) >= Lanes; row = row[Lanes:] {
				for l, v := range (*[Lanes]T)(row) {
					if v > yo[l] || v != v {
						yo[l] = v
					}
				}
			}
		}
		if mask != nil {
			mo := mask[o*window:][:window]
			clear(mo)
			var done uint16 // lanes whose winner has been found, or that have none
			if relu {
				done = atLeast(&[Lanes]T{}, yo)
			}
			for r := ky.first; r < ky.end; r++ {
				for j := kx.first; j < kx.end; j++ {
					won := atLeast((*[Lanes]T)(x[((c*g.H+iy+r)*g.W+ix+j)*Lanes:]), yo)
					mo[r*g.KW+j] = won &^ done
					done |= won
				}
			}
			// No comparison with a NaN is true: only those lanes are left.
			for r := ky.first; r < ky.end && done != 1<<Lanes-1; r++ {
				for j := kx.first; j < kx.end; j++ {
					won := notNumbers((*[Lanes]T)(x[((c*g.H+iy+r)*g.W+ix+j)*Lanes:]))
					mo[r*g.KW+j] |= won &^ done
					done |= won
				}
			}
		}
		if relu {
			for l, v := range yo {
				if v < 0 {
					yo[l] = 0
				}
			}
		}
	}
}

// MaxPoolBackward sends each output's gradient to the pixel that won according to
// the mask. Where windows overlap, gradients add up. dx [C][H][W][16] is overwritten.
func (k Set[T]) MaxPoolBackward(g *PoolGeometry, dx, dy []T, mask []uint16) {
	k.MaxPoolBackwardPadded(g, dx, g.W, g.H*g.W, dy, mask)
}

// MaxPoolBackwardPadded is [Set.MaxPoolBackward] into larger planes: the rows of dx
// are rowStep vectors of sixteen lanes apart, its channels are planeStep apart, and
// dx begins at the first pixel. The gaps between rows are left unchanged.
func (k Set[T]) MaxPoolBackwardPadded(g *PoolGeometry, dx []T, rowStep, planeStep int, dy []T, mask []uint16) {
	if k.maxPoolBackwardSIMD(g, dx, rowStep, planeStep, dy, mask) {
		return
	}
	clearPlanes(dx, g.C, g.H, g.W, rowStep, planeStep)
	window := g.KH * g.KW
	for o := range g.C * g.OH * g.OW {
		c, oy, ox := o/(g.OH*g.OW), o/g.OW%g.OH, o%g.OW
		at := c*planeStep + (oy*g.StrideH-g.PadH)*rowStep + ox*g.StrideW - g.PadW
		d := (*[Lanes]T)(dy[o*Lanes:])
		for p, won := range mask[o*window:][:window] {
			if won == 0 {
				continue
			}
			to := (*[Lanes]T)(dx[(at+p/g.KW*rowStep+p%g.KW)*Lanes:])
			for ; won != 0; won &= won - 1 {
				l := bits.TrailingZeros16(won) % Lanes
				to[l] += d[l]
			}
		}
	}
}

// AvgPoolForward sets y[c][oy][ox] to the sum of its window divided by KH·KW.
// Padding counts as zeros. Shapes: y [C][OH][OW][16], x [C][H][W][16].
func (k Set[T]) AvgPoolForward(g *PoolGeometry, y, x []T) {
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

// AvgPoolBackward adds each output's gradient, divided by KH·KW, to every pixel
// of its window. dx [C][H][W][16] is overwritten.
func (k Set[T]) AvgPoolBackward(g *PoolGeometry, dx, dy []T) {
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

// atLeast returns the bits of the lanes where a ≥ b. If it were inlined, no
// register would be free for the set.
//
//go:noinline
func atLeast[T Float](a, b *[Lanes]T) (set uint16) {
	for l := Lanes - 1; l >= 0; l-- {
		set = set<<1 | bit(a[l] >= b[l])
	}
	return set
}

// notNumbers returns the bits of the lanes where a is a NaN.
func notNumbers[T Float](a *[Lanes]T) (set uint16) {
	for l := Lanes - 1; l >= 0; l-- {
		set = set<<1 | bit(a[l] != a[l])
	}
	return set
}

// bit returns 1 if b, and 0 otherwise. It compiles to a flag, not to an unpredictable
// branch.
func bit(b bool) uint16 {
	if b {
		return 1
	}
	return 0
}
