package nn_test

import (
	"fmt"
	"testing"

	"descent/datasets"
	"descent/nn"
	"descent/optimizers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// trainingStep returns a function that trains LeNet on a batch, once.
func trainingStep(t testing.TB, rows int) func() {
	t.Helper()
	m := newModel(t, nn.LeNet(10), nn.Config{Input: []int{1, 28, 28}, Loss: nn.SoftmaxCrossEntropy{}, Seed: 1})
	o, err := optimizers.New(optimizers.SGD{Momentum: .9}, m.Params(), optimizers.Config{})
	require.NoError(t, err)
	b := pixelBatch(rows, 784, 10, "bench")
	return func() {
		if _, _, err := m.Step(b); err != nil {
			t.Fatal(err)
		}
		if err := o.Step(.01); err != nil {
			t.Fatal(err)
		}
	}
}

// A training step makes few objects, and no more for a larger batch.
func TestStepAllocations(t *testing.T) {
	count := func(rows int) float64 {
		f := trainingStep(t, rows)
		f() // makes the graph
		return testing.AllocsPerRun(4, f)
	}
	small, large := count(16), count(80)
	t.Logf("%v allocations a step", large)
	assert.Less(t, large, 100.)
	assert.Equal(t, small, large)
}

func BenchmarkLeNetStep(b *testing.B) {
	const rows = 256
	f := trainingStep(b, rows)
	f()
	b.ReportAllocs()
	for b.Loop() {
		f()
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "images/s")
}

func BenchmarkLeNetPredict(b *testing.B) {
	for _, rows := range []int{1, 256} {
		b.Run(fmt.Sprint(rows), func(b *testing.B) {
			m := newModel(b, nn.LeNet(10), nn.Config{Input: []int{1, 28, 28}})
			batch := pixelBatch(rows, 784, 10, "bench")
			var y []float32
			b.ReportAllocs()
			for b.Loop() {
				var err error
				if y, err = m.PredictPixels(y, batch.Pixels); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "images/s")
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
