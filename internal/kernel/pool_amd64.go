//go:build amd64 && !purego

package kernel

import "math"

// poolArgs are the arguments of a pooling kernel: a grid of windows that all have
// the same number of rows and columns. Strides are in bytes. A kernel writes to
// nan and the fields after it.
type poolArgs struct {
	x          *float32 // the first pixel of the first window
	y          *float32 // its output
	mask       *uint16  // of that pixel, or nil
	lines      int      // of windows, at least 1
	windows    int      // in a line, at least 1
	rows, cols int      // of a window, at least 1
	xRow       int      // between rows of pixels
	xWindow    int      // between windows
	xLine      int      // between lines of windows
	yLine      int
	maskRow    int
	maskWindow int
	maskLine   int
	floor      float32
	live       uint32 // all bits set: the maximum of a window always has a winner
	size       float32
	_          uint32
	nan        uint64 // set to a nonzero value if a window has a NaN

	xAt, yAt, maskAt, left uintptr // of the current line: not pointers, since they end past the memory
}

// poolKernel selects a kernel. Calls through a table of functions would move the
// arguments to the heap.
type poolKernel int

const (
	maxPoolKernel poolKernel = 4 * iota
	maxPoolBackwardKernel
	avgPoolKernel
	avgPoolBackwardKernel

	with512 poolKernel = 1
	with2x2 poolKernel = 2
)

func (k poolKernel) run(a *poolArgs) {
	switch k {
	case maxPoolKernel:
		maxPoolAVX2(a)
	case maxPoolKernel + with512:
		maxPoolAVX512(a)
	case maxPoolKernel + with2x2:
		maxPool2x2AVX2(a)
	case maxPoolKernel + with2x2 + with512:
		maxPool2x2AVX512(a)
	case maxPoolBackwardKernel:
		maxPoolBackwardAVX2(a)
	case maxPoolBackwardKernel + with512:
		maxPoolBackwardAVX512(a)
	case maxPoolBackwardKernel + with2x2:
		maxPoolBackward2x2AVX2(a)
	case maxPoolBackwardKernel + with2x2 + with512:
		maxPoolBackward2x2AVX512(a)
	case avgPoolKernel:
		avgPoolAVX2(a)
	case avgPoolKernel + with512:
		avgPoolAVX512(a)
	case avgPoolKernel + with2x2:
		avgPool2x2AVX2(a)
	case avgPoolKernel + with2x2 + with512:
		avgPool2x2AVX512(a)
	case avgPoolBackwardKernel:
		avgPoolBackwardAVX2(a)
	case avgPoolBackwardKernel + with512:
		avgPoolBackwardAVX512(a)
	case avgPoolBackwardKernel + with2x2:
		avgPoolBackward2x2AVX2(a)
	case avgPoolBackwardKernel + with2x2 + with512:
		avgPoolBackward2x2AVX512(a)
	}
}

// poolSIMD runs a kernel over all windows. pairs says whether kernels for 2×2
// windows may be used. Windows on the border that have fewer rows or columns
// than the others are separate grids. poolSIMD reports whether a window has a NaN.
func poolSIMD(k poolKernel, pairs bool, g *PoolGeometry, a *poolArgs, x []float32, rowStep, planeStep int, y []float32, mask []uint16) (nan bool) {
	window := g.KH * g.KW
	x, y = x[:((g.C-1)*planeStep+(g.H-1)*rowStep+g.W)*Lanes], y[:g.C*g.OH*g.OW*Lanes]
	if mask != nil {
		mask = mask[:g.C*g.OH*g.OW*window]
	}
	a.xRow, a.xWindow, a.xLine = rowStep*vector, g.StrideW*vector, g.StrideH*rowStep*vector
	a.yLine = g.OW * vector
	a.maskRow, a.maskWindow, a.maskLine = g.KW*2, window*2, g.OW*window*2
	a.size = float32(window)
	for oy := 0; oy < g.OH; oy += a.lines {
		var ky, kx span
		ky, a.lines = alike(oy, g.OH, g.KH, g.StrideH, g.PadH, g.H)
		a.rows = ky.end - ky.first
		for ox := 0; ox < g.OW; ox += a.windows {
			kx, a.windows = alike(ox, g.OW, g.KW, g.StrideW, g.PadW, g.W)
			a.cols = kx.end - kx.first
			k := k
			if pairs && a.rows == 2 && a.cols == 2 && g.KW == 2 {
				k += with2x2
			}
			at := (oy*g.StrideH-g.PadH+ky.first)*rowStep + ox*g.StrideW - g.PadW + kx.first
			for c := range g.C {
				o := (c*g.OH+oy)*g.OW + ox
				a.x, a.y = &x[(c*planeStep+at)*Lanes], &y[o*Lanes]
				if mask != nil {
					a.mask = &mask[o*window+ky.first*g.KW+kx.first]
				}
				k.run(a)
			}
		}
	}
	return a.nan != 0
}

// alike returns the positions of window o that lie on the axis, and how many
// windows from o on have the same positions.
func alike(o, outputs, k, stride, pad, n int) (s span, count int) {
	s = forwardSpan(o, k, stride, pad, n)
	for count = 1; o+count < outputs && forwardSpan(o+count, k, stride, pad, n) == s; count++ {
	}
	return s, count
}

// floats returns x, the selector of its instruction set, and whether there are
// kernels for it.
func (k Set[T]) floats(x []T) (f []float32, isa poolKernel, ok bool) {
	f = float32s(x)
	switch k.ISA.resolve() {
	case AVX512:
		return f, with512, f != nil
	case AVX2:
		return f, 0, f != nil
	}
	return nil, 0, false
}

func (k Set[T]) maxPoolSIMD(g *PoolGeometry, y []T, mask []uint16, x []T, relu bool) bool {
	from, isa, ok := k.floats(x)
	if !ok {
		return false
	}
	to, _, _ := k.floats(y)
	a := poolArgs{floor: float32(math.Inf(-1)), live: math.MaxUint32}
	if relu {
		a.floor, a.live = 0, 0
	}
	if g.PadH > 0 || g.PadW > 0 {
		clear(mask[:min(len(mask), g.C*g.OH*g.OW*g.KH*g.KW)]) // padding never wins
	}
	return !poolSIMD(maxPoolKernel+isa, true, g, &a, from, g.W, g.H*g.W, to, mask)
}

func (k Set[T]) maxPoolBackwardSIMD(g *PoolGeometry, dx []T, rowStep, planeStep int, dy []T, mask []uint16) bool {
	to, isa, ok := k.floats(dx)
	if !ok {
		return false
	}
	from, _, _ := k.floats(dy)
	pairs := clearUnpooled(g, dx, rowStep, planeStep)
	poolSIMD(maxPoolBackwardKernel+isa, pairs, g, new(poolArgs), to, rowStep, planeStep, from, mask)
	return true
}

func (k Set[T]) avgPoolSIMD(g *PoolGeometry, y, x []T) bool {
	from, isa, ok := k.floats(x)
	if !ok {
		return false
	}
	to, _, _ := k.floats(y)
	poolSIMD(avgPoolKernel+isa, true, g, new(poolArgs), from, g.W, g.H*g.W, to, nil)
	return true
}

func (k Set[T]) avgPoolBackwardSIMD(g *PoolGeometry, dx, dy []T) bool {
	to, isa, ok := k.floats(dx)
	if !ok {
		return false
	}
	from, _, _ := k.floats(dy)
	pairs := clearUnpooled(g, dx, g.W, g.H*g.W)
	poolSIMD(avgPoolBackwardKernel+isa, pairs, g, new(poolArgs), to, g.W, g.H*g.W, from, nil)
	return true
}

// clearUnpooled clears the pixels of dx that a backward kernel adds to or skips,
// and reports whether the kernel for 2×2 windows may be used. That kernel does not
// add, so the windows must not overlap.
func clearUnpooled[T Float](g *PoolGeometry, dx []T, rowStep, planeStep int) (pairs bool) {
	pairs = g.KH <= g.StrideH && g.KW <= g.StrideW
	if g.KH != 2 || g.KW != 2 || g.StrideH != 2 || g.StrideW != 2 || g.PadH+g.PadW > 0 {
		clearPlanes(dx, g.C, g.H, g.W, rowStep, planeStep)
		return pairs
	}
	if g.H%2 == 1 {
		clearPlanes(dx[(g.H-1)*rowStep*Lanes:], g.C, 1, g.W, rowStep, planeStep)
	}
	if g.W%2 == 1 {
		clearPlanes(dx[(g.W-1)*Lanes:], g.C, g.H, 1, rowStep, planeStep)
	}
	return pairs
}
