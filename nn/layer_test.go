package nn_test

import (
	"fmt"
	"math"
	"testing"

	"descent/autograd/lanes"
	"descent/nn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
)

// Every layer: its name, the shape of its output rows, and its parameters under
// PyTorch's names and shapes.
func TestLayers(t *testing.T) {
	type params []struct {
		name  string
		shape []int
	}
	for _, c := range []struct {
		layer         nn.Layer
		input, output []int
		text          string
		params        params
	}{
		{nn.Dense{Units: 3}, []int{5}, []int{3}, "Dense(3)", params{{"0.weight", []int{3, 5}}, {"0.bias", []int{3}}}},
		{nn.Dense{Units: 1, NoBias: true}, []int{5}, []int{1}, "Dense(1, no bias)", params{{"0.weight", []int{1, 5}}}},
		{nn.Dense{Units: 3}, []int{4, 5}, []int{4, 3}, "Dense(3)", params{{"0.weight", []int{3, 5}}, {"0.bias", []int{3}}}},
		{nn.Dense{Units: 3}, []int{1, 1}, []int{1, 3}, "Dense(3)", params{{"0.weight", []int{3, 1}}, {"0.bias", []int{3}}}},
		{nn.Conv2D{Filters: 4, Kernel: 3}, []int{2, 9, 7}, []int{4, 7, 5}, "Conv2D(4, 3×3)", params{{"0.weight", []int{4, 2, 3, 3}}, {"0.bias", []int{4}}}},
		{nn.Conv2D{Filters: 4, Kernel: 3, Stride: 1}, []int{2, 9, 7}, []int{4, 7, 5}, "Conv2D(4, 3×3)", params{{"0.weight", []int{4, 2, 3, 3}}, {"0.bias", []int{4}}}},
		{nn.Conv2D{Filters: 4, Kernel: 5, Stride: 2, Pad: 2, NoBias: true}, []int{2, 9, 8}, []int{4, 5, 4}, "Conv2D(4, 5×5, stride 2, pad 2, no bias)", params{{"0.weight", []int{4, 2, 5, 5}}}},
		{nn.Conv2D{Filters: 1, Kernel: 5, Pad: 2}, []int{1, 1, 1}, []int{1, 1, 1}, "Conv2D(1, 5×5, pad 2)", params{{"0.weight", []int{1, 1, 5, 5}}, {"0.bias", []int{1}}}},
		{nn.Conv2D{Filters: 4, Kernel: 4, Stride: 2, Same: true}, []int{2, 28, 7}, []int{4, 14, 4}, "Conv2D(4, 4×4, stride 2, same)", params{{"0.weight", []int{4, 2, 4, 4}}, {"0.bias", []int{4}}}},
		{nn.Conv2D{Filters: 4, Kernel: 4, Same: true, NoBias: true}, []int{2, 7, 1}, []int{4, 7, 1}, "Conv2D(4, 4×4, same, no bias)", params{{"0.weight", []int{4, 2, 4, 4}}}},
		{nn.Conv2D{Filters: 4, Kernel: 2, Stride: 5, Same: true}, []int{2, 11, 3}, []int{4, 3, 1}, "Conv2D(4, 2×2, stride 5, same)", params{{"0.weight", []int{4, 2, 2, 2}}, {"0.bias", []int{4}}}},
		{nn.ConvTranspose2D{Filters: 4, Kernel: 3}, []int{2, 9, 7}, []int{4, 11, 9}, "ConvTranspose2D(4, 3×3)", params{{"0.weight", []int{2, 4, 3, 3}}, {"0.bias", []int{4}}}},
		{nn.ConvTranspose2D{Filters: 4, Kernel: 3, Stride: 2, Pad: 1, OutputPad: 1, NoBias: true}, []int{2, 7, 4}, []int{4, 14, 8}, "ConvTranspose2D(4, 3×3, stride 2, pad 1, output pad 1, no bias)", params{{"0.weight", []int{2, 4, 3, 3}}}},
		{nn.ConvTranspose2D{Filters: 4, Kernel: 4, Stride: 2, Same: true}, []int{1, 7, 5}, []int{4, 14, 10}, "ConvTranspose2D(4, 4×4, stride 2, same)", params{{"0.weight", []int{1, 4, 4, 4}}, {"0.bias", []int{4}}}},
		{nn.ConvTranspose2D{Filters: 4, Kernel: 4, Same: true}, []int{1, 7, 5}, []int{4, 7, 5}, "ConvTranspose2D(4, 4×4, same)", params{{"0.weight", []int{1, 4, 4, 4}}, {"0.bias", []int{4}}}},
		{nn.ConvTranspose2D{Filters: 1, Kernel: 2, Stride: 3, Same: true}, []int{1, 2, 3}, []int{1, 6, 9}, "ConvTranspose2D(1, 2×2, stride 3, same)", params{{"0.weight", []int{1, 1, 2, 2}}, {"0.bias", []int{1}}}},
		{nn.Conv2D{Filters: 4, Kernel: 3, Pad: 1, Groups: 4, Dilation: 1}, []int{4, 9, 7}, []int{4, 9, 7}, "Conv2D(4, 3×3, pad 1, groups 4)", params{{"0.weight", []int{4, 1, 3, 3}}, {"0.bias", []int{4}}}},
		{nn.Conv2D{Filters: 6, KernelHW: [2]int{1, 3}, StrideHW: [2]int{2, 1}, PadHW: [2]int{0, 2}, DilationHW: [2]int{1, 2}, Groups: 2, NoBias: true}, []int{4, 9, 7}, []int{6, 5, 7}, "Conv2D(6, 1×3, stride 2×1, pad 0×2, dilation 1×2, groups 2, no bias)", params{{"0.weight", []int{6, 2, 1, 3}}}},
		{nn.Conv2D{Filters: 1, Kernel: 3, Stride: 2, Dilation: 2, Same: true}, []int{1, 9, 6}, []int{1, 5, 3}, "Conv2D(1, 3×3, stride 2, same, dilation 2)", params{{"0.weight", []int{1, 1, 3, 3}}, {"0.bias", []int{1}}}},
		{nn.Conv1D{Filters: 4, Kernel: 3, Stride: 2, Pad: 1, Dilation: 2, Groups: 2}, []int{2, 9}, []int{4, 4}, "Conv1D(4, 3, stride 2, pad 1, dilation 2, groups 2)", params{{"0.weight", []int{4, 1, 3}}, {"0.bias", []int{4}}}},
		{nn.Conv1D{Filters: 4, Kernel: 4, Same: true, NoBias: true}, []int{2, 9}, []int{4, 9}, "Conv1D(4, 4, same, no bias)", params{{"0.weight", []int{4, 2, 4}}}},
		{nn.ConvTranspose2D{Filters: 6, KernelHW: [2]int{2, 3}, StrideHW: [2]int{3, 1}, PadHW: [2]int{0, 1}, OutputPadHW: [2]int{2, 0}, DilationHW: [2]int{1, 2}, Groups: 2}, []int{4, 5, 4}, []int{6, 16, 6}, "ConvTranspose2D(6, 2×3, stride 3×1, pad 0×1, dilation 1×2, groups 2, output pad 2×0)", params{{"0.weight", []int{4, 3, 2, 3}}, {"0.bias", []int{6}}}},
		{nn.ConvTranspose2D{Filters: 1, KernelHW: [2]int{2, 3}, StrideHW: [2]int{3, 1}, Dilation: 2, Same: true}, []int{1, 5, 4}, []int{1, 15, 4}, "ConvTranspose2D(1, 2×3, stride 3×1, same, dilation 2)", params{{"0.weight", []int{1, 1, 2, 3}}, {"0.bias", []int{1}}}},
		{nn.Upsample{Scale: 2}, []int{3, 4, 5}, []int{3, 8, 10}, "Upsample(2)", nil},
		{nn.Upsample{ScaleHW: [2]int{1, 3}, Bilinear: true}, []int{3, 4, 5}, []int{3, 4, 15}, "Upsample(1×3, bilinear)", nil},
		{nn.MaxPool2D{Size: 2}, []int{3, 9, 8}, []int{3, 4, 4}, "MaxPool2D(2×2)", nil},
		{nn.MaxPool2D{Size: 3, Stride: 1, Pad: 1}, []int{3, 9, 8}, []int{3, 9, 8}, "MaxPool2D(3×3, stride 1, pad 1)", nil},
		{nn.AvgPool2D{Size: 2, Stride: 2}, []int{3, 9, 8}, []int{3, 4, 4}, "AvgPool2D(2×2)", nil},
		{nn.AvgPool2D{Size: 3, Stride: 2, Pad: 1}, []int{1, 5, 4}, []int{1, 3, 2}, "AvgPool2D(3×3, stride 2, pad 1)", nil},
		{nn.ReLU{}, []int{2, 3, 4}, []int{2, 3, 4}, "ReLU", nil},
		{nn.Sigmoid{}, []int{7}, []int{7}, "Sigmoid", nil},
		{nn.Tanh{}, []int{2, 3}, []int{2, 3}, "Tanh", nil},
		{nn.LeakyReLU{}, []int{7}, []int{7}, "LeakyReLU(0.01)", nil},
		{nn.LeakyReLU{Slope: .2}, []int{2, 3, 4}, []int{2, 3, 4}, "LeakyReLU(0.2)", nil},
		{nn.ELU{}, []int{7}, []int{7}, "ELU(1)", nil},
		{nn.ELU{Alpha: .5}, []int{2, 3}, []int{2, 3}, "ELU(0.5)", nil},
		{nn.GELU{}, []int{7}, []int{7}, "GELU", nil},
		{nn.GELU{Tanh: true}, []int{2, 3}, []int{2, 3}, "GELU(tanh)", nil},
		{nn.SiLU{}, []int{7}, []int{7}, "SiLU", nil},
		{nn.Softplus{}, []int{7}, []int{7}, "Softplus", nil},
		{nn.Softplus{Beta: 2}, []int{7}, []int{7}, "Softplus(2)", nil},
		{nn.Softmax{}, []int{2, 3}, []int{2, 3}, "Softmax", nil},
		{nn.Flatten{}, []int{2, 3, 4}, []int{24}, "Flatten", nil},
		{nn.Flatten{}, []int{24}, []int{24}, "Flatten", nil},
		{nn.Dropout{Rate: .25}, []int{2, 3, 4}, []int{2, 3, 4}, "Dropout(0.25)", nil},
		{nn.BatchNorm{}, []int{2, 3, 4}, []int{2, 3, 4}, "BatchNorm", params{{"0.weight", []int{2}}, {"0.bias", []int{2}}}},
		{nn.BatchNorm{NoAffine: true, Cumulative: true}, []int{5}, []int{5}, "BatchNorm(not affine, cumulative)", nil},
		{nn.LayerNorm{}, []int{5}, []int{5}, "LayerNorm", params{{"0.weight", []int{5}}, {"0.bias", []int{5}}}},
		{nn.LayerNorm{}, []int{4, 5}, []int{4, 5}, "LayerNorm", params{{"0.weight", []int{5}}, {"0.bias", []int{5}}}},
		{nn.LayerNorm{Dims: 3, NoBias: true}, []int{2, 3, 4}, []int{2, 3, 4}, "LayerNorm(3 dimensions, no bias)", params{{"0.weight", []int{2, 3, 4}}}},
		{nn.LayerNorm{NoAffine: true}, []int{2, 3}, []int{2, 3}, "LayerNorm(not affine)", nil},
		{nn.RMSNorm{}, []int{4, 5}, []int{4, 5}, "RMSNorm", params{{"0.weight", []int{5}}}},
		{nn.RMSNorm{Dims: 2, NoAffine: true}, []int{4, 5}, []int{4, 5}, "RMSNorm(2 dimensions, not affine)", nil},
		{nn.GroupNorm{Groups: 2}, []int{4, 3, 2}, []int{4, 3, 2}, "GroupNorm(2)", params{{"0.weight", []int{4}}, {"0.bias", []int{4}}}},
		{nn.GroupNorm{Groups: 1, NoAffine: true}, []int{4}, []int{4}, "GroupNorm(1, not affine)", nil},
		{nn.GlobalAvgPool{}, []int{4, 3, 2}, []int{4}, "GlobalAvgPool", nil},
		{nn.GlobalAvgPool{}, []int{4, 3}, []int{4}, "GlobalAvgPool", nil},
		{nn.Reshape{Shape: []int{3, 4, 2}}, []int{24}, []int{3, 4, 2}, "Reshape(3×4×2)", nil},
		{nn.PadChannels{Before: 1, After: 2}, []int{2, 3, 4}, []int{5, 3, 4}, "PadChannels(1, 2)", nil},
		{nn.Residual{Body: nn.Dense{Units: 3}}, []int{3}, []int{3}, "Residual", params{{"0.body.weight", []int{3, 3}}, {"0.body.bias", []int{3}}}},
		{
			nn.Residual{Body: nn.Sequential(nn.ReLU{}, nn.Dense{Units: 2}), Shortcut: nn.Dense{Units: 2, NoBias: true}},
			[]int{3},
			[]int{2},
			"Residual",
			params{{"0.body.1.weight", []int{2, 3}}, {"0.body.1.bias", []int{2}}, {"0.shortcut.weight", []int{2, 3}}},
		},
		{nn.Branches{Layers: []nn.Layer{nn.Seq{}, nn.Dense{Units: 3, NoBias: true}}}, []int{3}, []int{3}, "Branches", params{{"0.1.weight", []int{3, 3}}}},
		{nn.Branches{Layers: []nn.Layer{nn.Conv2D{Filters: 2, Kernel: 1, NoBias: true}, nn.ReLU{}}, Concat: true}, []int{3, 4, 5}, []int{5, 4, 5}, "Branches(concat)", params{{"0.0.weight", []int{2, 3, 1, 1}}}},
		{nn.Dropout{Rate: .25, Channels: true}, []int{2, 3, 4}, []int{2, 3, 4}, "Dropout(0.25, channels)", nil},
		{nn.Noise{SD: .1}, []int{2, 3, 4}, []int{2, 3, 4}, "Noise(0.1)", nil},
		{nn.Latent{Units: 2}, []int{3}, []int{2}, "Latent(2)", params{{"0.mean.weight", []int{2, 3}}, {"0.mean.bias", []int{2}}, {"0.log_variance.weight", []int{2, 3}}, {"0.log_variance.bias", []int{2}}}},
		{nn.Latent{Units: 1, Beta: 4, Mean: true}, []int{3}, []int{1}, "Latent(1, beta 4, mean)", params{{"0.mean.weight", []int{1, 3}}, {"0.mean.bias", []int{1}}, {"0.log_variance.weight", []int{1, 3}}, {"0.log_variance.bias", []int{1}}}},
		{
			nn.RNN{Hidden: 2, ReLU: true, Carry: 3},
			[]int{4, 3},
			[]int{4, 2},
			"RNN(2, ReLU, carries 3 rows)",
			params{{"0.weight_ih_l0", []int{2, 3}}, {"0.weight_hh_l0", []int{2, 2}}, {"0.bias_ih_l0", []int{2}}, {"0.bias_hh_l0", []int{2}}},
		},
		{
			nn.LSTM{Hidden: 2, Layers: 2, Dropout: .1, NoBias: true},
			[]int{4, 3},
			[]int{4, 2},
			"LSTM(2, 2 layers, dropout 0.1, no bias)",
			params{{"0.weight_ih_l0", []int{8, 3}}, {"0.weight_hh_l0", []int{8, 2}}, {"0.weight_ih_l1", []int{8, 2}}, {"0.weight_hh_l1", []int{8, 2}}},
		},
		{
			nn.GRU{Hidden: 2},
			[]int{1, 3},
			[]int{1, 2},
			"GRU(2)",
			params{{"0.weight_ih_l0", []int{6, 3}}, {"0.weight_hh_l0", []int{6, 2}}, {"0.bias_ih_l0", []int{6}}, {"0.bias_hh_l0", []int{6}}},
		},
		{nn.Last{}, []int{4, 3}, []int{3}, "Last", nil},
		{nn.Rows{F: same}, []int{2, 3}, []int{2, 3}, "Rows", nil},
		{nn.Rows{Name: "Swish", F: same}, []int{6}, []int{6}, "Swish", nil},
		{nn.Sequential(nn.Flatten{}, nn.Dense{Units: 2}), []int{2, 3}, []int{2}, "Sequential", params{{"0.1.weight", []int{2, 6}}, {"0.1.bias", []int{2}}}},
		{nn.Sequential(), []int{2, 3}, []int{2, 3}, "Sequential", nil},
	} {
		t.Run(fmt.Sprint(c.text, c.input), func(t *testing.T) {
			assert.Equal(t, c.text, fmt.Sprint(c.layer))
			m := newModel(t, nn.Sequential(c.layer), nn.Config{Input: c.input})
			assert.Equal(t, c.input, m.InputShape())
			assert.Equal(t, c.output, m.OutputShape())
			require.Len(t, m.Params(), len(c.params))
			total := 0
			for i, p := range m.Params() {
				assert.Equal(t, c.params[i].name, p.Name)
				assert.Equal(t, c.params[i].shape, p.Shape)
				assert.Len(t, p.Grad, len(p.Value))
				total += len(p.Value)
			}
			assert.Equal(t, total, m.NumParams())
			size := 1
			for _, d := range c.output {
				size *= d
			}
			in := 1
			for _, d := range c.input {
				in *= d
			}
			y, err := m.Predict(nil, normal(17*in, "layers"))
			require.NoError(t, err)
			assert.Len(t, y, 17*size)
		})
	}
}

func same(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) { return x, nil }

// A layer that cannot be is an error that names it, its place, and what was
// wanted; shapes that do not chain are both told.
func TestLayerErrors(t *testing.T) {
	image, row := []int{2, 9, 7}, []int{5}
	for _, c := range []struct {
		net   nn.Layer
		input []int
		want  string
	}{
		{nn.Sequential(nn.Dense{}), row, "layer 0 (Dense(0)): Units = 0: want 1 or more"},
		{nn.Sequential(nn.ReLU{}, nn.Dense{Units: -3}), row, "layer 1 (Dense(-3)): Units = -3: want 1 or more"},
		{nn.Sequential(nn.Dense{Units: 3}), image, "layer 0 (Dense(3)): rows of shape [2 9 7]: want [features] or [T features]: put Flatten before it"},
		{nn.Sequential(nn.Conv2D{Kernel: 3}), image, "layer 0 (Conv2D(0, 3×3)): Filters = 0: want 1 or more"},
		{nn.Sequential(nn.Conv2D{Filters: 3}), image, "layer 0 (Conv2D(3, 0×0)): Kernel = 0: want 1 or more"},
		{nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 3, Stride: -1}), image, "Stride = -1: want 0 or more"},
		{nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 3, Pad: -1}), image, "Pad = -1: want 0 or more"},
		{nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 3}), row, "rows of shape [5]: want [channels height width]"},
		{nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 8}), image, "layer 0 (Conv2D(3, 8×8)): kernel 8×8 on rows of shape [2 9 7]: want at most the padded image, 9×7"},
		{nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 12, Pad: 2}), image, "kernel 12×12 on rows of shape [2 9 7]: want at most the padded image, 13×11"},
		{nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 3, Pad: 1, Same: true}), image, "layer 0 (Conv2D(3, 3×3, pad 1, same)): Pad = 1: want 0 with Same"},
		{nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 3, Same: true}), row, "rows of shape [5]: want [channels height width]"},
		{nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 3, KernelHW: [2]int{3, 3}}), image, "layer 0 (Conv2D(3, 3×3)): Kernel = 3: want 0 with KernelHW"},
		{nn.Sequential(nn.Conv2D{Filters: 3, KernelHW: [2]int{3, 0}}), image, "layer 0 (Conv2D(3, 3×0)): KernelHW[1] = 0: want 1 or more"},
		{nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 3, StrideHW: [2]int{-1, 1}}), image, "StrideHW[0] = -1: want 0 or more"},
		{nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 3, Stride: 1, StrideHW: [2]int{2, 1}}), image, "Stride = 1: want 0 with StrideHW"},
		{nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 3, PadHW: [2]int{0, 1}, Same: true}), image, "PadHW = [0 1]: want 0 with Same"},
		{nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 3, Dilation: -1}), image, "Dilation = -1: want 0 or more"},
		{nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 3, Dilation: 4}), image, "kernel 3×3, dilated to 9×9, on rows of shape [2 9 7]: want at most the padded image, 9×7"},
		{nn.Sequential(nn.Conv2D{Filters: 4, Kernel: 3, Groups: -2}), image, "Groups = -2: want 0 or more"},
		{nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 3, Groups: 2}), image, "layer 0 (Conv2D(3, 3×3, groups 2)): Groups = 2: want a divisor of the 2 channels and of Filters = 3"},
		{nn.Sequential(nn.Conv1D{Filters: 3, Kernel: 3}), image, "layer 0 (Conv1D(3, 3)): rows of shape [2 9 7]: want [channels length]"},
		{nn.Sequential(nn.Reshape{Shape: []int{18, 7}}, nn.Conv1D{Filters: 3, Kernel: 5, Dilation: 2}), image, "layer 1 (Conv1D(3, 5, dilation 2)): kernel 5, dilated to 9, on rows of shape [18 7]: want at most the padded length, 7"},
		{nn.Sequential(nn.Reshape{Shape: []int{18, 7}}, nn.Conv1D{Filters: 3, Kernel: 5, Groups: 4}), image, "Groups = 4: want a divisor of the 18 channels and of Filters = 3"},
		{nn.Sequential(nn.ConvTranspose2D{Filters: 3, Kernel: 3, PadHW: [2]int{1, 5}}), image, "PadHW[1] = 5: want at most 4 for rows of shape [2 9 7], so that a pixel remains"},
		{nn.Sequential(nn.ConvTranspose2D{Filters: 3, Kernel: 3, StrideHW: [2]int{2, 1}, OutputPadHW: [2]int{1, 1}}), image, "OutputPadHW[1] = 1: want 0 to 0, less than Stride"},
		{nn.Sequential(nn.ConvTranspose2D{Filters: 3, Kernel: 3, Stride: 2, OutputPad: 1, OutputPadHW: [2]int{1, 1}}), image, "OutputPad = 1: want 0 with OutputPadHW"},
		{nn.Sequential(nn.ConvTranspose2D{Filters: 3, Kernel: 3, Groups: 2}), image, "Groups = 2: want a divisor of the 2 channels and of Filters = 3"},
		{nn.Sequential(nn.Upsample{}), image, "layer 0 (Upsample(0)): Scale = 0: want 1 or more"},
		{nn.Sequential(nn.Upsample{Scale: 2, ScaleHW: [2]int{1, 2}}), image, "Scale = 2: want 0 with ScaleHW"},
		{nn.Sequential(nn.Upsample{Scale: 2}), row, "layer 0 (Upsample(2)): rows of shape [5]: want [channels height width]"},
		{nn.Sequential(nn.ConvTranspose2D{Kernel: 3}), image, "layer 0 (ConvTranspose2D(0, 3×3)): Filters = 0: want 1 or more"},
		{nn.Sequential(nn.ConvTranspose2D{Filters: 3}), image, "Kernel = 0: want 1 or more"},
		{nn.Sequential(nn.ConvTranspose2D{Filters: 3, Kernel: 3, Stride: -1}), image, "Stride = -1: want 0 or more"},
		{nn.Sequential(nn.ConvTranspose2D{Filters: 3, Kernel: 3, Pad: -1}), image, "Pad = -1: want 0 or more"},
		{nn.Sequential(nn.ConvTranspose2D{Filters: 3, Kernel: 3, Pad: 5}), image, "layer 0 (ConvTranspose2D(3, 3×3, pad 5)): Pad = 5: want at most 4 for rows of shape [2 9 7], so that a pixel remains"},
		{nn.Sequential(nn.ConvTranspose2D{Filters: 3, Kernel: 3, OutputPad: 1}), image, "OutputPad = 1: want 0 to 0, less than Stride"},
		{nn.Sequential(nn.ConvTranspose2D{Filters: 3, Kernel: 3, Stride: 2, OutputPad: -1}), image, "OutputPad = -1: want 0 to 1, less than Stride"},
		{nn.Sequential(nn.ConvTranspose2D{Filters: 3, Kernel: 3, Pad: 1, Same: true}), image, "Pad = 1: want 0 with Same"},
		{nn.Sequential(nn.ConvTranspose2D{Filters: 3, Kernel: 3, Stride: 2, OutputPad: 1, Same: true}), image, "OutputPad = 1: want 0 with Same"},
		{nn.Sequential(nn.ConvTranspose2D{Filters: 3, Kernel: 3}), row, "layer 0 (ConvTranspose2D(3, 3×3)): rows of shape [5]: want [channels height width]"},
		{nn.Sequential(nn.MaxPool2D{}), image, "layer 0 (MaxPool2D(0×0)): Size = 0: want 1 or more"},
		{nn.Sequential(nn.MaxPool2D{Size: 2, Stride: -2}), image, "Stride = -2: want 0 (Size) or more"},
		{nn.Sequential(nn.MaxPool2D{Size: 3, Pad: 2}), image, "Pad = 2: want 0 to 1, half of Size"},
		{nn.Sequential(nn.MaxPool2D{Size: 2}), row, "rows of shape [5]: want [channels height width]"},
		{nn.Sequential(nn.MaxPool2D{Size: 8}), image, "window 8×8 on rows of shape [2 9 7]: want at most the padded image, 9×7"},
		{nn.Sequential(nn.AvgPool2D{Size: -1}), image, "Size = -1: want 1 or more"},
		{nn.Sequential(nn.AvgPool2D{Size: 2, Pad: -1}), image, "Pad = -1: want 0 to 1, half of Size"},
		{nn.Sequential(nn.AvgPool2D{Size: 10, Pad: 1}), image, "window 10×10 on rows of shape [2 9 7]: want at most the padded image, 11×9"},
		{nn.Sequential(nn.Dropout{Rate: 1}), row, "layer 0 (Dropout(1)): Rate = 1: want [0, 1)"},
		{nn.Sequential(nn.Dropout{Rate: -.1}), row, "Rate = -0.1: want [0, 1)"},
		{nn.Sequential(nn.Dropout{Rate: math.NaN()}), row, "Rate = NaN: want [0, 1)"},
		{nn.Sequential(nn.BatchNorm{Momentum: -1}), row, "layer 0 (BatchNorm): Momentum = -1: want 0 (.1) to 1"},
		{nn.Sequential(nn.BatchNorm{Momentum: math.NaN()}), row, "Momentum = NaN: want 0 (.1) to 1"},
		{nn.Sequential(nn.BatchNorm{Momentum: .5, Cumulative: true}), row, "Momentum = 0.5: want 0 with Cumulative"},
		{nn.Sequential(nn.BatchNorm{Eps: -1}), row, "layer 0 (BatchNorm): Eps = -1: want 0 (1e-05) to 1"},
		{nn.Sequential(nn.LayerNorm{Eps: 2}), row, "layer 0 (LayerNorm): Eps = 2: want 0 (1e-05) to 1"},
		{nn.Sequential(nn.LayerNorm{Dims: 2}), row, "Dims = 2: want 0 (1) to 1, the dimensions of rows of shape [5]"},
		{nn.Sequential(nn.LayerNorm{Dims: -1}), image, "Dims = -1: want 0 (1) to 3, the dimensions of rows of shape [2 9 7]"},
		{nn.Sequential(nn.RMSNorm{Eps: math.NaN()}), row, "layer 0 (RMSNorm): Eps = NaN: want 0 (1.1920928955078125e-07) to 1"},
		{nn.Sequential(nn.RMSNorm{Dims: 4}), image, "layer 0 (RMSNorm(4 dimensions)): Dims = 4: want 0 (1) to 3"},
		{nn.Sequential(nn.GroupNorm{}), image, "layer 0 (GroupNorm(0)): Groups = 0: want a divisor of the 2 channels"},
		{nn.Sequential(nn.GroupNorm{Groups: 3}), image, "layer 0 (GroupNorm(3)): Groups = 3: want a divisor of the 2 channels"},
		{nn.Sequential(nn.GroupNorm{Groups: 1, Eps: -1}), image, "Eps = -1: want 0 (1e-05) to 1"},
		{nn.Sequential(nn.GlobalAvgPool{}), row, "layer 0 (GlobalAvgPool): rows of shape [5]: want [channels height width]"},
		{nn.Sequential(nn.Reshape{}), row, "layer 0 (Reshape()): Shape = []: want dimensions of 1 or more, 5 values in all, as rows of shape [5] have"},
		{nn.Sequential(nn.Reshape{Shape: []int{2, 3}}), row, "layer 0 (Reshape(2×3)): Shape = [2 3]: want dimensions of 1 or more, 5 values in all, as rows of shape [5] have"},
		{nn.Sequential(nn.Reshape{Shape: []int{-1, -5}}), row, "Shape = [-1 -5]: want dimensions of 1 or more"},
		{nn.Sequential(nn.Reshape{Shape: []int{5, math.MaxInt, math.MaxInt}}), row, "want dimensions of 1 or more"},
		{nn.Sequential(nn.Residual{}), row, "layer 0.body (nil): want a layer"},
		{nn.Sequential(nn.Residual{Body: nn.ReLU{}, Shortcut: (*nn.Dense)(nil)}), row, "layer 0.shortcut (nil): want a layer"},
		{nn.Sequential(nn.Residual{Body: nn.Dense{Units: 3}}), row, "layer 0 (Residual): rows of shape [3] from the body and [5] from the input, which is the shortcut: want one shape"},
		{nn.Sequential(nn.Residual{Body: nn.Conv2D{Filters: 4, Kernel: 3, Stride: 2, Pad: 1}, Shortcut: nn.Conv2D{Filters: 4, Kernel: 1}}), image, "layer 0 (Residual): rows of shape [4 5 4] from the body and [4 9 7] from the shortcut: want one shape"},
		{nn.Sequential(nn.Residual{Body: nn.ReLU{}, Shortcut: nn.Dense{}}), row, "layer 0.shortcut (Dense(0)): Units = 0: want 1 or more"},
		{nn.Sequential(nn.PadChannels{Before: -1}), image, "layer 0 (PadChannels(-1, 0)): Before = -1: want 0 or more"},
		{nn.Sequential(nn.PadChannels{After: math.MaxInt}), image, "After = 9223372036854775807: want at most "},
		{nn.Sequential(nn.PadChannels{}), row, "rows of shape [5]: want [channels height width]"},
		{nn.ResNet(21, 10, nn.ResNetA), image, "layer 0 (ResNet(21)): depth = 21: want 8, 14, 20 or another 6n + 2"},
		{nn.ResNet(2, 10, nn.ResNetA), image, "layer 0 (ResNet(2)): depth = 2: want 8, 14, 20 or another 6n + 2"},
		{nn.ResNet(math.MinInt, 10, nn.ResNetB), image, "want 8, 14, 20 or another 6n + 2"},
		{nn.ResNet(8, 10, 3), image, "layer 0 (ResNet(8)): shortcut = 3: want ResNetA or ResNetB"},
		{nn.ResNet(8, 0, nn.ResNetB), image, "layer 10 (Dense(0)): Units = 0: want 1 or more"},
		{nn.Sequential(nn.Branches{}), row, "layer 0 (Branches): Layers = []: want one or more"},
		{nn.Sequential(nn.Branches{Layers: []nn.Layer{nn.ReLU{}, nil}}), row, "layer 0.1 (nil): want a layer"},
		{nn.Sequential(nn.Branches{Layers: []nn.Layer{nn.ReLU{}, nn.Tanh{}, nn.Dense{Units: 3}}}), row, "layer 0 (Branches): rows of shape [5] from layer 0 and [3] from layer 2: want one shape"},
		{nn.Sequential(nn.Branches{Layers: []nn.Layer{nn.ReLU{}, nn.MaxPool2D{Size: 2}}, Concat: true}), image, "layer 0 (Branches(concat)): rows of shape [2 9 7] from layer 0 and [2 4 3] from layer 1: want them equal except in the first dimension"},
		{nn.Sequential(nn.Branches{Layers: []nn.Layer{nn.ReLU{}, nn.Flatten{}}, Concat: true}), image, "rows of shape [2 9 7] from layer 0 and [126] from layer 1: want them equal except in the first dimension"},
		{nn.Sequential(nn.Noise{SD: -1}), row, "layer 0 (Noise(-1)): SD = -1: want 0 or more, finite"},
		{nn.Sequential(nn.Noise{SD: math.Inf(1)}), row, "SD = +Inf: want 0 or more, finite"},
		{nn.Sequential(nn.Latent{}), row, "layer 0 (Latent(0)): Units = 0: want 1 or more"},
		{nn.Sequential(nn.Latent{Units: 2, Beta: -1}), row, "layer 0 (Latent(2, beta -1)): Beta = -1: want 0 (1) or more, finite"},
		{nn.Sequential(nn.Latent{Units: 2, Beta: math.NaN()}), row, "Beta = NaN: want 0 (1) or more, finite"},
		{nn.Sequential(nn.Latent{Units: 2}), image, "layer 0.mean (Dense(2)): rows of shape [2 9 7]: want [features] or [T features]: put Flatten before it"},
		{nn.Sequential(nn.Dropout{Rate: 1, Channels: true}), row, "layer 0 (Dropout(1, channels)): Rate = 1: want [0, 1)"},
		{nn.Sequential(nn.LeakyReLU{Slope: -1}), row, "layer 0 (LeakyReLU(-1)): Slope = -1: want 0 (0.01) or more, finite"},
		{nn.Sequential(nn.LeakyReLU{Slope: math.Inf(1)}), row, "Slope = +Inf: want 0 (0.01) or more, finite"},
		{nn.Sequential(nn.ELU{Alpha: -1}), row, "layer 0 (ELU(-1)): Alpha = -1: want 0 (1) or more, finite"},
		{nn.Sequential(nn.ELU{Alpha: math.NaN()}), row, "Alpha = NaN: want 0 (1) or more, finite"},
		{nn.Sequential(nn.Softplus{Beta: -1}), row, "layer 0 (Softplus(-1)): Beta = -1: want 0 (1) or more, finite"},
		{nn.Sequential(nn.Softplus{Beta: math.NaN()}), row, "Beta = NaN: want 0 (1) or more, finite"},
		{nn.Sequential(nn.LSTM{}), row, "layer 0 (LSTM(0)): Hidden = 0: want 1 or more"},
		{nn.Sequential(nn.LSTM{Hidden: 2, Layers: -1}), row, "Layers = -1: want 0 or more"},
		{nn.Sequential(nn.LSTM{Hidden: 2, Carry: -1}), row, "Carry = -1: want 0 or more"},
		{nn.Sequential(nn.LSTM{Hidden: 2, Dropout: 1}), image, "layer 0 (LSTM(2, dropout 1)): Dropout = 1: want [0, 1)"},
		{nn.Sequential(nn.LSTM{Hidden: 2, ForgetBias: math.Inf(1)}), image, "ForgetBias = +Inf: want a finite number"},
		{nn.Sequential(nn.LSTM{Hidden: 2, ForgetBias: 1, NoBias: true}), image, "ForgetBias = 1: want 0 with NoBias"},
		{nn.Sequential(nn.GRU{Hidden: 2}), row, "layer 0 (GRU(2)): rows of shape [5]: want [positions features]"},
		{nn.Sequential(nn.RNN{Hidden: 2}), image, "layer 0 (RNN(2)): rows of shape [2 9 7]: want [positions features]"},
		{nn.Sequential(nn.Reshape{Shape: []int{5, 1}}, nn.RNN{Hidden: 2, Carry: 3}, nn.GRU{Hidden: 2, Carry: 4}), row, `layer 2 (GRU(2, carries 4 rows)): state "2.h_l0" of 4 rows: want 3, as for "1.h_l0"`},
		{nn.Sequential(nn.Last{}), row, "rows of shape [5]: want 2 or more dimensions"},
		{nn.Sequential(nn.Rows{Name: "Mine"}), row, "layer 0 (Mine): F = <nil>: want a function"},
		{nn.Sequential(nn.Flatten{}, nil), row, "layer 1 (nil): want a layer"},
		{nn.Sequential(nn.Flatten{}, nn.Sequential(nil)), row, "layer 1.0 (nil): want a layer"},
		{nn.Sequential(nn.Func(nothing)), row, "layer 0 (Func): it returned no node"},
		{nn.Func(nothing), row, "nn: Func: it returned no node"},
		{nn.Dense{}, row, "nn: Dense(0): Units = 0: want 1 or more"},
		{nn.Rows{F: nothing}, row, "nn: Rows: its function returned <nil>: want rows of shape [16 ...]"},
		{nn.Rows{F: transposed}, row, "want rows of shape [16 ...]"},
		{nn.Func(onRows), row, "nn: Func: it returned a node of shape (16, 5): want lanes [1 ... 16]"},
		{nn.Sequential(nn.Func(onRows), nn.ReLU{}), row, "layer 0 (Func): it returned a node of shape (16, 5): want lanes [1 ... 16]"},
		{nn.Sequential(nn.Func(onScalar)), row, "layer 0 (Func): it returned a node of shape (): want lanes [1 ... 16]"},
		// The second convolution gets what the first leaves: both shapes are told.
		{nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 5}, nn.Sequential(nn.ReLU{}, nn.Conv2D{Filters: 3, Kernel: 4})), image, "layer 1.1 (Conv2D(3, 4×4)): kernel 4×4 on rows of shape [3 5 3]: want at most the padded image, 5×3"},
		{nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 7}, nn.MaxPool2D{Size: 2}), image, "layer 1 (MaxPool2D(2×2)): window 2×2 on rows of shape [3 3 1]: want at most the padded image, 3×1"},
		{nn.Sequential(nn.Flatten{}, nn.Conv2D{Filters: 3, Kernel: 3}), image, "layer 1 (Conv2D(3, 3×3)): rows of shape [126]: want [channels height width]"},
	} {
		_, err := nn.NewModel(c.net, nn.Config{Input: c.input})
		require.Error(t, err, c.want)
		assert.ErrorContains(t, err, c.want)
		assert.ErrorContains(t, err, "nn: ")
	}
}

func nothing(*nn.Scope, *gorgonia.Node) (*gorgonia.Node, error) { return nil, nil }

func transposed(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	return gorgonia.Transpose(x, 1, 0)
}

func onScalar(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.Sum(x) }

func onRows(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) { return s.ToRows(x, s.Rows()) }

func TestConfigErrors(t *testing.T) {
	net := nn.Sequential(nn.Dense{Units: 2})
	loss := nn.SquaredError{}
	failing := nn.LossFunc(func(s *nn.Scope, y *gorgonia.Node) (*gorgonia.Node, error) { return y, nil })
	absent := nn.LossFunc(nothing)
	for _, c := range []struct {
		net  nn.Layer
		cfg  nn.Config
		want string
	}{
		{nil, nn.Config{Input: []int{5}}, "nn: network is nil: want a layer"},
		{net, nn.Config{}, "nn: Config.Input is empty: want the shape of a row, such as [1 28 28]"},
		{net, nn.Config{Input: []int{5, 0}}, "nn: Config.Input: shape [5 0]: want dimensions of 1 or more"},
		{net, nn.Config{Input: []int{-5}}, "nn: Config.Input: shape [-5]: want dimensions of 1 or more"},
		{net, nn.Config{Input: []int{math.MaxInt, 3}}, fmt.Sprintf("nn: Config.Input: shape [%d 3]: too large", math.MaxInt)},
		{net, nn.Config{Input: []int{5}, Threads: -1}, "nn: Threads = -1: want 0 (all processors) or more"},
		{net, nn.Config{Input: []int{5}, ISA: 99}, "nn: ISA(99): want auto, go"},
		{net, nn.Config{Input: []int{5}, SkipZeros: 7}, "nn: SkipZeros(7): want "},
		{nn.Sequential(nn.Flatten{}), nn.Config{Input: []int{5}, Loss: loss}, "nn: the network has no parameters to train"},
		{net, nn.Config{Input: []int{5}, Loss: failing}, "want a scalar node"},
		{net, nn.Config{Input: []int{5}, Loss: absent}, "nn: loss: <nil>: want a scalar node"},
		{nn.Sequential(nn.Conv2D{Filters: 2, Kernel: 1}), nn.Config{Input: []int{1, 2, 2}, Loss: nn.SoftmaxCrossEntropy{}}, "nn: loss: SoftmaxCrossEntropy: output rows of shape [2 2 2]: want [classes] or [positions classes]"},
		{nn.Sequential(nn.Func(twice)), nn.Config{Input: []int{5}}, `layer 0 (Func): parameter "0.w" is declared twice: want unique names`},
		{nn.Sequential(nn.Func(paramAndState)), nn.Config{Input: []int{5}}, `layer 0 (Func): state "0.w" is declared twice: want unique names`},
		{nn.Sequential(nn.Func(unused)), nn.Config{Input: []int{5}, Loss: loss}, "does not depend on 0.w"},
		{nn.Sequential(nn.Func(noShape)), nn.Config{Input: []int{5}}, `parameter "0.w": shape [2 0]: want dimensions of 1 or more`},
		{nn.Sequential(nn.Func(noInit)), nn.Config{Input: []int{5}}, `parameter "0.w": initializer is nil`},
	} {
		_, err := nn.NewModel(c.net, c.cfg)
		assert.ErrorContains(t, err, c.want)
	}
}

func twice(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	if _, err := s.Param("w", nn.Constant(1), nn.Fans{}, 2); err != nil {
		return nil, err
	}
	_, err := s.Param("w", nn.Constant(1), nn.Fans{}, 2)
	return x, err
}

func paramAndState(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	if _, err := s.Param("w", nn.Constant(1), nn.Fans{}, 2); err != nil {
		return nil, err
	}
	_, err := s.State("w", 0, 2)
	return x, err
}

func unused(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	_, err := s.Param("w", nn.Constant(1), nn.Fans{}, 2)
	return x, err
}

func noShape(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	return s.Param("w", nn.Constant(1), nn.Fans{}, 2, 0)
}

func noInit(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	return s.Param("w", nil, nn.Fans{}, 2)
}

// A parameter that only some graphs have is an error, not a surprise.
func TestOtherParametersInAnotherGraph(t *testing.T) {
	late := nn.Func(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		name := "w"
		if !s.Training() {
			name = "v"
		}
		w, err := s.Param(name, nn.Constant(1), nn.Fans{}, 5, lanes.RowShape(x)[0])
		if err != nil {
			return nil, err
		}
		return s.Affine(x, w, nil, false)
	})
	m := newModel(t, nn.Sequential(late), nn.Config{Input: []int{3}})
	_, err := m.Predict(nil, normal(3, "x"))
	assert.EqualError(t, err, `nn: layer 0 (Func): parameter "0.v": not declared at first: want the same parameters in each graph`)

	size := 2
	grows := nn.Func(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		w, err := s.Param("w", nn.Constant(1), nn.Fans{}, size, lanes.RowShape(x)[0])
		size++
		if err != nil {
			return nil, err
		}
		return s.Affine(x, w, nil, false)
	})
	m = newModel(t, nn.Sequential(grows), nn.Config{Input: []int{3}})
	_, err = m.Predict(nil, normal(3, "x"))
	assert.EqualError(t, err, `nn: layer 0 (Func): parameter "0.w" of shape [3 3]: want [2 3], as at first`)
}
