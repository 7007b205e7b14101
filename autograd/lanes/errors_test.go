package lanes

import (
	"testing"

	"descent/internal/graph"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func TestEngineErrors(t *testing.T) {
	_, err := NewEngine(EngineConfig{Threads: -1})
	assert.EqualError(t, err, "lanes: Threads = -1: want 0 (all processors) or more")
	_, err = NewEngine(EngineConfig{Threads: 1_000_000})
	assert.EqualError(t, err, "lanes: Threads = 1000000: want at most 1024")
	_, err = NewEngine(EngineConfig{ISA: ISA(77)})
	assert.ErrorContains(t, err, "lanes: ")
	_, err = ParseISA("mmx")
	assert.ErrorContains(t, err, "mmx")
	assert.ErrorContains(t, err, "avx2")
}

func TestNewBuilderErrors(t *testing.T) {
	e := newTestEngine(t, 1)
	for _, test := range []struct {
		engine *Engine
		cfg    BuilderConfig
		want   string
	}{
		{nil, BuilderConfig{Rows: 1}, "lanes: engine is nil: want one from NewEngine"},
		{e, BuilderConfig{}, "lanes: Rows = 0: want 1 or more"},
		{e, BuilderConfig{Rows: -3}, "lanes: Rows = -3: want 1 or more"},
		{e, BuilderConfig{Rows: 1, Dtype: tensor.Int}, "lanes: Dtype = int: want float32 or float64"},
	} {
		_, err := NewBuilder(test.engine, test.cfg)
		assert.EqualError(t, err, test.want)
	}
}

// Each method's errors, at build time, with the sizes that do not fit.
func TestBuilderErrors(t *testing.T) {
	b := newTestBuilder(t, 18, tensor.Float32)
	in := func(dt tensor.Dtype, shape ...int) *gorgonia.Node {
		return must(t)(b.Input("in", dt, shape...))
	}
	f32 := func(shape ...int) *gorgonia.Node { return in(tensor.Float32, shape...) }
	lanes := func(row ...int) *gorgonia.Node { return must(t)(b.FromRows(f32(append([]int{18}, row...)...))) }
	bytes, labels := in(tensor.Uint8, 18, 3), in(tensor.Int32, 18)
	image, flat, other := lanes(2, 5, 7), lanes(3), newTestBuilder(t, 18, tensor.Float32)
	w, kernel := f32(4, 3), f32(4, 2, 3, 3)
	foreign := must(t)(other.FromRows(must(t)(other.Input("x", tensor.Float32, 18, 3))))
	foreignImage := must(t)(other.FromRows(must(t)(other.Input("x", tensor.Float32, 18, 2, 5, 7))))
	foreignW := must(t)(other.Input("w", tensor.Float32, 4, 3))

	type node = *gorgonia.Node
	transpose := func(x, w, bias node, opt ConvTranspose2DOptions) func() (node, error) {
		return func() (node, error) { return b.ConvTranspose2D(x, w, bias, opt) }
	}
	conv := func(x, w, bias node, opt Conv2DOptions) func() (node, error) {
		return func() (node, error) { return b.Conv2D(x, w, bias, opt) }
	}
	affine := func(x, w, bias node) func() (node, error) {
		return func() (node, error) { return b.Affine(x, w, bias, false) }
	}
	pool := func(x node, opt PoolOptions) func() (node, error) {
		return func() (node, error) { return b.MaxPool2D(x, opt) }
	}
	for _, test := range []struct {
		build func() (node, error)
		want  string
	}{
		{func() (node, error) { return b.Input("x", tensor.Float64, 2) }, `lanes: input "x": element type float64: want float32, uint8 or int32`},
		{func() (node, error) { return b.Input("x", tensor.Float32, 2, 0) }, `lanes: input "x": shape [2 0]: want dimensions of 1 or more`},
		{func() (node, error) { return b.Input("x", tensor.Float32, -1) }, `lanes: input "x": shape [-1]: want dimensions of 1 or more`},
		{func() (node, error) { return b.Constant("w", nil) }, `lanes: "w": the value is nil or empty: want a tensor`},
		{func() (node, error) { return b.Variable("w", nil) }, `lanes: "w": the value is nil or empty: want a tensor`},
		{func() (node, error) { return b.Variable("w", new(tensor.Dense)) }, `lanes: "w": the value is nil or empty: want a tensor`},
		{func() (node, error) {
			return b.Variable("w", tensor.New(tensor.WithShape(0, 3), tensor.Of(tensor.Float32)))
		}, `lanes: "w": shape [0 3]: want dimensions of 1 or more`},
		{func() (node, error) { return b.Variable("w", graph.Dense(make([]float64, 1), 1)) }, `lanes: "w": element type float64: want float32`},

		{func() (node, error) { return b.FromRows(nil) }, "lanes: rows to lanes: rows: the node is nil: want a node of the graph"},
		{func() (node, error) { return b.FromRows(f32(18)) }, "lanes: rows to lanes: rows of shape [18]: want [18 to 32, ...]"},
		{func() (node, error) { return b.FromRows(f32(17, 3)) }, "lanes: rows to lanes: rows of shape [17 3]: want [18 to 32, ...]"},
		{func() (node, error) { return b.FromRows(f32(33, 3)) }, "lanes: rows to lanes: rows of shape [33 3]: want [18 to 32, ...]"},
		{func() (node, error) { return b.FromRows(bytes) }, "lanes: rows to lanes: rows: "},
		{func() (node, error) { return b.FromPixels(nil) }, "lanes: pixels to lanes: rows: the node is nil"},
		{func() (node, error) { return b.FromPixels(f32(18, 3)) }, "want rows of uint8"},
		{func() (node, error) { return b.FromPixels(in(tensor.Uint8, 17, 3)) }, "lanes: pixels to lanes: rows of shape [17 3]: want [18 to 32, ...]"},
		{func() (node, error) { return b.FromPixels(in(tensor.Uint8, 18)) }, "lanes: pixels to lanes: rows of shape [18]: want [18 to 32, ...]"},
		{func() (node, error) { return b.ToRows(nil, 1) }, "lanes: lanes to rows: input: the node is nil"},
		{func() (node, error) { return b.ToRows(f32(18, 3), 1) }, "lanes: lanes to rows: input: shape [18 3]: want lanes [2 ... 16]"},
		{func() (node, error) { return b.ToRows(flat, 0) }, "lanes: lanes to rows: 0 rows: want 1 to 32"},
		{func() (node, error) { return b.ToRows(flat, 33) }, "lanes: lanes to rows: 33 rows: want 1 to 32"},
		{func() (node, error) { return b.Flatten(f32(18, 3)) }, "lanes: flatten: input: shape [18 3]: want lanes [2 ... 16]"},

		{affine(nil, w, nil), "lanes: affine: input: the node is nil"},
		{affine(flat, nil, nil), "lanes: affine: weight: the node is nil"},
		{affine(bytes, w, nil), "holds uint8: want float32"},
		{affine(f32(2, 3, 8), w, nil), "lanes: affine: input: shape [2 3 8]: want lanes [2 ... 16]"},
		{affine(image, w, nil), "lanes: affine: weight of shape [4 3] with rows of shape [2 5 7]: want [out 70]"},
		{func() (node, error) { return b.AffineLast(image, w, nil, false) }, "lanes: affine: weight of shape [4 3] with rows of shape [2 5 7]: want [out 7]"},
		{affine(flat, f32(4, 3, 1), nil), "lanes: affine: weight: shape [4 3 1]: want 2 dimensions"},
		{affine(flat, w, f32(3)), "lanes: affine: bias of shape [3]: want [4]"},
		{affine(flat, w, labels), "holds int32: want float32"},
		{affine(foreign, w, nil), "lanes: affine: "},
		{affine(flat, foreignW, nil), "lanes: affine: "},

		{conv(nil, kernel, nil, Conv2DOptions{}), "lanes: conv2d: input: the node is nil"},
		{conv(image, nil, nil, Conv2DOptions{}), "lanes: conv2d: weight: the node is nil"},
		{conv(flat, kernel, nil, Conv2DOptions{}), "lanes: conv2d: input: rows of shape [3]: want 3 dimensions"},
		{conv(image, w, nil, Conv2DOptions{}), "lanes: conv2d: weight: shape [4 3]: want 4 dimensions"},
		{conv(image, f32(4, 3, 3, 3), nil, Conv2DOptions{}), "lanes: conv2d: weight of shape [4 3 3 3] with rows of shape [2 5 7]: want [out 2 height width]"},
		{conv(image, kernel, f32(2), Conv2DOptions{}), "lanes: conv2d: bias of shape [2]: want [4]"},
		{conv(image, kernel, f32(4, 1), Conv2DOptions{}), "lanes: conv2d: bias: shape [4 1]: want 1 dimensions"},
		{conv(image, f32(4, 2, 6, 3), nil, Conv2DOptions{}), "lanes: conv2d: Conv: kernel 6×3: larger than the padded image of 5×7"},
		{conv(image, f32(4, 2, 3, 3), nil, Conv2DOptions{Groups: 2}), "lanes: conv2d: weight of shape [4 2 3 3] with rows of shape [2 5 7]: want [out 1 height width] in 2 groups"},
		{conv(image, f32(3, 1, 3, 3), nil, Conv2DOptions{Groups: 2}), "lanes: conv2d: Conv: Groups = 2: want a divisor of the channels, 2 and 3"},
		{conv(image, kernel, nil, Conv2DOptions{DilationW: 4}), "lanes: conv2d: Conv: kernel 3×3, dilated to 3×9: larger than the padded image of 5×7"},
		{func() (node, error) { return b.Conv1D(lanes(5, 7), f32(4, 3, 3), nil, Conv1DOptions{}) }, "lanes: conv1d: weight of shape [4 3 3] with rows of shape [5 7]: want [out 5 length]"},
		{func() (node, error) { return b.Conv1D(image, f32(4, 3, 3), nil, Conv1DOptions{}) }, "lanes: conv1d: input: rows of shape [2 5 7]: want 2 dimensions"},
		{func() (node, error) { return b.Upsample(image, UpsampleOptions{ScaleW: -1}) }, "lanes: upsample: ScaleW = -1: want 0 (1) to 536870911"},
		{func() (node, error) { return b.Upsample(flat, UpsampleOptions{}) }, "lanes: upsample: input: rows of shape [3]: want 3 dimensions"},
		{conv(image, kernel, nil, Conv2DOptions{StrideH: -1}), "lanes: conv2d: Conv: StrideH = -1: want 1 or more"},
		{conv(image, kernel, nil, Conv2DOptions{PadW: -1}), "lanes: conv2d: Conv: PadW = -1: want 0 or more"},
		{conv(image, kernel, nil, Conv2DOptions{PadEndW: -1}), "lanes: conv2d: Conv: PadEndW = -1: want 0 or more"},
		{transpose(flat, kernel, nil, ConvTranspose2DOptions{}), "lanes: convtranspose2d: input: rows of shape [3]: want 3 dimensions"},
		{transpose(image, kernel, nil, ConvTranspose2DOptions{}), "lanes: convtranspose2d: weight of shape [4 2 3 3] with rows of shape [2 5 7]: want [2 out height width]"},
		{transpose(image, f32(2, 4, 3, 3), f32(2), ConvTranspose2DOptions{}), "lanes: convtranspose2d: bias of shape [2]: want [4]"},
		{transpose(image, f32(2, 4, 3, 3), nil, ConvTranspose2DOptions{StrideW: -1}), "lanes: convtranspose2d: ConvTranspose: StrideW = -1: want 1 or more"},
		{transpose(image, f32(2, 4, 3, 3), nil, ConvTranspose2DOptions{OutPadH: 1}), "lanes: convtranspose2d: ConvTranspose: OutPadH = 1: want 0 to 0, less than the stride"},
		{transpose(image, f32(2, 4, 3, 3), nil, ConvTranspose2DOptions{PadH: 4}), "lanes: convtranspose2d: ConvTranspose: output -1×9: want 1×1 or more: less padding"},
		{conv(image, kernel, nil, Conv2DOptions{Pool: &PoolOptions{}}), "lanes: conv2d: Pool: KH = 0: want 1 or more"},
		{conv(image, kernel, nil, Conv2DOptions{Pool: &PoolOptions{H: 4, W: 1}}), "lanes: conv2d: Pool: kernel 4×1: larger than the padded image of 3×5"},
		{conv(foreignImage, kernel, nil, Conv2DOptions{}), "lanes: conv2d: "},

		{pool(nil, PoolOptions{H: 2, W: 2}), "lanes: maxpool2d: input: the node is nil"},
		{pool(flat, PoolOptions{H: 2, W: 2}), "lanes: maxpool2d: input: rows of shape [3]: want 3 dimensions"},
		{pool(image, PoolOptions{H: 2}), "lanes: maxpool2d: Pool: KW = 0: want 1 or more"},
		{pool(image, PoolOptions{H: 6, W: 2}), "lanes: maxpool2d: Pool: kernel 6×2: larger than the padded image of 5×7"},
		{pool(image, PoolOptions{H: 2, W: 2, PadH: 2}), "padding 2×0: want at most half the window of 2×2"},
		{func() (node, error) { return b.AvgPool2D(flat, PoolOptions{H: 1, W: 1}) }, "lanes: avgpool2d: input: rows of shape [3]: want 3 dimensions"},

		{func() (node, error) { return b.ReLU(nil) }, "lanes: relu: input: the node is nil"},
		{func() (node, error) { return b.Sigmoid(f32(18, 3)) }, "lanes: sigmoid: input: shape [18 3]: want lanes [2 ... 16]"},
		{func() (node, error) { return b.Tanh(bytes) }, "holds uint8: want float32"},
		{func() (node, error) { return b.Dropout(flat, 1, 0) }, "lanes: dropout: rate = 1: want [0, 1)"},
		{func() (node, error) { return b.Dropout(flat, -0.1, 0) }, "lanes: dropout: rate = -0.1: want [0, 1)"},
		{func() (node, error) { return b.Dropout(nil, 0.1, 0) }, "lanes: dropout: input: the node is nil"},

		{func() (node, error) { return b.SoftmaxCrossEntropy(nil, labels) }, "lanes: softmax cross-entropy: input: the node is nil"},
		{func() (node, error) { return b.SoftmaxCrossEntropy(image, labels) }, "want int32 of 10 for each of 18 rows"},
		{func() (node, error) { return b.SoftmaxCrossEntropy(flat, nil) }, "lanes: softmax cross-entropy: labels: the node is nil"},
		{func() (node, error) { return b.SoftmaxCrossEntropy(flat, f32(18)) }, "want int32 of 1 for each of 18 rows"},
		{func() (node, error) { return b.SoftmaxCrossEntropy(flat, in(tensor.Int32, 17)) }, "want int32 of 1 for each of 18 rows"},
		{func() (node, error) { return b.SquaredError(flat, nil, false) }, "lanes: squared error: target: the node is nil"},
		{func() (node, error) { return b.SquaredError(flat, lanes(1, 3), false) }, "lanes: squared error: rows of shape [3] with targets of shape [1 3]: want the same"},
		{func() (node, error) { return b.SquaredError(flat, foreign, true) }, "lanes: squared error: "},
		{func() (node, error) { return b.MeanRows(nil) }, "lanes: mean of rows: input: the node is nil"},
		{func() (node, error) { return b.MeanRows(f32(18, 2)) }, "lanes: mean of rows: input of shape [18 2]: want one value for each of 18 rows"},
		{func() (node, error) { return b.MeanRows(f32(17)) }, "lanes: mean of rows: input of shape [17]: want one value for each of 18 rows"},
	} {
		t.Run(test.want, func(t *testing.T) {
			n, err := test.build()
			require.ErrorContains(t, err, test.want)
			assert.Nil(t, n)
		})
	}
}
