package nn_test

import (
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"descent/autograd/lanes"
	"descent/datasets"
	"descent/internal/safetensors"
	"descent/nn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
)

// inputGradient returns the loss and a copy of the gradient.
func inputGradient(t *testing.T, m *nn.Model, b *datasets.Batch) (float64, []float32) {
	t.Helper()
	loss, gradient, err := m.InputGradient(b)
	require.NoError(t, err)
	return loss, slices.Clone(gradient)
}

// The gradient with respect to the inputs against central differences of the loss in
// evaluation mode, along it and along a random direction, for networks as in
// TestGradientsOfNetworks.
func TestInputGradient(t *testing.T) { eachISA(t, inputGradients) }

func inputGradients(t *testing.T, isa lanes.ISA) {
	image, classes := []int{2, 7, 6}, nn.SoftmaxCrossEntropy{}
	autoencoder := nn.LossFunc(func(s *nn.Scope, output *gorgonia.Node) (*gorgonia.Node, error) {
		return s.SquaredError(output, s.Inputs(), false)
	})
	for _, c := range []struct {
		name    string
		net     nn.Layer
		input   []int
		loss    nn.Loss
		weights []float32
	}{
		{"dense sigmoid", nn.Sequential(nn.Dense{Units: 7}, nn.Sigmoid{}, nn.Dense{Units: 4}), []int{5}, classes, nil},
		{"weights", nn.Sequential(nn.Dense{Units: 7}, nn.Tanh{}, nn.Dense{Units: 4, NoBias: true}), []int{5}, nn.SquaredError{Half: true}, []float32{1, 0, 3}},
		{"conv average", nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 3, Stride: 2, Pad: 1}, nn.Tanh{}, nn.AvgPool2D{Size: 2, Stride: 1}, nn.Conv2D{Filters: 2, Kernel: 2}, nn.Flatten{}, nn.Sigmoid{}, nn.Dense{Units: 4}), image, classes, nil},
		{"max pooling of far values", nn.Sequential(nn.Conv2D{Filters: 2, Kernel: 2, Weight: nn.Normal{SD: 2}}, nn.MaxPool2D{Size: 2}, nn.Flatten{}, nn.Dense{Units: 4}), image, classes, nil},
		{"pooling first", nn.Sequential(nn.AvgPool2D{Size: 2}, nn.Flatten{}, nn.Dense{Units: 4}), image, classes, nil},
		{"rows", nn.Sequential(nn.Dense{Units: 7}, nn.Rows{F: softplus}, nn.Rows{F: stockDense(4)}), []int{5}, nn.SquaredError{}, nil},
		{"dropout is left out", nn.Sequential(nn.Dense{Units: 30}, nn.Tanh{}, nn.Dropout{Rate: .5}, nn.Dense{Units: 4}), []int{5}, classes, nil},
		{"autoencoder", nn.Sequential(nn.Dense{Units: 3}, nn.Tanh{}, nn.Dense{Units: 5}), []int{5}, autoencoder, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			size := 1
			for _, d := range c.input {
				size *= d
			}
			for _, rows := range []int{1, 19} {
				b := inputBatch(rows, size, 4, c.name)
				for i := range b.Rows {
					b.Labels = append(b.Labels, int32(i%4))
					if c.weights != nil {
						b.Weights = append(b.Weights, c.weights[i%3])
					}
				}
				m := newModel(t, c.net, nn.Config{Input: c.input, Loss: c.loss, Seed: 2, ISA: isa})
				loss, gradient := inputGradient(t, m, b)
				require.Len(t, gradient, len(b.Inputs))
				assert.Equal(t, evaluate(t, m, b).loss, math.Float64bits(loss))
				norm := math.Sqrt(dot(gradient, gradient))
				require.NotZero(t, norm)
				for _, d := range [][]float32{gradient, normal(len(gradient), "direction")} {
					length := math.Sqrt(dot(d, d))
					const h = 3e-3
					lossAt := func(h float64) float64 {
						moved := *b
						moved.Inputs = slices.Clone(b.Inputs)
						for i := range moved.Inputs {
							moved.Inputs[i] += float32(h / length * float64(d[i]))
						}
						loss, _, err := m.Evaluate(&moved)
						require.NoError(t, err)
						return loss
					}
					assert.InDelta(t, (lossAt(h)-lossAt(-h))/(2*h), dot(gradient, d)/length, 1e-4+1e-3*norm)
				}
			}
		})
	}
}

func dot(a, b []float32) (sum float64) {
	for i, v := range a {
		sum += float64(v) * float64(b[i])
	}
	return sum
}

// The gradient of pixels is that of the numbers they stand for, with any number of
// threads and whatever is frozen, and a step before or after is not moved by it.
func TestInputGradientBits(t *testing.T) {
	b := pixelBatch(23, 784, 10, "input gradient")
	m := newModel(t, nn.LeNet(10), lenetConfig)
	before := step(t, m, b)
	loss, want := inputGradient(t, m, b)
	assert.Equal(t, before.grads, gradients(m))
	assert.Equal(t, before.loss, step(t, m, b).loss)
	assert.Equal(t, before.grads, gradients(m))
	require.NoError(t, m.Freeze("*"))
	other, got := inputGradient(t, m, inFloats(b))
	assert.Equal(t, loss, other)
	assert.Equal(t, want, got)
	for _, threads := range []int{1, 2, 3} {
		cfg := lenetConfig
		cfg.Threads = threads
		_, got := inputGradient(t, newModel(t, nn.LeNet(10), cfg), b)
		assert.Equal(t, want, got, "%d threads", threads)
	}
}

// LeNet's input gradient and features agree with PyTorch's.
func TestInspectionAgreesWithPyTorch(t *testing.T) {
	eachISA(t, func(t *testing.T, isa lanes.ISA) {
		want, _, err := safetensors.Read(filepath.Join(golden, "inputs.safetensors"))
		require.NoError(t, err)
		pixels, labels := goldenExamples(t)
		b := &datasets.Batch{Rows: 20, Pixels: pixels[:20*784], Labels: labels[:20]}
		m := newModel(t, nn.LeNet(10), nn.Config{Input: []int{1, 28, 28}, Loss: nn.SoftmaxCrossEntropy{}, ISA: isa})
		require.NoError(t, m.Load(filepath.Join(golden, "weights.safetensors")))
		for _, w := range want {
			var got []float32
			shape := []int{1, 28, 28}
			if w.Name == "gradient" {
				_, got = inputGradient(t, m, b)
			} else {
				got, shape, err = m.Features(nil, b, w.Name)
				require.NoError(t, err)
			}
			require.Equal(t, w.Shape, append([]int{20}, shape...))
			require.Len(t, got, len(w.Data))
			var difference float64
			for i, v := range w.Data {
				difference += (float64(got[i]) - float64(v)) * (float64(got[i]) - float64(v))
			}
			assert.LessOrEqual(t, math.Sqrt(difference), 1e-5*math.Sqrt(dot(w.Data, w.Data)), w.Name)
		}
	})
}

// Features of a layer are the output of the network that ends there, in bits, also of
// layers that are computed in one operation with the next.
func TestFeatures(t *testing.T) {
	for name, net := range map[string]nn.Seq{
		"LeNet":   nn.LeNet(10),
		"classic": nn.ClassicLeNet(10),
		"rows":    {nn.Flatten{}, nn.Dense{Units: 4}, nn.Rows{F: softplus}, nn.Dropout{Rate: .5}, nn.Dense{Units: 2}},
	} {
		t.Run(name, func(t *testing.T) {
			m := newModel(t, net, nn.Config{Input: []int{1, 28, 28}, Loss: nn.SoftmaxCrossEntropy{}, Seed: 3})
			p, err := m.NewPredictor(1)
			require.NoError(t, err)
			defer p.Close()
			pixels := pixelBatch(19, 784, 10, "features")
			for i := range net {
				short := newModel(t, net[:i+1], nn.Config{Input: []int{1, 28, 28}, Seed: 3})
				for _, b := range []*datasets.Batch{pixels, inFloats(pixels)} {
					want, err := short.PredictBatch(nil, b)
					require.NoError(t, err)
					got, shape, err := m.Features(nil, b, strconv.Itoa(i))
					require.NoError(t, err)
					assert.Equal(t, short.OutputShape(), shape)
					assert.Equal(t, want, got, "layer %d", i)
					got, _, err = p.Features(got, b, strconv.Itoa(i))
					require.NoError(t, err)
					assert.Equal(t, want, got, "layer %d", i)
				}
			}
		})
	}
}

// Layers that hold others have features too.
func TestFeaturesOfNested(t *testing.T) {
	m := newModel(t, nn.Sequential(nn.Dense{Units: 3}, nn.Sequential(nn.Tanh{}, nn.Dense{Units: 2}), nn.Dense{Units: 1}), nn.Config{Input: []int{4}})
	b := inputBatch(3, 4, 1, "nested")
	features := func(path string) []float32 {
		y, _, err := m.Features(nil, b, path)
		require.NoError(t, err)
		return y
	}
	assert.Len(t, features("1"), 6)
	assert.Equal(t, features("1.1"), features("1"))
	assert.Len(t, features("1.0"), 9)
	whole, err := m.PredictBatch(nil, b)
	require.NoError(t, err)
	assert.Equal(t, whole, features(""))
	assert.Equal(t, whole, features("2"))
}

// Of several layers at one place, features are the first's.
func TestFeaturesOfSharedPlace(t *testing.T) {
	twice := nn.Func(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		x, err := s.Apply("a", nn.Flatten{}, x)
		if err != nil {
			return nil, err
		}
		return s.Apply("a", nn.Tanh{}, x)
	})
	m := newModel(t, twice, nn.Config{Input: []int{1, 2, 2}})
	b := inputBatch(1, 4, 1, "shared")
	y, shape, err := m.Features(nil, b, "a")
	require.NoError(t, err)
	assert.Equal(t, []int{4}, shape)
	assert.Equal(t, b.Inputs, y)
}

func TestInspectionErrors(t *testing.T) {
	b := inputBatch(2, 3, 2, "x")
	m := newModel(t, nn.Sequential(nn.Dense{Units: 2}, nn.ReLU{}), nn.Config{Input: []int{3}})
	_, _, err := m.InputGradient(b)
	assert.EqualError(t, err, "nn: the model has no loss: want Config.Loss")
	for _, path := range []string{"2", "0.weight", "relu"} {
		_, _, err = m.Features(nil, b, path)
		assert.EqualError(t, err, `nn: features: path "`+path+`": want one of ["0" "1" ""]`)
		_, err = m.FeatureShape(path)
		assert.EqualError(t, err, `nn: features: path "`+path+`": want one of ["0" "1" ""]`)
	}
	_, _, err = m.Features(nil, inputBatch(2, 4, 1, "x"), "1")
	assert.EqualError(t, err, "nn: batch of 2 rows with 8 input values: want 3 per row, of shape [3]")
	_, _, err = m.Features(nil, nil, "1")
	assert.EqualError(t, err, "nn: the batch is empty: want 1 or more rows")
	trained := newModel(t, nn.Dense{Units: 2}, nn.Config{Input: []int{3}, Loss: nn.SquaredError{}})
	_, _, err = trained.InputGradient(&datasets.Batch{Rows: 2, Inputs: b.Inputs})
	assert.EqualError(t, err, "nn: batch of 2 rows with 0 target values: the loss wants 2 per row")
	words := newModel(t, bigram, nn.Config{Input: []int{3}, Vocabulary: 5, Loss: nn.SoftmaxCrossEntropy{}})
	_, _, err = words.InputGradient(&datasets.Batch{Rows: 1, Tokens: []int32{0, 1, 2}, Labels: []int32{1, 2, 3}})
	assert.EqualError(t, err, "nn: input gradient: tokens have none: want a model with Config.Vocabulary = 0, not 5")
	m.Close()
	_, _, err = m.Features(nil, b, "1")
	assert.EqualError(t, err, "nn: model is closed")
	_, err = new(nn.Model).FeatureShape("1")
	assert.EqualError(t, err, "nn: the model is empty: want one from NewModel or NewPredictor")
}
