package onnx_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"slices"
	"testing"

	"descent/datasets"
	"descent/internal/rng"
	"descent/nn"
	"descent/nn/onnx"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var runtimeDir = flag.String("onnxruntime", "", "`DIR` in which npm installed onnxruntime-web, to compare with it")

// networks are every operation alone, with several settings, and whole networks.
var networks = []struct {
	name  string
	input []int
	net   nn.Layer
}{
	{"conv", []int{1, 9, 7}, nn.Conv2D{Filters: 4, Kernel: 3}},
	{"conv of channels", []int{3, 8, 8}, nn.Sequential(nn.Conv2D{Filters: 5, Kernel: 1})},
	{"conv pad", []int{3, 9, 7}, nn.Conv2D{Filters: 2, Kernel: 5, Pad: 2}},
	{"conv stride", []int{2, 10, 9}, nn.Conv2D{Filters: 3, Kernel: 3, Stride: 2}},
	{"conv stride and pad", []int{2, 10, 9}, nn.Conv2D{Filters: 3, Kernel: 4, Stride: 3, Pad: 2}},
	{"conv no bias", []int{2, 6, 5}, nn.Conv2D{Filters: 3, Kernel: 2, NoBias: true}},
	{"conv same", []int{2, 10, 9}, nn.Conv2D{Filters: 3, Kernel: 4, Same: true}},
	{"conv same stride", []int{2, 10, 9}, nn.Conv2D{Filters: 3, Kernel: 4, Stride: 2, Same: true}},
	{"conv same stride over the kernel", []int{2, 10, 9}, nn.Conv2D{Filters: 3, Kernel: 2, Stride: 4, Same: true}},
	{"transposed", []int{2, 5, 4}, nn.ConvTranspose2D{Filters: 3, Kernel: 3}},
	{"transposed no bias", []int{2, 5, 4}, nn.ConvTranspose2D{Filters: 3, Kernel: 2, NoBias: true}},
	{"transposed stride and pads", []int{2, 5, 4}, nn.Sequential(nn.ConvTranspose2D{Filters: 3, Kernel: 4, Stride: 3, Pad: 1, OutputPad: 2}, nn.ReLU{})},
	{"transposed same", []int{2, 5, 4}, nn.ConvTranspose2D{Filters: 3, Kernel: 4, Same: true}},
	{"transposed same stride", []int{2, 5, 4}, nn.ConvTranspose2D{Filters: 3, Kernel: 3, Stride: 2, Same: true}},
	{"transposed same stride over the kernel", []int{2, 5, 4}, nn.ConvTranspose2D{Filters: 3, Kernel: 1, Stride: 3, Same: true}},
	{"conv depthwise", []int{4, 6, 5}, nn.Conv2D{Filters: 4, Kernel: 3, Pad: 1, Groups: 4}},
	{"conv groups, dilation, axes", []int{4, 9, 8}, nn.Conv2D{Filters: 6, KernelHW: [2]int{3, 2}, StrideHW: [2]int{1, 2}, PadHW: [2]int{2, 1}, DilationHW: [2]int{2, 3}, Groups: 2}},
	{"conv same dilation", []int{2, 9, 8}, nn.Conv2D{Filters: 3, Kernel: 3, Dilation: 2, Same: true}},
	{"transposed axes, groups, dilation", []int{4, 5, 4}, nn.ConvTranspose2D{Filters: 6, KernelHW: [2]int{2, 3}, StrideHW: [2]int{3, 1}, PadHW: [2]int{0, 1}, OutputPadHW: [2]int{2, 0}, DilationHW: [2]int{1, 2}, Groups: 2}},
	{"transposed same axes", []int{2, 5, 4}, nn.ConvTranspose2D{Filters: 3, KernelHW: [2]int{2, 3}, StrideHW: [2]int{3, 1}, Dilation: 2, Same: true}},
	{"conv of sequences", []int{4, 9}, nn.Sequential(nn.Conv1D{Filters: 6, Kernel: 3, Stride: 2, Pad: 2, Dilation: 2, Groups: 2}, nn.ReLU{}, nn.Conv1D{Filters: 2, Kernel: 2, Same: true, NoBias: true})},
	{"upsample", []int{2, 3, 4}, nn.Upsample{Scale: 2}},
	{"upsample axes", []int{2, 3, 4}, nn.Sequential(nn.ReLU{}, nn.Upsample{ScaleHW: [2]int{1, 3}})},
	{"upsample bilinear", []int{2, 3, 4}, nn.Upsample{Scale: 2, Bilinear: true}},
	{"upsample bilinear axes", []int{2, 1, 4}, nn.Upsample{ScaleHW: [2]int{3, 2}, Bilinear: true}},
	{"dense", []int{13}, nn.Dense{Units: 7}},
	{"dense to one", []int{5}, nn.Sequential(nn.Dense{Units: 1})},
	{"dense no bias", []int{13}, nn.Dense{Units: 7, NoBias: true}},
	{"dense of sequences", []int{5, 13}, nn.Dense{Units: 7}},
	{"dense of sequences, no bias", []int{1, 4}, nn.Sequential(nn.Dense{Units: 3, NoBias: true}, nn.ReLU{}, nn.Dense{Units: 6}, nn.Flatten{}, nn.Dense{Units: 2})},
	{"max pool", []int{3, 8, 6}, nn.MaxPool2D{Size: 2}},
	{"max pool of odd size", []int{2, 7, 9}, nn.MaxPool2D{Size: 2}},
	{"max pool stride", []int{2, 7, 9}, nn.MaxPool2D{Size: 3, Stride: 2}},
	{"max pool pad", []int{2, 7, 8}, nn.MaxPool2D{Size: 3, Stride: 2, Pad: 1}},
	{"max pool pad 2", []int{2, 7, 8}, nn.MaxPool2D{Size: 4, Stride: 1, Pad: 2}},
	{"max pool of one", []int{2, 5, 5}, nn.MaxPool2D{Size: 1, Stride: 2}},
	{"average pool", []int{3, 8, 6}, nn.AvgPool2D{Size: 2}},
	{"average pool stride", []int{2, 7, 9}, nn.AvgPool2D{Size: 3, Stride: 2}},
	{"average pool pad", []int{2, 7, 8}, nn.AvgPool2D{Size: 3, Stride: 2, Pad: 1}},
	{"average pool pad 2", []int{2, 7, 8}, nn.AvgPool2D{Size: 5, Stride: 1, Pad: 2}},
	{"relu", []int{3, 4, 5}, nn.ReLU{}},
	{"relu of features", []int{6}, nn.ReLU{}},
	{"sigmoid", []int{3, 4, 5}, nn.Sigmoid{}},
	{"tanh", []int{3, 4, 5}, nn.Tanh{}},
	{"leaky relu", []int{3, 4, 5}, nn.LeakyReLU{}},
	{"leaky relu slope", []int{6}, nn.LeakyReLU{Slope: .3}},
	{"elu", []int{3, 4, 5}, nn.ELU{}},
	{"elu alpha", []int{6}, nn.ELU{Alpha: .4}},
	{"gelu", []int{3, 4, 5}, nn.GELU{}},
	{"gelu tanh", []int{3, 4, 5}, nn.GELU{Tanh: true}},
	{"gelus of layers", []int{6}, nn.Sequential(nn.GELU{}, nn.Dense{Units: 4}, nn.GELU{}, nn.GELU{Tanh: true}, nn.SiLU{}, nn.Softplus{Beta: .5})},
	{"silu", []int{3, 4, 5}, nn.SiLU{}},
	{"softplus", []int{3, 4, 5}, nn.Softplus{}},
	{"softplus beta", []int{6}, nn.Softplus{Beta: 3}},
	{"softmax", []int{6}, nn.Softmax{}},
	{"softmax of positions", []int{3, 4, 5}, nn.Softmax{}},
	{"flatten", []int{3, 4, 5}, nn.Flatten{}},
	{"flatten of features", []int{6}, nn.Flatten{}},
	{"dropout", []int{6}, nn.Dropout{Rate: .5}},
	{"latent", []int{6}, nn.Sequential(nn.Latent{Units: 3, Mean: true}, nn.Dense{Units: 4})},
	{"noise", []int{6}, nn.Noise{SD: 1}},
	{"nothing", []int{6}, nn.Seq{}},
	{"pointers", []int{6}, nn.Sequential(&nn.Dense{Units: 4}, &nn.ReLU{})},
	{"nested", []int{2, 6, 6}, nn.Sequential(
		nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 3}, nn.Tanh{}, nn.Sequential()),
		nn.Dropout{Rate: .5}, nn.Flatten{}, nn.Sequential(nn.Sequential(nn.Dense{Units: 4}), nn.Dropout{Rate: .1}))},
	{"batch norm", []int{3, 4, 5}, nn.BatchNorm{}},
	{"batch norm of features", []int{6}, nn.Sequential(nn.BatchNorm{Eps: .1})},
	{"batch norm of sequences, not affine", []int{3, 4}, nn.Sequential(nn.BatchNorm{NoAffine: true})},
	{"layer norm", []int{6}, nn.LayerNorm{}},
	{"layer norm of images", []int{2, 3, 4}, nn.Sequential(nn.LayerNorm{Dims: 3, Eps: .1})},
	{"layer norm of sequences", []int{3, 4}, nn.Sequential(nn.LayerNorm{NoBias: true}, nn.ReLU{})},
	{"layer norm of two dimensions, not affine", []int{2, 3, 4}, nn.Sequential(nn.LayerNorm{Dims: 2, NoAffine: true})},
	{"rms norm", []int{6}, nn.RMSNorm{}},
	{"rms norm of images", []int{2, 3, 4}, nn.Sequential(nn.RMSNorm{Dims: 2, Eps: .1}, nn.RMSNorm{NoAffine: true})},
	{"group norm", []int{4, 3, 2}, nn.GroupNorm{Groups: 2}},
	{"group norm of features", []int{6}, nn.Sequential(nn.GroupNorm{Groups: 2, Eps: .1})},
	{"group norm, not affine", []int{4, 3, 2}, nn.Sequential(nn.GroupNorm{Groups: 4, NoAffine: true}, nn.Tanh{})},
	{"residual", []int{5}, nn.Residual{Body: nn.Dense{Units: 5}}},
	{"residual of nothing", []int{5}, nn.Residual{Body: nn.Seq{}}},
	{"residual with a shortcut", []int{2, 6, 6}, nn.Sequential(nn.ReLU{}, nn.Residual{
		Body:     nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 3, Stride: 2, Pad: 1}, nn.BatchNorm{}, nn.Residual{Body: nn.Tanh{}}),
		Shortcut: nn.Conv2D{Filters: 3, Kernel: 1, Stride: 2},
	}, nn.ReLU{})},
	{"sum of branches", []int{5}, nn.Branches{Layers: []nn.Layer{nn.Dense{Units: 3}, nn.Sequential(nn.Tanh{}, nn.Dense{Units: 3}), nn.Dense{Units: 3, NoBias: true}}}},
	{"concatenated branches", []int{2, 4, 4}, nn.Sequential(nn.Branches{Layers: []nn.Layer{nn.Seq{}, nn.Conv2D{Filters: 3, Kernel: 3, Pad: 1}, nn.Sigmoid{}}, Concat: true}, nn.ReLU{})},
	{"one branch", []int{5}, nn.Branches{Layers: []nn.Layer{nn.ReLU{}}}},
	{"global average pool", []int{3, 4, 5}, nn.GlobalAvgPool{}},
	{"global average pool of sequences", []int{3, 4}, nn.Sequential(nn.GlobalAvgPool{}, nn.Dense{Units: 2})},
	{"padding of channels", []int{2, 3, 4}, nn.PadChannels{Before: 1, After: 2}},
	{"resnet, option A", []int{3, 12, 12}, nn.ResNet(8, 4, nn.ResNetA)},
	{"resnet, option B", []int{1, 9, 12}, nn.ResNet(8, 4, nn.ResNetB)},
	{"reshape", []int{3, 4}, nn.Reshape{Shape: []int{2, 3, 2}}},
	{"reshape and flatten", []int{12}, nn.Sequential(nn.Reshape{Shape: []int{3, 2, 2}}, nn.MaxPool2D{Size: 2}, nn.Flatten{})},
	{"rnn", []int{4, 3}, nn.RNN{Hidden: 5}},
	{"rnn of relu, no bias", []int{1, 2}, nn.Sequential(nn.RNN{Hidden: 4, ReLU: true, NoBias: true}, nn.Dense{Units: 2})},
	{"lstm", []int{4, 3}, nn.LSTM{Hidden: 5}},
	{"lstm layers", []int{3, 2}, nn.Sequential(nn.Tanh{}, nn.LSTM{Hidden: 3, Layers: 2, Dropout: .5, Carry: 7}, nn.Last{}, nn.Dense{Units: 2})},
	{"lstm no bias", []int{3, 2}, nn.LSTM{Hidden: 3, NoBias: true}},
	{"gru", []int{4, 3}, nn.GRU{Hidden: 5}},
	{"gru layers", []int{3, 2}, nn.Sequential(nn.GRU{Hidden: 3, Layers: 2, NoBias: true}, nn.Last{})},
	{"last", []int{3, 2, 2}, nn.Last{}},
	{"mlp", []int{1, 6, 6}, nn.MLP(32, 16, 4)},
	{"lenet", []int{1, 28, 28}, nn.LeNet(10)},
	{"classic lenet", []int{1, 28, 28}, nn.ClassicLeNet(10)},
}

// tokenNetworks are those of eleven tokens.
var tokenNetworks = []struct {
	name  string
	input []int
	net   nn.Layer
}{
	{"embedding", []int{4}, nn.Embedding{Width: 3}},
	{"embedding of a larger vocabulary", []int{2, 3}, nn.Sequential(nn.Embedding{Tokens: 20, Width: 3, Padded: true}, nn.ReLU{}, nn.Flatten{}, nn.Dense{Units: 2})},
	{"learned positions", []int{4}, nn.Sequential(nn.Embedding{Width: 3}, nn.LearnedPositions{Length: 7})},
	{"sinusoidal positions", []int{4}, nn.Sequential(nn.Embedding{Width: 5}, nn.SinusoidalPositions{}, nn.ReLU{}, nn.SinusoidalPositions{Base: 50})},
	{"attention", []int{4}, nn.Sequential(nn.Embedding{Width: 6}, nn.Attention{Heads: 2})},
	{"causal attention", []int{5}, nn.Sequential(nn.Embedding{Width: 6}, nn.Attention{Heads: 3, Causal: true, NoBias: true}, nn.ReLU{})},
	{"rotary attention", []int{5}, nn.Sequential(nn.Embedding{Width: 12}, nn.Attention{Heads: 2, Rotary: true, Causal: true}, nn.Attention{Heads: 1, Rotary: true, RotaryBase: 50})},
	{"padded attention", []int{5}, nn.Sequential(nn.Embedding{Width: 6}, nn.Attention{Heads: 2, Padded: true, PadToken: 3}, nn.Attention{Heads: 2, Padded: true, Causal: true})},
	{"block", []int{5}, nn.Sequential(nn.Embedding{Width: 6}, nn.TransformerBlock{Attention: nn.Attention{Heads: 2}, Dropout: .1})},
	{"post-norm block", []int{5}, nn.Sequential(nn.Embedding{Width: 6}, nn.TransformerBlock{Attention: nn.Attention{Heads: 2}, Hidden: 5, PostNorm: true, Norm: nn.RMSNorm{}, Activation: nn.ReLU{}, NoBias: true})},
	{"tied", []int{5}, nn.Sequential(nn.Embedding{Width: 6}, nn.Dense{Units: 6}, nn.Residual{Body: nn.Tied{To: "1", Layer: &nn.Dense{Units: 6}}}, nn.Tied{To: "0", Layer: nn.Dense{Units: 11, NoBias: true}})},
	{"gpt", []int{6}, nn.GPT(nn.GPTConfig{Vocabulary: 11, Length: 8, Layers: 2, Width: 16, Heads: 2})},
	{"gpt with options", []int{6}, nn.GPT(nn.GPTConfig{Vocabulary: 11, Layers: 1, Width: 8, Heads: 2, Hidden: 9, NoBias: true, Rotary: true, Untied: true})},
}

func newModel(t testing.TB, net nn.Layer, input ...int) *nn.Model {
	t.Helper()
	return modelOf(t, net, nn.Config{Input: input})
}

func modelOf(t testing.TB, net nn.Layer, cfg nn.Config) *nn.Model {
	t.Helper()
	cfg.Seed, cfg.Threads = 3, 1
	m, err := nn.NewModel(net, cfg)
	require.NoError(t, err)
	t.Cleanup(m.Close)
	for _, w := range append(m.Params(), m.States()...) { // biases that are zero at first would not be seen
		r := rng.New(1, "onnx test", w.Name)
		for i := range w.Value {
			w.Value[i] += float32(.1 * r.NormFloat64())
		}
	}
	return m
}

// question is what testdata/run.mjs runs.
type question struct {
	Model []byte    `json:"model"`
	Type  string    `json:"type"`
	Input []float32 `json:"input"`
	Dims  []int     `json:"dims"`
}

type answer struct {
	Output []float32 `json:"output"`
	Dims   []int     `json:"dims"`
	Error  string    `json:"error"`
}

// onnxruntime computes what Predict does, to 1e-5 of the largest output, whatever
// the size of the batch.
func TestAgreesWithONNXRuntime(t *testing.T) {
	if *runtimeDir == "" {
		t.Skip("no onnxruntime: want npm install onnxruntime-web@1.30.0 in a directory DIR, and go test ./nn/onnx -onnxruntime DIR")
	}
	type expected struct {
		name string
		rows int
		want []float32
		row  []int
	}
	var questions []question
	var all []expected
	for i, n := range slices.Concat(networks, tokenNetworks) {
		cfg, kind := nn.Config{Input: n.input}, "float32"
		if i >= len(networks) {
			cfg.Vocabulary, kind = 11, "int32"
		}
		m := modelOf(t, n.net, cfg)
		var model bytes.Buffer
		require.NoError(t, onnx.Encode(&model, m), n.name)
		for _, rows := range []int{1, 3, 17} {
			dims, size := append([]int{rows}, n.input...), rows
			for _, d := range n.input {
				size *= d
			}
			in, r := make([]float32, size), rng.New(1, "onnx test", n.name)
			for i := range in {
				in[i] = float32(2 * r.NormFloat64())
			}
			batch := &datasets.Batch{Rows: rows, Inputs: in}
			if cfg.Vocabulary > 0 {
				batch.Inputs = nil
				for i := range in {
					in[i] = float32(r.IntN(cfg.Vocabulary))
					batch.Tokens = append(batch.Tokens, int32(in[i]))
				}
			}
			want, err := m.PredictBatch(nil, batch)
			require.NoError(t, err, n.name)
			questions = append(questions, question{model.Bytes(), kind, in, dims})
			all = append(all, expected{n.name, rows, want, m.OutputShape()})
		}
	}
	for i, a := range ask(t, questions) {
		e := all[i]
		t.Run(fmt.Sprintf("%s, %d rows", e.name, e.rows), func(t *testing.T) {
			require.Empty(t, a.Error)
			require.Equal(t, append([]int{e.rows}, e.row...), a.Dims)
			require.Len(t, a.Output, len(e.want))
			var largest, off float64
			for k, v := range e.want {
				largest = max(largest, math.Abs(float64(v)))
				off = max(off, math.Abs(float64(v)-float64(a.Output[k])))
			}
			assert.LessOrEqual(t, off, 1e-5*largest)
		})
	}
}

// ask runs the models with onnxruntime.
func ask(t *testing.T, questions []question) (answers []answer) {
	t.Helper()
	in, err := json.Marshal(questions)
	require.NoError(t, err)
	node := exec.Command("node", "testdata/run.mjs", *runtimeDir)
	node.Stdin, node.Stderr = bytes.NewReader(in), os.Stderr
	out, err := node.Output()
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(out, &answers))
	require.Len(t, answers, len(questions))
	return answers
}
