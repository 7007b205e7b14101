//go:build amd64 && !purego

package kernel

import "unsafe"

// tileArgs are the arguments of a tile kernel. Offsets and strides are in bytes.
// A kernel writes to nan, half and the last field.
type tileArgs struct {
	x, w    *float32
	steps   *step // the outer loop of the sums
	tiles   *tile
	count   int // of tiles, at least 1
	inner   int // the inner loop of the sums, at least 1
	xInner  int // strides of the inner loop
	wInner  int
	wOut    int // between the operands of two outputs
	out     *float32
	outStep int // between two outputs
	bias    *float32
	floor   float32
	_       uint32
	mask    *uint16
	maskOut int    // between the masks of two outputs
	live    uint64 // all bits set: the maximum of a window always has a winner
	nan     uint64 // set to a nonzero value if a window has a NaN
	half    *[tileOutputs * tileVectors * Lanes / 2]float32
	from    *float32 // sums to start from instead of bias, or nil
	biasOut int      // of few: between the biases of two outputs

	_ [3]uintptr // the current tile, how many are left and its operands: not pointers, since they end past the memory
}

// tile says where four vectors begin, and where their sums go.
type tile struct {
	x     [tileVectors]int
	out   [tileVectors]int
	steps int // of the first step
	n     int // of steps
	w     int // of few: where the operands begin
}

// step says what one step adds to the offsets of vectors and operands.
type step struct{ x, w int }

const (
	tileVectors = 4
	tileOutputs = 6
	tileSize    = int(unsafe.Sizeof(tile{}))
)

// tileKernels are the tile kernels of one instruction set, by their number of
// outputs.
type tileKernels struct {
	store1, store4, stream4, pool4, sum4 [tileOutputs + 1]func(*tileArgs)

	few1, few2 [2*tileOutputs + 1]func(*tileArgs)
	few4       [tileOutputs + 1]func(*tileArgs)

	toPanel func(panel, lanes *float32, step, blocks int) // rows of the operands of few
}

var (
	kernelsAVX2   = tileKernels{store1AVX2, store4AVX2, store4AVX2, pool4AVX2, sum4AVX2, few1AVX2, few2AVX2, few4AVX2, lanesToPanelAVX2}
	kernelsAVX512 = tileKernels{store1AVX512, store4AVX512, stream4AVX512, pool4AVX512, sum4AVX512, few1AVX512, few2AVX512, few4AVX512, lanesToPanelAVX512}
)

func kernelsOf(i ISA) *tileKernels {
	if i == AVX2 {
		return &kernelsAVX2
	}
	return &kernelsAVX512
}
