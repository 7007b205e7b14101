package nn_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"descent/autograd/lanes"
	"descent/datasets"
	"descent/nn"
	"github.com/stretchr/testify/require"
)

// fewNetworks are networks for images [1, 28, 28] of which a few rows are computed in
// a layout of their own, in parts or whole.
func fewNetworks() map[string]nn.Layer {
	all := vectorized()
	all["LeNet"] = nn.LeNet(10)
	all["MLP"] = nn.MLP(100, 33, 1)
	all["ResNet A"] = nn.Sequential(nn.MaxPool2D{Size: 4}, nn.ResNet(8, 10, nn.ResNetA))
	all["ResNet B"] = nn.Sequential(nn.AvgPool2D{Size: 4}, nn.ResNet(8, 10, nn.ResNetB))
	all["few channels"] = nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 5, Stride: 4}, nn.Conv2D{Filters: 33, Kernel: 1}, nn.MaxPool2D{Size: 3, Stride: 2, Pad: 1}, nn.Conv2D{Filters: 1, Kernel: 3, NoBias: true})
	all["rows in the middle"] = nn.Sequential(nn.Conv2D{Filters: 20, Kernel: 7, Stride: 3}, nn.Tanh{}, nn.Rows{F: func(_ *nn.Scope, x node) (node, error) { return x, nil }},
		nn.Conv2D{Filters: 5, Kernel: 3, Stride: 2}, nn.ReLU{}, nn.Flatten{}, nn.Dense{Units: 10})
	all["shapes"] = nn.Sequential(nn.Conv2D{Filters: 18, Kernel: 4, Stride: 4}, nn.PadChannels{Before: 3, After: 4}, nn.Reshape{Shape: []int{7, 25, 7}}, nn.ReLU{},
		nn.Conv2D{Filters: 21, Kernel: 3}, nn.Reshape{Shape: []int{5, 21, 23}}, nn.Conv2D{Filters: 35, Kernel: 3, Pad: 2}, nn.GlobalAvgPool{}, nn.Reshape{Shape: []int{5, 7}}, nn.Dense{Units: 3})
	all["windows"] = nn.Sequential(nn.Conv2D{Filters: 17, Kernel: 4, Stride: 3, Same: true}, nn.ReLU{}, nn.MaxPool2D{Size: 2}, nn.Conv2D{Filters: 18, KernelHW: [2]int{2, 3}, DilationHW: [2]int{2, 1}},
		nn.Conv2D{Filters: 18, Kernel: 3, Pad: 1, Groups: 6}, nn.Upsample{Scale: 2}, nn.Conv2D{Filters: 3, Kernel: 1})
	return all
}

// A row has the same bits alone, among a few and in a full batch.
func TestFewRowsSameBits(t *testing.T) {
	const most = 19
	for name, net := range fewNetworks() {
		if testing.Short() && name != "LeNet" {
			continue // an emulator has no other form than lanes
		}
		t.Run(name, func(t *testing.T) {
			b := inputBatch(most, 28*28, 28*28, "few rows")
			eachISA(t, func(t *testing.T, isa lanes.ISA) {
				var first []float32
				for _, threads := range []int{1, 3} {
					m := newModel(t, net, nn.Config{Input: []int{1, 28, 28}, Seed: 1, Threads: threads, ISA: isa})
					for _, s := range m.States() {
						for i := range s.Value {
							s.Value[i] = .5 + float32(i%7)
						}
					}
					for _, p := range m.Params() {
						for i := range p.Value {
							p.Value[i] += float32(i%5) / 100
						}
					}
					want, err := m.Predict(nil, b.Inputs)
					require.NoError(t, err)
					each := len(want) / most
					for rows := 16; rows > 0; rows = (rows - 1) / threads {
						got, err := m.Predict(nil, b.Inputs[:rows*28*28])
						require.NoError(t, err)
						require.Equal(t, want[:rows*each], got, "%d rows", rows)
					}
					if first == nil {
						first = want
					}
					require.Equal(t, first, want)
				}
			})
		})
	}
}

// Zeros keep their signs, and NaN stays NaN, through ReLU and pooling.
func TestFewRowsZerosAndNaN(t *testing.T) {
	negative := float32(math.Copysign(0, -1))
	for _, pool := range []nn.Layer{nn.MaxPool2D{Size: 2}, nn.MaxPool2D{Size: 3, Stride: 2}, nn.AvgPool2D{Size: 2}} {
		for _, net := range []nn.Layer{nn.Sequential(nn.Conv2D{Filters: 5, Kernel: 1}, pool), nn.Sequential(nn.Conv2D{Filters: 17, Kernel: 1}, nn.ReLU{}, pool)} {
			eachISA(t, func(t *testing.T, isa lanes.ISA) {
				m := newModel(t, net, nn.Config{Input: []int{1, 28, 28}, Seed: 1, ISA: isa})
				for _, p := range m.Params() { // a product has the sign of the pixel
					for i := range p.Value {
						p.Value[i] = negative
					}
				}
				b := inputBatch(20, 28*28, 28*28, "signs")
				b.Inputs[100] = float32(math.NaN())
				want, err := m.Predict(nil, b.Inputs)
				require.NoError(t, err)
				got, err := m.Predict(nil, b.Inputs[:3*28*28])
				require.NoError(t, err)
				for i, v := range got {
					require.Equal(t, v != v, want[i] != want[i])
					require.Equal(t, math.Signbit(float64(v)), math.Signbit(float64(want[i])), "%v and %v at %d", v, want[i], i)
				}
			})
		}
	}
}

// A row of pixels has the same bits too, and a prediction is of the parameters as they are, whoever
// has changed them.
func TestFewRowsSeeChanges(t *testing.T) {
	m := newModel(t, nn.LeNet(10), nn.Config{Input: []int{1, 28, 28}, Loss: nn.SoftmaxCrossEntropy{}, Seed: 1})
	p, err := m.NewPredictor(1)
	require.NoError(t, err)
	defer p.Close()
	b := sampleBatch(t, 32)
	var last []float32
	for _, change := range []func(){
		func() {},
		func() { m.Params()[0].Value[3]++ },
		func() { step(t, m, b); m.Params()[9].Value[0] = 3 },
		func() { require.NoError(t, m.Freeze("*")); m.Params()[4].Value[1]-- },
	} {
		change()
		want, err := m.PredictPixels(nil, b.Pixels)
		require.NoError(t, err)
		require.NotEqual(t, last, want)
		for _, predict := range []func(dst []float32, rows []uint8) ([]float32, error){m.PredictPixels, p.PredictPixels} {
			got, err := predict(nil, b.Pixels[:2*28*28])
			require.NoError(t, err)
			require.Equal(t, want[:20], got)
		}
		last = want
	}
}

// BenchmarkFewRows is a prediction of a few rows, from pixels.
func BenchmarkFewRows(b *testing.B) {
	networks := map[string]nn.Layer{
		"lenet": nn.LeNet(10),
		"2c2d": nn.Sequential(
			nn.Conv2D{Filters: 32, Kernel: 5, Pad: 2}, nn.ReLU{}, nn.MaxPool2D{Size: 2},
			nn.Conv2D{Filters: 64, Kernel: 5, Pad: 2}, nn.ReLU{}, nn.MaxPool2D{Size: 2},
			nn.Flatten{}, nn.Dense{Units: 1024}, nn.ReLU{}, nn.Dense{Units: 10}),
	}
	for _, name := range []string{"lenet", "2c2d"} {
		for _, rows := range []int{1, 4, 8, 16} {
			for _, threads := range []int{1, 2} {
				b.Run(fmt.Sprintf("%s/rows=%d/threads=%d", name, rows, threads), func(b *testing.B) {
					m := newModel(b, networks[name], nn.Config{Input: []int{1, 28, 28}, Seed: 1, Threads: threads})
					batch := sampleBatch(b, rows)
					var out []float32
					var err error
					least := time.Hour // other programs may run at the same time
					for b.Loop() {
						start := time.Now()
						if out, err = m.PredictBatch(out, &datasets.Batch{Rows: rows, Pixels: batch.Pixels}); err != nil {
							b.Fatal(err)
						}
						least = min(least, time.Since(start))
					}
					b.ReportMetric(least.Seconds()*1e6, "min-µs/op")
				})
			}
		}
	}
}
