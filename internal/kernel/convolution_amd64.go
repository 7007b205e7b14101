//go:build amd64 && !purego

package kernel

import (
	"math"
	"slices"
	"unsafe"
)

// simdConv is a convolution of one group of channels on tile kernels. Everything that
// depends on the geometry alone is in tables: the four vectors that a tile takes, and
// the steps of its sums.
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
	inputSteps   []step     // kernel positions; the inner loop is the output channel
	inputTiles   []tile     // four pixels
	restTiles    []tile     // tiles of the last rows, if Backward takes some rows at a time
	slab         int        // rows of outputs that Backward takes at a time
	panels       *panelGrad // or nil if weightGrad adds lanes
	forwardBlock int        // tiles to take at a time
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
	panel  panelRoom
}

// chunks divides n outputs into as few chunks as possible, of nearly equal size.
func chunks(n int) []chunk { return divide(n, tileOutputs) }

// divide divides n items into as few chunks as possible, of nearly equal size and at
// most the given size.
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

// The sizes of blocks in a cache, and leastBlock, the number of outputs that makes up for
// adding the lanes.
const (
	blockBytes  = 16 << 10  // of the first: the sources of tiles, for kernels of one pixel
	slabBytes   = 256 << 10 // of the second: the same of larger kernels, which also read neighboring rows
	rowsBytes   = 512 << 10 // of the second: what Backward reads and writes for some rows
	weightBytes = 24 << 10  // of the first: the gradients of the outputs of a chunk
	leastBlock  = 48
	streamBytes = 3 << 20 // of the outputs of a group: see stores
)

// zeros replaces missing biases.
var zeros [tileOutputs]float32

// newConvKernels also returns the layout of the gradients of the sums in Backward, and the
// number of rows of outputs that Backward takes at a time.
func newConvKernels(isa ISA, g *ConvGeometry, pool *PoolGeometry, relu bool, workers int, dx bool) (convKernels, planes, int) {
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
		r.a.half = new([tileOutputs * tileVectors * Lanes / 2]float32)
	}
	c.slab = g.OH
	c.planForward(pool)
	if pool == nil && g.panels() {
		c.planSlabs(dx)
		c.panels = newPanelGrad(c.k, g, c.d, c.x)
	} else {
		c.planWeights()
	}
	if dx {
		c.planInputs()
	}
	c.forwardBlock = c.tileBlock(g.C*tileVectors*g.StrideH*g.StrideW, len(c.forwardTiles))
	c.inputBlock = c.tileBlock(g.OC*tileVectors, len(c.inputTiles))
	return c, c.d, c.slab
}

// image returns the pixels of a group with their padding.
func (c *simdConv) image(r *simdConvRoom, x []float32) *float32 {
	if c.x.size == 0 {
		return &x[0]
	}
	if r.x == nil {
		r.x = Alloc[float32](c.x.size * Lanes)
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
	g, a, outs := c.g, &r.a, c.g.OH*c.g.OW
	a.outStep = outs * vector
	store := c.stores(y[:g.OC*outs*Lanes])
	for tiles := range slices.Chunk(c.forwardTiles, c.forwardBlock) {
		a.tiles, a.count = &tiles[0], len(tiles)
		for _, o := range c.outputs {
			a.operands(w, bias, o.first)
			a.out = &y[o.first*outs*Lanes]
			store[o.n](a)
		}
	}
	fence()
}

// tileBlock returns how many tiles, each of the given number of vectors, to take at a
// time, so that the vectors stay in a cache while all outputs are computed. A kernel of
// one pixel reads a vector only once for every few outputs. A larger kernel reads it so
// often that the second-level cache is sufficient.
func (c *simdConv) tileBlock(vectors, tiles int) int {
	bytes := slabBytes
	if c.g.pointwise() {
		bytes = blockBytes
	}
	return min(max(bytes/(vectors*vector), 1), tiles)
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

func (c *simdConv) inputGrad(worker int, dx, d, w, bias []float32, relu bool, rows chunk) {
	g, a := c.g, &c.room[worker].a
	a.x, a.steps = &d[0], &c.inputSteps[0]
	n := g.KH * g.KW
	a.inner, a.xInner, a.wInner, a.wOut = g.OC, c.d.plane*vector, g.weights()*4, n*4
	a.outStep, a.floor = g.H*g.W*vector, float32(math.Inf(-1))
	if relu {
		a.floor = 0
	}
	store := c.stores(dx[:g.C*g.H*g.W*Lanes])
	all := c.inputTiles
	if rows.n < c.slab {
		all = c.restTiles
	}
	for tiles := range slices.Chunk(all, c.inputBlock) {
		a.tiles, a.count = &tiles[0], len(tiles)
		for _, i := range c.channels {
			a.operands(w, bias, i.first)
			a.out = &dx[(i.first*g.H+rows.first)*g.W*Lanes] // rows.first > 0 only for kernels of one pixel
			store[i.n](a)
		}
	}
	fence()
}

// stores returns the kernels that write a group's outputs. Outputs that exceed the
// second-level cache go to memory anyway. They bypass the caches, because fetching the
// cache lines that they replace would take as long as writing them.
func (c *simdConv) stores(y []float32) *[tileOutputs + 1]func(*tileArgs) {
	if len(y)*4 >= streamBytes && uintptr(unsafe.Pointer(&y[0]))%vector == 0 {
		return &c.k.stream4
	}
	return &c.k.store4
}
