package kernel

// Convolution is a convolution, optionally with ReLU and max pooling, with
// tables for its geometry and memory for each worker. Forward and Backward take
// one group of sixteen images, and may run concurrently for different workers.
//
// With relu, y is max(0, ·) of the sums. With a pool, y is the pooled result, and
// the mask (see [Set.MaxPoolForward]) marks the winners.
type Convolution[T Float] struct {
	k       Set[T]
	g       ConvGeometry
	pool    *PoolGeometry // or nil
	relu    bool
	simd    convKernels // or nil: the plain loops
	skipper convSkipper // or nil: see [SkipZeros]
	skip    SkipZeros
	d       planes // layout of the gradient of the sums in Backward
	slab    int    // rows of this gradient that Backward takes at a time
	room    []convRoom[T]

	one *Convolution[T] // the convolution of one group of channels, or nil
}

// convKernels is a convolution of one group of images in vector instructions.
type convKernels interface {
	forward(worker int, y, x, w, bias []float32, relu bool)

	// forwardPooled is forward and the pool in one pass. It returns false if the
	// caller must compute them one after the other.
	forwardPooled(worker int, y []float32, mask []uint16, x, w, bias []float32) bool

	// weightGrad computes dw, in calls for successive rows of outputs: see
	// newConvKernels. d begins at the first of these rows.
	weightGrad(worker int, dw, d, x []float32, rows chunk)

	// inputGrad computes dx of these rows. With a bias for each channel of dx and a
	// ReLU, the result is a transposed convolution of d.
	inputGrad(worker int, dx, d, w, bias []float32, relu bool, rows chunk)
}

// planes is a layout of [C][H][W] with gaps between rows and planes. All fields are in
// vectors.
type planes struct{ first, row, plane, size int }

// outputPlanes returns the layout of the output, which has no gaps.
func (g *ConvGeometry) outputPlanes() planes {
	return planes{row: g.OW, plane: g.OH * g.OW, size: g.OC * g.OH * g.OW}
}

// chunk is a range of outputs, of their rows, or of other items.
type chunk struct{ first, n int }

// convRoom is the memory of a worker.
type convRoom[T Float] struct {
	full []T // the sums of a group, if pooling is a separate pass
	d    []T // the gradient of the sums
}

// NewConvolution returns a convolution for the given number of workers. dx says
// whether Backward will compute the gradient with respect to the input.
func (k Set[T]) NewConvolution(g ConvGeometry, pool *PoolGeometry, relu bool, workers int, dx bool) *Convolution[T] {
	c := &Convolution[T]{k: k, g: g, pool: pool, relu: relu, room: make([]convRoom[T], workers)}
	c.d, c.slab = c.g.outputPlanes(), c.g.OH
	if vectorized := isFloat32[T]() && k.ISA.resolve() > Go; vectorized && g.Groups > 1 {
		one, _, _, _ := g.group(0)
		if pool != nil {
			p := *pool
			p.C = one.OC
			pool = &p
		}
		c.one = k.NewConvolution(one, pool, relu, workers, dx)
	} else if vectorized {
		c.simd, c.d, c.slab = newConvKernels(k.ISA.resolve(), &c.g, pool, relu, workers, dx)
		c.skipper = newConvSkipper(k.ISA.resolve(), &c.g, pool, workers)
	}
	return c
}

// UseWinograd makes the vector kernels of float32 convolutions of 3×3 without a pool use
// Winograd's algorithm where it is faster. Results differ by rounding. UseWinograd returns
// the number of values that the algorithm needs in each worker's memory.
func (c *Convolution[T]) UseWinograd() (values int) {
	if c.one != nil {
		return c.one.UseWinograd()
	}
	if c.simd != nil && c.pool == nil && c.g.winograd() {
		c.simd, values = newWinogradKernels(c.k.ISA.resolve(), &c.g, len(c.room))
		c.d, c.slab = c.g.outputPlanes(), c.g.OH
	}
	return values
}

// SetSkipZeros sets when Backward skips zeros. The default is [SkipAuto].
func (c *Convolution[T]) SetSkipZeros(s SkipZeros) {
	c.skip = s
	if c.one != nil {
		c.one.skip = s
	}
}

func isFloat32[T Float]() bool {
	var zero T
	_, ok := any(zero).(float32)
	return ok
}

// Outputs returns the number of values of an image's output.
func (c *Convolution[T]) Outputs() int {
	if c.pool != nil {
		return c.g.OC * c.pool.OH * c.pool.OW
	}
	return c.g.OC * c.g.OH * c.g.OW
}

// MaskSize returns the number of words of a group's mask.
func (c *Convolution[T]) MaskSize() int {
	if c.pool == nil {
		return 0
	}
	return c.Outputs() * c.pool.KH * c.pool.KW
}

// Forward computes y = pool(relu(conv(x, w) + bias)) of a group: x [C][H][W][16],
// w [OC][C][KH][KW], bias [OC] or nil. mask may be nil if there will be no
// backward pass.
func (c *Convolution[T]) Forward(worker int, y []T, mask []uint16, x, w, bias []T) {
	if one := c.one; one != nil {
		image, weights := one.sizes()
		for i := range c.g.Groups {
			one.Forward(worker, slicePart(y, i, one.Outputs()*Lanes), slicePart(mask, i, one.MaskSize()), slicePart(x, i, image), slicePart(w, i, weights), slicePart(bias, i, one.g.OC))
		}
		return
	}
	if c.pool == nil {
		c.convolve(worker, y, x, w, bias, c.relu)
		return
	}
	if c.simd != nil && c.simd.forwardPooled(worker, float32s(y), mask, float32s(x), float32s(w), float32s(bias)) {
		return
	}
	r := &c.room[worker]
	if r.full == nil {
		r.full = Alloc[T](c.g.OC * c.g.OH * c.g.OW * Lanes)
	}
	c.convolve(worker, r.full, x, w, bias, false)
	c.k.MaxPoolForward(c.pool, y, mask, r.full, c.relu)
}

// sizes returns the numbers of elements of x and w.
func (c *Convolution[T]) sizes() (x, w int) {
	return c.g.C * c.g.H * c.g.W * Lanes, c.g.OC * c.g.weights()
}

// slicePart returns the i-th part of n elements of x, or nil if x is nil.
func slicePart[E any](x []E, i, n int) []E {
	if x == nil {
		return nil
	}
	return x[i*n:][:n]
}

func (c *Convolution[T]) convolve(worker int, y, x, w, bias []T, relu bool) {
	if c.simd != nil {
		c.simd.forward(worker, float32s(y), float32s(x), float32s(w), float32s(bias), relu)
		return
	}
	c.k.ConvForward(&c.g, y, x, w, bias, relu)
}

// Backward computes a group's gradients from dy and from Forward's arguments and
// results: dx [C][H][W][16], and this group's parts of dw [OC][C][KH][KW] and
// db [OC], each unless it is nil. All are overwritten.
func (c *Convolution[T]) Backward(worker int, dx, dw, db, dy, y []T, mask []uint16, x, w []T) {
	if one := c.one; one != nil {
		outputs := one.Outputs() * Lanes
		image, weights := one.sizes()
		for i := range c.g.Groups {
			one.Backward(worker, slicePart(dx, i, image), slicePart(dw, i, weights), slicePart(db, i, one.g.OC), slicePart(dy, i, outputs), slicePart(y, i, outputs),
				slicePart(mask, i, one.MaskSize()), slicePart(x, i, image), slicePart(w, i, weights))
		}
		return
	}
	if dx, dw, db = c.skipBackward(worker, dx, dw, db, dy, mask, x, w); dx == nil && dw == nil && db == nil {
		return
	}
	if c.slab < c.g.OH || c.relu || c.pool != nil || c.d != c.g.outputPlanes() {
		r := &c.room[worker]
		if r.d == nil {
			r.d = Alloc[T](c.d.size * Lanes)
		}
		for first := 0; first < c.g.OH; first += c.slab {
			rows := chunk{first, min(c.slab, c.g.OH-first)}
			c.gradientOfSums(r.d, dy, y, mask, db, rows)
			c.productGrads(worker, dx, dw, r.d, x, w, rows)
		}
		return
	}
	for oc := range db {
		db[oc] = c.sumRows(dy, oc, c.g.OH)
	}
	c.productGrads(worker, dx, dw, dy, x, w, chunk{0, c.g.OH})
}

// productGrads computes dx and dw, each unless it is nil, from the gradient of rows of
// sums.
func (c *Convolution[T]) productGrads(worker int, dx, dw, d, x, w []T, rows chunk) {
	switch {
	case c.simd != nil:
		if dw != nil {
			c.simd.weightGrad(worker, float32s(dw), float32s(d), float32s(x), rows)
		}
		if dx != nil {
			c.simd.inputGrad(worker, float32s(dx), float32s(d), float32s(w), nil, false, rows)
		}
	default:
		if dw != nil {
			c.k.ConvWeightGrad(&c.g, dw, d, x)
		}
		if dx != nil {
			c.k.ConvInputGrad(&c.g, dx, d, w)
		}
	}
}

// gradientOfSums computes d, the gradient of rows of the sums, from dy through the pool
// and the ReLU. It also computes db from d unless db is nil. The planes of d may have
// borders, which stay zero.
func (c *Convolution[T]) gradientOfSums(d, dy, y []T, mask []uint16, db []T, rows chunk) {
	lines, row := rows.n, c.g.OW*Lanes
	if c.pool != nil {
		c.k.MaxPoolBackwardPadded(c.pool, d[c.d.first*Lanes:], c.d.row, c.d.plane, dy, mask)
		lines = 0
	} else if c.d.row == c.g.OW {
		lines, row = 1, lines*row
	}
	for oc := range c.g.OC {
		for i := range lines {
			to := d[(c.d.first+oc*c.d.plane+i*c.d.row)*Lanes:][:row]
			from := (oc*c.g.OH+rows.first)*c.g.OW*Lanes + i*row
			if c.relu {
				c.k.ReLUBackward(to, dy[from:][:row], y[from:][:row])
			} else {
				copy(to, dy[from:][:row])
			}
		}
		if db != nil { // while the channel is in a cache
			sum := c.sumRows(d, oc, rows.n)
			if rows.first > 0 {
				sum += db[oc]
			}
			db[oc] = sum
		}
	}
}

// sumRows sums the first rows of the gradient of a channel's sums.
func (c *Convolution[T]) sumRows(d []T, oc, rows int) T {
	return c.k.sumRows(d[(c.d.first+oc*c.d.plane)*Lanes:], c.d.row, rows, c.g.OW)
}
