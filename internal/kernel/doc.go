// Package kernel is the arithmetic of every layer: as plain Go loops over
// activations in lanes, and for the processors that have AVX2 or AVX-512 in
// assembly behind the same functions. Ten minutes with what follows and the
// rest of the package is detail.
//
// # Lanes
//
// Sixteen images lie side by side in memory, innermost. A batch is
// [G][C][H][W][16], or [G][features][16] for a dense layer: G groups of
// sixteen images. Sixteen floats are a vector: one pixel, or one feature, of
// sixteen images. Every loop over pixels and channels is then the same for each
// lane, and an operation is vertical, one weight against sixteen numbers: no
// kernel size, stride or width of an image leaves a remainder, and nothing is
// packed or unrolled into columns first. AVX-512 holds a vector in one
// register, AVX2 in two.
//
// A batch that does not fill its last group is padded by the caller; a kernel
// computes all lanes, but those that reduce over the batch ([Set.SoftmaxCrossEntropy],
// [Set.SquaredError]) take the number of rows that count. Unless its comment
// says otherwise, a kernel works on the slices of one group, so that the groups
// of a batch are work for as many threads as there are.
//
// A kernel trusts its caller for the sizes of slices: they are checked where a
// graph is built. A slice too short panics with Go's own index error. Slices
// that are written must not overlap slices that are read, but for the
// elementwise kernels, where the result may be one of the sources.
//
// # The tile kernel
//
// Nearly all of the time goes into one function, in a few shapes. It takes four
// vectors x and up to six outputs j, and adds up products in registers: twenty-four
// sums, of which each vector that is loaded serves six, and each weight four.
//
//	sum[j][v] = bias[j]
//	for each step s:                     the outer loop, from a table
//		for i < inner:               the inner loop, by strides
//			for j < 6, v < 4:
//				sum[j][v] += x[tile.x[v] + s.x + i·xInner] · w[j·wOut + s.w + i·wInner]
//
// All that is special about a layer is in tables of offsets, made once when
// the layer is: which four vectors a tile takes and where its sums go (tile),
// and what each step adds to the places of vectors and weights (step). Neighbouring
// tiles share steps. So one kernel serves
//
//	                       vectors of a tile        steps            inner loop      outputs
//	convolution, forward   four pixels (a window    channel, kernel  kernel column   six channels
//	                       of 2×2 if pooled)        row
//	 of 1×1                four pixels              one              channel         six channels
//	weight gradient        pixels under four        output rows      output column   six channels
//	                       kernel positions
//	input gradient         2×2 pixels, a stride     kernel           output channel  six channels
//	                       apart                    positions
//	dense, forward and     a feature of four        one              feature         six features
//	 input gradient        groups
//	dense, weight gradient sixty-four features of   groups           rows of a       six outputs
//	                       one row                                   group
//
// AVX2 has half the registers of half the size: it takes a tile in passes of
// three outputs and eight lanes, with the same additions.
//
// In the weight gradient of a convolution the operands w are vectors too, the
// gradients of the outputs, and the sixteen lanes are added at the end. Fewer
// outputs than six, and one vector where four do not divide the work, are
// kernels of their own. See tile.go, convolution_amd64.go, dense_amd64.go.
//
// Padding: images with padding are copied into planes with a border of zeros
// first, which costs less than a kernel that asks at every pixel; steps then
// never look. The gradients of outputs get a border of one for the same
// reason: a tile of the input gradient takes the kernel positions that any of
// its four pixels needs, and the border is what the others read then. Planes
// lie an odd number of vectors apart, lest all of them fall into the same sets
// of the cache.
//
// Epilogues, what happens to the sums: Store writes max(floor, sum), where a
// floor of 0 is ReLU and of −∞ nothing; Pool writes the maximum of the four
// vectors, with ReLU if asked, and for each of them a bit a lane, whether it
// won; Sum adds the lanes. Layers of convolution, ReLU and 2×2 max pooling are
// thus one pass over memory. The bits (the mask) are all that the backward pass
// needs of the forward one.
//
// Backward through a pool, the gradient of most sums is zero. Where lists of
// those that are not pay, they replace the tiles: see [SkipZeros].
//
// # The other kernels
//
// Elementwise: vector.go, activation.go. Pooling of any window: maxpool.go,
// avgpool.go. Losses, dropout, optimizers: loss.go, dropout.go, update.go.
// Rows, pixels and lanes into one another: convert.go. Each file has the plain
// loop, and begins with a call of its vector version in a file _amd64.go, which
// does all of the work, or the multiple of sixteen elements that it can, and
// says so. Files _other.go say for other processors that nothing is done.
//
// # The same bits
//
// Sums are taken in an order that depends on the shapes alone. A kernel's
// result has the same bits each time, for any number of threads, and on AVX2
// and AVX-512: both add in the same order with the same fused multiply-adds,
// and lanes last, in a fixed order. The plain loops agree with them to
// rounding, and to the bit where each product and sum is rounded by itself: in
// sums, scalings, ReLU, the updates of optimizers, sums of squares. Elsewhere
// they round product and sum one after the other where the processor
// has no fused multiply-add in plain Go (amd64), and at once where it has
// (arm64). A NaN stays one; which of several it is, and its sign, is open.
//
// float64, for checking gradients, takes the plain loops everywhere.
//
// # Which kernels are used
//
// [Set.ISA] says; Auto is the best that the processor has, found once at
// start. -tags purego builds without assembly. There is no environment
// variable.
//
// # The generator
//
// gen writes the assembly: files *_amd64.s, and *_amd64.go with the
// declarations, whose comments are the Go loops that the functions compute. It
// is plain text emission with registers assigned by hand; a family of kernels is
// a file there, and the table in gen/main.go names the files that it writes.
// Both instruction sets come from the same function, with an isa that knows how
// many registers a vector takes. After a change:
//
//	go generate ./internal/kernel
//	go vet ./internal/kernel          checks frames and arguments
//	go test ./internal/kernel
//
// To add a kernel: write the plain loop as a method of [Set] with its test;
// generate the vector version, in a family that exists or a new one with a line
// in gen/main.go; dispatch in a file _amd64.go, and refuse in _other.go; test it
// against the plain loop on random shapes with guard words around every buffer,
// for each instruction set; compare the bits of AVX2 and AVX-512; add a line to
// the benchmarks. Arguments in a struct need a test of its offsets: vet does
// not see those. Loops in assembly are do-while: n = 0 is for the caller to
// keep out. R14 and R15 are free, BP and SP are not, and VZEROUPPER goes before
// RET. A pointer past the end of an object may exist in a register, but not in
// memory that the garbage collector sees.
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
