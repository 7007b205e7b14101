//go:build amd64 && !purego

package kernel

import "unsafe"

// winogradArgs are the arguments of a transform. Offsets and strides are in bytes. A
// kernel writes to the last fields.
type winogradArgs struct {
	x           *float32
	row         [4]int   // offsets of the rows of the first tile
	step        [4]int   // from one channel to the next
	column      int      // from the first column of an output to the second
	v           *float32 // the transform
	vPlane      int
	vChannel    int
	left        int // 1 if the first column of the first tile is zero
	tiles       int // number of the other tiles, without the last one if right > 0
	right       int // number of zero columns of the last tile
	channels    int // at least 1
	bias        *float32
	biasChannel int
	floor       float32
	_           uint32

	_ [6]uintptr // offsets for the current channel: not pointers, since they end past the memory
}

// zeroRow serves as a row beyond the image, under the tiles of a block.
var zeroRow [(2*winogradTiles + 2) * Lanes]float32

// runs calls f for each run of tiles of a block that are side by side, with the index of
// the first tile in the block, its row and column, and the number of tiles.
func (c *winogradConv) runs(from, n int, f func(at, row, column, n int)) {
	for at := 0; at < n; {
		row, column := (from+at)/c.wide, (from+at)%c.wide
		m := min(n-at, c.wide-column)
		f(at, row, column, m)
		at += m
	}
}

// transform computes the transform v of tiles of the image or, if k is winogradGrad, of
// outputs, which have no border.
func (c *winogradConv) transform(r *winogradRoom, k winogradKernel, channels, from, n int, v, x []float32) {
	w, g := &r.w, c.g
	rows, border := 4, 1
	if k == winogradGrad {
		rows, border = 2, 0
	}
	w.x, w.channels = &x[0], channels
	w.vPlane, w.vChannel = c.plane(channels)*vector, c.block*vector
	c.runs(from, n, func(at, row, column, n int) {
		for i := range rows {
			if y := 2*row + i - border; y >= 0 && y < g.H {
				w.row[i], w.step[i] = (y*g.W+2*column-border)*vector, g.H*g.W*vector
			} else {
				w.row[i], w.step[i] = int(uintptr(unsafe.Pointer(&zeroRow))-uintptr(unsafe.Pointer(w.x))), 0
			}
		}
		w.left, w.right = 0, max(2*(column+n)+border-g.W, 0)
		if column == 0 {
			w.left = border
		}
		w.tiles = n - w.left
		if w.right > 0 {
			w.tiles--
		}
		w.v = &v[at*Lanes]
		k.run(c.isa, w)
	})
}

// outputs computes the output pixels of tiles.
func (c *winogradConv) outputs(r *winogradRoom, channels, from, n int, y, bias []float32, floor float32) {
	w, g := &r.w, c.g
	w.x, w.channels, w.floor, w.bias, w.biasChannel = &y[0], channels, floor, &zeros[0], 0
	if bias != nil {
		w.bias, w.biasChannel = &bias[0], 4
	}
	w.vPlane, w.vChannel = c.plane(channels)*vector, c.block*vector
	run := func(at, row, column, n int) {
		for i := range 2 {
			w.row[i], w.step[i] = (min(2*row+i, g.H-1)*g.W+2*column)*vector, g.H*g.W*vector
		}
		w.v, w.tiles = &r.y[at*Lanes], n
		winogradOutput.run(c.isa, w)
	}
	c.runs(from, n, func(at, row, column, n int) {
		whole := min(n, g.W/2-column) // without one that extends beyond the image
		w.column = vector
		run(at, row, column, whole)
		if whole < n {
			w.column = 0
			run(at+whole, row, column+whole, 1)
		}
	})
}

// winogradKernel selects a transform, as poolKernel does.
type winogradKernel int

const (
	winogradInput winogradKernel = iota
	winogradGrad
	winogradOutput
)

func (k winogradKernel) run(isa ISA, a *winogradArgs) {
	switch {
	case k == winogradInput && isa == AVX2:
		winogradInputAVX2(a)
	case k == winogradInput:
		winogradInputAVX512(a)
	case k == winogradGrad && isa == AVX2:
		winogradGradAVX2(a)
	case k == winogradGrad:
		winogradGradAVX512(a)
	case isa == AVX2:
		winogradOutputAVX2(a)
	default:
		winogradOutputAVX512(a)
	}
}
