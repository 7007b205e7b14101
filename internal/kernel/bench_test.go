package kernel

import "testing"

// The shapes of LeNet. GFLOPS counts two operations a multiply-add, of the
// products that the definition has with padding left out of account.

var (
	lenetConv1 = Conv{C: 1, H: 28, W: 28, OC: 6, KH: 5, KW: 5, StrideH: 1, StrideW: 1, PadH: 2, PadW: 2}
	lenetConv2 = Conv{C: 6, H: 14, W: 14, OC: 16, KH: 5, KW: 5, StrideH: 1, StrideW: 1}
	strided    = Conv{C: 6, H: 29, W: 29, OC: 16, KH: 3, KW: 3, StrideH: 2, StrideW: 2, PadH: 1, PadW: 1}
)

func random32(n int) []float32 { return values[float32](&sampler{uint64(n)}, n).data }

func gflops(b *testing.B, products int) {
	b.ReportMetric(2*float64(products)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOPS")
}

func BenchmarkConv(b *testing.B) {
	var k Set[float32]
	for _, c := range []struct {
		name string
		g    Conv
	}{{"lenet1", lenetConv1}, {"lenet2", lenetConv2}, {"stride2", strided}} {
		g, err := NewConv(c.g)
		if err != nil {
			b.Fatal(err)
		}
		x, y := random32(g.C*g.H*g.W*Lanes), random32(g.OC*g.OH*g.OW*Lanes)
		w, bias := random32(g.OC*g.C*g.KH*g.KW), random32(g.OC)
		products := g.OC * g.OH * g.OW * g.C * g.KH * g.KW * Lanes
		for _, f := range []struct {
			name string
			run  func()
		}{
			{"forward", func() { k.ConvForward(&g, y, x, w, bias, false) }},
			{"inputgrad", func() { k.ConvInputGrad(&g, x, y, w) }},
			{"weightgrad", func() { k.ConvWeightGrad(&g, w, y, x) }},
		} {
			b.Run(c.name+"/"+f.name, func(b *testing.B) {
				for b.Loop() {
					f.run()
				}
				gflops(b, products)
			})
		}
	}
}

func BenchmarkAffine(b *testing.B) {
	const in, out, groups = 400, 120, 16
	var k Set[float32]
	x, y, w, bias := random32(groups*in*Lanes), random32(groups*out*Lanes), random32(in*out), random32(out)
	for _, f := range []struct {
		name     string
		products int
		run      func()
	}{
		{"forward", in * out * Lanes, func() { k.AffineForward(in, out, y, x, w, bias, false) }},
		{"inputgrad", in * out * Lanes, func() { k.AffineInputGrad(in, out, x, y, w) }},
		{"weightgrad", in * out * Lanes * groups, func() { k.AffineWeightGrad(in, out, groups, 0, out, w, y, x) }},
	} {
		b.Run(f.name, func(b *testing.B) {
			for b.Loop() {
				f.run()
			}
			gflops(b, f.products)
		})
	}
}

// BenchmarkSmall is the other kernels of a LeNet step, a group each.
func BenchmarkSmall(b *testing.B) {
	var k Set[float32]
	g, err := NewPool(Pool{C: 6, H: 28, W: 28, KH: 2, KW: 2, StrideH: 2, StrideW: 2})
	if err != nil {
		b.Fatal(err)
	}
	const big = 6 * 28 * 28 * Lanes
	x, y, z := random32(big), random32(big/4), random32(big)
	mask := make([]uint16, big/Lanes)
	k.MaxPoolForward(&g, y, mask, x, true)
	pixels := make([]uint8, 784*Lanes)
	d, logits, labels := random32(10*Lanes), random32(10*Lanes), make([]int32, Lanes)
	for _, f := range []struct {
		name string
		run  func()
	}{
		{"maxpool", func() { k.MaxPoolForward(&g, y, mask, x, true) }},
		{"maxpool-nomask", func() { k.MaxPoolForward(&g, y, nil, x, true) }},
		{"maxpoolgrad", func() { k.MaxPoolBackward(&g, z, y, mask) }},
		{"avgpool", func() { k.AvgPoolForward(&g, y, x) }},
		{"avgpoolgrad", func() { k.AvgPoolBackward(&g, z, y) }},
		{"relu", func() { k.ReLU(z, x) }},
		{"relugrad", func() { k.ReLUBackward(z, x, x) }},
		{"sigmoid", func() { k.Sigmoid(z, x) }},
		{"tanh", func() { k.Tanh(z, x) }},
		{"dropout", func() { k.Dropout(z, x, big/Lanes, 0, 1, 0.5) }},
		{"softmax", func() { k.SoftmaxCrossEntropy(10, Lanes, d, logits, labels) }},
		{"pixels", func() { k.PixelsToLanes(784, 0, 15, z, pixels) }},
		{"rows", func() { k.RowsToLanes(784, 0, 15, z, x) }},
		{"lanestorows", func() { k.LanesToRows(784, 0, 16, z, x) }},
		{"sumsquares", func() { sink = k.SumSquares(x) }},
	} {
		b.Run(f.name, func(b *testing.B) {
			for b.Loop() {
				f.run()
			}
		})
	}
}

var sink float64
