package lanes

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"descent/autograd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// golden is a case of a file in testdata/ops: inputs, output and gradients of an
// operation as PyTorch has them in float64. The scripts there made the files.
type golden struct {
	Op, Name string
	Attr     struct {
		Stride, Padding, Size        int
		Strides, Paddings, Dilations [2]int // of both axes, instead of those of one
		Groups                       int
		Scales                       [2]int
		Bilinear                     bool
		End                          int  // rows and columns of padding more at the end
		OutputPadding                int  `json:"output_padding"`
		CountIncludePad              *int `json:"count_include_pad"`
		N                            int  // dimensions or groups of a norm
		Eps                          float64
		Slope, Alpha, Beta           float64
		Tanh                         bool
		Delta, Smoothing             float64
		ClassWeights                 []float64 `json:"class_weights"`
		PositiveWeights              []float64 `json:"positive_weights"`
	}
	Tensors map[string]struct {
		Shape []int
		Data  []float64
	}
}

func TestGoldens(t *testing.T) {
	for _, file := range []string{"golden.json", "convolutions.json", "activations.json", "losses.json", "recurrent.json"} {
		data, err := os.ReadFile("../../testdata/ops/" + file)
		require.NoError(t, err)
		var cases []golden
		require.NoError(t, json.Unmarshal(data, &cases))
		require.NotEmpty(t, cases)
		for _, c := range cases {
			if n := c.Attr.CountIncludePad; n != nil && *n == 0 {
				continue // not offered: padding always counts
			}
			t.Run(c.Op+" "+c.Name, c.run)
		}
	}
}

const ignored = -100 // PyTorch's ignore_index

func (c golden) run(t *testing.T) {
	shape := c.Tensors["x"].Shape
	if len(shape) == 1 { // a function of numbers: one row of them
		shape = []int{1, shape[0]}
	}
	weights := c.Tensors["weights"].Data
	if labels := c.Tensors["labels"].Data; weights == nil && slices.Contains(labels, ignored) {
		weights = slices.Repeat([]float64{1}, len(labels))
	}
	b, err := NewBuilder(newTestEngine(t, 2), BuilderConfig{Rows: shape[0], Dtype: tensor.Float64, Weights: len(weights) / shape[0]})
	require.NoError(t, err)
	if weights != nil {
		for i, l := range c.Tensors["labels"].Data {
			if l == ignored {
				weights[i] = 0
			}
		}
		copy(b.Weights().Value().Data().([]float64), weights)
	}
	names := []string{"x"}
	wrt := gorgonia.Nodes{variable(t, b, "x", c.Tensors["x"].Data, shape...)}
	input := func(name string) *gorgonia.Node {
		n := variable(t, b, name, c.Tensors[name].Data, c.Tensors[name].Shape...)
		names, wrt = append(names, name), append(wrt, n)
		return n
	}
	x := must(t)(b.FromRows(wrt[0]))
	var statistics gorgonia.Nodes
	var y *gorgonia.Node
	if c.Op == "batch_norm" {
		var mean, variance *gorgonia.Node
		var err error
		y, mean, variance, err = b.BatchNorm(x, input("weight"), input("bias"), BatchNormOptions{Eps: c.Attr.Eps})
		require.NoError(t, err)
		statistics = gorgonia.Nodes{mean, variance}
	} else {
		y = must(t)(c.build(t, b, x, input))
	}
	loss := y
	if len(y.Shape()) > 0 {
		y = must(t)(b.ToRows(y, shape[0]))
		loss = must(t)(autograd.Wrap(y, nil).Dot(autograd.Wrap(constant(t, b, "dy", c.Tensors["dy"].Data, y.Shape()...), nil)).Node())
	}
	s := newTestSession(t, b, Program{Loss: loss, Wrt: wrt, Outputs: append(gorgonia.Nodes{y}, statistics...)})
	require.NoError(t, s.Run(shape[0], 0))
	closeTo(t, c.Tensors["y"].Data, Output[float64](s, 0), "y", c.Op == "sigmoid" || c.Op == "tanh")
	for i := range statistics {
		name := []string{"mean", "variance"}[i]
		closeTo(t, c.Tensors[name].Data, Output[float64](s, i+1), name, false)
	}
	for i, name := range names {
		closeTo(t, c.Tensors["d"+name].Data, GradientOf[float64](s, i), "d"+name, false)
	}
}

// build adds the case's operation; input adds a further input by name, of which
// a gradient is checked.
func (c golden) build(t *testing.T, b *Builder, x *gorgonia.Node, input func(string) *gorgonia.Node) (*gorgonia.Node, error) {
	a := c.Attr
	given := func(name string) *gorgonia.Node {
		return constant(t, b, name, c.Tensors[name].Data, c.Tensors[name].Shape...)
	}
	pool := PoolOptions{H: a.Size, W: a.Size, StrideH: a.Stride, StrideW: a.Stride, PadH: a.Padding, PadW: a.Padding}
	switch c.Op {
	case "conv2d_axes":
		return b.Conv2D(x, input("weight"), input("bias"), Conv2DOptions{
			StrideH: a.Strides[0], StrideW: a.Strides[1], PadH: a.Paddings[0], PadW: a.Paddings[1], DilationH: a.Dilations[0], DilationW: a.Dilations[1], Groups: a.Groups,
		})
	case "conv_transpose2d_axes":
		return b.ConvTranspose2D(x, input("weight"), input("bias"), ConvTranspose2DOptions{
			StrideH: a.Strides[0], StrideW: a.Strides[1], PadH: a.Paddings[0], PadW: a.Paddings[1], DilationH: a.Dilations[0], DilationW: a.Dilations[1], Groups: a.Groups, OutPadH: a.OutputPadding,
		})
	case "conv1d":
		return b.Conv1D(x, input("weight"), input("bias"), Conv1DOptions{Stride: a.Stride, Pad: a.Padding, Dilation: a.Dilations[1], Groups: a.Groups})
	case "upsample":
		return b.Upsample(x, UpsampleOptions{ScaleH: a.Scales[0], ScaleW: a.Scales[1], Bilinear: a.Bilinear})
	case "conv2d":
		return b.Conv2D(x, input("weight"), input("bias"), Conv2DOptions{StrideH: a.Stride, StrideW: a.Stride, PadH: a.Padding, PadW: a.Padding, PadEndH: a.End, PadEndW: a.End})
	case "conv_transpose2d":
		return b.ConvTranspose2D(x, input("weight"), input("bias"), ConvTranspose2DOptions{
			StrideH: a.Stride, StrideW: a.Stride, PadH: a.Padding, PadW: a.Padding, PadEndH: a.End, PadEndW: a.End, OutPadH: a.OutputPadding, OutPadW: a.OutputPadding,
		})
	case "max_pool2d":
		return b.MaxPool2D(x, pool)
	case "avg_pool2d":
		return b.AvgPool2D(x, pool)
	case "linear":
		if len(RowShape(x)) == 1 {
			return b.Affine(x, input("weight"), input("bias"), false)
		}
		return b.AffineLast(x, input("weight"), input("bias"), false)
	case "rnn_tanh", "rnn_relu", "lstm", "gru":
		w, start := RecurrentWeights{Input: input("weight_ih"), Hidden: input("weight_hh")}, RecurrentState{}
		if _, ok := c.Tensors["bias_ih"]; ok {
			w.InputBias, w.HiddenBias = input("bias_ih"), input("bias_hh")
		}
		if _, ok := c.Tensors["h"]; ok {
			start.H = given("h")
		}
		if _, ok := c.Tensors["c"]; ok {
			start.C = given("c")
		}
		y, _, err := b.Recurrent(map[string]Cell{"rnn_tanh": TanhCell, "rnn_relu": ReLUCell, "lstm": LSTMCell, "gru": GRUCell}[c.Op], x, w, start)
		return y, err
	case "batch_norm_fixed":
		return b.BatchNormFixed(x, input("weight"), input("bias"), given("mean"), given("variance"), BatchNormOptions{Eps: a.Eps})
	case "layer_norm":
		return b.LayerNorm(x, input("weight"), input("bias"), a.N, a.Eps)
	case "rms_norm":
		return b.RMSNorm(x, input("weight"), a.N, a.Eps)
	case "group_norm":
		return b.GroupNorm(x, input("weight"), input("bias"), a.N, a.Eps)
	case "global_avg_pool":
		return b.GlobalAvgPool(x)
	case "relu":
		return b.ReLU(x)
	case "sigmoid":
		return b.Sigmoid(x)
	case "tanh":
		return b.Tanh(x)
	case "leaky_relu":
		return b.LeakyReLU(x, a.Slope)
	case "elu":
		return b.ELU(x, a.Alpha)
	case "gelu":
		return b.GELU(x, a.Tanh)
	case "silu":
		return b.SiLU(x)
	case "softplus":
		return b.Softplus(x, a.Beta)
	case "softmax":
		return b.Softmax(x)
	case "cross_entropy", "cross_entropy_with":
		labels := must(t)(b.Input("labels", tensor.Int32, c.Tensors["labels"].Shape...))
		for i, l := range c.Tensors["labels"].Data {
			labels.Value().Data().([]int32)[i] = int32(l)
		}
		return b.SoftmaxCrossEntropyWith(x, labels, CrossEntropyOptions{Smoothing: a.Smoothing, ClassWeights: a.ClassWeights})
	case "l1":
		return b.AbsoluteError(x, must(t)(b.FromRows(input("target"))))
	case "huber":
		return b.Huber(x, must(t)(b.FromRows(input("target"))), a.Delta)
	case "gaussian_kl":
		return b.GaussianKL(x, must(t)(b.FromRows(input("log"))))
	case "bce":
		target := constant(t, b, "target", c.Tensors["target"].Data, c.Tensors["target"].Shape...)
		return b.BinaryCrossEntropy(x, must(t)(b.FromRows(target)), a.PositiveWeights)
	case "mse_mean", "mse_sum":
		target := constant(t, b, "target", c.Tensors["target"].Data, c.Tensors["target"].Shape...)
		loss := autograd.Wrap(b.SquaredError(x, must(t)(b.FromRows(target)), false))
		if c.Op == "mse_sum" {
			loss = loss.Mul(autograd.Const(float64(len(c.Tensors["target"].Data))))
		}
		return loss.Node()
	}
	t.Fatalf("unknown operation %s", c.Op)
	return nil, nil
}

// closeTo wants each value within 1e-12 of the largest, or of itself if each.
func closeTo(t *testing.T, want, got []float64, name string, each bool) {
	t.Helper()
	require.Len(t, got, len(want), name)
	var largest float64
	for _, v := range want {
		largest = max(largest, math.Abs(v))
	}
	for i, v := range want {
		scale := largest
		if each {
			scale = math.Abs(v)
		}
		assert.InDelta(t, v, got[i], 1e-12*scale, "%s[%d]", name, i)
	}
}
