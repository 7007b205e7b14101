package nn_test

import (
	"fmt"
	"testing"
	"time"

	"descent/datasets"
	"descent/nn"
	"github.com/stretchr/testify/require"
)

// fewNetworks are networks for images [1, 28, 28] of which a few rows are computed in
// a layout of their own, in parts or whole.
func fewNetworks() map[string]nn.Layer {
	all := vectorized()
	all["LeNet"] = nn.LeNet(10)
	all["MLP"] = nn.MLP(100, 33, 10)
	return all
}

// A row has the same bits alone, among a few and in a full batch.
func TestFewRowsSameBits(t *testing.T) {
	const most = 19
	for name, net := range fewNetworks() {
		t.Run(name, func(t *testing.T) {
			b := inputBatch(most, 28*28, 28*28, "few rows")
			for _, threads := range []int{1, 3} {
				m := newModel(t, net, nn.Config{Input: []int{1, 28, 28}, Seed: 1, Threads: threads})
				want, err := m.Predict(nil, b.Inputs)
				require.NoError(t, err)
				each := len(want) / most
				for rows := 1; rows <= 16; rows++ {
					got, err := m.Predict(nil, b.Inputs[:rows*28*28])
					require.NoError(t, err)
					require.Equal(t, want[:rows*each], got, "%d rows", rows)
				}
			}
		})
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
