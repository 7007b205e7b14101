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

// Layers of several nodes, whose inner names follow the layer's.
func TestGraphOfFormulas(t *testing.T) {
	m := newModel(t, nn.Sequential(nn.SiLU{}, nn.GELU{}, nn.LeakyReLU{}, nn.Softplus{Beta: 2}, nn.Softmax{}, nn.GELU{Tanh: true}), 3)
	var b bytes.Buffer
	require.NoError(t, onnx.Encode(&b, m))
	got, _ := dump(t, b.Bytes())
	assert.Equal(t, `version [7], producer [descent], operators [""] [13]
node ["0/gate"]: [Sigmoid]["input"] = ["0/gate"]
node ["0"]: [Mul]["input" "0/gate"] = ["0"]
node ["1/root"]: [Constant][] = ["1/root"], value_float[][] type [1] [0.70710677]
node ["1/scaled"]: [Mul]["0" "1/root"] = ["1/scaled"]
node ["1/erf"]: [Erf]["1/scaled"] = ["1/erf"]
node ["1/one"]: [Constant][] = ["1/one"], value_float[][] type [1] [1]
node ["1/sum"]: [Add]["1/erf" "1/one"] = ["1/sum"]
node ["1/product"]: [Mul]["0" "1/sum"] = ["1/product"]
node ["1/half"]: [Constant][] = ["1/half"], value_float[][] type [1] [0.5]
node ["1"]: [Mul]["1/product" "1/half"] = ["1"]
node ["2"]: [LeakyRelu]["1"] = ["2"], alpha[][] type [1] [0.01]
node ["3/beta"]: [Constant][] = ["3/beta"], value_float[][] type [1] [2]
node ["3/scaled"]: [Mul]["2" "3/beta"] = ["3/scaled"]
node ["3/softplus"]: [Softplus]["3/scaled"] = ["3/softplus"]
node ["3"]: [Div]["3/softplus" "3/beta"] = ["3"]
node ["4"]: [Softmax]["3"] = ["4"], axis[-1][] type [2]
node ["5/square"]: [Mul]["4" "4"] = ["5/square"]
node ["5/ac"]: [Constant][] = ["5/ac"], value_float[][] type [1] [0.071354814]
node ["5/scaled"]: [Mul]["5/square" "5/ac"] = ["5/scaled"]
node ["5/c"]: [Constant][] = ["5/c"], value_float[][] type [1] [1.5957692]
node ["5/sum"]: [Add]["5/scaled" "5/c"] = ["5/sum"]
node ["5/product"]: [Mul]["4" "5/sum"] = ["5/product"]
node ["5/gate"]: [Sigmoid]["5/product"] = ["5/gate"]
node ["5"]: [Mul]["4" "5/gate"] = ["output"]
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
	} {
		m := newModel(t, test.net, 3)
		path := filepath.Join(t.TempDir(), "x")
		assert.EqualError(t, onnx.Write(path, m), test.want)
		assert.NoFileExists(t, path)
	}
}

func TestBadInput(t *testing.T) {
	assert.EqualError(t, onnx.Encode(new(bytes.Buffer), nil), "onnx: the model is empty: want one of nn.NewModel")
	assert.EqualError(t, onnx.Encode(new(bytes.Buffer), new(nn.Model)), "onnx: the model is empty: want one of nn.NewModel")
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
