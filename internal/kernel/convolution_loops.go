package kernel

// ConvForward computes a 2-D convolution (cross-correlation, as in every deep
// learning library) with bias, and with ReLU if asked:
//
//	y[oc][oy][ox] = bias[oc] + Σ_{c,ky,kx} w[oc][c][ky][kx] · x[c][oy·StrideH+ky·DilationH−PadH][ox·StrideW+kx·DilationW−PadW]
//
// where x is zero outside the image, and c counts from the first channel of the
// group that contains oc. Shapes: y [OC][OH][OW][16], x [C][H][W][16],
// w [OC][C/Groups][KH][KW], bias [OC] or nil.
func (Set[T]) ConvForward(g *ConvGeometry, y, x, w, bias []T, relu bool) {
	fillPlanes(y, bias, g.OC, g.OH*g.OW*Lanes)
	for i := range g.Groups {
		one, atX, atY, atW := g.group(i)
		addForward(&one, y[atY:], x[atX:], w[atW:])
	}
	if relu {
		n := g.OC * g.OH * g.OW * Lanes
		Set[T]{}.ReLU(y[:n], y[:n])
	}
}

// group returns the convolution of one group of channels, and where its image, output
// and weights begin.
func (g *ConvGeometry) group(i int) (one ConvGeometry, x, y, w int) {
	one = *g
	one.C, one.OC, one.Groups = g.C/g.Groups, g.OC/g.Groups, 1
	return one, i * one.C * g.H * g.W * Lanes, i * one.OC * g.OH * g.OW * Lanes, i * one.OC * g.weights()
}

func addForward[T Float](g *ConvGeometry, y, x, w []T) {
	weights := g.weights()
	var b tapBlock
	for oy := range g.OH {
		for ox := 0; ox < g.OW; {
			t, end := g.forwardTaps(oy, ox)
			for t.next(&b) {
				for oc := range g.OC {
					mulAdd(y[((oc*g.OH+oy)*g.OW+ox)*Lanes:], Lanes, x, g.StrideW*Lanes, end-ox, &b, w[oc*weights:][:weights])
				}
			}
			ox = end
		}
	}
}

// fillPlanes fills each of c planes with its bias, or with zeros if bias is nil.
func fillPlanes[T Float](y, bias []T, c, plane int) {
	for i := range c {
		var b T
		if bias != nil {
			b = bias[i]
		}
		fill(y[i*plane:][:plane], b)
	}
}

// ConvWeightGrad computes this group's part of the weight gradient, summed over
// its lanes:
//
//	dw[oc][c][ky][kx] = Σ_{oy,ox,lane} dy[oc][oy][ox] · x[c][oy·StrideH+ky·DilationH−PadH][ox·StrideW+kx·DilationW−PadW]
//
// with c as in [Set.ConvForward]. dw [OC][C/Groups][KH][KW] is overwritten.
func (Set[T]) ConvWeightGrad(g *ConvGeometry, dw, dy, x []T) {
	clear(dw[:g.OC*g.weights()])
	for i := range g.Groups {
		one, atX, atY, atW := g.group(i)
		addWeightGrad(&one, dw[atW:], dy[atY:], x[atX:])
	}
}

func addWeightGrad[T Float](g *ConvGeometry, dw, dy, x []T) {
	weights := g.weights()
	var b tapBlock
	for oy := range g.OH {
		for ox := 0; ox < g.OW; {
			t, end := g.forwardTaps(oy, ox)
			for t.next(&b) {
				for oc := range g.OC {
					mulSum(dw[oc*weights:][:weights], dy[((oc*g.OH+oy)*g.OW+ox)*Lanes:], x, g.StrideW*Lanes, end-ox, &b)
				}
			}
			ox = end
		}
	}
}

// ConvInputGrad computes the gradient with respect to the input:
//
//	dx[c][iy][ix] = Σ_{oc,ky,kx} w[oc][c][ky][kx] · dy[oc][oy][ox]
//
// over the taps with oy·StrideH = iy+PadH−ky·DilationH and ox·StrideW =
// ix+PadW−kx·DilationW, and over oc in the group that contains c.
// dx [C][H][W][16] is overwritten.
func (Set[T]) ConvInputGrad(g *ConvGeometry, dx, dy, w []T) {
	clear(dx[:g.C*g.H*g.W*Lanes])
	addInputGrads(g, dx, dy, w)
}

func addInputGrads[T Float](g *ConvGeometry, dx, dy, w []T) {
	for i := range g.Groups {
		one, atX, atY, atW := g.group(i)
		addInputGrad(&one, dx[atX:], dy[atY:], w[atW:])
	}
}

func addInputGrad[T Float](g *ConvGeometry, dx, dy, w []T) {
	kernel := g.KH * g.KW
	var b tapBlock
	for iy := range g.H {
		// Pixels a stride apart meet the same kernel columns.
		for phase := range min(g.StrideW, g.W) {
			for ix := phase; ix < g.W; {
				t, n := g.backwardTaps(iy, ix)
				for t.next(&b) {
					for c := range g.C {
						mulAdd(dx[((c*g.H+iy)*g.W+ix)*Lanes:], g.StrideW*Lanes, dy, Lanes, n, &b, w[c*kernel:])
					}
				}
				ix += n * g.StrideW
			}
		}
	}
}

// ConvBiasGrad computes this group's part of the bias gradient,
// db[oc] = Σ_{oy,ox,lane} dy[oc][oy][ox]. db [OC] is overwritten.
func (Set[T]) ConvBiasGrad(g *ConvGeometry, db, dy []T) {
	row := g.OW * Lanes
	for oc := range g.OC {
		var s T
		for oy := range g.OH {
			s += sum(dy[(oc*g.OH+oy)*row:][:row])
		}
		db[oc] = s
	}
}

// forwardTaps returns the taps of output (oy, ox) and the end of the run of
// outputs in this row that have the same taps.
func (g *ConvGeometry) forwardTaps(oy, ox int) (t taps, end int) {
	ky := dilatedSpan(oy, g.KH, g.StrideH, g.PadH, g.DilationH, g.H)
	across := func(ox int) span { return dilatedSpan(ox, g.KW, g.StrideW, g.PadW, g.DilationW, g.W) }
	kx := across(ox)
	for end = ox + 1; end < g.OW && across(end) == kx; end++ {
	}
	iy, ix := oy*g.StrideH+ky.first*g.DilationH-g.PadH, ox*g.StrideW+kx.first*g.DilationW-g.PadW
	return taps{
		n:       [3]int{g.C, ky.end - ky.first, kx.end - kx.first},
		off:     (iy*g.W + ix) * Lanes,
		w:       ky.first*g.KW + kx.first,
		offStep: [3]int{g.H * g.W * Lanes, g.DilationH * g.W * Lanes, g.DilationW * Lanes},
		wStep:   [3]int{g.KH * g.KW, g.KW, 1},
	}, end
}

// backwardTaps returns the taps of input (iy, ix) and the number of pixels
// ix, ix+StrideW, … that have the same taps.
func (g *ConvGeometry) backwardTaps(iy, ix int) (t taps, n int) {
	down, right := stridesOf(g.StrideH, g.DilationH), stridesOf(g.StrideW, g.DilationW)
	ky := backwardSpan(iy, g.KH, g.StrideH, g.PadH, g.DilationH, g.OH)
	across := func(ix int) span { return backwardSpan(ix, g.KW, g.StrideW, g.PadW, g.DilationW, g.OW) }
	kx := across(ix)
	n = 1
	for ix+n*g.StrideW < g.W && across(ix+n*g.StrideW) == kx {
		n++
	}
	oy, ox := (iy+g.PadH-ky.first*g.DilationH)/g.StrideH, (ix+g.PadW-kx.first*g.DilationW)/g.StrideW
	return taps{
		n:       [3]int{g.OC, ky.count(down.step), kx.count(right.step)},
		off:     (oy*g.OW + ox) * Lanes,
		w:       ky.first*g.KW + kx.first,
		offStep: [3]int{g.OH * g.OW * Lanes, -down.back * g.OW * Lanes, -right.back * Lanes},
		wStep:   [3]int{g.weights(), down.step * g.KW, right.step},
	}, n
}
