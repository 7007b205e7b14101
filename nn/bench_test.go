package nn_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"descent/autograd/lanes"
	"descent/datasets"
	"descent/datasets/sample"
	"descent/internal/kernel"
	"descent/nn"
	"descent/optimizers"
	"descent/trainer"
	"github.com/stretchr/testify/require"
)

// wideLeNet is LeNet with so many times the kernels and units, and the
// multiply-adds of an image's training step: forward and for the gradient of
// every weight, and for the gradient by the input of every layer but the
// first. Products with padding count, those that a zero gradient would save
// too.
func wideLeNet(width int) (net nn.Seq, products int) {
	net = nn.Sequential(
		nn.Conv2D{Filters: 6 * width, Kernel: 5, Pad: 2, Weight: nn.XavierUniform{}}, nn.ReLU{}, nn.MaxPool2D{Size: 2},
		nn.Conv2D{Filters: 16 * width, Kernel: 5, Weight: nn.XavierUniform{}}, nn.ReLU{}, nn.MaxPool2D{Size: 2},
		nn.Flatten{}, nn.Dense{Units: 120 * width, Weight: nn.XavierUniform{}}, nn.ReLU{},
		nn.Dense{Units: 84 * width, Weight: nn.XavierUniform{}}, nn.ReLU{}, nn.Dense{Units: 10, Weight: nn.XavierUniform{}},
	)
	first := 28 * 28 * 25 * 6 * width
	others := 10*10*25*(6*width)*(16*width) + (25*16*width)*(120*width) + (120*width)*(84*width) + (84*width)*10
	return net, 2*first + 3*others
}

// sampleImages are images of the sample, as often as it takes: what a step
// costs depends on them where it leaves out zeros.
type sampleImages struct {
	*datasets.Images
	n int
}

func newSampleImages(t testing.TB, n int) sampleImages {
	t.Helper()
	images, _, err := sample.FashionMNIST()
	require.NoError(t, err)
	return sampleImages{images, n}
}

func (s sampleImages) Len() int { return s.n }

func (s sampleImages) Gather(b *datasets.Batch, rows []int) error {
	some := make([]int, len(rows))
	for i, r := range rows {
		some[i] = r % s.Images.Len()
	}
	return s.Images.Gather(b, some)
}

func sampleBatch(t testing.TB, n int) *datasets.Batch {
	t.Helper()
	var b datasets.Batch
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	require.NoError(t, newSampleImages(t, n).Gather(&b, rows))
	return &b
}

// trainingStep returns a function that trains net on a batch, once.
func trainingStep(t testing.TB, net nn.Layer, rows int, cfg nn.Config) func() {
	t.Helper()
	cfg.Input, cfg.Loss, cfg.Seed = []int{1, 28, 28}, nn.SoftmaxCrossEntropy{}, 1
	m := newModel(t, net, cfg)
	o, err := optimizers.New(optimizers.SGD{Momentum: .9}, m.Params(), optimizers.Config{})
	require.NoError(t, err)
	b := sampleBatch(t, rows)
	return func() {
		if _, _, err := m.Step(b); err != nil {
			t.Fatal(err)
		}
		if err := o.Step(.01); err != nil {
			t.Fatal(err)
		}
	}
}

// eachSpeed runs a benchmark with each instruction set, on one thread and two.
func eachSpeed(b *testing.B, name string, f func(b *testing.B, cfg nn.Config)) {
	for _, isa := range []lanes.ISA{lanes.ISAAVX512, lanes.ISAAVX2} {
		if isa.Available() != nil {
			continue
		}
		for threads := 1; threads <= min(2, runtime.GOMAXPROCS(0)); threads++ {
			b.Run(fmt.Sprintf("%s/isa=%v/threads=%d", name, isa, threads), func(b *testing.B) { f(b, nn.Config{ISA: isa, Threads: threads}) })
		}
	}
}

var peaks = map[lanes.ISA]float64{} // the most that kernel.Peak has said

// BenchmarkStep is whole training steps with an optimizer: of LeNet with
// batches of several sizes, and of wider ones. %peak is of what so many threads
// can do, GFLOPS are those of the definition: where zeros are left out
// (skip-zeros=auto) it can be more than that.
func BenchmarkStep(b *testing.B) {
	for _, c := range []struct {
		width, batch int
		skip         lanes.SkipZeros
	}{
		{1, 1, lanes.SkipAuto},
		{1, 10, lanes.SkipAuto},
		{1, 64, lanes.SkipAuto},
		{1, 256, lanes.SkipAuto},
		{1, 1000, lanes.SkipAuto},
		{2, 256, lanes.SkipAuto},
		{4, 256, lanes.SkipAuto},
		{8, 256, lanes.SkipAuto},
		{1, 256, lanes.SkipNever},
		{2, 256, lanes.SkipNever},
		{4, 256, lanes.SkipNever},
		{8, 256, lanes.SkipNever},
	} {
		net, products := wideLeNet(c.width)
		eachSpeed(b, fmt.Sprintf("skip-zeros=%v/width=%d/batch=%d", c.skip, c.width, c.batch), func(b *testing.B, cfg nn.Config) {
			cfg.SkipZeros = c.skip
			f := trainingStep(b, net, c.batch, cfg)
			f() // makes the graph
			b.ReportAllocs()
			for b.Loop() {
				f()
			}
			images := float64(c.batch*b.N) / b.Elapsed().Seconds()
			b.ReportMetric(images, "images/s")
			b.ReportMetric(2e-9*images*float64(products), "GFLOPS")
			peaks[cfg.ISA] = max(peaks[cfg.ISA], kernel.Peak(cfg.ISA))
			b.ReportMetric(100*2*images*float64(products)/(peaks[cfg.ISA]*float64(cfg.Threads)), "%peak")
		})
	}
}

// BenchmarkPredict is LeNet forward, rows in and logits out, in a session that
// stands: one image is its latency.
func BenchmarkPredict(b *testing.B) {
	for _, rows := range []int{1, 256} {
		eachSpeed(b, fmt.Sprintf("batch=%d", rows), func(b *testing.B, cfg nn.Config) {
			cfg.Input = []int{1, 28, 28}
			m := newModel(b, nn.LeNet(10), cfg)
			pixels := sampleBatch(b, rows).Pixels
			y, err := m.PredictPixels(nil, pixels) // makes the graph
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				if y, err = m.PredictPixels(y, pixels); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "images/s")
		})
	}
}

// BenchmarkEvaluate is loss and accuracy of LeNet on 10,000 images, as the
// trainer evaluates them.
func BenchmarkEvaluate(b *testing.B) {
	images := newSampleImages(b, 10000)
	for _, batch := range []int{256, 1000} {
		eachSpeed(b, fmt.Sprintf("batch=%d", batch), func(b *testing.B, cfg nn.Config) {
			cfg.Input, cfg.Loss = []int{1, 28, 28}, nn.SoftmaxCrossEntropy{}
			m := newModel(b, nn.LeNet(10), cfg)
			f := func() {
				_, err := trainer.Evaluate(context.Background(), m, images, batch, trainer.Accuracy())
				require.NoError(b, err)
			}
			f() // makes the graphs
			for b.Loop() {
				f()
			}
		})
	}
}

// BenchmarkLinearRegressionStep is about what a step costs beside its arithmetic.
func BenchmarkLinearRegressionStep(b *testing.B) {
	m := newModel(b, nn.LinearRegression(), nn.Config{Input: []int{5}, Loss: nn.SquaredError{Half: true}, Threads: 1})
	batch := &datasets.Batch{Rows: 10, Inputs: normal(50, "x"), Targets: normal(10, "y")}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := m.Step(batch); err != nil {
			b.Fatal(err)
		}
	}
}
