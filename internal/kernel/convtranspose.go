package kernel

import "fmt"

// NewConvTransposeGeometry takes a transposed convolution of C channels of H×W pixels
// to OC channels, and returns the convolution whose input gradient it is: one with C
// and OC exchanged, from an image of
//
//	(size − 1)·stride − 2·pad − end + dilation·(kernel − 1) + 1 + out
//
// to one of H×W. It returns an error for sizes that [NewConvGeometry] rejects, for
// outH and outW that are negative or not less than the stride, and if the padding leaves no pixel.
func NewConvTransposeGeometry(g ConvGeometry, outH, outW int) (ConvGeometry, error) {
	const what = "ConvTranspose"
	g = g.withDefaults()
	if err := g.checkSizes(what); err != nil {
		return g, err
	}
	for _, o := range []struct {
		name          string
		value, stride int
	}{{"OutPadH", outH, g.StrideH}, {"OutPadW", outW, g.StrideW}} {
		if o.value < 0 || o.value >= o.stride {
			return g, fmt.Errorf("kernel: %s: %s = %d: want 0 to %d, less than the stride", what, o.name, o.value, o.stride-1)
		}
	}
	kh, kw := g.reach()
	h := (g.H-1)*g.StrideH - 2*g.PadH - g.PadEndH + kh + outH
	w := (g.W-1)*g.StrideW - 2*g.PadW - g.PadEndW + kw + outW
	if h < 1 || w < 1 {
		return g, fmt.Errorf("kernel: %s: output %d×%d: want 1×1 or more: less padding", what, h, w)
	}
	g.C, g.OC, g.H, g.W = g.OC, g.C, h, w
	return NewConvGeometry(g)
}

// ConvTranspose is a transposed convolution, optionally with ReLU, with tables for its
// geometry and memory for each worker. It uses the kernels of the convolution whose
// input gradient it is. The input gradient of the transposed convolution is that
// convolution, and both have the same weight gradient, with image and gradient
// exchanged. Forward and Backward take one group of sixteen images, and may run
// concurrently for different workers.
type ConvTranspose[T Float] struct {
	k    Set[T]
	g    ConvGeometry // of the convolution
	relu bool
	simd convKernels // or nil: the plain loops
	d    planes      // layout of x for the kernels, as the convolution's gradient
	room []convTransposeRoom[T]

	one *ConvTranspose[T] // the same for one group of channels, or nil
}

// convTransposeRoom is the memory of a worker.
type convTransposeRoom[T Float] struct {
	x []T // with the borders of d
	d []T // the gradient of the sums, if there is a ReLU
}

// NewConvTranspose returns the transposed convolution that is the input gradient of
// convolution g, for the given number of workers: see [NewConvTransposeGeometry].
func (k Set[T]) NewConvTranspose(g ConvGeometry, relu bool, workers int) *ConvTranspose[T] {
	c := &ConvTranspose[T]{k: k, g: g, relu: relu, room: make([]convTransposeRoom[T], workers)}
	if vectorized := isFloat32[T]() && k.ISA.resolve() > Go; vectorized && g.Groups > 1 {
		one, _, _, _ := g.group(0)
		c.one = k.NewConvTranspose(one, relu, workers)
	} else if vectorized {
		c.simd, c.d, _ = newConvKernels(k.ISA.resolve(), &c.g, nil, false, workers, true)
	}
	return c
}

// Forward computes y = relu(conv(x, w)ᵀ + bias) of a group: x [OC][OH][OW][16],
// w [OC][C][KH][KW], bias [C] or nil, y [C][H][W][16].
func (c *ConvTranspose[T]) Forward(worker int, y, x, w, bias []T) {
	if one := c.one; one != nil {
		in, out, weights := one.sizes()
		for i := range c.g.Groups {
			one.Forward(worker, slicePart(y, i, out), slicePart(x, i, in), slicePart(w, i, weights), slicePart(bias, i, one.g.C))
		}
		return
	}
	if c.simd != nil {
		c.simd.inputGrad(worker, float32s(y), float32s(c.padded(worker, x)), float32s(w), float32s(bias), c.relu, chunk{0, c.g.OH})
		return
	}
	c.k.ConvTransposeForward(&c.g, y, x, w, bias, c.relu)
}

// ConvTransposeForward computes a transposed convolution with bias, and with ReLU
// if asked, in plain loops:
//
//	y[c][iy][ix] = bias[c] + Σ_{oc,ky,kx} w[oc][c][ky][kx] · x[oc][oy][ox]
//
// over the taps of [Set.ConvInputGrad].
func (Set[T]) ConvTransposeForward(g *ConvGeometry, y, x, w, bias []T, relu bool) {
	plane := g.H * g.W * Lanes
	fillPlanes(y, bias, g.C, plane)
	addInputGrads(g, y, x, w)
	if relu {
		Set[T]{}.ReLU(y[:g.C*plane], y[:g.C*plane])
	}
}

// Backward computes a group's gradients from dy and from Forward's arguments and
// result: dx [OC][OH][OW][16], and this group's parts of dw [OC][C][KH][KW] and
// db [C], each unless it is nil. All are overwritten.
func (c *ConvTranspose[T]) Backward(worker int, dx, dw, db, dy, y, x, w []T) {
	if one := c.one; one != nil {
		in, out, weights := one.sizes()
		for i := range c.g.Groups {
			one.Backward(worker, slicePart(dx, i, in), slicePart(dw, i, weights), slicePart(db, i, one.g.C), slicePart(dy, i, out), slicePart(y, i, out), slicePart(x, i, in), slicePart(w, i, weights))
		}
		return
	}
	plane := c.g.H * c.g.W * Lanes
	if c.relu {
		r := &c.room[worker]
		if r.d == nil {
			r.d = Alloc[T](c.g.C * plane)
		}
		c.k.ReLUBackward(r.d, dy, y)
		dy = r.d
	}
	for i := range db {
		db[i] = c.k.sumRows(dy[i*plane:], c.g.W, c.g.H, c.g.W)
	}
	if c.simd != nil {
		if dw != nil {
			c.simd.weightGrad(worker, float32s(dw), float32s(c.padded(worker, x)), float32s(dy), chunk{0, c.g.OH})
		}
		if dx != nil {
			c.simd.forward(worker, float32s(dx), float32s(dy), float32s(w), nil, false)
		}
		return
	}
	if dw != nil {
		c.k.ConvWeightGrad(&c.g, dw, x, dy)
	}
	if dx != nil {
		c.k.ConvForward(&c.g, dx, dy, w, nil, false)
	}
}

// sizes returns the numbers of elements of x, y and w.
func (c *ConvTranspose[T]) sizes() (x, y, w int) {
	return c.g.OC * c.g.OH * c.g.OW * Lanes, c.g.C * c.g.H * c.g.W * Lanes, c.g.OC * c.g.weights()
}

// padded returns the images of a group with the borders of d, which stay zero.
func (c *ConvTranspose[T]) padded(worker int, x []T) []T {
	r := &c.room[worker]
	if r.x == nil {
		r.x = Alloc[T](c.d.size * Lanes)
	}
	c.k.PadRows(r.x[c.d.first*Lanes:], c.d.row, c.d.plane, x, c.g.OC, c.g.OH, c.g.OW)
	return r.x
}
