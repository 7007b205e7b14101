package nn_test

import (
	"fmt"
	"math"
	"math/bits"
	"testing"

	"descent/datasets"
	"descent/nn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var lenetConfig = nn.Config{Input: []int{1, 28, 28}, Loss: nn.SoftmaxCrossEntropy{}, Seed: 1, Threads: 2}

// part returns rows of a batch of pixels.
func part(b *datasets.Batch, from, to int) *datasets.Batch {
	size := len(b.Pixels) / b.Rows
	return &datasets.Batch{Rows: to - from, Pixels: b.Pixels[from*size : to*size], Labels: b.Labels[from:to]}
}

// A smaller batch gives the bits of a model that never saw another: what the
// larger one left in the lanes counts for nothing.
func TestPartialBatch(t *testing.T) {
	m := newModel(t, nn.LeNet(10), lenetConfig)
	large := pixelBatch(64, 784, 10, "large")
	for i := range large.Pixels {
		large.Pixels[i] = 255
	}
	sizes := []int{5, 33, 1, 16, 17, 48}
	if testing.Short() {
		sizes = []int{5, 17}
	}
	for _, rows := range sizes {
		b := pixelBatch(rows, 784, 10, fmt.Sprint(rows))
		step(t, m, large)
		got, evaluated := step(t, m, b), evaluate(t, m, b)
		fresh := newModel(t, nn.LeNet(10), lenetConfig)
		assert.Equal(t, step(t, fresh, b), got, "%d rows", rows)
		assert.Len(t, got.output, rows*10)
		assert.Equal(t, got.loss, evaluated.loss)
		assert.Equal(t, got.output, evaluated.output)
	}
}

// A batch weighs its rows alone: the gradient of five rows is the mean of the
// gradients of each, and so is the loss.
func TestBatchIsMeanOfRows(t *testing.T) {
	m := newModel(t, nn.LeNet(10), lenetConfig)
	b := pixelBatch(5, 784, 10, "rows")
	whole := step(t, m, b)
	var loss float64
	sums := map[string][]float64{}
	for i := range 5 {
		one := step(t, m, part(b, i, i+1))
		assert.InDeltaSlice(t, whole.output[i*10:(i+1)*10], one.output, 1e-6)
		loss += math.Float64frombits(one.loss) / 5
		for name, g := range one.grads {
			if sums[name] == nil {
				sums[name] = make([]float64, len(g))
			}
			for j, v := range g {
				sums[name][j] += float64(v) / 5
			}
		}
	}
	assert.InEpsilon(t, loss, math.Float64frombits(whole.loss), 1e-6)
	require.Len(t, sums, 10)
	for name, want := range sums {
		nearly(t, want, whole.grads[name], 1e-5)
	}
}

// A repeated row counts as often as it is there: it differs from padding.
func TestRepeatedRow(t *testing.T) {
	m := newModel(t, nn.Dense{Units: 1, NoBias: true, Weight: nn.Constant(1)}, nn.Config{Input: []int{1}, Loss: nn.SquaredError{}})
	b := &datasets.Batch{Rows: 3, Inputs: []float32{1, 2, 2}, Targets: []float32{0, 0, 0}}
	loss, _, err := m.Step(b)
	require.NoError(t, err)
	assert.Equal(t, 3., loss)
	assert.Equal(t, []float32{6}, param(t, m, "weight").Grad)
}

// Bytes are the same as their values over 255.
func TestPixelsAreInputs(t *testing.T) {
	m := newModel(t, nn.LeNet(10), lenetConfig)
	sizes := []int{20, 1, 32}
	if testing.Short() {
		sizes = sizes[:1]
	}
	for _, rows := range sizes {
		b, other := pixelBatch(rows, 784, 10, "pixels"), pixelBatch(rows, 784, 10, "other")
		floats := inFloats(b)
		want := step(t, m, floats)
		step(t, m, inFloats(other)) // so that nothing right is left over
		step(t, m, other)
		got := step(t, m, b)
		assert.InEpsilon(t, math.Float64frombits(want.loss), math.Float64frombits(got.loss), 1e-6)
		assert.InDeltaSlice(t, want.output, got.output, 1e-6)
		for name, g := range got.grads {
			assert.InDeltaSlice(t, want.grads[name], g, 1e-6, name)
		}
		assert.InDeltaSlice(t, evaluate(t, m, floats).output, evaluate(t, m, b).output, 1e-6)
		y, err := m.PredictPixels(nil, b.Pixels)
		require.NoError(t, err)
		assert.Equal(t, got.output, y)
		z, err := m.Predict(nil, floats.Inputs)
		require.NoError(t, err)
		assert.Equal(t, want.output, z)
	}
}

// inFloats returns a batch with the values of its pixels.
func inFloats(b *datasets.Batch) *datasets.Batch {
	f := &datasets.Batch{Rows: b.Rows, Labels: b.Labels}
	for _, p := range b.Pixels {
		f.Inputs = append(f.Inputs, float32(p)/255)
	}
	return f
}

// Predict uses the memory it is given, where that is large enough.
func TestPredictInto(t *testing.T) {
	m := newModel(t, nn.Dense{Units: 2}, nn.Config{Input: []int{3}})
	memory := make([]float32, 9)
	y, err := m.Predict(memory, normal(12, "x"))
	require.NoError(t, err)
	assert.Len(t, y, 8)
	assert.Same(t, &memory[0], &y[0])
	z, err := m.Predict(y[:1], normal(18, "x"))
	require.NoError(t, err)
	assert.Len(t, z, 12)
	assert.Equal(t, y, z[:8])
}

func TestBatchErrors(t *testing.T) {
	m := newModel(t, nn.Sequential(nn.Flatten{}, nn.Dense{Units: 3}), nn.Config{Input: []int{2, 2}, Loss: nn.SoftmaxCrossEntropy{}})
	x, pixels := normal(8, "x"), make([]uint8, 8)
	for _, c := range []struct {
		b    *datasets.Batch
		want string
	}{
		{nil, "nn: the batch is empty: want 1 or more rows"},
		{&datasets.Batch{}, "nn: the batch is empty: want 1 or more rows"},
		{&datasets.Batch{Rows: -1, Inputs: x}, "nn: the batch is empty: want 1 or more rows"},
		{&datasets.Batch{Rows: 2}, "nn: batch: want either Pixels or Inputs"},
		{&datasets.Batch{Rows: 2, Inputs: x, Pixels: pixels}, "nn: batch: want either Pixels or Inputs"},
		{&datasets.Batch{Rows: 3, Inputs: x}, "nn: batch of 3 rows with 8 input values: want 4 per row, of shape [2 2]"},
		{&datasets.Batch{Rows: 1, Pixels: pixels}, "nn: batch of 1 rows with 8 input values: want 4 per row, of shape [2 2]"},
		{&datasets.Batch{Rows: 1<<(bits.UintSize-2) + 2, Inputs: x}, fmt.Sprintf("nn: batch of %d rows with 8 input values: want 4 per row, of shape [2 2]", 1<<(bits.UintSize-2)+2)},
	} {
		_, _, err := m.Step(c.b)
		assert.EqualError(t, err, c.want)
		_, _, err = m.Evaluate(c.b)
		assert.EqualError(t, err, c.want)
	}
	labels := []int32{0, 1}
	for _, b := range []*datasets.Batch{{Rows: 2, Inputs: x, Pixels: pixels[:0], Labels: labels}, {Rows: 2, Inputs: x[:0], Pixels: pixels, Labels: labels}} {
		_, _, err := m.Evaluate(b)
		assert.NoError(t, err, "an empty slice is as good as nil")
	}
	for _, n := range []int{0, 3, 7} {
		want := fmt.Sprintf("nn: %d input values: want one or more rows of 4, of shape [2 2]", n)
		_, err := m.Predict(nil, x[:n])
		assert.EqualError(t, err, want)
		_, err = m.PredictPixels(nil, pixels[:n])
		assert.EqualError(t, err, want)
	}
}
