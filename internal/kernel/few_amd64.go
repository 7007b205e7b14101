//go:build amd64 && !purego

package kernel

import (
	"math"
	"unsafe"
)

// NewFewConv returns a convolution of one group of channels for up to the given number
// of rows, with ReLU if asked.
func NewFewConv(isa ISA, g ConvGeometry, plain, relu bool, rows, workers int) Few {
	isa = isa.resolve()
	pads := g.PadH + g.PadW + g.PadEndH + g.PadEndW
	if g.KH*g.KW == 1 && g.StrideH*g.StrideW == 1 && pads == 0 { // one long line
		g.H, g.W, g.OH, g.OW = 1, g.H*g.W, 1, g.OH*g.OW
	}
	c := &fewConv{isa: isa, g: g, plain: plain, taps: g.C * g.KH * g.KW, planes: g.C, pixel: 1}
	if !plain {
		c.planes, c.pixel = Blocks(g.C), Lanes
	}
	c.line = (g.W + 2*g.PadW + g.PadEndW) * c.pixel
	c.plane = (g.H + 2*g.PadH + g.PadEndH) * c.line
	if pads > 0 {
		c.x = Alloc[float32](rows * c.planes * c.plane)
	}
	c.weights = Alloc[float32](Blocks(g.OC) * c.taps * Lanes)
	c.fewTiles.init(isa, g.OC, relu, workers)
	c.plan()
	return c
}

// fewTiles is the common part of fewConv and fewDense.
type fewTiles struct {
	k     *tileKernels
	out   int
	floor float32
	bias  []float32 // of whole blocks
	parts []chunk   // of the blocks of outputs: 4, 2 or 1
	args  []*tileArgs
}

func (f *fewTiles) init(isa ISA, out int, relu bool, workers int) {
	f.k, f.out, f.floor = kernelsOf(isa), out, float32(math.Inf(-1))
	if relu {
		f.floor = 0
	}
	f.bias = Alloc[float32](Blocks(out) * Lanes)
	for range workers {
		f.args = append(f.args, new(tileArgs))
	}
}

// divide divides the blocks of outputs into parts of at most the given size.
func (f *fewTiles) divide(most int) {
	for b := 0; b < Blocks(f.out); b += most {
		for most > Blocks(f.out)-b {
			most /= 2
		}
		f.parts = append(f.parts, chunk{b, most})
	}
}

// kernel returns the kernel of n blocks and some operands.
func (f *fewTiles) kernel(n, operands int) func(*tileArgs) {
	switch n {
	case 1:
		return f.k.few1[operands]
	case 2:
		return f.k.few2[operands]
	}
	return f.k.few4[operands]
}

// share returns the size, rounded up, of the parts if n is divided evenly into as few
// parts of at most the given size as possible.
func share(n, most int) int {
	parts := (n + most - 1) / most
	return (n + parts - 1) / parts
}

// pack fills vectors [n][16] with n features, starting at from, of sixteen rows,
// starting at first, of weights [out][in]. Lanes beyond the last row repeat it.
func pack(isa ISA, vectors, w []float32, in, out, first, from, n int) {
	if whole := n &^ (packBlock - 1); whole > 0 && first+Lanes <= out {
		w := w[first*in+from:][:(Lanes-1)*in+n]
		a := convertArgs{lanes: &vectors[:n*Lanes][0], blocks: whole / packBlock, stride: in * 4, ahead: FewFeatures * 4}
		a.row[0] = unsafe.Pointer(&w[0])
		k := packRowsKernel
		if isa == AVX512 {
			k += convert512
		}
		if k.run(&a); n == whole {
			return
		}
		rest := max(n-whole, floatBlock)
		vectors, from, n = vectors[(n-rest)*Lanes:], from+n-rest, rest
	}
	if n >= floatBlock {
		convertSIMD(isa, rowsToLanesKernel, floatBlock, n, in, first, out-1, vectors, w[from:])
		return
	}
	for l := range Lanes {
		for i, v := range w[min(first+l, out-1)*in+from:][:n] {
			vectors[i*Lanes+l] = v
		}
	}
}

// fewConv is a [Few] of a convolution.
type fewConv struct {
	fewTiles
	isa                        ISA
	g                          ConvGeometry
	plain                      bool
	planes, plane, line, pixel int // planes of an image, and floats between planes, lines and pixels
	taps                       int
	x                          []float32 // padded images; nil without padding
	weights                    []float32 // [blocks][taps][16]
	steps                      []step
	inner                      int
	wInner                     int
	tiles                      []tile // by line of outputs
	width                      int    // outputs of a tile
	lines                      int    // of outputs, in a task
}

// fewWork is the number of multiply-adds of vectors that makes a task worthwhile.
const fewWork = 1 << 13

func (c *fewConv) plan() {
	g := &c.g
	most, operands := 2, 2*tileOutputs
	if g.OW <= tileOutputs && Blocks(g.OC) > 2 {
		most, operands = 4, tileOutputs
	}
	c.divide(most)
	c.width = share(g.OW, operands)
	channel := func(i int) int {
		if c.plain {
			return i * c.plane
		}
		return i/Lanes*c.plane + i%Lanes
	}
	c.inner, c.wInner = g.KW, g.DilationW*c.pixel*4
	switch {
	case g.KH*g.KW == 1 && c.plain:
		c.inner, c.wInner, c.steps = g.C, c.plane*4, []step{{}}
	case g.KH*g.KW == 1 && g.C%Lanes == 0:
		c.inner, c.wInner = Lanes, 4
		for b := range c.planes {
			c.steps = append(c.steps, step{b * Lanes * vector, b * c.plane * 4})
		}
	default:
		for i := range g.C {
			for ky := range g.KH {
				c.steps = append(c.steps, step{(i*g.KH + ky) * g.KW * vector, (channel(i) + ky*g.DilationH*c.line) * 4})
			}
		}
	}
	for oy := range g.OH {
		for ox := 0; ox < g.OW; ox += c.width {
			from := min(ox, g.OW-c.width) // the last tile may compute an output twice
			t := tile{n: len(c.steps), w: (oy*g.StrideH*c.line + from*g.StrideW*c.pixel) * 4}
			for v := range t.x {
				t.x[v], t.out[v] = v*c.taps*vector, (v*g.OH*g.OW+oy*g.OW+from)*vector
			}
			c.tiles = append(c.tiles, t)
		}
	}
	c.lines = min(max(fewWork/(g.OW*c.taps*most), 1), g.OH)
}

func (c *fewConv) Forward(run Runner, rows int, y, x, w, bias []float32) {
	g, blocks := &c.g, Blocks(c.g.OC)
	copy(c.bias[:g.OC], bias)
	pads := 0
	if c.x != nil {
		pads = rows
	}
	prepare := func(i, _ int) {
		if i < blocks {
			pack(c.isa, c.weights[i*c.taps*Lanes:][:c.taps*Lanes], w, c.taps, g.OC, i*Lanes, 0, c.taps)
		} else {
			c.pad(x, i-blocks)
		}
	}
	if len(c.weights)+pads*c.planes*c.plane > 2*fewWork {
		run(blocks+pads, prepare)
	} else {
		for i := range blocks + pads {
			prepare(i, 0)
		}
	}
	images := x
	if c.x != nil {
		images = c.x
	}
	perLine, chunks := len(c.tiles)/g.OH, (g.OH+c.lines-1)/c.lines
	run(rows*chunks*len(c.parts), func(i, worker int) {
		p, row, line := c.parts[i/chunks/rows], i/chunks%rows, i%chunks*c.lines
		a := c.args[worker]
		a.x, a.w, a.bias, a.biasOut = &c.weights[p.first*c.taps*Lanes], &images[row*c.planes*c.plane], &c.bias[p.first*Lanes], 0
		a.steps, a.inner, a.xInner, a.wInner, a.wOut = &c.steps[0], c.inner, vector, c.wInner, g.StrideW*c.pixel*4
		a.tiles, a.count = &c.tiles[line*perLine], min(c.lines, g.OH-line)*perLine
		a.out, a.outStep, a.floor = &y[(row*blocks+p.first)*g.OH*g.OW*Lanes], vector, c.floor
		c.kernel(p.n, c.width)(a)
	})
}

// pad copies the image of a row between its borders.
func (c *fewConv) pad(x []float32, row int) {
	n := c.g.W * c.pixel
	for i := range c.planes {
		to := c.x[(row*c.planes+i)*c.plane+c.g.PadH*c.line+c.g.PadW*c.pixel:]
		from := x[(row*c.planes+i)*c.g.H*n:]
		for h := range c.g.H {
			copy(to[h*c.line:][:n], from[h*n:][:n])
		}
	}
}

// NewFewDense returns a dense layer of out outputs for up to the given number of rows
// of channels·area features, with ReLU if asked.
func NewFewDense(isa ISA, channels, area, out int, plain, relu bool, rows, workers int) Few {
	d := &fewDense{isa: isa.resolve(), channels: channels, area: area, in: channels * area, row: channels * area}
	if !plain && area == 1 {
		d.row = Blocks(channels) * Lanes
	}
	if !plain && area > 1 {
		d.x = Alloc[float32](rows * d.in)
	}
	d.fewTiles.init(d.isa, out, relu, workers)
	d.divide(4)
	d.room = make([]fewRoom, workers)
	for w := range d.room {
		d.room[w].vectors = Alloc[float32](4 * FewFeatures * Lanes)
	}
	return d
}

// fewDense is a [Few] of a dense layer.
type fewDense struct {
	fewTiles
	isa                ISA
	channels, area, in int
	row                int       // floats between rows
	x                  []float32 // the input in rows; nil if its rows are contiguous anyway
	room               []fewRoom
}

// fewRoom is the memory of a worker.
type fewRoom struct {
	vectors []float32 // weights
	tile    tile
	step    step
}

func (d *fewDense) Forward(run Runner, rows int, y, x, w, bias []float32) {
	copy(d.bias[:d.out], bias)
	if d.x != nil {
		size := Blocks(d.channels) * d.area * Lanes
		run(rows, func(r, _ int) { BlocksToRows(d.x[r*d.in:], x[r*size:], d.channels, d.area) })
		x = d.x
	}
	run(len(d.parts), func(i, worker int) { d.part(d.parts[i], worker, rows, y, x, w) })
}

// part computes the outputs of some blocks.
func (d *fewDense) part(p chunk, worker, rows int, y, x, w []float32) {
	most := 2 * tileOutputs
	if p.n == 4 {
		most = tileOutputs
	}
	most = share(rows, most)
	a, r, blocks := d.args[worker], &d.room[worker], Blocks(d.out)
	a.x, a.steps, a.tiles, a.count, a.xInner, a.wInner = &r.vectors[0], &r.step, &r.tile, 1, vector, 4
	a.wOut, a.outStep, a.floor = d.row*4, blocks*vector, float32(math.Inf(-1))
	for from := 0; from < d.in; from += FewFeatures {
		n := min(FewFeatures, d.in-from)
		r.step.w, r.tile.n, a.inner = from*4, 1, n
		for b := range p.n {
			pack(d.isa, r.vectors[b*n*Lanes:][:n*Lanes], w, d.in, d.out, (p.first+b)*Lanes, from, n)
			r.tile.x[b], r.tile.out[b] = b*n*vector, b*vector
		}
		if from+n == d.in {
			a.floor = d.floor
		}
		for row := 0; row < rows; row += most {
			a.w, a.out = &x[row*d.row], &y[(row*blocks+p.first)*Lanes]
			if a.bias, a.biasOut = &d.bias[p.first*Lanes], 0; from > 0 { // continue the sums
				a.bias, a.biasOut = a.out, a.outStep
			}
			d.kernel(p.n, min(most, rows-row))(a)
		}
	}
}

// BlocksToLanes converts blocks [rows][⌈C/16⌉][area][16] to lanes [C][area][16]. Lanes
// beyond the last row repeat it.
func BlocksToLanes(isa ISA, channels, area, rows int, lanes, blocks []float32) {
	isa = isa.resolve()
	row := Blocks(channels) * area * Lanes
	if area == 1 {
		pack(isa, lanes, blocks, row, rows, 0, 0, channels)
		return
	}
	var some [Lanes * Lanes]float32
	for c := 0; c < channels; c += Lanes {
		for p := range area {
			pack(isa, some[:], blocks, row, rows, 0, (c/Lanes*area+p)*Lanes, Lanes)
			for i := range min(Lanes, channels-c) {
				copy(lanes[((c+i)*area+p)*Lanes:][:Lanes], some[i*Lanes:])
			}
		}
	}
}
