package onnx_test

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"descent/nn"
	"descent/nn/onnx"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
)

func TestGraph(t *testing.T) {
	m := newModel(t, nn.Sequential(
		nn.Sequential(nn.Conv2D{Filters: 2, Kernel: 3, Stride: 2, Pad: 1, NoBias: true}, nn.ReLU{}),
		nn.MaxPool2D{Size: 2, Stride: 1}, nn.AvgPool2D{Size: 2, Pad: 1},
		nn.Sigmoid{}, nn.Dropout{Rate: .5}, nn.Flatten{}, nn.Dense{Units: 3}, nn.Tanh{}, nn.Dropout{Rate: .1},
	), 1, 8, 8)
	var b bytes.Buffer
	require.NoError(t, onnx.Encode(&b, m))
	got, weights := dump(t, b.Bytes())
	assert.Equal(t, `version [7], producer [descent], operators [""] [13]
node ["0.0"]: [Conv]["input" "0.0.weight"] = ["0.0"], kernel_shape[][3 3] type [7], strides[][2 2] type [7], pads[][1 1 1 1] type [7]
node ["0.1"]: [Relu]["0.0"] = ["0.1"]
node ["1"]: [MaxPool]["0.1"] = ["1"], kernel_shape[][2 2] type [7], strides[][1 1] type [7], pads[][0 0 0 0] type [7]
node ["2"]: [AveragePool]["1"] = ["2"], kernel_shape[][2 2] type [7], strides[][2 2] type [7], pads[][1 1 1 1] type [7], count_include_pad[1][] type [2]
node ["3"]: [Sigmoid]["2"] = ["3"]
node ["5"]: [Flatten]["3"] = ["5"], axis[1][] type [2]
node ["6"]: [Gemm]["5" "6.weight" "6.bias"] = ["6"], transB[1][] type [2]
node ["7"]: [Tanh]["6"] = ["output"]
value ["input"]: type [1] [][batch] [1][] [8][] [8][]
value ["output"]: type [1] [][batch] [3][]
initializer 0.0.weight: type [1] [2 1 3 3], 72 bytes
initializer 6.weight: type [1] [3 8], 96 bytes
initializer 6.bias: type [1] [3], 12 bytes
`, got)
	for _, w := range m.Params() {
		assert.Equal(t, w.Value, weights[w.Name], w.Name)
	}
}

func TestGraphOfSequences(t *testing.T) {
	m := newModel(t, nn.Sequential(nn.Dense{Units: 4}, nn.Dense{Units: 2, NoBias: true}, nn.Flatten{}, nn.Dense{Units: 2}), 3, 5)
	var b bytes.Buffer
	require.NoError(t, onnx.Encode(&b, m))
	got, _ := dump(t, b.Bytes())
	assert.Equal(t, `version [7], producer [descent], operators [""] [13]
node ["0.columns"]: [Transpose]["0.weight"] = ["0.columns"]
node ["0.product"]: [MatMul]["input" "0.columns"] = ["0.product"]
node ["0"]: [Add]["0.product" "0.bias"] = ["0"]
node ["1.columns"]: [Transpose]["1.weight"] = ["1.columns"]
node ["1"]: [MatMul]["0" "1.columns"] = ["1"]
node ["2"]: [Flatten]["1"] = ["2"], axis[1][] type [2]
node ["3"]: [Gemm]["2" "3.weight" "3.bias"] = ["output"], transB[1][] type [2]
value ["input"]: type [1] [][batch] [3][] [5][]
value ["output"]: type [1] [][batch] [2][]
initializer 0.weight: type [1] [4 5], 80 bytes
initializer 0.bias: type [1] [4], 16 bytes
initializer 1.weight: type [1] [2 4], 32 bytes
initializer 3.weight: type [1] [2 6], 48 bytes
initializer 3.bias: type [1] [2], 8 bytes
`, got)
}

func TestGraphOfSamePadding(t *testing.T) {
	m := newModel(t, nn.Sequential(nn.Conv2D{Filters: 2, Kernel: 4, Same: true, NoBias: true}, nn.ConvTranspose2D{Filters: 3, Kernel: 4, Stride: 1, Same: true}), 1, 4, 4)
	var b bytes.Buffer
	require.NoError(t, onnx.Encode(&b, m))
	got, _ := dump(t, b.Bytes())
	assert.Contains(t, got, `
node ["0"]: [Conv]["input" "0.weight"] = ["0"], kernel_shape[][4 4] type [7], strides[][1 1] type [7], auto_pad[][] type [3] ["SAME_UPPER"]
node ["1"]: [ConvTranspose]["0" "1.weight" "1.bias"] = ["output"], kernel_shape[][4 4] type [7], strides[][1 1] type [7], pads[][1 1 2 2] type [7], output_padding[][0 0] type [7]
`)
}

func TestGraphOfBranchesAndNorms(t *testing.T) {
	m := newModel(t, nn.Sequential(
		nn.Residual{Body: nn.Sequential(nn.BatchNorm{}, nn.RMSNorm{Dims: 2}), Shortcut: nn.BatchNorm{NoAffine: true, Eps: .5}},
		nn.Branches{Layers: []nn.Layer{nn.Seq{}, nn.LayerNorm{}}, Concat: true}, nn.GroupNorm{Groups: 2}, nn.Reshape{Shape: []int{3, 8}},
		nn.Branches{Layers: []nn.Layer{nn.ReLU{}, nn.Tanh{}}}, nn.GlobalAvgPool{}, nn.Residual{Body: nn.ReLU{}},
	), 2, 2, 3)
	var b bytes.Buffer
	require.NoError(t, onnx.Encode(&b, m))
	got, weights := dump(t, b.Bytes())
	assert.Equal(t, `version [7], producer [descent], operators [""] [13]
node ["0.body.0"]: [BatchNormalization]["input" "0.body.0.weight" "0.body.0.bias" "0.body.0.running_mean" "0.body.0.running_var"] = ["0.body.0"], epsilon[][] type [1] [1e-05]
node ["0.body.1.squares"]: [Mul]["0.body.0" "0.body.0"] = ["0.body.1.squares"]
node ["0.body.1.variance"]: [ReduceMean]["0.body.1.squares"] = ["0.body.1.variance"], axes[][-2 -1] type [7]
node ["0.body.1.eps"]: [Constant][] = ["0.body.1.eps"], value_float[][] type [1] [1.1920929e-07]
node ["0.body.1.sum"]: [Add]["0.body.1.variance" "0.body.1.eps"] = ["0.body.1.sum"]
node ["0.body.1.sd"]: [Sqrt]["0.body.1.sum"] = ["0.body.1.sd"]
node ["0.body.1.normalized"]: [Div]["0.body.0" "0.body.1.sd"] = ["0.body.1.normalized"]
node ["0.body.1.scaled"]: [Mul]["0.body.1.normalized" "0.body.1.weight"] = ["0.body.1.scaled"]
node ["0.shortcut.weight"]: [Constant][] = ["0.shortcut.weight"], value_floats[][] type [6] [1 1]
node ["0.shortcut.bias"]: [Constant][] = ["0.shortcut.bias"], value_floats[][] type [6] [0 0]
node ["0.shortcut"]: [BatchNormalization]["input" "0.shortcut.weight" "0.shortcut.bias" "0.shortcut.running_mean" "0.shortcut.running_var"] = ["0.shortcut"], epsilon[][] type [1] [0.5]
node ["0"]: [Add]["0.body.1.scaled" "0.shortcut"] = ["0"]
node ["1.1.mean"]: [ReduceMean]["0"] = ["1.1.mean"], axes[][-1] type [7]
node ["1.1.centered"]: [Sub]["0" "1.1.mean"] = ["1.1.centered"]
node ["1.1.squares"]: [Mul]["1.1.centered" "1.1.centered"] = ["1.1.squares"]
node ["1.1.variance"]: [ReduceMean]["1.1.squares"] = ["1.1.variance"], axes[][-1] type [7]
node ["1.1.eps"]: [Constant][] = ["1.1.eps"], value_float[][] type [1] [1e-05]
node ["1.1.sum"]: [Add]["1.1.variance" "1.1.eps"] = ["1.1.sum"]
node ["1.1.sd"]: [Sqrt]["1.1.sum"] = ["1.1.sd"]
node ["1.1.normalized"]: [Div]["1.1.centered" "1.1.sd"] = ["1.1.normalized"]
node ["1.1.scaled"]: [Mul]["1.1.normalized" "1.1.weight"] = ["1.1.scaled"]
node ["1.1.shifted"]: [Add]["1.1.scaled" "1.1.bias"] = ["1.1.shifted"]
node ["1"]: [Concat]["0" "1.1.shifted"] = ["1"], axis[1][] type [2]
node ["2.grouped.shape"]: [Constant][] = ["2.grouped.shape"], value_ints[][0 2 -1] type [7]
node ["2.grouped"]: [Reshape]["1" "2.grouped.shape"] = ["2.grouped"]
node ["2.mean"]: [ReduceMean]["2.grouped"] = ["2.mean"], axes[][-1] type [7]
node ["2.centered"]: [Sub]["2.grouped" "2.mean"] = ["2.centered"]
node ["2.squares"]: [Mul]["2.centered" "2.centered"] = ["2.squares"]
node ["2.variance"]: [ReduceMean]["2.squares"] = ["2.variance"], axes[][-1] type [7]
node ["2.eps"]: [Constant][] = ["2.eps"], value_float[][] type [1] [1e-05]
node ["2.sum"]: [Add]["2.variance" "2.eps"] = ["2.sum"]
node ["2.sd"]: [Sqrt]["2.sum"] = ["2.sd"]
node ["2.normalized"]: [Div]["2.centered" "2.sd"] = ["2.normalized"]
node ["2.channels.shape"]: [Constant][] = ["2.channels.shape"], value_ints[][0 4 -1] type [7]
node ["2.channels"]: [Reshape]["2.normalized" "2.channels.shape"] = ["2.channels"]
node ["2.axis"]: [Constant][] = ["2.axis"], value_ints[][1] type [7]
node ["2.weight.column"]: [Unsqueeze]["2.weight" "2.axis"] = ["2.weight.column"]
node ["2.scaled"]: [Mul]["2.channels" "2.weight.column"] = ["2.scaled"]
node ["2.bias.column"]: [Unsqueeze]["2.bias" "2.axis"] = ["2.bias.column"]
node ["2.shifted"]: [Add]["2.scaled" "2.bias.column"] = ["2.shifted"]
node ["2.shape"]: [Shape]["1"] = ["2.shape"]
node ["2"]: [Reshape]["2.shifted" "2.shape"] = ["2"]
node ["3.shape"]: [Constant][] = ["3.shape"], value_ints[][0 3 8] type [7]
node ["3"]: [Reshape]["2" "3.shape"] = ["3"]
node ["4.0"]: [Relu]["3"] = ["4.0"]
node ["4.1"]: [Tanh]["3"] = ["4.1"]
node ["4"]: [Sum]["4.0" "4.1"] = ["4"]
node ["5.mean"]: [GlobalAveragePool]["4"] = ["5.mean"]
node ["5"]: [Flatten]["5.mean"] = ["5"], axis[1][] type [2]
node ["6.body"]: [Relu]["5"] = ["6.body"]
node ["6"]: [Add]["6.body" "5"] = ["output"]
value ["input"]: type [1] [][batch] [2][] [2][] [3][]
value ["output"]: type [1] [][batch] [3][]
initializer 0.body.0.weight: type [1] [2], 8 bytes
initializer 0.body.0.bias: type [1] [2], 8 bytes
initializer 0.body.0.running_mean: type [1] [2], 8 bytes
initializer 0.body.0.running_var: type [1] [2], 8 bytes
initializer 0.body.1.weight: type [1] [2 3], 24 bytes
initializer 0.shortcut.running_mean: type [1] [2], 8 bytes
initializer 0.shortcut.running_var: type [1] [2], 8 bytes
initializer 1.1.weight: type [1] [3], 12 bytes
initializer 1.1.bias: type [1] [3], 12 bytes
initializer 2.weight: type [1] [4], 16 bytes
initializer 2.bias: type [1] [4], 16 bytes
`, got)
	for _, w := range append(m.Params(), m.States()...) {
		if len(w.Shape) > 0 { // the count of the steps is not of the graph
			assert.Equal(t, w.Value, weights[w.Name], w.Name)
		}
	}
}

// Layers of several nodes, whose inner names follow the layer's.
func TestGraphOfFormulas(t *testing.T) {
	m := newModel(t, nn.Sequential(nn.SiLU{}, nn.GELU{}, nn.LeakyReLU{}, nn.Softplus{Beta: 2}, nn.Softmax{}, nn.GELU{Tanh: true}), 3)
	var b bytes.Buffer
	require.NoError(t, onnx.Encode(&b, m))
	got, _ := dump(t, b.Bytes())
	assert.Equal(t, `version [7], producer [descent], operators [""] [13]
node ["0.gate"]: [Sigmoid]["input"] = ["0.gate"]
node ["0"]: [Mul]["input" "0.gate"] = ["0"]
node ["1.root"]: [Constant][] = ["1.root"], value_float[][] type [1] [0.70710677]
node ["1.scaled"]: [Mul]["0" "1.root"] = ["1.scaled"]
node ["1.erf"]: [Erf]["1.scaled"] = ["1.erf"]
node ["1.one"]: [Constant][] = ["1.one"], value_float[][] type [1] [1]
node ["1.sum"]: [Add]["1.erf" "1.one"] = ["1.sum"]
node ["1.product"]: [Mul]["0" "1.sum"] = ["1.product"]
node ["1.half"]: [Constant][] = ["1.half"], value_float[][] type [1] [0.5]
node ["1"]: [Mul]["1.product" "1.half"] = ["1"]
node ["2"]: [LeakyRelu]["1"] = ["2"], alpha[][] type [1] [0.01]
node ["3.beta"]: [Constant][] = ["3.beta"], value_float[][] type [1] [2]
node ["3.scaled"]: [Mul]["2" "3.beta"] = ["3.scaled"]
node ["3.softplus"]: [Softplus]["3.scaled"] = ["3.softplus"]
node ["3"]: [Div]["3.softplus" "3.beta"] = ["3"]
node ["4"]: [Softmax]["3"] = ["4"], axis[-1][] type [2]
node ["5.square"]: [Mul]["4" "4"] = ["5.square"]
node ["5.ac"]: [Constant][] = ["5.ac"], value_float[][] type [1] [0.071354814]
node ["5.scaled"]: [Mul]["5.square" "5.ac"] = ["5.scaled"]
node ["5.c"]: [Constant][] = ["5.c"], value_float[][] type [1] [1.5957692]
node ["5.sum"]: [Add]["5.scaled" "5.c"] = ["5.sum"]
node ["5.product"]: [Mul]["4" "5.sum"] = ["5.product"]
node ["5.gate"]: [Sigmoid]["5.product"] = ["5.gate"]
node ["5"]: [Mul]["4" "5.gate"] = ["output"]
value ["input"]: type [1] [][batch] [3][]
value ["output"]: type [1] [][batch] [3][]
`, got)
}

// A parameter of many pieces, and the same bytes each time, from a closed model
// too.
func TestWrite(t *testing.T) {
	m := newModel(t, nn.Sequential(nn.Dense{Units: 301}, nn.Dense{Units: 7}), 101)
	dir := t.TempDir()
	path := filepath.Join(dir, "model.onnx")
	require.NoError(t, onnx.Write(path, m))
	written, err := os.ReadFile(path)
	require.NoError(t, err)
	_, weights := dump(t, written)
	for _, w := range m.Params() {
		assert.True(t, slices.Equal(w.Value, weights[w.Name]), w.Name)
	}
	m.Close()
	var b bytes.Buffer
	require.NoError(t, onnx.Encode(&b, m))
	assert.True(t, bytes.Equal(written, b.Bytes()))

	m.Params()[1].Value[2] = float32(math.Inf(1))
	assert.EqualError(t, onnx.Write(path, m), `onnx: parameter "0.bias": value [2] is +Inf: want finite numbers`)
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.True(t, bytes.Equal(written, after), "a failure leaves what was there")
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, files, 1)
}

// Encode takes no memory that grows with the parameters.
func TestNoCopy(t *testing.T) {
	m := newModel(t, nn.Dense{Units: 1000}, 1000)
	w := &counter{}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	require.NoError(t, onnx.Encode(w, m))
	runtime.ReadMemStats(&after)
	assert.Greater(t, w.largest, 1<<14)
	assert.Less(t, w.largest, 1<<16)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<18), "of 4 MB of parameters")
}

// counter notes the largest piece.
type counter struct{ largest int }

func (c *counter) Write(b []byte) (int, error) {
	c.largest = max(c.largest, len(b))
	return len(b), nil
}

type foreign struct{}

func (foreign) Forward(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) { return x, nil }

type named struct{ foreign }

func (named) String() string { return "Swish" }

func same(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) { return x, nil }

func TestForeignLayers(t *testing.T) {
	const problem = ": it has no ONNX form: want the layers of package nn"
	for _, test := range []struct {
		net  nn.Layer
		want string
	}{
		{nn.Sequential(nn.Dense{Units: 2}, nn.Func(same)), "onnx: layer 1 (Func)" + problem},
		{nn.Sequential(nn.Sequential(nn.ReLU{}, nn.Rows{F: same})), "onnx: layer 0.1 (Rows)" + problem},
		{nn.Sequential(nn.Rows{Name: "GroupNorm", F: same}), "onnx: layer 0 (GroupNorm)" + problem},
		{nn.Sequential(nn.Dense{Units: 2}, nn.ReLU{}, foreign{}), "onnx: layer 2 (onnx_test.foreign)" + problem},
		{nn.Sequential(&foreign{}), "onnx: layer 0 (*onnx_test.foreign)" + problem},
		{nn.Sequential(&named{}), "onnx: layer 0 (Swish)" + problem},
		{named{}, "onnx: network (Swish)" + problem},
		{nn.Sequential(nn.Latent{Units: 2}), "onnx: layer 0 (Latent(2)): its random numbers have no ONNX form: want Mean = true"},
	} {
		m := newModel(t, test.net, 3)
		path := filepath.Join(t.TempDir(), "x")
		assert.EqualError(t, onnx.Write(path, m), test.want)
		assert.NoFileExists(t, path)
	}
}

// Programs do not take SAME_UPPER with a dilation.
func TestSamePaddingWithDilation(t *testing.T) {
	m := newModel(t, nn.Conv2D{Filters: 2, Kernel: 3, Same: true, Dilation: 2, Stride: 2}, 1, 4, 4)
	assert.EqualError(t, onnx.Encode(new(bytes.Buffer), m), "onnx: network (Conv2D(2, 3×3, stride 2, same, dilation 2)): it has no ONNX form: want no Same, or no Stride or Dilation with it")
}

func TestBadInput(t *testing.T) {
	assert.EqualError(t, onnx.Encode(new(bytes.Buffer), nil), "onnx: the model is empty: want one from nn.NewModel")
	assert.EqualError(t, onnx.Encode(new(bytes.Buffer), new(nn.Model)), "onnx: the model is empty: want one from nn.NewModel")
	m := newModel(t, nn.MLP(3, 2), 4)
	assert.EqualError(t, onnx.Encode(nil, m), "onnx: the writer is nil: want an io.Writer")
	assert.EqualError(t, onnx.Encode((*bytes.Buffer)(nil), m), "onnx: the writer is nil: want an io.Writer")
	assert.EqualError(t, onnx.Write("", m), "onnx: the file name is empty: want a file name")

	net := nn.Sequential(nn.ReLU{}, nn.ReLU{})
	changed := newModel(t, net, 4)
	net[1] = nn.Dense{Units: 2}
	assert.EqualError(t, onnx.Encode(new(bytes.Buffer), changed),
		"onnx: layer 1 (Dense(2)): the model has no parameter 1.weight: want the network as it was when the model was made")
	net[1] = nil
	assert.ErrorContains(t, onnx.Encode(new(bytes.Buffer), changed), "onnx: layer 1 (<nil>): ")

	full := &limited{left: 5}
	assert.ErrorIs(t, onnx.Encode(full, m), errFull)
	big := newModel(t, nn.Dense{Units: 300}, 100)
	for _, left := range []int{100, 1 << 15, 1<<15 + 1, 100_000} {
		assert.ErrorIs(t, onnx.Encode(&limited{left: left}, big), errFull, left)
	}
}

var errFull = errors.New("full")

// limited takes so many bytes.
type limited struct{ left int }

func (l *limited) Write(b []byte) (int, error) {
	n := min(len(b), l.left)
	l.left -= n
	if n < len(b) {
		return n, errFull
	}
	return n, nil
}
