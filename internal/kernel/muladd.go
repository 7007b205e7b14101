package kernel

// mulAdd adds a block of taps to n target pixels, the inner loop of
// convolution:
//
//	for each pixel p < n, lane l and tap k, in the order of the taps:
//	    dst[p·dstStep + l] += w[b.w[k]] · src[b.off[k] + p·srcStep + l]
func mulAdd[T Float](dst []T, dstStep int, src []T, srcStep, n int, b *tapBlock, w []T) {
	run := Lanes
	if dstStep == Lanes && srcStep == Lanes { // pixels adjoin: one long run
		run, n = n*Lanes, 1
	}
	k := 0
	if b.n == blockTaps {
		w0, w1, w2, w3 := w[b.w[0]], w[b.w[1]], w[b.w[2]], w[b.w[3]]
		w4, w5, w6, w7 := w[b.w[4]], w[b.w[5]], w[b.w[6]], w[b.w[7]]
		for p := range n {
			d, s := dst[p*dstStep:][:run], src
			at := p * srcStep
			x0, x1, x2, x3 := s[b.off[0]+at:][:len(d)], s[b.off[1]+at:][:len(d)], s[b.off[2]+at:][:len(d)], s[b.off[3]+at:][:len(d)]
			x4, x5, x6, x7 := s[b.off[4]+at:][:len(d)], s[b.off[5]+at:][:len(d)], s[b.off[6]+at:][:len(d)], s[b.off[7]+at:][:len(d)]
			for l, a := range d {
				a += w0 * x0[l]
				a += w1 * x1[l]
				a += w2 * x2[l]
				a += w3 * x3[l]
				a += w4 * x4[l]
				a += w5 * x5[l]
				a += w6 * x6[l]
				a += w7 * x7[l]
				d[l] = a
			}
		}
		return
	}
	for ; k < b.n; k++ {
		wk := w[b.w[k]]
		for p := range n {
			d := dst[p*dstStep:][:run]
			for l, x := range src[b.off[k]+p*srcStep:][:len(d)] {
				d[l] += wk * x
			}
		}
	}
}

// mulSum adds to the weights' gradient the products of a block of taps, the
// inner loop of its convolution:
//
//	dw[b.w[k]] += Σ_{p<n, lane l} dy[p·16 + l] · x[b.off[k] + p·xStep + l]
func mulSum[T Float](dw, dy, x []T, xStep, n int, b *tapBlock) {
	run := Lanes
	if xStep == Lanes {
		run, n = n*Lanes, 1
	}
	if b.n == blockTaps {
		var a0, a1, a2, a3, a4, a5, a6, a7 T
		for p := range n {
			d, s := dy[p*Lanes:][:run], x
			at := p * xStep
			x0, x1, x2, x3 := s[b.off[0]+at:][:len(d)], s[b.off[1]+at:][:len(d)], s[b.off[2]+at:][:len(d)], s[b.off[3]+at:][:len(d)]
			x4, x5, x6, x7 := s[b.off[4]+at:][:len(d)], s[b.off[5]+at:][:len(d)], s[b.off[6]+at:][:len(d)], s[b.off[7]+at:][:len(d)]
			for l, g := range d {
				a0 += g * x0[l]
				a1 += g * x1[l]
				a2 += g * x2[l]
				a3 += g * x3[l]
				a4 += g * x4[l]
				a5 += g * x5[l]
				a6 += g * x6[l]
				a7 += g * x7[l]
			}
		}
		dw[b.w[0]] += a0
		dw[b.w[1]] += a1
		dw[b.w[2]] += a2
		dw[b.w[3]] += a3
		dw[b.w[4]] += a4
		dw[b.w[5]] += a5
		dw[b.w[6]] += a6
		dw[b.w[7]] += a7
		return
	}
	for k := range b.n {
		var a T
		for p := range n {
			d := dy[p*Lanes:][:run]
			for l, v := range x[b.off[k]+p*xStep:][:len(d)] {
				a += d[l] * v
			}
		}
		dw[b.w[k]] += a
	}
}
