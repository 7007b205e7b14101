package kernel

// Few computes a layer for a few rows, for prediction. A vector of the other kernels is
// one output of sixteen rows. Here it is sixteen outputs of one row: the weights are the
// vectors of the tile, and the pixels are its operands. The sums have the same order and
// the same fused multiply-adds, so that a row has the same bits.
//
// The channels of an activation are side by side in blocks of sixteen, y
// [rows][⌈OC/16⌉][OH][OW][16]. With rows as groups and blocks as channels, this is an
// activation in lanes, and kernels that treat all channels alike work on it. Values
// beyond the last channel are undefined. The input is in blocks as well or, if plain,
// in rows [C][H][W].
//
// Weights are transposed at each call, since their owner may change them at any time.
// That takes a hundredth of the time of a convolution, and less time than reading the
// weights of a dense layer from beyond the second-level cache.
type Few interface {
	// Forward computes y of the given number of rows from w and bias as in
	// [Convolution.Forward] and [Dense.Forward]. bias may be nil.
	Forward(run Runner, rows int, y, x, w, bias []float32)
}

// Blocks returns the number of blocks of sixteen that hold the given channels.
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

// FewFeatures is the number of features of four blocks of weights of a dense layer that
// a worker transposes at a time: few enough for them to stay in the first-level cache
// while the next ones arrive.
const FewFeatures = 64

// HasFew reports whether an instruction set has kernels for few rows.
func HasFew(isa ISA) bool { return isa.resolve() > Go }
