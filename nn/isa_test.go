package nn_test

import (
	"math"
	"testing"

	"descent/autograd/lanes"
	"descent/nn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// eachISA runs a test with each instruction set that there is.
func eachISA(t *testing.T, f func(t *testing.T, isa lanes.ISA)) {
	for _, isa := range []lanes.ISA{lanes.ISAGo, lanes.ISAAVX2, lanes.ISAAVX512} {
		t.Run(isa.String(), func(t *testing.T) {
			if err := isa.Available(); err != nil {
				t.Skip(err)
			}
			f(t, isa)
		})
	}
}

// vectorized are networks whose every number has the same bits on the vector
// instruction sets.
func vectorized() map[string]nn.Layer {
	return map[string]nn.Layer{
		"relu and dropout": append(nn.LeNet(10)[:11:11], nn.Dropout{Rate: .2}, nn.Dense{Units: 10}),
		"classic and tanh": nn.Sequential(append(nn.ClassicLeNet(10)[:10:10], nn.Tanh{}, nn.Dense{Units: 10})...),
		"norms and branches": nn.Sequential(nn.Conv2D{Filters: 4, Kernel: 3, Stride: 3, NoBias: true}, nn.BatchNorm{},
			nn.Residual{Body: nn.Sequential(nn.Conv2D{Filters: 4, Kernel: 3, Pad: 1}, nn.GroupNorm{Groups: 2}, nn.ReLU{})},
			nn.Branches{Layers: []nn.Layer{nn.LayerNorm{Dims: 3}, nn.RMSNorm{}, nn.BatchNorm{NoAffine: true}}, Concat: true}, nn.GlobalAvgPool{}, nn.Dense{Units: 10}),
		"dense of sequences": nn.Sequential(nn.Reshape{Shape: []int{28, 28}}, nn.Dense{Units: 21}, nn.ReLU{}, nn.Dense{Units: 13, NoBias: true}, nn.Tanh{}, nn.Dense{Units: 5}, nn.Flatten{}, nn.Dense{Units: 10}),
		"activations":        nn.Sequential(nn.Flatten{}, nn.Dense{Units: 21}, nn.GELU{}, nn.Dense{Units: 21}, nn.GELU{Tanh: true}, nn.Dense{Units: 21}, nn.SiLU{}, nn.ELU{}, nn.LeakyReLU{}, nn.Softplus{}, nn.Softmax{}, nn.Dense{Units: 10}),
		"noise and channels": nn.Sequential(nn.Noise{SD: .3}, nn.Conv2D{Filters: 7, Kernel: 3, Stride: 2}, nn.ReLU{}, nn.Dropout{Rate: .3, Channels: true}, nn.Flatten{}, nn.Dense{Units: 10}),
		"transposed": nn.Sequential(nn.Conv2D{Filters: 5, Kernel: 4, Stride: 4, Same: true}, nn.LeakyReLU{}, nn.ConvTranspose2D{Filters: 7, Kernel: 4, Stride: 2, Same: true}, nn.ReLU{},
			nn.ConvTranspose2D{Filters: 3, Kernel: 3, Pad: 1}, nn.Tanh{}, nn.Flatten{}, nn.Dense{Units: 10}),
		"latent": nn.Sequential(nn.Flatten{}, nn.Dense{Units: 9}, nn.Tanh{}, nn.Latent{Units: 3}, nn.Dense{Units: 10}),
		"groups, dilation and upsampling": nn.Sequential(nn.Conv2D{Filters: 6, Kernel: 3, Stride: 2, Dilation: 2}, nn.ReLU{}, nn.Conv2D{Filters: 6, Kernel: 3, Pad: 1, Groups: 6}, nn.Conv2D{Filters: 4, KernelHW: [2]int{1, 5}, Groups: 2, StrideHW: [2]int{2, 1}}, nn.MaxPool2D{Size: 2},
			nn.Upsample{Scale: 2, Bilinear: true}, nn.ConvTranspose2D{Filters: 4, Kernel: 2, StrideHW: [2]int{1, 2}, Groups: 2}, nn.Upsample{ScaleHW: [2]int{1, 2}},
			nn.Reshape{Shape: []int{8, 112}}, nn.Conv1D{Filters: 4, Kernel: 5, Stride: 3, Dilation: 2, Groups: 2}, nn.ReLU{}, nn.Flatten{}, nn.Dense{Units: 10}),
		"winograd":  nn.Sequential(nn.Conv2D{Filters: 32, Kernel: 4, Stride: 4}, nn.ReLU{}, nn.Conv2D{Filters: 32, Kernel: 3, Pad: 1, NoBias: true}, nn.Conv2D{Filters: 37, Kernel: 3, Pad: 1}, nn.ReLU{}, nn.GlobalAvgPool{}, nn.Dense{Units: 10}),
		"recurrent": nn.Sequential(nn.Reshape{Shape: []int{14, 56}}, nn.LSTM{Hidden: 13, Layers: 2, Dropout: .1}, nn.GRU{Hidden: 9}, nn.RNN{Hidden: 7}, nn.RNN{Hidden: 12, ReLU: true}, nn.Last{}, nn.Dense{Units: 10}),
		"strides and odd sizes": nn.Sequential(nn.Conv2D{Filters: 7, Kernel: 3, Stride: 2, Pad: 1}, nn.ReLU{}, nn.MaxPool2D{Size: 3, Stride: 2},
			nn.Conv2D{Filters: 5, Kernel: 1}, nn.Flatten{}, nn.Dense{Units: 13}, nn.ReLU{}, nn.Dense{Units: 10}),
	}
}

// AVX2 and AVX-512 give the same bits, for any number of threads; the plain
// loops agree to rounding.
func TestInstructionSets(t *testing.T) {
	for name, net := range vectorized() {
		t.Run(name, func(t *testing.T) {
			first, steps := sameBits(t, net, lanes.SkipAuto)
			sameBits(t, net, lanes.SkipNever)
			sameBits(t, net, lanes.SkipAlways)
			fingerprint, plain := train(t, net, nn.Config{ISA: lanes.ISAGo})
			require.Len(t, plain, len(steps))
			assert.Equal(t, lanes.ISAAVX2.Available() != nil, first == fingerprint, "the plain loops round otherwise: they are what is used if asked for")
			for i, s := range steps {
				assert.InEpsilon(t, math.Float64frombits(s.loss), math.Float64frombits(plain[i].loss), 1e-3, "step %d", i)
			}
		})
	}
}

// sameBits returns what training gives, which is the same on all vector
// instruction sets and any number of threads.
func sameBits(t *testing.T, net nn.Layer, skip lanes.SkipZeros) (string, []result) {
	t.Helper()
	first, steps := train(t, net, nn.Config{Threads: 1, SkipZeros: skip})
	for _, isa := range []lanes.ISA{lanes.ISAAVX2, lanes.ISAAVX512} {
		if isa.Available() != nil {
			continue
		}
		for _, threads := range []int{1, 3} {
			fingerprint, got := train(t, net, nn.Config{ISA: isa, Threads: threads, SkipZeros: skip})
			assert.Equal(t, first, fingerprint, "%v, %d threads, skip zeros %v", isa, threads, skip)
			assert.Equal(t, steps, got, "%v, %d threads, skip zeros %v", isa, threads, skip)
		}
	}
	return first, steps
}

// Winograd's algorithm changes the bits of a training step, and NoWinograd leaves it off.
// A prediction has the same bits either way.
func TestNoWinograd(t *testing.T) {
	if lanes.ISAAVX2.Available() != nil {
		t.Skip("no vector kernels on this machine or in this build")
	}
	net := vectorized()["winograd"]
	first, steps := train(t, net, nn.Config{})
	second, direct := train(t, net, nn.Config{NoWinograd: true})
	assert.NotEqual(t, first, second)
	for i, s := range steps {
		assert.InEpsilon(t, math.Float64frombits(s.loss), math.Float64frombits(direct[i].loss), 1e-4, "step %d", i)
	}
	var predictions [2][]float32
	for i := range predictions {
		cfg := lenetConfig
		cfg.NoWinograd = i == 1
		y, err := newModel(t, net, cfg).PredictPixels(nil, pixelBatch(20, 784, 10, "winograd").Pixels)
		require.NoError(t, err)
		predictions[i] = y
	}
	assert.Equal(t, predictions[0], predictions[1])
}

// A predictor computes with the model's instruction set.
func TestPredictorISA(t *testing.T) {
	b := sampleBatch(t, 20)
	eachISA(t, func(t *testing.T, isa lanes.ISA) {
		m := newModel(t, nn.LeNet(10), nn.Config{Input: []int{1, 28, 28}, Seed: 1, ISA: isa})
		want, err := m.PredictPixels(nil, b.Pixels)
		require.NoError(t, err)
		p, err := m.NewPredictor(2)
		require.NoError(t, err)
		defer p.Close()
		got, err := p.PredictPixels(nil, b.Pixels)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	})
}

func TestParseISA(t *testing.T) {
	for _, isa := range []lanes.ISA{lanes.ISAAuto, lanes.ISAGo, lanes.ISAAVX2, lanes.ISAAVX512} {
		got, err := lanes.ParseISA(isa.String())
		require.NoError(t, err)
		assert.Equal(t, isa, got)
	}
	_, err := lanes.ParseISA("sse")
	assert.EqualError(t, err, `lanes: ISA "sse": want one of auto, go, avx2, avx512`)
}
