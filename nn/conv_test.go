package nn_test

import (
	"testing"

	"descent/nn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Same padding has an odd column at the end, as TensorFlow has it; PyTorch's
// numbers are those of lanes' goldens.
func TestSamePadding(t *testing.T) {
	ones := nn.Constant(1)
	for _, c := range []struct {
		layer nn.Layer
		want  []float32
	}{
		{nn.Conv2D{Filters: 1, Kernel: 2, Same: true, Weight: ones, NoBias: true}, []float32{1 + 2, 2 + 4, 4 + 8, 8 + 16, 16}},
		{nn.Conv2D{Filters: 1, Kernel: 4, Same: true, Weight: ones, NoBias: true}, []float32{1 + 2 + 4, 1 + 2 + 4 + 8, 2 + 4 + 8 + 16, 4 + 8 + 16, 8 + 16}},
		{nn.Conv2D{Filters: 1, Kernel: 4, Stride: 2, Same: true, Weight: ones, NoBias: true}, []float32{1 + 2 + 4, 2 + 4 + 8 + 16, 8 + 16}},
		{nn.Conv2D{Filters: 1, Kernel: 1, Stride: 3, Same: true, Weight: ones, NoBias: true}, []float32{1, 8}},
		{nn.Conv2D{Filters: 1, KernelHW: [2]int{1, 3}, Dilation: 2, Same: true, Weight: ones, NoBias: true}, []float32{1 + 4, 2 + 8, 1 + 4 + 16, 2 + 8, 4 + 16}},
		{nn.ConvTranspose2D{Filters: 1, Kernel: 2, Same: true, Weight: ones, NoBias: true}, []float32{1, 1 + 2, 2 + 4, 4 + 8, 8 + 16}},
		{nn.ConvTranspose2D{Filters: 1, Kernel: 4, Same: true, Weight: ones, NoBias: true}, []float32{1 + 2, 1 + 2 + 4, 1 + 2 + 4 + 8, 2 + 4 + 8 + 16, 4 + 8 + 16}},
		{nn.ConvTranspose2D{Filters: 1, Kernel: 3, Stride: 2, Same: true, Weight: ones, NoBias: true}, []float32{1, 1, 1 + 2, 2, 2 + 4, 4, 4 + 8, 8, 8 + 16, 16}},
		{nn.ConvTranspose2D{Filters: 1, Kernel: 1, Stride: 2, Same: true, Weight: ones, NoBias: true}, []float32{1, 0, 2, 0, 4, 0, 8, 0, 16, 0}},
	} {
		m := newModel(t, c.layer, nn.Config{Input: []int{1, 1, 5}})
		y, err := m.Predict(nil, []float32{1, 2, 4, 8, 16})
		require.NoError(t, err)
		assert.Equal(t, c.want, y[:len(c.want)], c.layer)
	}
}
