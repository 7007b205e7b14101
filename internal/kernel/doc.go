// Package kernel is the arithmetic of every layer: plain Go loops over
// activations in lanes and, for processors with AVX2 or AVX-512, assembly behind
// the same functions. This comment takes ten minutes to read; the rest
// of the package is detail.
//
// # Lanes
//
// Sixteen images lie side by side in memory, innermost. A batch is
// [G][C][H][W][16], or [G][features][16] for a dense layer: G groups of
// sixteen images. Sixteen floats are a vector: one pixel, or one feature, of
// sixteen images. Every loop over pixels and channels is the same for each lane,
// and an operation multiplies one weight by sixteen numbers: no kernel size,
// stride or image width leaves a remainder, and nothing is packed or unrolled
// into columns first. AVX-512 holds a vector in one register, AVX2 in two.
//
// The caller pads a batch that does not fill its last group. A kernel computes
// all lanes; those that reduce over the batch ([Set.SoftmaxCrossEntropy],
// [Set.SquaredError]) take the number of rows that count. Unless its comment
// says otherwise, a kernel works on the slices of one group, so that the groups
// of a batch can be shared among threads.
//
// A kernel does not check the sizes of slices: that is done where a graph is
// built. A slice that is too short panics with Go's own index error. Slices that
// are written must not overlap slices that are read, except that the result of an
// elementwise kernel may be one of its sources.
//
// # Files
//
// The plain loops of a family x are in x.go, and their dispatch to vector kernels is in
// x_amd64.go. noasm.go replaces all the files _amd64.go where there is no
// assembly. The files gen_*.s contain the generated assembly, and the files gen_*.go declare
// its functions:
//
//	gen_x_avx2_amd64.s, gen_x_avx2_amd64.go
//	gen_x_avx512_amd64.s, gen_x_avx512_amd64.go
//
// A plain loop first calls its vector version, which computes all elements, or the
// largest multiple of sixteen, and returns how many it computed.
//
//	elementwise   sums, scaling, ReLU, sigmoid, tanh, exp, log
//	activation    leaky ReLU, GELU, SiLU
//	norm          the pieces of batch, layer and group normalization
//	reduce        sums of squares and of lanes
//	pool          maximum and mean over windows
//	loss          cross-entropy, squared error
//	dropout       dropout
//	update        update loops of optimizers: see below
//	softmax       softmax over the vectors of a row
//	product       sums of products of two activations, lane by lane
//	attention     attention, made of these two
//	convert       rows and pixels to lanes, and lanes to rows
//	convolution   see below
//	dense         see below
//	recurrent     recurrent layers, on the tiles of a dense layer
//	skipzeros     the backward pass of a convolution that skips zeros
//	winograd      convolutions of 3×3 with fewer products
//	few           convolutions and dense layers of a few rows: see [Few]
//
// [Convolution] and [Dense] keep tables and memory from one call to the next.
// They choose between the plain loops (convolution_loops.go and what it calls,
// dense_loops.go) and tile kernels, with which convolution_amd64.go and
// dense_amd64.go compute. tile_amd64.go describes a tile. Shapes are in
// geometry.go, instruction sets in isa.go and isa_amd64.go.
//
// # The tile kernel
//
// Nearly all of the time is spent in one function, in a few shapes. It takes four
// vectors x and up to six outputs j, and adds up products in registers: in
// twenty-four sums, so that each vector that is loaded serves six of them, and
// each weight four.
//
//	sum[j][v] = bias[j]
//	for each step s:                     the outer loop, from a table
//		for i < inner:               the inner loop, by strides
//			for j < 6, v < 4:
//				sum[j][v] += x[tile.x[v] + s.x + i·xInner] · w[j·wOut + s.w + i·wInner]
//
// Layers differ only in tables of offsets, which are made once: a tile says which four
// vectors it takes and where its sums go, and a step says what to add to the offsets of
// vectors and weights. Neighboring tiles share
// steps. One kernel thus serves
//
//	                       vectors of a tile        steps            inner loop      outputs
//	convolution, forward   four pixels (a window    channel, kernel  kernel column   six channels
//	                       of 2×2 if pooled)        row
//	 of 1×1                four pixels              one              channel         six channels
//	weight gradient        sixty-four channels of   outputs of a     sixteen images  six channels
//	                       one output of an image   row
//	 pooled or of few      pixels under four        output rows      output column   six channels
//	 channels              kernel positions
//	input gradient         2×2 pixels, a stride     kernel           output channel  six channels
//	                       apart                    positions
//	dense, forward and     a feature of four        one              feature         six features
//	 input gradient        groups
//	dense, weight gradient sixty-four features of   groups           rows of a       six outputs
//	                       one row, from a panel                     group
//	few rows, convolution  weights of up to four    channel, kernel  kernel column   up to twelve pixels
//	                       times sixteen outputs    row                              side by side
//	few rows, dense        the same                 one              feature         up to twelve rows
//
// AVX2 has half as many registers of half the size: it takes a tile in passes of
// three outputs and eight lanes, with the same additions.
//
// In the weight gradient of a convolution with a pool or of few channels the operands w are
// vectors too, the gradients of the outputs, and the sixteen lanes are added at the end.
// Elsewhere a panel of gradients or of pixels is turned into rows of channels first, so
// that no lanes are left to add: see convolution_panels_amd64.go. There are
// separate kernels for fewer than six outputs, and for one vector where four do
// not divide the work.
//
// Padding: images with padding are first copied into planes with a border of
// zeros, which costs less than a test at every pixel. The gradients of outputs
// get a border of one for the same reason: a tile of the input gradient takes the
// kernel positions that any of its four pixels needs, and for the other pixels it
// reads the border. Planes lie an odd number of vectors apart, so that they do
// not all fall into the same sets of the cache.
//
// Convolutions of 3×3 with 32 channels or more take Winograd's algorithm in training:
// sixteen convolutions of one pixel on transforms of 4×4 pixels, made for a block of tiles
// that fits into the second cache. winograd.go has the algorithm.
//
// The epilogue stores the sums. Store writes max(floor, sum): a floor of 0 is ReLU, and −∞
// leaves the sums as they are. Stream, on AVX-512, is Store that bypasses the caches, for
// outputs that would not stay there. Pool writes the maximum of the four
// vectors, with ReLU if asked, and one bit a lane for each of them: whether it
// was the maximum. Sum adds the lanes. Convolution, ReLU and 2×2 max pooling are
// thus one pass over memory. The bits (the mask) are all that the backward pass
// needs of the forward one.
//
// Behind a max pool the gradient of most sums is zero. Where it is faster, lists
// of the nonzero ones replace the tiles: see [SkipZeros].
//
// # The same bits
//
// The order of a sum depends on the shapes alone. A kernel's result has the same
// bits each time, for any number of threads, and on AVX2 and AVX-512: both add in
// the same order with the same fused multiply-adds, and lanes last, in a fixed
// order. The plain loops agree with them to the bit where each product and sum is
// rounded by itself: in sums, scaling, ReLU, the updates of optimizers, sums of
// squares. Elsewhere they agree to rounding: a plain loop rounds each product
// before it adds it, on every processor. A NaN stays a NaN, but its payload
// and sign may differ.
//
// float64, for checking gradients, always takes the plain loops.
//
// # Which kernels are used
//
// [Set.ISA] selects them; Auto is the best set that the processor has, detected once at
// start. -tags purego builds without assembly. There is no environment
// variable.
//
// # The generator
//
// gen writes the files gen_*. The comment of each function there is the Go loop that it
// computes. gen emits plain text with registers assigned by hand. A family of kernels is a
// file of gen, or a few files with a common prefix, and gen/main.go lists the families. Both instruction sets come from the same
// function; an isa knows how many registers a vector takes. After a
// change:
//
//	go generate ./internal/kernel
//	go vet ./internal/kernel          checks frames and arguments
//	go test ./internal/kernel
//
// To add a kernel:
//   - Write the plain loop as a method of [Set], with its test.
//   - Generate the vector version, in a family that exists or in a new one.
//   - Dispatch to it in the file _amd64.go, and add a stub to noasm.go.
//   - For each instruction set test it against the plain loop, on random shapes
//     with guard words around every buffer, and compare the bits of AVX2 and
//     AVX-512.
//   - Add a benchmark.
//
// The update loops of optimizers are formulas of one element, in gen/update.go, from
// which gen makes the plain loop, in gen_update.go, and the vector kernels. A new
// one is an entry there and one of the table in update_test.go.
//
// Arguments in a struct need a test of its offsets: vet does not check those.
// Loops in assembly are do-while: the caller must not pass n = 0. R14 and R15 are
// free, BP and SP are not, and VZEROUPPER goes before RET. A pointer past the end
// of an object may be in a register, but not in memory that the garbage collector
// sees.
//
// # Measuring
//
//	go test ./internal/kernel -run '^$' -bench 'Convolution/2c2d2' -benchtime 200ms
//
// Benchmarks report GFLOPS, two for a multiply-add, and the share of the peak
// that a loop of multiply-adds in registers reaches in the same process
// ([Peak]). docs/performance.md has the results.
package kernel

//go:generate go run ./gen
