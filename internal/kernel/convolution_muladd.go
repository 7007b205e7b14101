package kernel

// The inner loops of convolution take several taps at a time, with their weights
// or sums in registers: mulAdd takes eight and mulSum four, as many as sixteen
// registers allow. Slices of equal length let the compiler drop bounds checks.

// mulAdd adds a block of taps to n target pixels:
//
//	for each pixel p < n, lane l and tap k, in the order of the taps:
//	    dst[p·dstStep + l] += w[b.w[k]] · src[b.off[k] + p·srcStep + l]
func mulAdd[T Float](dst []T, dstStep int, src []T, srcStep, n int, b *tapBlock, w []T) {
	run := Lanes
	if dstStep == Lanes && srcStep == Lanes { // the pixels are adjacent: one long run
		run, n = n*Lanes, 1
	}
	if b.n == blockTaps {
		mulAdd8(dst, dstStep, src, srcStep, run, n, b, w)
		return
	}
	k := 0
	if b.n >= 4 {
		mulAdd4(dst, dstStep, src, srcStep, run, n, b, w)
		k = 4
	}
	for ; k < b.n; k++ {
		wk := w[b.w[k]]
		for p := range n {
			d := dst[p*dstStep:][:run]
			for l, x := range src[b.off[k]+p*srcStep:][:len(d)] {
				d[l] += T(wk * x)
			}
		}
	}
}

func mulAdd8[T Float](dst []T, dstStep int, src []T, srcStep, run, n int, b *tapBlock, w []T) {
	w0, w1, w2, w3 := w[b.w[0]], w[b.w[1]], w[b.w[2]], w[b.w[3]]
	w4, w5, w6, w7 := w[b.w[4]], w[b.w[5]], w[b.w[6]], w[b.w[7]]
	for p := range n {
		d, at := dst[p*dstStep:][:run], p*srcStep
		x0, x1, x2, x3 := src[b.off[0]+at:][:len(d)], src[b.off[1]+at:][:len(d)], src[b.off[2]+at:][:len(d)], src[b.off[3]+at:][:len(d)]
		x4, x5, x6, x7 := src[b.off[4]+at:][:len(d)], src[b.off[5]+at:][:len(d)], src[b.off[6]+at:][:len(d)], src[b.off[7]+at:][:len(d)]
		for l, a := range d {
			a += T(w0 * x0[l])
			a += T(w1 * x1[l])
			a += T(w2 * x2[l])
			a += T(w3 * x3[l])
			a += T(w4 * x4[l])
			a += T(w5 * x5[l])
			a += T(w6 * x6[l])
			a += T(w7 * x7[l])
			d[l] = a
		}
	}
}

func mulAdd4[T Float](dst []T, dstStep int, src []T, srcStep, run, n int, b *tapBlock, w []T) {
	w0, w1, w2, w3 := w[b.w[0]], w[b.w[1]], w[b.w[2]], w[b.w[3]]
	for p := range n {
		d, at := dst[p*dstStep:][:run], p*srcStep
		x0, x1, x2, x3 := src[b.off[0]+at:][:len(d)], src[b.off[1]+at:][:len(d)], src[b.off[2]+at:][:len(d)], src[b.off[3]+at:][:len(d)]
		for l, a := range d {
			a += T(w0 * x0[l])
			a += T(w1 * x1[l])
			a += T(w2 * x2[l])
			a += T(w3 * x3[l])
			d[l] = a
		}
	}
}

// mulSum adds a block of taps to the weights' gradient:
//
//	dw[b.w[k]] += Σ_{p<n, lane l} dy[p·16 + l] · x[b.off[k] + p·xStep + l]
func mulSum[T Float](dw, dy, x []T, xStep, n int, b *tapBlock) {
	run := Lanes
	if xStep == Lanes {
		run, n = n*Lanes, 1
	}
	k := 0
	for ; k+4 <= b.n; k += 4 {
		var a0, a1, a2, a3 T
		o0, o1, o2, o3 := b.off[k], b.off[k+1], b.off[k+2], b.off[k+3]
		for p := range n {
			d, at := dy[p*Lanes:][:run], p*xStep
			x0, x1, x2, x3 := x[o0+at:][:len(d)], x[o1+at:][:len(d)], x[o2+at:][:len(d)], x[o3+at:][:len(d)]
			for l, g := range d {
				a0 += T(g * x0[l])
				a1 += T(g * x1[l])
				a2 += T(g * x2[l])
				a3 += T(g * x3[l])
			}
		}
		dw[b.w[k]] += a0
		dw[b.w[k+1]] += a1
		dw[b.w[k+2]] += a2
		dw[b.w[k+3]] += a3
	}
	for ; k < b.n; k++ {
		var a T
		for p := range n {
			a += dot(dy[p*Lanes:][:run], x[b.off[k]+p*xStep:])
		}
		dw[b.w[k]] += a
	}
}

// dot returns Σ a·b over len(a), a multiple of four. It computes four sums, each of
// every fourth product, and then adds these in order.
func dot[T Float](a, b []T) T {
	var s0, s1, s2, s3 T
	b = b[:len(a)]
	for i := 0; i+3 < len(a) && i+3 < len(b); i += 4 {
		s0 += T(a[i] * b[i])
		s1 += T(a[i+1] * b[i+1])
		s2 += T(a[i+2] * b[i+2])
		s3 += T(a[i+3] * b[i+3])
	}
	return s0 + s1 + s2 + s3
}
