//go:build !amd64 || purego

package kernel

// This file replaces the files _amd64.go where there is no assembly. The plain
// loops compute everything.

const best = Go

// Each of these returns how many elements it computed.

func add[T Float](isa ISA, dst, a, b []T) int                      { return 0 }
func scale[T Float](isa ISA, dst, src []T, a T) int                { return 0 }
func relu[T Float](isa ISA, y, x []T) int                          { return 0 }
func reluBackward[T Float](isa ISA, dx, dy, y []T) int             { return 0 }
func sigmoidBackward[T Float](isa ISA, dx, dy, y []T) int          { return 0 }
func tanhBackward[T Float](isa ISA, dx, dy, y []T) int             { return 0 }
func sumSquares[T Float](isa ISA, x []T, sums *[Lanes]float64) int { return 0 }

func leakyReLU[T Float](isa ISA, y, x []T, slope T) int                  { return 0 }
func leakyReLUBackward[T Float](isa ISA, dx, dy, x []T, slope T) int     { return 0 }
func softplus[T Float](isa ISA, y, x []T, beta float64) int              { return 0 }
func softplusBackward[T Float](isa ISA, dx, dy, x []T, beta float64) int { return 0 }
func elu[T Float](isa ISA, y, x []T, alpha float64) int                  { return 0 }
func eluBackward[T Float](isa ISA, dx, dy, x []T, alpha float64) int     { return 0 }
func gelu[T Float](isa ISA, y, x []T) int                                { return 0 }
func geluBackward[T Float](isa ISA, dx, dy, x []T) int                   { return 0 }
func gated[T Float](isa ISA, y, x []T, c1, c3 T) int                     { return 0 }
func gatedBackward[T Float](isa ISA, dx, dy, x []T, c1, c3 T) int        { return 0 }

func squaredError[T Float](isa ISA, active int, d, p, t []T, sums *[Lanes]float64) int { return 0 }

// Each of these reports whether it computed everything.

func apply[T Float](isa ISA, f function, y, x []T) bool { return false }

func dropout[T Float](isa ISA, y, x []T, states *[Lanes]uint64, drop uint64, scale T) bool {
	return false
}

func softmaxCrossEntropy[T Float](isa ISA, d, x []T, labels []int32, losses *[Lanes]float64) bool {
	return false
}

func laneSums[T Float](isa ISA, sums *[Lanes]float64, x []T) bool { return false }

func laneSquares[T Float](isa ISA, sums, mean *[Lanes]float64, x []T) bool { return false }

func laneProducts[T Float](isa ISA, sums, products *[Lanes]float64, gated, dy, y, x []T, near T) bool {
	return false
}

func normalize[T Float](isa ISA, y, x, z []T, c *Normal[T], w, b []T, wStep, bStep int, floor T) bool {
	return false
}

func normalSums[T Float](isa ISA, sums, products *[Lanes]float64, grads [][2]float64, gradStep int, dy, x []T, c *Normal[T], w []T, wStep int) bool {
	return false
}

func normalizeGrad[T Float](isa ISA, dx, dy, x []T, c *NormalGrad[T], w []T, wStep int) bool {
	return false
}

func lstmVectors[T Float](isa ISA, a, p, c, next, tc, h []T) bool                 { return false }
func lstmBackwardVectors[T Float](isa ISA, a, dh, r, c, tc, dc []T) bool          { return false }
func gruVectors[T Float](isa ISA, a, p, before, q, h []T) bool                    { return false }
func gruBackwardVectors[T Float](isa ISA, a, b, dh, r, before, q, along []T) bool { return false }
func productSIMD[T Float](isa ISA, p *productTile, out, x, w []T) bool            { return false }
func softmax[T Float](isa ISA, y, x []T, n int) bool                              { return false }
func softmaxBackward[T Float](isa ISA, dx, dy, y []T, n int) bool                 { return false }

func (Set[T]) rowsToLanesSIMD(int, int, int, []T, []T) bool                         { return false }
func (Set[T]) pixelsToLanesSIMD(int, int, int, []T, []uint8) bool                   { return false }
func (Set[T]) lanesToRowsSIMD(int, int, int, []T, []T) bool                         { return false }
func (Set[T]) maxPoolSIMD(*PoolGeometry, []T, []uint16, []T, bool) bool             { return false }
func (Set[T]) maxPoolBackwardSIMD(*PoolGeometry, []T, int, int, []T, []uint16) bool { return false }
func (Set[T]) avgPoolSIMD(*PoolGeometry, []T, []T) bool                             { return false }
func (Set[T]) avgPoolBackwardSIMD(*PoolGeometry, []T, []T) bool                     { return false }

func peakLoop(ISA) (loop func(n int), width int) { return nil, 0 }

// None of these is called, since every ISA resolves to Go.

const noVectors = "kernel: there are no vector kernels in this build"

func newConvKernels(ISA, *ConvGeometry, *PoolGeometry, bool, int, bool) (convKernels, planes, int) {
	panic(noVectors)
}

func newWinogradKernels(ISA, *ConvGeometry, int) (convKernels, int) { panic(noVectors) }

func newConvSkipper(ISA, *ConvGeometry, *PoolGeometry, int) convSkipper { panic(noVectors) }

func newRecurrentKernels(ISA, int, int, []quad, int) recurrentKernels { panic(noVectors) }

func newDenseKernels(ISA, int, int, int, bool, int) denseKernels { panic(noVectors) }

func addRows(ISA, *[Lanes]float32, []float32, int, int, int) { panic(noVectors) }

func NewFewConv(ISA, ConvGeometry, bool, bool, int, int) Few { panic(noVectors) }

func NewFewDense(ISA, int, int, int, bool, bool, int, int) Few { panic(noVectors) }

func BlocksToLanes(ISA, int, int, int, []float32, []float32) { panic(noVectors) }
