//go:build amd64 && !purego

package kernel

import (
	"math"
	"slices"
	"unsafe"
)

// simdConv is a convolution of one group of channels on tile kernels. Whatever depends on the geometry
// alone is in tables: the four vectors that a tile takes, and the steps of its
// sums.
type simdConv struct {
	k    *tileKernels
	isa  ISA
	g    *ConvGeometry
	x, d planes // padded images; gradients of the sums with a border of one

	forwardSteps []step // channel and kernel row; the inner loop is the kernel column, or the channel of 1×1
	forwardTiles []tile // four outputs side by side
	pooledTiles  []tile // the four outputs of a window; nil if windows are not 2×2 side by side
	weightSteps  []step // output rows; the inner loop is the output column
	weightBlocks []weightBlock
	inputSteps   []step // kernel positions; the inner loop is the output channel
	inputTiles   []tile // four pixels
	forwardBlock int    // tiles to take at a time
	inputBlock   int
	relu         bool
	outputs      []chunk // of output channels
	channels     []chunk // of input channels
	room         []simdConvRoom
}

// simdConvRoom is the memory of a worker.
type simdConvRoom struct {
	a      tileArgs
	x      []float32 // the padded image
	few    [4 * tileOutputs]float32
	dw     []float32 // of a block of rows
	noMask []uint16
}

// chunk is outputs that one tile kernel computes at a time.
type chunk struct{ first, n int }

// chunks divides n outputs into as few chunks as possible, of nearly equal size.
func chunks(n int) []chunk { return divide(n, tileOutputs) }

// divide divides n into as few chunks of at most that size as possible, of nearly
// equal size.
func divide(n, most int) []chunk {
	count := (n + most - 1) / most
	var all []chunk
	for i := range count {
		first, end := n*i/count, n*(i+1)/count
		all = append(all, chunk{first, end - first})
	}
	return all
}

const vector = Lanes * 4 // bytes

// What blocks may take of the first cache, and how many outputs make up for the adding
// up of the lanes.
const (
	blockBytes  = 16 << 10 // of the sources of tiles
	weightBytes = 24 << 10 // of the gradients of the outputs of a chunk
	leastBlock  = 48
)

// zeros are the biases where there are none.
var zeros [tileOutputs]float32

func newConvKernels(isa ISA, g *ConvGeometry, pool *PoolGeometry, relu bool, workers int, dx bool) (convKernels, planes) {
	c := &simdConv{k: kernelsOf(isa), isa: isa, g: g, relu: relu, room: make([]simdConvRoom, workers)}
	c.x = planes{row: g.W, plane: g.H * g.W}
	if h, w := g.padded(); h > g.H || w > g.W {
		c.x = padded(g.C, h, w, g.PadH, g.PadW)
	}
	c.d = g.outputPlanes()
	if dx && !g.pointwise() {
		c.d = padded(g.OC, g.OH+2, g.OW+2, 1, 1)
	}
	c.outputs, c.channels = chunks(g.OC), chunks(g.C)
	for i := range c.room {
		r := &c.room[i]
		r.x = Alloc[float32](c.x.size * Lanes)
		r.a.half = new([tileOutputs * tileVectors * Lanes / 2]float32)
	}
	c.planForward(pool)
	c.planWeights()
	if dx {
		c.planInputs()
	}
	c.forwardBlock, c.inputBlock = c.tileBlock(g.C, len(c.forwardTiles)), c.tileBlock(g.OC, len(c.inputTiles))
	return c, c.d
}

// padded is the layout of c planes of h×w with borders, which are top rows above
// and left columns before the image. Planes are an odd number of vectors apart, so
// that they do not all fall into the same sets of the cache.
func padded(c, h, w, top, left int) planes {
	p := planes{row: w}
	p.plane = h*w | 1
	p.first = top*w + left
	p.size = c * p.plane
	return p
}

// planForward makes the tables of Forward.
func (c *simdConv) planForward(pool *PoolGeometry) {
	g := c.g
	at := func(oy, ox int) int { return (oy*g.StrideH*c.x.row + ox*g.StrideW) * vector }
	n := g.KH * g.KW
	if n == 1 {
		c.forwardSteps = []step{{}}
	} else {
		for i := range g.C {
			for ky := range g.KH {
				c.forwardSteps = append(c.forwardSteps, step{(i*c.x.plane + ky*g.DilationH*c.x.row) * vector, (i*n + ky*g.KW) * 4})
			}
		}
	}
	outs := g.OH * g.OW
	for p := 0; p < outs; p += tileVectors {
		t := tile{n: len(c.forwardSteps)}
		for v := range t.x {
			q := min(p+v, outs-1) // the last tile may compute an output twice
			t.x[v], t.out[v] = at(q/g.OW, q%g.OW), q*vector
		}
		c.forwardTiles = append(c.forwardTiles, t)
	}
	if pool == nil || pool.KH != 2 || pool.KW != 2 || pool.StrideH != 2 || pool.StrideW != 2 || pool.PadH != 0 || pool.PadW != 0 {
		return
	}
	for oy := range pool.OH {
		for ox := range pool.OW {
			p := oy*pool.OW + ox
			t := tile{n: len(c.forwardSteps), out: [4]int{p * vector, p * 8}}
			for v := range t.x {
				t.x[v] = at(2*oy+v/2, 2*ox+v%2)
			}
			c.pooledTiles = append(c.pooledTiles, t)
		}
	}
}

// weightBlock is rows of outputs, of which weightGrad adds up the products at a time.
type weightBlock struct {
	first int    // of weightSteps
	tiles []tile // four kernel positions
}

// planWeights makes the tables of weightGrad: a weight's gradient is the sum,
// over outputs, of the output's gradient times the pixel under the weight. A block of
// rows is so small that the gradients of the outputs of a chunk stay in the first
// cache.
func (c *simdConv) planWeights() {
	g := c.g
	for oy := range g.OH {
		c.weightSteps = append(c.weightSteps, step{oy * g.StrideH * c.x.row * vector, (c.d.first + oy*c.d.row) * vector})
	}
	rows := min(max(weightBytes/(min(g.OC, tileOutputs)*c.d.row*vector), (leastBlock-1)/g.OW+1), g.OH)
	var all, rest []tile
	for first := 0; first < g.OH; first += rows {
		n := min(rows, g.OH-first)
		tiles := &all
		if n < rows {
			tiles = &rest
		}
		if *tiles == nil {
			*tiles = c.planWeightTiles(n)
		}
		c.weightBlocks = append(c.weightBlocks, weightBlock{first, *tiles})
	}
}

// planWeightTiles returns the tiles of a block of rows.
func (c *simdConv) planWeightTiles(rows int) (tiles []tile) {
	g, n := c.g, c.g.weights()
	for first := 0; first < n; first += tileVectors {
		from := max(min(first, n-tileVectors), 0) // the last tile may compute a weight twice
		t := tile{n: rows, out: [4]int{from * 4}}
		for v := range t.x {
			q := min(from+v, n-1)
			i, ky, kx := q/(g.KH*g.KW), q/g.KW%g.KH, q%g.KW
			t.x[v] = (i*c.x.plane + ky*g.DilationH*c.x.row + kx*g.DilationW) * vector
		}
		tiles = append(tiles, t)
	}
	return tiles
}

// planInputs makes the tables of inputGrad. Without dilation, a pixel goes through
// every stride-th kernel row, the first of which is its own row plus the padding,
// modulo the stride, into successive output rows; likewise for columns. A tile is
// two by two pixels a stride apart, with the kernel positions that any of the four
// needs. For the pixels that do not need one it reads the border.
func (c *simdConv) planInputs() {
	g := c.g
	type class struct{ row, col reach }
	seen := map[class]tile{}
	if g.pointwise() {
		c.planPoints()
		return
	}
	down, right := stridesOf(g.StrideH, g.DilationH), stridesOf(g.StrideW, g.DilationW)
	for _, rows := range pairs(g.H, g.KH, g.StrideH, g.PadH, g.DilationH, g.OH) {
		for _, cols := range pairs(g.W, g.KW, g.StrideW, g.PadW, g.DilationW, g.OW) {
			k := class{rows.reach, cols.reach}
			steps, ok := seen[k]
			if !ok {
				steps = tile{steps: len(c.inputSteps) * int(unsafe.Sizeof(step{}))}
				for m := rows.from; m < rows.to; m++ {
					for n := cols.from; n < cols.to; n++ {
						ky, kx := rows.first+m*down.step, cols.first+n*right.step
						c.inputSteps = append(c.inputSteps, step{-(m*down.back*c.d.row + n*right.back) * vector, (ky*g.KW + kx) * 4})
						steps.n++
					}
				}
				seen[k] = steps
			}
			t := steps
			for v := range t.x {
				r, q := v/2, v%2
				t.x[v] = (c.d.first + rows.out[r]*c.d.row + cols.out[q]) * vector
				t.out[v] = (rows.in[r]*g.W + cols.in[q]) * vector
			}
			c.inputTiles = append(c.inputTiles, t)
		}
	}
	if len(c.inputSteps) == 0 { // no output reads a pixel: tiles of no steps
		c.inputSteps = make([]step, 1)
	}
}

// planPoints does that for kernels of one pixel: a tile is four outputs side by side,
// and the pixels between those that a stride takes are tiles of no steps.
func (c *simdConv) planPoints() {
	g := c.g
	c.inputSteps = make([]step, 1)
	var taken, between []int
	for i := range g.H * g.W {
		if y, x := i/g.W, i%g.W; y%g.StrideH == 0 && x%g.StrideW == 0 {
			taken = append(taken, i)
		} else {
			between = append(between, i)
		}
	}
	for n, pixels := range [][]int{between, taken} {
		for p := 0; p < len(pixels); p += tileVectors {
			t := tile{n: n}
			for v := range t.x {
				q := min(p+v, len(pixels)-1)
				t.x[v], t.out[v] = n*q*vector, pixels[q]*vector
			}
			c.inputTiles = append(c.inputTiles, t)
		}
	}
}

// pair is two pixels of an axis, a stride apart: their places, the outputs to
// which the first kernel position takes them, and the steps of the kernel that one
// or the other needs.
type pair struct {
	in, out [2]int
	reach
}

type reach struct{ first, from, to int }

// pairs divides an axis of n pixels and o outputs.
func pairs(n, k, stride, pad, dilation, o int) []pair {
	var all []pair
	s := stridesOf(stride, dilation)
	for phase := range stride {
		var in []int
		for i := range n {
			if (i+pad)%stride == phase {
				in = append(in, i)
			}
		}
		first := s.first(phase, stride, dilation, k)
		steps := max(ceilDiv(k-first, s.step), 0)
		for j := 0; j < len(in); j += 2 {
			p := pair{in: [2]int{in[j], in[min(j+1, len(in)-1)]}}
			for i, q := range p.in {
				p.out[i] = (q + pad - dilation*first) / stride
			}
			p.first = first
			p.from, p.to = max(ceilDiv(p.out[0]-o+1, s.back), 0), min(ceilDiv(p.out[1]+1, s.back), steps)
			p.to = max(p.to, p.from)
			all = append(all, p)
		}
	}
	return all
}

// image returns the pixels of a group with their padding.
func (c *simdConv) image(r *simdConvRoom, x []float32) *float32 {
	if c.x.size == 0 {
		return &x[0]
	}
	Set[float32]{ISA: c.isa}.PadRows(r.x[c.x.first*Lanes:], c.x.row, c.x.plane, x, c.g.C, c.g.H, c.g.W)
	return &r.x[0]
}

// prepare sets the arguments that both forward passes share.
func (c *simdConv) prepare(r *simdConvRoom, x []float32, relu bool) {
	g, a := c.g, &r.a
	a.x, a.steps = c.image(r, x), &c.forwardSteps[0]
	a.inner, a.xInner, a.wInner = g.KW, g.DilationW*vector, 4
	if g.KH*g.KW == 1 {
		a.inner, a.xInner = g.C, c.x.plane*vector
	}
	a.wOut = g.weights() * 4
	a.floor, a.live = float32(math.Inf(-1)), ^uint64(0)
	if relu {
		a.floor, a.live = 0, 0
	}
}

// operands sets the weights and biases of the outputs from o on.
func (a *tileArgs) operands(w, bias []float32, o int) {
	a.w, a.bias = &w[o*a.wOut/4], &zeros[0]
	if bias != nil {
		a.bias = &bias[o]
	}
}

func (c *simdConv) forward(worker int, y, x, w, bias []float32, relu bool) {
	r := &c.room[worker]
	c.prepare(r, x, relu)
	a, outs := &r.a, c.g.OH*c.g.OW
	a.outStep = outs * vector
	for tiles := range slices.Chunk(c.forwardTiles, c.forwardBlock) {
		a.tiles, a.count = &tiles[0], len(tiles)
		for _, o := range c.outputs {
			a.operands(w, bias, o.first)
			a.out = &y[o.first*outs*Lanes]
			c.k.store4[o.n](a)
		}
	}
}

// tileBlock returns how many tiles to take at a time, so that their sources stay in
// the first cache while all outputs are computed: those of kernels of one pixel,
// which read each source once for each few outputs.
func (c *simdConv) tileBlock(sources, tiles int) int {
	if !c.g.pointwise() {
		return tiles
	}
	return min(max(blockBytes/(sources*tileVectors*vector), 1), tiles)
}

func (c *simdConv) forwardPooled(worker int, y []float32, mask []uint16, x, w, bias []float32) bool {
	if c.pooledTiles == nil {
		return false
	}
	r, outs := &c.room[worker], len(c.pooledTiles)
	if mask == nil {
		if r.noMask == nil {
			r.noMask = make([]uint16, c.g.OC*outs*4)
		}
		mask = r.noMask
	}
	c.prepare(r, x, c.relu)
	a := &r.a
	a.tiles, a.count, a.outStep, a.maskOut, a.nan = &c.pooledTiles[0], outs, outs*vector, outs*8, 0
	for _, o := range c.outputs {
		a.operands(w, bias, o.first)
		a.out, a.mask = &y[o.first*outs*Lanes], &mask[o.first*outs*4]
		c.k.pool4[o.n](a)
	}
	return a.nan == 0 // with a NaN in a window, the plain loop finds the winners
}

func (c *simdConv) weightGrad(worker int, dw, d, x []float32) {
	g, r := c.g, &c.room[worker]
	r.a.x = c.image(r, x)
	n := g.OC * g.weights()
	for i, b := range c.weightBlocks {
		if i == 0 {
			c.blockWeightGrad(r, b, dw[:n], d)
			continue
		}
		if r.dw == nil {
			r.dw = Alloc[float32](n)
		}
		c.blockWeightGrad(r, b, r.dw, d)
		Set[float32]{ISA: c.isa}.Add(dw[:n], dw[:n], r.dw)
	}
}

func (c *simdConv) blockWeightGrad(r *simdConvRoom, b weightBlock, dw, d []float32) {
	g, a, n := c.g, &r.a, c.g.weights()
	a.steps, a.tiles, a.count = &c.weightSteps[b.first], &b.tiles[0], len(b.tiles)
	a.inner, a.xInner, a.wInner, a.wOut = g.OW, g.StrideW*vector, vector, c.d.plane*vector
	for _, o := range c.outputs {
		a.w = &d[o.first*c.d.plane*Lanes]
		if n < tileVectors { // a tile writes four: keep the rest out of dw
			a.out, a.outStep = &r.few[0], 4*tileVectors
			c.k.sum4[o.n](a)
			for j := range o.n {
				copy(dw[(o.first+j)*n:][:n], r.few[j*tileVectors:])
			}
			continue
		}
		a.out, a.outStep = &dw[o.first*n], n*4
		c.k.sum4[o.n](a)
	}
}

func (c *simdConv) inputGrad(worker int, dx, d, w, bias []float32, relu bool) {
	g, a := c.g, &c.room[worker].a
	a.x, a.steps = &d[0], &c.inputSteps[0]
	n := g.KH * g.KW
	a.inner, a.xInner, a.wInner, a.wOut = g.OC, c.d.plane*vector, g.weights()*4, n*4
	a.outStep, a.floor = g.H*g.W*vector, float32(math.Inf(-1))
	if relu {
		a.floor = 0
	}
	for tiles := range slices.Chunk(c.inputTiles, c.inputBlock) {
		a.tiles, a.count = &tiles[0], len(tiles)
		for _, i := range c.channels {
			a.operands(w, bias, i.first)
			a.out = &dx[i.first*g.H*g.W*Lanes]
			c.k.store4[i.n](a)
		}
	}
}
