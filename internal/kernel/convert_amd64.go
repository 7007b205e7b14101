//go:build amd64 && !purego

package kernel

import "unsafe"

// convertArgs holds the arguments of a conversion. A block is 16 bytes of each row:
// 4 floats or 16 pixels.
type convertArgs struct {
	row    [Lanes]unsafe.Pointer
	at     int // offset in each row, in bytes
	lanes  *float32
	blocks int // at least 1

	stride, ahead int // of packRows, in bytes
}

const (
	floatBlock = 4
	pixelBlock = 16
	packBlock  = 16
)

// convertKernel selects a kernel, as poolKernel does.
type convertKernel int

const (
	rowsToLanesKernel convertKernel = 2 * iota
	lanesToRowsKernel
	pixelsToLanesKernel
	packRowsKernel

	convert512 convertKernel = 1
)

func (k convertKernel) run(a *convertArgs) {
	switch k {
	case rowsToLanesKernel:
		rowsToLanesAVX2(a)
	case rowsToLanesKernel + convert512:
		rowsToLanesAVX512(a)
	case lanesToRowsKernel:
		lanesToRowsAVX2(a)
	case lanesToRowsKernel + convert512:
		lanesToRowsAVX512(a)
	case pixelsToLanesKernel:
		pixelsToLanesAVX2(a)
	case pixelsToLanesKernel + convert512:
		pixelsToLanesAVX512(a)
	case packRowsKernel:
		packRowsAVX2(a)
	case packRowsKernel + convert512:
		packRowsAVX512(a)
	}
}

// convertSIMD converts between lanes and the features of the rows from first to
// last, which are stride apart. There is at least one block of features. Lanes
// beyond the last row repeat it. The last block may overlap the one before.
func convertSIMD[E float32 | uint8](isa ISA, k convertKernel, block, features, stride, first, last int, lanes []float32, rows []E) {
	lanes = lanes[:features*Lanes]
	a := convertArgs{lanes: &lanes[0], blocks: features / block}
	for l := range a.row {
		a.row[l] = unsafe.Pointer(unsafe.SliceData(rows[min(first+l, last)*stride:][:features]))
	}
	if isa == AVX512 {
		k += convert512
	}
	k.run(&a)
	if features%block > 0 {
		a.at, a.lanes, a.blocks = (features-block)*(16/block), &lanes[(features-block)*Lanes], 1
		k.run(&a)
	}
}

func (k Set[T]) rowsToLanesSIMD(features, first, last int, lanes, rows []T) bool {
	isa, to := k.ISA.resolve(), float32s(lanes)
	if isa == Go || to == nil || features < floatBlock {
		return false
	}
	convertSIMD(isa, rowsToLanesKernel, floatBlock, features, features, first, last, to, float32s(rows))
	return true
}

func (k Set[T]) pixelsToLanesSIMD(features, first, last int, lanes []T, rows []uint8) bool {
	isa, to := k.ISA.resolve(), float32s(lanes)
	if isa == Go || to == nil || features < pixelBlock {
		return false
	}
	convertSIMD(isa, pixelsToLanesKernel, pixelBlock, features, features, first, last, to, rows)
	return true
}

// lanesToRowsSIMD leaves fewer than sixteen rows to the plain loop.
func (k Set[T]) lanesToRowsSIMD(features, first, n int, rows, lanes []T) bool {
	isa, from := k.ISA.resolve(), float32s(lanes)
	if isa == Go || from == nil || features < floatBlock || n < Lanes {
		return false
	}
	convertSIMD(isa, lanesToRowsKernel, floatBlock, features, features, first, first+n-1, from, float32s(rows))
	return true
}

// lanesToPanel converts n features of a group to rows that are panelRow apart.
// n is at least 16. The last block may overlap the one before.
func lanesToPanel(isa ISA, n int, panel, lanes []float32) {
	f := kernelsOf(isa).toPanel
	panel, lanes = panel[:(Lanes-1)*panelRow+n], lanes[:n*Lanes]
	f(&panel[0], &lanes[0], vector, n/Lanes)
	if n%Lanes > 0 {
		f(&panel[n-Lanes], &lanes[(n-Lanes)*Lanes], vector, 1)
	}
}
