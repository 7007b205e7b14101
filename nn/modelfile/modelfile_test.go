package modelfile_test

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"

	"descent/internal/safetensors"
	"descent/nn"
	"descent/nn/modelfile"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"gorgonia.org/gorgonia"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newModel(t testing.TB, net nn.Layer, cfg nn.Config) *nn.Model {
	t.Helper()
	cfg.Threads = 1
	m, err := nn.NewModel(net, cfg)
	require.NoError(t, err)
	t.Cleanup(m.Close)
	return m
}

func same(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) { return x, nil }

// A model that is loaded without its code computes the same bits.
func TestSaveAndLoad(t *testing.T) {
	for _, test := range []struct {
		net   nn.Layer
		input []int
	}{
		{nn.LeNet(10), []int{1, 28, 28}},
		{nn.ClassicLeNet(3), []int{1, 28, 28}},
		{nn.MLP(8, 3), []int{2, 3, 4}},
		{nn.Dense{Units: 2, NoBias: true}, []int{5}},
		{nn.Sequential(nn.Dense{Units: 4}, nn.ReLU{}, nn.Dense{Units: 3}), []int{3, 5}},
		{nn.Sequential(&nn.Dense{Units: 2}, nn.Sequential(nn.Tanh{}, nn.Dropout{Rate: .5}, nn.Dense{Units: 3})), []int{5}},
		{nn.Sequential(nn.Dense{Units: 4}, nn.LeakyReLU{Slope: .2}, nn.ELU{Alpha: 2}, nn.GELU{}, nn.GELU{Tanh: true}, nn.SiLU{}, nn.Softplus{Beta: 3}, nn.Softmax{}), []int{5}},
		{nn.Sequential(nn.Latent{Units: 3, Beta: .5}, nn.Latent{Units: 2, Mean: true}), []int{5}},
		{nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 3, Stride: 2, Pad: 1}, nn.Noise{SD: .1}, nn.Dropout{Rate: .5, Channels: true}, nn.AvgPool2D{Size: 3, Stride: 2, Pad: 1}, nn.Sigmoid{}), []int{3, 9, 12}},
		{nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 4, Same: true}, nn.ConvTranspose2D{Filters: 2, Kernel: 3, Stride: 2, Pad: 1, OutputPad: 1}, nn.ConvTranspose2D{Filters: 1, Kernel: 4, Same: true, NoBias: true}), []int{3, 5, 4}},
		{nn.Sequential(nn.Conv2D{Filters: 4, KernelHW: [2]int{1, 3}, StrideHW: [2]int{2, 1}, Groups: 2, Dilation: 2}, nn.ConvTranspose2D{Filters: 2, Kernel: 2, Groups: 2, StrideHW: [2]int{2, 3}, OutputPadHW: [2]int{1, 2}}, nn.Upsample{ScaleHW: [2]int{2, 1}}), []int{2, 5, 6}},
		{nn.Sequential(nn.Conv1D{Filters: 4, Kernel: 3, Dilation: 2, Groups: 2, Pad: 1}), []int{2, 7}},
		{nn.Sequential(nn.LSTM{Hidden: 4, Layers: 2, Dropout: .5, ForgetBias: 1}, nn.GRU{Hidden: 3, Layers: 2, NoBias: true}, nn.RNN{Hidden: 5, ReLU: true, Carry: 3}, nn.Last{}, nn.Dense{Units: 2}), []int{3, 5}},
	} {
		m := newModel(t, test.net, nn.Config{Input: test.input, Seed: 7})
		file := filepath.Join(t.TempDir(), "model.safetensors")
		info := modelfile.Info{Normalization: modelfile.Normalization{Mean: []float64{.1}, SD: []float64{.3}}}
		out := m.OutputShape()
		for i := range out[len(out)-1] {
			info.Classes = append(info.Classes, fmt.Sprint("class ", i))
		}
		require.NoError(t, modelfile.Save(file, m, info))

		for _, input := range [][]int{nil, test.input} {
			loaded, got, err := modelfile.Load(file, nn.Config{Input: input, Threads: 1})
			require.NoError(t, err)
			defer loaded.Close()
			assert.Equal(t, info, got)
			assert.Equal(t, m.Fingerprint(), loaded.Fingerprint())
			assert.Equal(t, test.input, loaded.InputShape())
			assert.Equal(t, m.Summary(), loaded.Summary())
			rows := make([]float32, 3*len(m.Params()[0].Value)*100)
			size := 1
			for _, d := range test.input {
				size *= d
			}
			rows = rows[:3*size]
			for i := range rows {
				rows[i] = float32(math.Sin(float64(i)))
			}
			want, err := m.Predict(nil, rows)
			require.NoError(t, err)
			have, err := loaded.Predict(nil, rows)
			require.NoError(t, err)
			assert.Equal(t, want, have)
		}
		read, err := modelfile.ReadInfo(file)
		require.NoError(t, err)
		assert.Equal(t, info, read)
	}
}

// The file is one that nn.Model.Load and PyTorch read: a description changes
// nothing of it but the metadata.
func TestFileOfWeights(t *testing.T) {
	m := newModel(t, nn.MLP(8, 3), nn.Config{Input: []int{4}, Seed: 1})
	dir := t.TempDir()
	with, without := filepath.Join(dir, "with"), filepath.Join(dir, "without")
	require.NoError(t, modelfile.Save(with, m, modelfile.Info{Classes: []string{"a", "b", "c"}}))
	require.NoError(t, m.Save(without))

	other := newModel(t, nn.MLP(8, 3), nn.Config{Input: []int{4}, Seed: 2})
	require.NotEqual(t, m.Fingerprint(), other.Fingerprint())
	require.NoError(t, other.Load(with))
	assert.Equal(t, m.Fingerprint(), other.Fingerprint())

	header := func(file string) map[string]any {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		var h map[string]any
		require.NoError(t, json.Unmarshal(b[8:8+binary.LittleEndian.Uint64(b)], &h))
		return h
	}
	described, plain := header(with), header(without)
	assert.Equal(t, "pt", described["__metadata__"].(map[string]any)["format"], "PyTorch's loaders ask for it")
	assert.Len(t, described["__metadata__"], 3)
	assert.Len(t, plain["__metadata__"], 2)
	delete(described, "__metadata__")
	delete(plain, "__metadata__")
	assert.Equal(t, plain, described)
}

func TestForeignLayers(t *testing.T) {
	const problem = ": it cannot be described: want the layers of package nn, or Info.NoNetwork"
	file := filepath.Join(t.TempDir(), "model.safetensors")
	for _, test := range []struct {
		net  nn.Layer
		want string
	}{
		{nn.Sequential(nn.Dense{Units: 2}, nn.Func(same)), "modelfile: layer 1 (Func)" + problem},
		{nn.Sequential(nn.Dense{Units: 2}, nn.Sequential(nn.ReLU{}, nn.Rows{Name: "GroupNorm", F: same})), "modelfile: layer 1.1 (GroupNorm)" + problem},
		{nn.Rows{F: same}, "modelfile: network (Rows)" + problem},
	} {
		m := newModel(t, test.net, nn.Config{Input: []int{3}})
		assert.EqualError(t, modelfile.Save(file, m, modelfile.Info{}), test.want)
		assert.NoFileExists(t, file)
	}

	net := nn.Sequential(nn.Func(same), nn.Dense{Units: 2})
	m := newModel(t, net, nn.Config{Input: []int{3}})
	info := modelfile.Info{Classes: []string{"a", "b"}, NoNetwork: true}
	require.NoError(t, modelfile.Save(file, m, info))
	got, err := modelfile.ReadInfo(file)
	require.NoError(t, err)
	assert.Equal(t, info, got)
	_, _, err = modelfile.Load(file, nn.Config{})
	assert.EqualError(t, err, "modelfile: "+file+": it does not describe the network: build the network and use Model.Load of package nn")
	assert.NoError(t, newModel(t, net, nn.Config{Input: []int{3}, Seed: 2}).Load(file))
}

func TestBadSaves(t *testing.T) {
	m := newModel(t, nn.MLP(3), nn.Config{Input: []int{2, 5, 5}})
	file := filepath.Join(t.TempDir(), "model.safetensors")
	norm := func(mean, sd []float64) modelfile.Info {
		return modelfile.Info{Normalization: modelfile.Normalization{Mean: mean, SD: sd}}
	}
	for _, test := range []struct {
		model *nn.Model
		info  modelfile.Info
		want  string
	}{
		{nil, modelfile.Info{}, "modelfile: the model is empty: want one from nn.NewModel"},
		{new(nn.Model), modelfile.Info{}, "modelfile: the model is empty: want one from nn.NewModel"},
		{m, modelfile.Info{Classes: []string{"a"}}, "modelfile: 1 names of classes for outputs of shape [3]: want none, or one for each output"},
		{m, modelfile.Info{Classes: []string{"a", "b", "\xff"}}, `modelfile: class 2: name "\xff": want UTF-8`},
		{m, modelfile.Info{Tokens: []string{"a"}}, "modelfile: 1 texts of tokens: want none or 0, the size of the vocabulary"},
		{m, norm([]float64{0}, nil), "modelfile: normalization with 1 means and 0 standard deviations for rows of shape [2 5 5]: want none, one or 2 of each"},
		{m, norm([]float64{0, math.NaN()}, []float64{1, 1}), "modelfile: normalization: mean [1] = NaN: want finite numbers"},
		{m, norm([]float64{0, 0}, []float64{-1, 1}), "modelfile: normalization: standard deviation [0] = -1: want more than 0, finite"},
	} {
		assert.EqualError(t, modelfile.Save(file, test.model, test.info), test.want)
	}
	assert.EqualError(t, modelfile.Save("", m, modelfile.Info{}), "modelfile: save: the file name is empty: want a file name")
	m.Params()[0].Value[3] = float32(math.NaN())
	assert.EqualError(t, modelfile.Save(file, m, modelfile.Info{}), `modelfile: save: tensor "1.weight": value [3] is NaN: want finite numbers`)
	assert.NoFileExists(t, file)
}

func TestBadLoads(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "model.safetensors")
	tensors := []safetensors.Tensor{
		{Name: "weight", Shape: []int{2, 3}, Data: make([]float32, 6)},
		{Name: "bias", Shape: []int{2}, Data: make([]float32, 2)},
	}
	const good = `{"version":1,"input":[3],"network":{"type":"Dense","units":2}}`
	for _, test := range []struct {
		description string
		cfg         nn.Config
		tensors     []safetensors.Tensor
		want        string
	}{
		{good, nn.Config{Input: []int{4}}, tensors, "Config.Input = [4]: want [3], the file's, or none"},
		{good, nn.Config{Vocabulary: 4}, tensors, "Config.Vocabulary = 4: want 0, the file's, or 0"},
		{good, nn.Config{Threads: -1}, tensors, "Threads = -1: want 0 (all processors) or more"},
		{good, nn.Config{MaxBytes: 10}, tensors, "want at most 10 in all (MaxBytes)"},
		{good, nn.Config{}, tensors[:1], `tensor "bias" is missing`},
		{`{"version":1,"input":[3],"network":{"type":"Dense","units":3}}`, nn.Config{}, tensors, `tensor "weight" has shape [2 3]: want [3 3]`},
		{`{"version":1,"input":[3],"network":{"type":"Dense","units":-3}}`, nn.Config{}, tensors, `Dense(-3): Units = -3: want 1 or more`},
		{`{"version":1,"input":[3],"network":{"type":"Dense","units":2},"classes":["a"]}`, nn.Config{}, tensors, "1 names of classes for outputs of shape [2]: want none, or one for each output"},
		{`{"version":1,"input":[3],"network":{"type":"Dance","units":2}}`, nn.Config{}, tensors, "network (Dance): unknown type of layer"},
		{`{"version":3}`, nn.Config{}, tensors, "a description of version 3: want 1"},
	} {
		require.NoError(t, safetensors.Write(file, test.tensors, map[string]string{"descent.model": test.description}))
		m, _, err := modelfile.Load(file, test.cfg)
		if assert.ErrorContains(t, err, test.want, test.description) {
			assert.Regexp(t, "^modelfile: (load: )?"+file+": ", err.Error())
		}
		assert.Nil(t, m)
	}

	require.NoError(t, safetensors.Write(file, tensors, nil))
	_, _, err := modelfile.Load(file, nn.Config{})
	assert.EqualError(t, err, "modelfile: "+file+": no description of the model: want a file of modelfile.Save")
	_, err = modelfile.ReadInfo(filepath.Join(dir, "none"))
	assert.ErrorIs(t, err, os.ErrNotExist)
	assert.ErrorContains(t, err, "modelfile: open ")
}

// A bit of the description, of the weights or of the sum that has turned is found.
func TestTurnedBits(t *testing.T) {
	m := newModel(t, nn.Dense{Units: 2}, nn.Config{Input: []int{3}})
	file := filepath.Join(t.TempDir(), "model.safetensors")
	require.NoError(t, modelfile.Save(file, m, modelfile.Info{Classes: []string{"a", "b"}}))
	whole, err := os.ReadFile(file)
	require.NoError(t, err)
	for i := range whole {
		turned := slices.Clone(whole)
		turned[i] ^= 1 << (i % 8)
		require.NoError(t, os.WriteFile(file, turned, 0o666))
		loaded, _, err := modelfile.Load(file, nn.Config{Threads: 1})
		if !assert.Error(t, err, "byte %d", i) {
			loaded.Close()
		}
	}
}

// A file that is replaced while it is loaded gives the one model or the other.
func TestReplaced(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "model.safetensors")
	bytesOf := func(class string, value float32) []byte {
		m := newModel(t, nn.Dense{Units: 1}, nn.Config{Input: []int{1}})
		m.Params()[0].Value[0] = value
		require.NoError(t, modelfile.Save(file, m, modelfile.Info{Classes: []string{class}}))
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		return b
	}
	first, second := bytesOf("first", 1), bytesOf("second", 2)
	for i := range 100 {
		next := filepath.Join(dir, "next")
		require.NoError(t, os.WriteFile(file, first, 0o666))
		require.NoError(t, os.WriteFile(next, second, 0o666))
		var swap sync.WaitGroup
		swap.Go(func() {
			for range 20 * i {
				runtime.Gosched()
			}
			assert.NoError(t, os.Rename(next, file))
		})
		m, info, err := modelfile.Load(file, nn.Config{Threads: 1})
		swap.Wait()
		if err != nil {
			assert.ErrorContains(t, err, "its description changed while it was read: load it again")
			continue
		}
		assert.Equal(t, info.Classes[0] == "first", m.Params()[0].Value[0] == 1)
		m.Close()
	}
}

func TestNormalization(t *testing.T) {
	rows := []float32{1, 2, 3, 4, 5, 6, 7, 8}
	each := modelfile.Normalization{Mean: []float64{1, 2}, SD: []float64{2, .5}}
	require.NoError(t, each.Apply(rows, []int{2, 1, 2}))
	assert.Equal(t, []float32{0, .5, 2, 4, 2, 2.5, 10, 12}, rows)
	require.NoError(t, modelfile.Normalization{Mean: []float64{1}, SD: []float64{2}}.Apply(rows[:4], []int{4}))
	assert.Equal(t, []float32{-.5, -.25, .5, 1.5}, rows[:4])
	require.NoError(t, modelfile.Normalization{}.Apply(rows[:4], []int{2}))
	assert.Equal(t, []float32{-.5, -.25, .5, 1.5}, rows[:4])
	assert.EqualError(t, each.Apply(rows[:3], []int{2}), "modelfile: 3 values of shape [2]: want rows of that shape")
	assert.EqualError(t, each.Apply(rows, []int{3}), "modelfile: normalization with 2 means and 2 standard deviations for rows of shape [3]: want none, one or 3 of each")
	assert.EqualError(t, each.Apply(rows, []int{2, -1}), "modelfile: shape [2 -1]: want dimensions of 1 or more")
	assert.Error(t, each.Apply(rows, []int{2, math.MaxInt, 8}))
}
