package kernel

// Few computes a layer for a few rows, for prediction. Where a vector of the other
// kernels is one output of sixteen rows, here it is sixteen outputs of one row: the
// weights are the vectors of the tile, and the pixels its operands. The sums are in
// the same order with the same fused multiply-adds, so that a row has the same bits.
//
// The channels of an activation lie side by side in blocks of sixteen, y
// [rows][⌈OC/16⌉][OH][OW][16]: with rows for groups and blocks for channels, this is
// an activation in lanes, for which the kernels serve that take each channel alike.
// What is beyond the last channel is not defined. The input is blocks as well or,
// if plain, rows [C][H][W].
//
// Weights are transposed at each call, since whoever has them may change them at any
// time: a hundredth of the time of a convolution, and less than it takes to read
// those of a dense layer from beyond the second cache.
type Few interface {
	// Forward computes y of the given number of rows from w and bias as in
	// [Convolution.Forward] and [Dense.Forward]. bias may be nil.
	Forward(run Runner, rows int, y, x, w, bias []float32)
}

// Blocks returns the number of blocks of sixteen that channels take.
func Blocks(channels int) int { return (channels + Lanes - 1) / Lanes }

// BlocksToRows copies a row [⌈C/16⌉][area][16] of an activation in blocks to
// [C][area].
func BlocksToRows[T Float](row, blocks []T, channels, area int) {
	if area == 1 {
		copy(row[:channels], blocks)
		return
	}
	for c := range channels {
		from := blocks[c/Lanes*area*Lanes+c%Lanes:]
		for p := range row[c*area:][:area] {
			row[c*area+p] = from[p*Lanes]
		}
	}
}

// FewFeatures is how many features of four blocks of weights of a dense layer a worker
// transposes at a time: few enough for them to stay in the first-level cache, and for
// the next ones to arrive meanwhile.
const FewFeatures = 64

// HasFew reports whether an instruction set has kernels for few rows.
func HasFew(isa ISA) bool { return isa.resolve() > Go }
