//go:build amd64 && !purego

package kernel

import (
	"bytes"
	"unsafe"
)

// winogradConv is Winograd's convolution of one group on tile kernels. It takes a block
// of tiles at a time, so that their transforms stay in the second-level cache. A
// transform is sixteen planes [channels][block][16].
type winogradConv struct {
	k     *tileKernels
	isa   ISA
	g     *ConvGeometry
	wide  int // tiles of a row
	count int // tiles of an image
	block int // tiles at a time, a multiple of four
	steps []step
	tiles []tile
	room  []winogradRoom

	image, grad winogradPass
	twelves     []chunk // of output channels
}

// winogradPass is a convolution of the image, or of the gradient of the sums. The latter
// gives the gradient of the image.
type winogradPass struct {
	in, out int // channels
	outputs []chunk
	kernels int // index of its kernels: 1 if they are turned around
}

// winogradRoom is the memory of a worker.
type winogradRoom struct {
	w       winogradArgs
	a       tileArgs
	x, y    []float32          // transforms
	kernels [2]winogradKernels // of image and grad

	rows  tile      // of weightGrad
	panel []float32 // a plane of x in rows, sixty-four channels of it
	u     []float32 // the gradient of the transformed kernels
}

// winogradKernels holds transformed kernels u, and the kernels w that they come from.
type winogradKernels struct{ u, w []float32 }

const (
	winogradBytes = 512 << 10 // of the transforms of a block
	winogradTiles = 16        // of a block, at most
)

// newWinogradKernels also returns the number of values in a worker's memory.
func newWinogradKernels(isa ISA, g *ConvGeometry, workers int) (convKernels, int) {
	c := &winogradConv{k: kernelsOf(isa), isa: isa, g: g, wide: (g.W + 1) / 2, room: make([]winogradRoom, workers)}
	c.count = c.wide * ((g.H + 1) / 2)
	c.image = winogradPass{g.C, g.OC, chunks(g.OC), 0}
	c.grad = winogradPass{g.OC, g.C, chunks(g.C), 1}
	c.twelves = divide(g.OC, 2*tileOutputs)
	most := max(winogradBytes/(winogradValues*(g.C+g.OC)*vector)&^(tileVectors-1), tileVectors)
	c.block = (share(c.count, min(most, winogradTiles)) + tileVectors - 1) &^ (tileVectors - 1)
	for t := range c.block {
		c.steps = append(c.steps, step{t * Lanes * panelRow * 4, t * vector})
		if t%tileVectors == 0 {
			at := [tileVectors]int{t * vector, (t + 1) * vector, (t + 2) * vector, (t + 3) * vector}
			c.tiles = append(c.tiles, tile{x: at, out: at, n: 1})
		}
	}
	return c, 2*winogradValues*c.plane(max(g.C, g.OC))*Lanes + (3*winogradValues+2*9)*g.C*g.OC + c.block*Lanes*panelRow
}

// plane returns the number of vectors of a plane, which is odd.
func (c *winogradConv) plane(channels int) int { return channels*c.block | 1 }

// begin returns the memory of a worker.
func (c *winogradConv) begin(worker int) *winogradRoom {
	r := &c.room[worker]
	if r.x == nil {
		n := winogradValues * c.plane(max(c.g.C, c.g.OC)) * Lanes
		r.x, r.y = Alloc[float32](n), Alloc[float32](n)
	}
	return r
}

// of returns the transformed kernels. It computes them once a step: it keeps a copy of w
// to see whether w has changed.
func (k *winogradKernels) of(w []float32, g *ConvGeometry, turned bool) []float32 {
	w = w[:g.OC*g.weights()]
	if k.u == nil {
		k.u, k.w = Alloc[float32](winogradValues*g.OC*g.C), Alloc[float32](len(w))
	} else if bytes.Equal(bytesOf(k.w), bytesOf(w)) {
		return k.u
	}
	copy(k.w, w)
	winogradWeights(k.u, w, g.OC, g.C, turned)
	return k.u
}

func bytesOf(x []float32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), len(x)*4)
}

func (c *winogradConv) forward(worker int, y, x, w, bias []float32, relu bool) {
	c.convolve(worker, &c.image, y, x, w, bias, relu)
}

func (c *winogradConv) forwardPooled(int, []float32, []uint16, []float32, []float32, []float32) bool {
	return false
}

func (c *winogradConv) inputGrad(worker int, dx, d, w, bias []float32, relu bool, _ chunk) {
	c.convolve(worker, &c.grad, dx, d, w, bias, relu)
}

// convolve computes y [out][H][W][16] from x [in][H][W][16].
func (c *winogradConv) convolve(worker int, p *winogradPass, y, x, w, bias []float32, relu bool) {
	r, floor := c.begin(worker), negInf
	if relu {
		floor = 0
	}
	u := r.kernels[p.kernels].of(w, c.g, p.kernels == 1)
	a := &r.a
	a.steps, a.tiles, a.inner, a.xInner, a.wInner, a.wOut = &c.steps[0], &c.tiles[0], p.in, c.block*vector, 4, p.in*4
	a.outStep, a.bias, a.floor = c.block*vector, &zeros[0], negInf
	in, out := c.plane(p.in), c.plane(p.out)
	for from := 0; from < c.count; from += c.block {
		n := min(c.block, c.count-from)
		c.transform(r, winogradInput, p.in, from, n, r.x, x)
		a.count = ceilDiv(n, tileVectors)
		for e := range winogradValues {
			a.x = &r.x[e*in*Lanes]
			for _, o := range p.outputs {
				a.w, a.out = &u[(e*p.out+o.first)*p.in], &r.y[(e*out+o.first*c.block)*Lanes]
				c.k.store4[o.n](a)
			}
		}
		c.outputs(r, p.out, from, n, y, bias, floor)
	}
}
