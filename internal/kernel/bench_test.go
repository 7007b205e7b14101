package kernel

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"descent/internal/parallel"
)

// eachSpeed runs a benchmark with each instruction set, on one thread and on
// two (the plain loops on one), under name/isa=…/threads=….
func eachSpeed(b *testing.B, name string, f func(b *testing.B, isa ISA, workers *parallel.Workers)) {
	for _, isa := range []ISA{AVX512, AVX2, Go} {
		if isa.Available() != nil {
			continue
		}
		for threads := 1; threads <= min(2, runtime.GOMAXPROCS(0)); threads++ {
			if isa == Go && threads > 1 {
				continue
			}
			b.Run(fmt.Sprintf("%s/isa=%v/threads=%d", name, isa, threads), func(b *testing.B) {
				workers := parallel.New(threads)
				defer workers.Close()
				f(b, isa, workers)
			})
		}
	}
}

// random32 returns n normally distributed values, aligned like the values of a graph.
func random32(n int) []float32 {
	x, r := Alloc[float32](n), rand.New(rand.NewPCG(1, uint64(n)))
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}

var peaks = map[ISA]float64{} // the largest results of Peak

// reportShare reports the rate of an operation of the given number of multiply-adds
// (products), and its share of the peak of the given number of threads. Products with
// padding count, as in the definition of the operation. Rows that only fill up a group
// of sixteen do not count.
func reportShare(b *testing.B, isa ISA, threads, products int) {
	rate := 2 * float64(products) * float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(rate/1e9, "GFLOPS")
	peaks[isa] = max(peaks[isa], Peak(isa))
	if peak := peaks[isa] * float64(threads); peak > 0 {
		b.ReportMetric(100*rate/peak, "%peak")
	}
}

// BenchmarkPeak measures the peak: multiply-adds in registers, on one thread.
func BenchmarkPeak(b *testing.B) {
	for _, isa := range []ISA{AVX512, AVX2} {
		if isa.Available() != nil {
			continue
		}
		b.Run("isa="+isa.String(), func(b *testing.B) {
			best := 0.0
			for b.Loop() {
				best = max(best, Peak(isa))
			}
			b.ReportMetric(best/1e9, "GFLOPS")
		})
	}
}

// BenchmarkSmall measures the other kernels of a step, for a group of sixteen images.
// Kernels that work on images take the output of LeNet's first convolution. MB/s counts
// the bytes read and written.
func BenchmarkSmall(b *testing.B) {
	const big, pixels, classes = 6 * 28 * 28 * Lanes, 784 * Lanes, 10 * Lanes
	g, err := NewPoolGeometry(PoolGeometry{C: 6, H: 28, W: 28, KH: 2, KW: 2, StrideH: 2, StrideW: 2})
	if err != nil {
		b.Fatal(err)
	}
	x, y, z := random32(big), random32(big/4), random32(big)
	mask := make([]uint16, big/Lanes)
	bytes := make([]uint8, pixels)
	d, logits, labels := random32(classes), random32(classes), make([]int32, Lanes)
	var lanes, products [Lanes]float64
	var forward Normal[float32]
	var backward NormalGrad[float32]
	pairs, weights := make([][2]float64, big/Lanes), random32(big/Lanes)
	for _, f := range []struct {
		name  string
		bytes int
		run   func(k Set[float32])
	}{
		{"maxpool", 5*big + big/8, func(k Set[float32]) { k.MaxPoolForward(&g, y, mask, x, true) }},
		{"maxpool-nomask", 5 * big, func(k Set[float32]) { k.MaxPoolForward(&g, y, nil, x, true) }},
		{"maxpoolgrad", 5*big + big/8, func(k Set[float32]) { k.MaxPoolBackward(&g, z, y, mask) }},
		{"avgpool", 5 * big, func(k Set[float32]) { k.AvgPoolForward(&g, y, x) }},
		{"avgpoolgrad", 5 * big, func(k Set[float32]) { k.AvgPoolBackward(&g, z, y) }},
		{"relu", 8 * big, func(k Set[float32]) { k.ReLU(z, x) }},
		{"relugrad", 12 * big, func(k Set[float32]) { k.ReLUBackward(z, x, x) }},
		{"sigmoid", 8 * big, func(k Set[float32]) { k.Sigmoid(z, x) }},
		{"sigmoidgrad", 12 * big, func(k Set[float32]) { k.SigmoidBackward(z, x, x) }},
		{"tanh", 8 * big, func(k Set[float32]) { k.Tanh(z, x) }},
		{"tanhgrad", 12 * big, func(k Set[float32]) { k.TanhBackward(z, x, x) }},
		{"gelu", 8 * big, func(k Set[float32]) { k.GELU(z, x) }},
		{"gelugrad", 12 * big, func(k Set[float32]) { k.GELUBackward(z, x, x) }},
		{"silu", 8 * big, func(k Set[float32]) { k.Gated(z, x, 1, 0) }},
		{"silugrad", 12 * big, func(k Set[float32]) { k.GatedBackward(z, x, x, 1, 0) }},
		{"moments", 8 * big, func(k Set[float32]) { k.LaneSums(&lanes, x); k.LaneSquares(&products, &lanes, x) }},
		{"normalize", 8 * big, func(k Set[float32]) { k.Normalize(z, x, nil, &forward, nil, nil, 0) }},
		{"batchnormgrad", 20 * big, func(k Set[float32]) {
			k.LaneProducts(&lanes, &products, z, x, x, x, 1)
			k.NormalizeGrad(z, z, x, &backward, nil)
		}},
		{"layernormgrad", 20 * big, func(k Set[float32]) {
			k.NormalSums(&lanes, &products, pairs, x, x, &forward, weights)
			k.NormalizeGrad(z, x, x, &backward, weights)
		}},
		{"dropout", 8 * big, func(k Set[float32]) { k.Dropout(z, x, big/Lanes, 0, 1, 0.5) }},
		{"add", 12 * big, func(k Set[float32]) { k.Add(z, x, x) }},
		{"softmax", 8 * classes, func(k Set[float32]) { k.SoftmaxCrossEntropy(10, Lanes, d, logits, labels) }},
		{"pixels", 5 * pixels, func(k Set[float32]) { k.PixelsToLanes(784, 0, 15, z, bytes) }},
		{"rows", 8 * pixels, func(k Set[float32]) { k.RowsToLanes(784, 0, 15, z, x) }},
		{"lanestorows", 8 * pixels, func(k Set[float32]) { k.LanesToRows(784, 0, 16, z, x) }},
		{"sumsquares", 4 * big, func(k Set[float32]) { sink = k.SumSquares(x) }},
	} {
		for _, isa := range []ISA{AVX512, AVX2, Go} {
			if isa.Available() != nil {
				continue
			}
			b.Run(fmt.Sprintf("%s/isa=%v", f.name, isa), func(b *testing.B) {
				b.SetBytes(int64(f.bytes))
				for b.Loop() {
					f.run(Set[float32]{ISA: isa})
				}
			})
		}
	}
}

var sink float64
