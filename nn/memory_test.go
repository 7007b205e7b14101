package nn_test

import (
	"fmt"
	"math"
	"testing"

	"descent/datasets"
	"descent/nn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Sizes that no machine has memory for are errors that name the layer and the
// sizes, whatever their product comes to in an int.
func TestHugeSizes(t *testing.T) {
	const most = math.MaxInt
	image := []int{1, 8, 8}
	for _, c := range []struct {
		net   nn.Layer
		input []int
		want  string
	}{
		{nn.Dense{Units: 1}, []int{most}, "nn: input "},
		{nn.Dense{Units: 1}, []int{most, most}, "nn: Config.Input: shape "},
		{nn.MLP(1), []int{most / 3, 3}, "nn: input "},
		{nn.MLP(most/2 + 1), []int{4}, "nn: layer 1 (Dense("},
		{nn.MLP(most), []int{4}, "Units = "},
		{nn.MLP(1<<29-1, 1), []int{4}, `nn: layer 1 (Dense(536870911)): parameter "1.weight": memory of shape [536870911 4]: `},
		{nn.Sequential(nn.Conv2D{Filters: most, Kernel: 3}), image, "nn: layer 0 (Conv2D("},
		{nn.Sequential(nn.Conv2D{Filters: 1<<29 - 1, Kernel: 8}), image, `parameter "0.weight": memory of shape [536870911 1 8 8]: `},
		{nn.Sequential(nn.Conv2D{Filters: 1, Kernel: most}), image, "Kernel = "},
		{nn.Sequential(nn.Conv2D{Filters: 1, Kernel: 1, Stride: most}), image, "Stride = "},
		{nn.Sequential(nn.Conv2D{Filters: 1, Kernel: 1, Pad: most / 2}), image, fmt.Sprintf("nn: layer 0 (Conv2D(1, 1×1, pad %d)): Pad = %d: want at most 536870911", most/2, most/2)},
		{nn.Sequential(nn.Conv2D{Filters: 1, Kernel: 1, Pad: 1 << 24}), image, "conv2d: memory of shape "},
		{nn.Sequential(nn.Conv2D{Filters: 1, Kernel: 1 << 24, Same: true}), image, `parameter "0.weight": memory of shape [1 1 16777216 16777216]: `},
		{nn.Sequential(nn.Conv2D{Filters: 1, Kernel: 3, Stride: 1<<29 - 1, Same: true}, nn.Flatten{}, nn.Dense{Units: most}), image, "Units = "},
		{nn.Sequential(nn.Conv2D{Filters: 1, Kernel: 1, Dilation: most}), image, "Dilation = "},
		{nn.Sequential(nn.Conv2D{Filters: 1, Kernel: 2, Dilation: 1<<29 - 1, Same: true}), image, "conv2d: memory of shape "},
		{nn.Sequential(nn.Conv2D{Filters: 1, Kernel: 1, Groups: most}), image, "Groups = "},
		{nn.Sequential(nn.Upsample{Scale: most}), image, "Scale = "},
		{nn.Sequential(nn.Upsample{Scale: 1<<29 - 1}), image, "upsample: "},
		{nn.Sequential(nn.ConvTranspose2D{Filters: 1, Kernel: 1, Stride: 1 << 24}), image, "convtranspose2d: "},
		{nn.Sequential(nn.ConvTranspose2D{Filters: 1, Kernel: 1, Stride: 1<<29 - 1, Same: true}), image, "convtranspose2d: "},
		{nn.Sequential(nn.ConvTranspose2D{Filters: most, Kernel: 1}), image, "Filters = "},
		{nn.Sequential(nn.MaxPool2D{Size: most, Pad: most / 2}), image, "Size = "},
		{nn.Sequential(nn.Func(hugeParameter)), image, `parameter "0.w": `},
		{nn.Sequential(nn.Func(hugeState)), image, `state "0.w": `},
	} {
		for _, loss := range []nn.Loss{nil, nn.SquaredError{}} {
			_, err := nn.NewModel(c.net, nn.Config{Input: c.input, Loss: loss, MaxBytes: 1 << 28})
			assert.ErrorContains(t, err, c.want)
		}
	}
	_, err := nn.NewModel(nn.Func(hugeParameter), nn.Config{Input: image}) // the machine's memory
	assert.ErrorContains(t, err, "memory of shape ")
	_, err = nn.NewModel(nn.MLP(1), nn.Config{Input: []int{1}, MaxBytes: -1})
	assert.EqualError(t, err, "nn: Config.MaxBytes = -1: want 0 (the machine's memory) or more")
}

func hugeParameter(s *nn.Scope, x node) (node, error) {
	_, err := s.Param("w", nn.Constant(1), nn.Fans{}, math.MaxInt/8)
	return x, err
}

func hugeState(s *nn.Scope, x node) (node, error) {
	_, err := s.State("w", 0, math.MaxInt/4, 3)
	return x, err
}

// A limit holds for parameters and gradients, and for the graphs of a model and
// of a predictor: one that fits alone takes the place of others.
func TestMaxBytes(t *testing.T) {
	batch := func(rows int) *datasets.Batch { return inputBatch(rows, 100, 100, "limit") }
	net := nn.Dense{Units: 100}
	_, err := nn.NewModel(net, nn.Config{Input: []int{100}, MaxBytes: 79_999})
	assert.EqualError(t, err, `nn: Dense(100): parameter "weight": memory of shape [100 100]: 80000 bytes, beside 0 in use: want at most 79999 in all (MaxBytes)`)

	cfg := nn.Config{Input: []int{100}, Loss: nn.SquaredError{}, MaxBytes: 400_000, Threads: 1}
	m := newModel(t, net, cfg)
	before := step(t, m, batch(16))
	step(t, m, batch(33)) // three groups
	_, _, err = m.Step(batch(1600))
	require.ErrorContains(t, err, "nn: ")
	assert.ErrorContains(t, err, "want at most ")
	for range 2 {
		assert.Equal(t, before, step(t, m, batch(16)), "all goes on")
		evaluate(t, m, batch(33))
	}
	p, err := m.NewPredictor(1)
	require.NoError(t, err)
	defer p.Close()
	_, err = p.Predict(nil, make([]float32, 100))
	assert.NoError(t, err)
	_, err = p.Predict(nil, make([]float32, 100*4000))
	assert.ErrorContains(t, err, "want at most ")
}
