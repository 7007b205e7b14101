package kernel

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A training step runs every kernel many times, so none may allocate.
func TestNoAllocation(t *testing.T) {
	c, err := NewConvGeometry(ConvGeometry{C: 2, H: 6, W: 6, OC: 5, KH: 3, KW: 3, StrideH: 2, StrideW: 1, PadH: 1, PadW: 1})
	require.NoError(t, err)
	p, err := NewPoolGeometry(PoolGeometry{C: 2, H: 6, W: 6, KH: 2, KW: 2, StrideH: 2, StrideW: 2})
	require.NoError(t, err)
	var k Set[float32]
	const n = 6 * 6 * 5 * Lanes
	x, y, w, d := random32(n), random32(n), random32(200), random32(n)
	mask, pixels, labels, grads := make([]uint16, n), make([]uint8, n), make([]int32, Lanes), make([][2]float64, 1)
	for name, f := range map[string]func(){
		"ConvForward":         func() { k.ConvForward(&c, y, x, w, w, true) },
		"ConvInputGrad":       func() { k.ConvInputGrad(&c, x, y, w) },
		"ConvWeightGrad":      func() { k.ConvWeightGrad(&c, w, y, x) },
		"ConvBiasGrad":        func() { k.ConvBiasGrad(&c, w, y) },
		"MaxPoolForward":      func() { k.MaxPoolForward(&p, y, mask, x, true) },
		"MaxPoolBackward":     func() { k.MaxPoolBackward(&p, d, y, mask) },
		"AvgPoolForward":      func() { k.AvgPoolForward(&p, y, x) },
		"AvgPoolBackward":     func() { k.AvgPoolBackward(&p, d, y) },
		"DenseForward":        func() { k.DenseForward(19, 10, y, x, w, w, true) },
		"DenseInputGrad":      func() { k.DenseInputGrad(19, 10, d, y, w) },
		"DenseWeightGrad":     func() { k.DenseWeightGrad(19, 10, 2, 0, 10, w, y, x) },
		"DenseBiasGrad":       func() { k.DenseBiasGrad(10, 2, 10, w, y) },
		"Sigmoid":             func() { k.Sigmoid(y, x); k.SigmoidBackward(d, y, y) },
		"Tanh":                func() { k.Tanh(y, x); k.TanhBackward(d, y, y) },
		"Dropout":             func() { k.Dropout(y, x, 9, 0, 1, 0.5) },
		"SoftmaxCrossEntropy": func() { sink = sumOf(k.SoftmaxCrossEntropy(9, 7, d, x, labels)) },
		"SquaredError":        func() { sink = sumOf(k.SquaredError(9, 7, d, x, y)) },
		"functions":           func() { k.Exp(y[:19], x); k.Log(y[:19], x); k.Sigmoid(y[:19], x) },
		"updates": func() {
			k.SGD(y[:19], x, &SGDStep[float32]{LR: 1e-9})
			k.Momentum(y[:19], d, x, &MomentumStep[float32]{1e-9, 0, 0.5, 1})
			k.Nesterov(y[:19], d, x, &NesterovStep[float32]{1e-9, 0, 0.5, 1})
			k.Adam(y[:19], d, w, x, &AdamStep[float32]{})
		},
		"activations": func() {
			k.GELU(y, x)
			k.GELUBackward(d, y, x)
			k.Gated(y, x, 1, 0)
			k.GatedBackward(d, y, x, 1, 0)
			k.LeakyReLU(y, x, .1)
			k.LeakyReLUBackward(d, y, x, .1)
		},
		"norms": func() {
			var sums, products [Lanes]float64
			var f Normal[float32]
			var g NormalGrad[float32]
			k.LaneSums(&sums, x)
			k.LaneSquares(&products, &sums, x)
			k.LaneProducts(&sums, &products, d, y, y, x, 1)
			k.Normalize(y, x, d, &f, nil, nil, 0)
			k.NormalSums(&sums, &products, grads, y, x, &f, nil)
			k.NormalizeGrad(d, y, x, &g, nil)
		},
		"SumSquares": func() { sink = k.SumSquares(x) },
		"conversions": func() {
			k.RowsToLanes(9, 0, 15, y, x)
			k.PixelsToLanes(9, 0, 15, y, pixels)
			k.LanesToRows(9, 0, 16, x, y)
		},
	} {
		assert.Zero(t, testing.AllocsPerRun(3, f), name)
	}
}

// Buffers start at a cache line, and have the requested length and no spare capacity.
func TestAllocIsAligned(t *testing.T) {
	for n := range 100 {
		narrow, wide := Alloc[float32](n), Alloc[float64](n)
		assert.Len(t, narrow, n)
		assert.Len(t, wide, n)
		assert.Equal(t, n, cap(narrow))
		assert.Equal(t, n, cap(wide))
		assert.Zero(t, uintptr(unsafe.Pointer(unsafe.SliceData(narrow)))%alignment)
		assert.Zero(t, uintptr(unsafe.Pointer(unsafe.SliceData(wide)))%alignment)
	}
}
