package nn_test

import (
	"math"
	"slices"
	"testing"

	"descent/autograd/lanes"
	"descent/datasets"
	"descent/nn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The gradient of every parameter of whole networks against central
// differences along the gradient and along a random direction. The losses are
// float32, so that the quotient is good to some 1e-4 of the gradient's norm.
func TestGradientsOfNetworks(t *testing.T) { eachISA(t, gradientsOfNetworks) }

func gradientsOfNetworks(t *testing.T, isa lanes.ISA) {
	image, classes := []int{2, 7, 6}, nn.SoftmaxCrossEntropy{}
	for _, c := range []struct {
		name  string
		net   nn.Layer
		input []int
		loss  nn.Loss
	}{
		{"dense sigmoid", nn.Sequential(nn.Dense{Units: 7}, nn.Sigmoid{}, nn.Dense{Units: 4}), []int{5}, classes},
		{"dense tanh, squared", nn.Sequential(nn.Dense{Units: 7}, nn.Tanh{}, nn.Dense{Units: 4, NoBias: true}), []int{5}, nn.SquaredError{Half: true}},
		{"dense of sequences", nn.Sequential(nn.Dense{Units: 7}, nn.Tanh{}, nn.Dense{Units: 3, NoBias: true}, nn.Sigmoid{}, nn.Flatten{}, nn.Dense{Units: 4}), []int{3, 5}, classes},
		{"conv average", nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 3, Stride: 2, Pad: 1}, nn.Tanh{}, nn.AvgPool2D{Size: 2, Stride: 1}, nn.Conv2D{Filters: 2, Kernel: 2}, nn.Flatten{}, nn.Sigmoid{}, nn.Dense{Units: 4}), image, classes},
		{"same padding and transposed", nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 4, Stride: 2, Same: true}, nn.Tanh{}, nn.ConvTranspose2D{Filters: 4, Kernel: 3, Stride: 2, Pad: 1, OutputPad: 1}, nn.Tanh{}, nn.ConvTranspose2D{Filters: 2, Kernel: 4, Same: true}, nn.Flatten{}, nn.Dense{Units: 4}), image, classes},
		{"groups, dilation, upsampling", nn.Sequential(nn.Conv2D{Filters: 4, KernelHW: [2]int{3, 2}, Groups: 2, DilationHW: [2]int{2, 3}, PadHW: [2]int{0, 1}}, nn.Tanh{}, nn.Upsample{ScaleHW: [2]int{1, 2}, Bilinear: true}, nn.Conv2D{Filters: 4, Kernel: 3, Pad: 1, Groups: 4}, nn.Tanh{}, nn.Upsample{Scale: 2}, nn.ConvTranspose2D{Filters: 2, Kernel: 2, Groups: 2, StrideHW: [2]int{1, 2}}, nn.Flatten{}, nn.Dense{Units: 4}), image, classes},
		{"one axis", nn.Sequential(nn.Conv1D{Filters: 4, Kernel: 3, Groups: 2, Dilation: 2, Pad: 1}, nn.Tanh{}, nn.Conv1D{Filters: 3, Kernel: 4, Stride: 2, Same: true}, nn.Flatten{}, nn.Dense{Units: 4}), []int{2, 9}, classes},
		{"max pooling of far values", nn.Sequential(nn.Conv2D{Filters: 2, Kernel: 2, Weight: nn.Normal{SD: 2}}, nn.MaxPool2D{Size: 2}, nn.Flatten{}, nn.Dense{Units: 4}), image, classes},
		{"relu, mostly far from its kink", nn.Sequential(nn.Dense{Units: 30, Weight: nn.Normal{SD: 3}}, nn.ReLU{}, nn.Dense{Units: 4}), []int{5}, nn.SquaredError{}},
		{"rows", nn.Sequential(nn.Dense{Units: 7}, nn.Rows{F: softplus}, nn.Rows{F: stockDense(4)}), []int{5}, nn.SquaredError{}},
		{"batch norm", nn.Sequential(nn.Dense{Units: 7, NoBias: true}, nn.BatchNorm{}, nn.Tanh{}, nn.Dense{Units: 4}), []int{5}, classes},
		{"norms", nn.Sequential(nn.Dense{Units: 12}, nn.LayerNorm{}, nn.Tanh{}, nn.Reshape{Shape: []int{4, 3}}, nn.RMSNorm{}, nn.GroupNorm{Groups: 2}, nn.GlobalAvgPool{}), []int{5}, classes},
		{"residual", nn.Sequential(nn.Residual{Body: nn.Sequential(nn.Conv2D{Filters: 4, Kernel: 3, Stride: 2, Pad: 1}, nn.BatchNorm{}, nn.Tanh{}), Shortcut: nn.Conv2D{Filters: 4, Kernel: 1, Stride: 2}}, nn.GlobalAvgPool{}), image, classes},
		{"branches", nn.Sequential(nn.Branches{Layers: []nn.Layer{nn.Seq{}, nn.Dense{Units: 3}, nn.Sequential(nn.Dense{Units: 4}, nn.Tanh{})}, Concat: true}, nn.Branches{Layers: []nn.Layer{nn.Dense{Units: 4}, nn.Dense{Units: 4}}}), []int{5}, classes},
		{"smooth activations", nn.Sequential(nn.Dense{Units: 7}, nn.GELU{}, nn.Dense{Units: 7}, nn.SiLU{}, nn.Dense{Units: 6}, nn.Softplus{Beta: 2}, nn.Dense{Units: 6}, nn.GELU{Tanh: true}, nn.Softmax{}, nn.Dense{Units: 4}), []int{5}, classes},
		{"recurrent", nn.Sequential(nn.Reshape{Shape: []int{5, 1}}, nn.LSTM{Hidden: 4, Layers: 2, Dropout: .3}, nn.GRU{Hidden: 3, Carry: 19}, nn.RNN{Hidden: 5}, nn.Last{}, nn.Dense{Units: 4}), []int{5}, classes},
		{"noise", nn.Sequential(nn.Dense{Units: 30}, nn.Noise{SD: .5}, nn.Tanh{}, nn.Dense{Units: 4}), []int{5}, classes},
		{"dropout of channels", nn.Sequential(nn.Conv2D{Filters: 6, Kernel: 3}, nn.Tanh{}, nn.Dropout{Rate: .3, Channels: true}, nn.Flatten{}, nn.Dense{Units: 4}), image, classes},
		{"classes with options", nn.Sequential(nn.Dense{Units: 7}, nn.Tanh{}, nn.Dense{Units: 4}), []int{5}, nn.SoftmaxCrossEntropy{Smoothing: .1, ClassWeights: []float64{1, 2, 0, .5}}},
		{"huber", nn.Sequential(nn.Dense{Units: 7}, nn.Tanh{}, nn.Dense{Units: 4}), []int{5}, nn.Huber{}},
		{"variational", nn.Sequential(nn.Dense{Units: 7}, nn.Tanh{}, nn.Latent{Units: 3, Beta: .3}, nn.Dense{Units: 4}), []int{5}, nn.SquaredError{}},
		{"elu", nn.Sequential(nn.Dense{Units: 30, Weight: nn.Normal{SD: 3}}, nn.ELU{}, nn.LeakyReLU{Slope: .3}, nn.Dense{Units: 4}), []int{5}, nn.SquaredError{}},
		{"dropout", nn.Sequential(nn.Dense{Units: 30}, nn.Tanh{}, nn.Dropout{Rate: .5}, nn.Dense{Units: 4}), []int{5}, classes},
	} {
		t.Run(c.name, func(t *testing.T) {
			size := 1
			for _, d := range c.input {
				size *= d
			}
			b := inputBatch(19, size, 4, c.name)
			for i := range b.Rows {
				b.Labels = append(b.Labels, int32(i%4))
			}
			checkGradient(t, c.net, nn.Config{Input: c.input, Loss: c.loss, Seed: 2, ISA: isa}, b)
		})
	}
}

// checkGradient checks that of every parameter of a network.
func checkGradient(t *testing.T, net nn.Layer, cfg nn.Config, b *datasets.Batch) {
	t.Helper()
	m := newModel(t, net, cfg)
	_, _, err := m.Step(b)
	require.NoError(t, err)
	for i, p := range m.Params() {
		direction := normal(len(p.Grad), p.Name)
		for _, d := range [][]float32{p.Grad, direction} {
			var slope, norm float64
			for j, v := range d {
				slope += float64(v) * float64(p.Grad[j])
				norm += float64(v) * float64(v)
			}
			norm = math.Sqrt(norm)
			require.NotZero(t, norm)
			slope /= norm
			h := 3e-3
			quotient := (firstLoss(t, net, cfg, b, i, d, h/norm) - firstLoss(t, net, cfg, b, i, d, -h/norm)) / (2 * h)
			gradient := 0.
			for _, v := range p.Grad {
				gradient += float64(v) * float64(v)
			}
			assert.InDelta(t, quotient, slope, 1e-4+1e-3*math.Sqrt(gradient), p.Name)
		}
	}
}

// firstLoss returns the loss of the first step of a new model with h·d added to
// one of its parameters: the step is part of what dropout drops.
func firstLoss(t *testing.T, net nn.Layer, cfg nn.Config, b *datasets.Batch, param int, d []float32, h float64) float64 {
	t.Helper()
	m, err := nn.NewModel(net, cfg)
	require.NoError(t, err)
	defer m.Close()
	for j, v := range m.Params()[param].Value {
		m.Params()[param].Value[j] = v + float32(h*float64(d[j]))
	}
	loss, _, err := m.Step(b)
	require.NoError(t, err)
	return loss
}

// A step gives the gradient of its own batch: nothing adds up over steps, and
// no parameter is changed.
func TestStepOverwritesGradients(t *testing.T) {
	m := newModel(t, nn.LeNet(10), nn.Config{Input: []int{1, 28, 28}, Loss: nn.SoftmaxCrossEntropy{}, Threads: 1})
	before := m.Fingerprint()
	b, other := pixelBatch(20, 784, 10, "a"), pixelBatch(20, 784, 10, "b")
	first := step(t, m, b)
	assert.NotEqual(t, first, step(t, m, other))
	_, _, err := m.Evaluate(other)
	require.NoError(t, err)
	assert.Equal(t, first, step(t, m, b))
	assert.Equal(t, before, m.Fingerprint())
	for _, g := range first.grads {
		assert.True(t, slices.ContainsFunc(g, func(v float32) bool { return v != 0 }))
	}
}
