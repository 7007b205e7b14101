//go:build amd64 && !purego

package kernel

import "math"

// skipConv is the backward pass of a convolution that skips zeros. Everything that
// depends on the geometry alone is in tables.
type skipConv struct {
	k    *skipKernels
	g    *ConvGeometry
	pool *PoolGeometry

	row, image int          // bytes between rows of an image, and between images
	blocks     []skipBlock  // the floats of an image that are not padding
	base       []int32      // offset of each window of the pool in the image
	places     []int32      // offsets of a window's pixels from there
	lanes      [Lanes]int32 // offsets of the images
	rows       []chunk      // of the kernel, as many as a vector kernel takes
	cols       []skipCols   // of a row of the kernel
	width      int          // floats of a row of weights, padded to whole vectors
	packed     []int32      // offset of each weight of an output channel in those rows

	mostDX, mostDW int // maximum number of live entries of a group for which skipping pays

	room []skipRoom
}

// skipCols is a run of octets of a kernel row: the first octet, and the index of
// the kernel for that number of octets.
type skipCols struct{ first, kernel int }

// skipRoom is the memory of a worker.
type skipRoom struct {
	x, dx   []float32 // images in rows
	w       []float32 // weights as [OC][KH][width]
	dw      []float32
	offsets []int32
	values  []float32
	sums    [Lanes]float32
	nowhere [Lanes]float32 // zero: what lies beyond the image
	dump    [Lanes]float32
	list    listArgs
	product skipArgs
	convert skipRowsArgs
}

// newConvSkipper returns nil if zeros cannot be skipped.
func newConvSkipper(isa ISA, g *ConvGeometry, pool *PoolGeometry, workers int) convSkipper {
	if pool == nil || g.DilationH > 1 || g.DilationW > 1 {
		return nil
	}
	c := &skipConv{k: skipKernelsOf(isa), g: g, pool: pool, room: make([]skipRoom, workers), rows: rowChunks(g.KH)}
	c.cols = octets((g.KW*g.C + 7) / 8)
	for _, cols := range c.cols {
		c.width += 8 << cols.kernel
	}

	// Rows hold the image and every window, up to the last vector, so that no
	// vector has floats of two rows.
	row := max((g.PadW+g.W)*g.C, (g.OW-1)*g.StrideW*g.C+c.width)
	row = (row + 3) &^ 3
	rows := max(g.PadH+g.H, (g.OH-1)*g.StrideH+g.KH)
	c.row = row * 4
	c.image = (rows*c.row+63)&^63 | 64 // an odd number of cache lines
	if c.image > math.MaxInt32/Lanes || g.C*g.H*g.W > math.MaxInt32/vector {
		return nil
	}
	c.plan()
	c.setLimits()
	return c
}

// octets divides n octets of a row into runs of one, two or four. A remainder of three
// is a run of four.
func octets(n int) []skipCols {
	var all []skipCols
	for at := 0; at < n; {
		k := min(n-at, 3) - 1
		all = append(all, skipCols{at, k})
		at += 1 << k
	}
	return all
}

// rowChunks divides n rows into as few chunks as possible.
func rowChunks(n int) []chunk {
	count := (n + skipMostRows - 1) / skipMostRows
	var all []chunk
	for i := range count {
		first, end := n*i/count, n*(i+1)/count
		all = append(all, chunk{first, end - first})
	}
	return all
}

// plan makes the tables.
func (c *skipConv) plan() {
	g, p := c.g, c.pool
	for y := range g.H {
		for at := g.PadW * g.C &^ 3; at < (g.PadW+g.W)*g.C; at += 4 {
			b := skipBlock{at: int32((y+g.PadH)*c.row + at*4)}
			for i := range b.lanes {
				x, ch := (at+i)/g.C-g.PadW, (at+i)%g.C
				b.lanes[i] = -1
				if at+i >= g.PadW*g.C && x < g.W {
					b.lanes[i] = int32(((ch*g.H+y)*g.W + x) * vector)
				}
			}
			c.blocks = append(c.blocks, b)
		}
	}
	at := func(oy, ox int) int32 { return int32(oy*g.StrideH*c.row + ox*g.StrideW*g.C*4) }
	for oy := range p.OH {
		for ox := range p.OW {
			c.base = append(c.base, at(oy*p.StrideH-p.PadH, ox*p.StrideW-p.PadW))
		}
	}
	for q := range p.KH * p.KW {
		c.places = append(c.places, at(q/p.KW, q%p.KW))
	}
	for i := range g.C * g.KH * g.KW {
		ch, ky, kx := i/(g.KH*g.KW), i/g.KW%g.KH, i%g.KW
		c.packed = append(c.packed, int32(ky*c.width+kx*g.C+ch))
	}
	for l := range c.lanes {
		c.lanes[l] = int32(l * c.image)
	}
}

// prepare allocates memory when it is first needed: few networks use both passes.
func (c *skipConv) prepare(r *skipRoom, dx bool) {
	g, images := c.g, c.image*Lanes/4
	if r.x == nil {
		r.x = Alloc[float32](images)
		r.dw = Alloc[float32](g.OC * g.KH * c.width)
		n := (c.pool.OH*c.pool.OW + 1) * Lanes
		r.values, r.offsets = Alloc[float32](n), make([]int32, n)
	}
	if dx && r.dx == nil {
		r.dx = Alloc[float32](images)
		r.w = Alloc[float32](g.OC * g.KH * c.width)
	}
}

func (c *skipConv) backward(worker int, dx, dw, db, dy []float32, mask []uint16, x, w []float32) {
	g, r := c.g, &c.room[worker]
	window, weights := c.pool.KH*c.pool.KW, g.KH*c.width
	c.prepare(r, dx != nil)
	if dw != nil {
		c.convert(r, c.k.toRows, r.x, x[:g.C*g.H*g.W*Lanes], &r.nowhere)
		clear(r.dw)
	}
	if dx != nil {
		clear(r.dx)
		c.pack(r.w, w)
	}
	a := &r.list
	a.base, a.places, a.lanes, a.window = &c.base[0], &c.places[0], &c.lanes, window
	a.offsets, a.values, a.sums = &r.offsets[0], &r.values[0], &r.sums
	p := &r.product
	p.row, p.offsets, p.values, p.wRow = c.row, a.offsets, a.values, c.width*4
	list := c.k.list
	if window == 4 {
		list = c.k.list4
	}
	a.windows = c.pool.OH * c.pool.OW
	for oc := range g.OC {
		a.dy, a.mask = &dy[oc*a.windows*Lanes], &mask[oc*a.windows*window]
		r.sums = [Lanes]float32{}
		list(a)
		if dw != nil && a.n > 0 {
			p.n = (a.n + 3) &^ 3 // a multiple of the largest number of sums of a kernel; the added entries are zero
			c.through(&c.k.weights, p, r.x, r.dw[oc*weights:])
		}
		if dx != nil && a.n > 0 {
			p.n = a.n
			c.through(&c.k.inputs, p, r.dx, r.w[oc*weights:])
		}
		if db != nil {
			db[oc] = 0
			for _, s := range r.sums {
				db[oc] += s
			}
		}
	}
	if dw != nil {
		c.unpack(dw, r.dw)
	}
	if dx != nil {
		c.convert(r, c.k.toLanes, r.dx, dx[:g.C*g.H*g.W*Lanes], &r.dump)
	}
}

// through runs kernels over a list, for all rows and columns of a channel's
// weights.
func (c *skipConv) through(k *skipTable, a *skipArgs, images, w []float32) {
	for _, rows := range c.rows {
		for _, cols := range c.cols {
			a.x = &images[rows.first*c.row/4+cols.first*8]
			a.w = &w[rows.first*c.width+cols.first*8]
			k[rows.n][cols.kernel](a)
		}
	}
}

// convert converts images between rows and lanes. nowhere replaces lanes that are
// padding.
func (c *skipConv) convert(r *skipRoom, kernel func(*skipRowsArgs), rows, lanes []float32, nowhere *[Lanes]float32) {
	a := &r.convert
	for l := range a.row {
		a.row[l] = &rows[l*c.image/4]
	}
	a.lanes, a.nowhere, a.blocks, a.n = &lanes[0], nowhere, &c.blocks[0], len(c.blocks)
	kernel(a)
}

// pack rearranges the weights [OC][C][KH][KW] as [OC][KH][KW][C], with rows padded
// by zeros.
func (c *skipConv) pack(packed, w []float32) {
	n := len(c.packed)
	for oc := range c.g.OC {
		from, to := w[oc*n:][:n], packed[oc*c.g.KH*c.width:][:c.g.KH*c.width]
		for i, at := range c.packed {
			to[at] = from[i]
		}
	}
}

// unpack is the inverse of pack.
func (c *skipConv) unpack(w, packed []float32) {
	n := len(c.packed)
	for oc := range c.g.OC {
		from, to := packed[oc*c.g.KH*c.width:][:c.g.KH*c.width], w[oc*n:][:n]
		for i, at := range c.packed {
			to[i] = from[at]
		}
	}
}
