package nn_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"descent/internal/safetensors"
	"descent/nn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSaveAndLoad(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lenet.safetensors")
	m := newModel(t, nn.LeNet(10), lenetConfig)
	require.NoError(t, m.Save(file))

	found, metadata, err := safetensors.Read(file)
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"format": "pt"}, metadata)
	weights := m.Params()
	require.Len(t, found, len(weights))
	for i, w := range weights {
		assert.Equal(t, safetensors.Tensor{Name: w.Name, Shape: w.Shape, Data: w.Value}, found[i])
	}

	cfg := lenetConfig
	cfg.Seed = 9
	other := newModel(t, nn.LeNet(10), cfg)
	b := pixelBatch(5, 784, 10, "saved")
	assert.NotEqual(t, evaluate(t, m, b), evaluate(t, other, b))
	require.NoError(t, other.Load(file))
	assert.Equal(t, weights, other.Params())
	assert.Equal(t, m.Fingerprint(), other.Fingerprint())
	assert.Equal(t, evaluate(t, m, b), evaluate(t, other, b), "graphs made before see the weights")
}

// PyTorch's own file, whose names and shapes are those of the model.
func TestLoadFromPyTorch(t *testing.T) {
	file := filepath.Join(golden, "weights.safetensors")
	m := newModel(t, nn.LeNet(10), lenetConfig)
	require.NoError(t, m.Load(file))
	want, _, err := safetensors.Read(file)
	require.NoError(t, err)
	for i, w := range m.Params() {
		assert.Equal(t, want[i].Name, w.Name)
		assert.Equal(t, want[i].Data, w.Value)
	}
	classic := newModel(t, nn.ClassicLeNet(10), lenetConfig)
	assert.NoError(t, classic.Load(file), "the layers without parameters do not matter")
}

// A file that does not fit is an error that names the tensor, and changes
// nothing.
func TestLoadErrors(t *testing.T) {
	m := newModel(t, nn.MLP(2, 1), nn.Config{Input: []int{3}})
	before := m.Fingerprint()
	fitting := func() []safetensors.Tensor {
		var all []safetensors.Tensor
		for _, w := range m.Params() {
			all = append(all, safetensors.Tensor{Name: w.Name, Shape: w.Shape, Data: make([]float32, len(w.Value))})
		}
		return all
	}
	for want, change := range map[string]func(all []safetensors.Tensor) []safetensors.Tensor{
		`tensor "3.bias" is missing`: func(all []safetensors.Tensor) []safetensors.Tensor { return all[:3] },
		`tensor "extra" is not of the model: want [1.weight 1.bias 3.weight 3.bias]`: func(all []safetensors.Tensor) []safetensors.Tensor {
			return append(all, safetensors.Tensor{Name: "extra", Shape: []int{1}, Data: []float32{1}})
		},
		`tensor "1.weight" has shape [3 2]: want [2 3]`: func(all []safetensors.Tensor) []safetensors.Tensor {
			all[0].Shape = []int{3, 2}
			return all
		},
		`tensor "3.weight": value [1] is +Inf: want finite numbers`: func(all []safetensors.Tensor) []safetensors.Tensor {
			all[2].Data, all[2].Data64 = nil, []float64{1, 1e300}
			return all
		},
		`tensor "1.bias" has shape []: want [2]`: func(all []safetensors.Tensor) []safetensors.Tensor {
			all[1] = safetensors.Tensor{Name: "1.bias", Data: []float32{1}}
			return all
		},
		`tensor "1.bias": value [1] is NaN: want finite numbers`: func(all []safetensors.Tensor) []safetensors.Tensor {
			all[1].Data[1] = float32(math.NaN())
			return all
		},
		`tensor "3.weight": value [0] is -Inf: want finite numbers`: func(all []safetensors.Tensor) []safetensors.Tensor {
			all[2].Data[0] = float32(math.Inf(-1))
			return all
		},
	} {
		file := filepath.Join(t.TempDir(), "model")
		require.NoError(t, safetensors.Write(file, change(fitting()), nil))
		assert.EqualError(t, m.Load(file), fmt.Sprintf("nn: load: %s: %s", file, want))
		assert.Equal(t, before, m.Fingerprint())
	}
	file := filepath.Join(t.TempDir(), "model")
	assert.ErrorIs(t, m.Load(file), os.ErrNotExist)
	require.NoError(t, m.Save(file))
	whole, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, whole[:len(whole)-1], 0o666))
	assert.ErrorContains(t, m.Load(file), "nn: load: "+file)
	assert.Equal(t, before, m.Fingerprint())
}

// PyTorch saves half precision, and NumPy what it is given.
func TestLoadOtherTypes(t *testing.T) {
	m := newModel(t, nn.MLP(1), nn.Config{Input: []int{2}})
	file := filepath.Join(t.TempDir(), "model")
	header := `{"1.weight":{"dtype":"F16","shape":[1,2],"data_offsets":[0,4]},"1.bias":{"dtype":"BF16","shape":[1],"data_offsets":[4,6]}}`
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	b = append(append(b, header...), "\x00\x3c\x00\xb8\x20\xc0"...)
	require.NoError(t, os.WriteFile(file, b, 0o666))
	require.NoError(t, m.Load(file))
	assert.Equal(t, []float32{1, -.5}, m.Params()[0].Value)
	assert.Equal(t, []float32{-2.5}, m.Params()[1].Value)

	b = bytes.Replace(b, []byte(`F16`), []byte(`I16`), 1)
	require.NoError(t, os.WriteFile(file, b, 0o666))
	assert.EqualError(t, m.Load(file), "nn: load: "+file+`: tensor "1.weight" is of integers: want floats`)

	var npz bytes.Buffer
	z := zip.NewWriter(&npz)
	for name, array := range map[string]string{
		"1.weight.npy": "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }\n\x9a\x99\x99\x99\x99\x99\xb9\x3f\x00\x00\x00\x00\x00\x00\xf0\xbf",
		"1.bias.npy":   "{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }  \n\x3e\x80\x00\x00",
	} {
		w, err := z.Create(name)
		require.NoError(t, err)
		_, err = w.Write([]byte("\x93NUMPY\x01\x00\x3c\x00" + array))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	require.NoError(t, os.WriteFile(file, npz.Bytes(), 0o666))
	require.NoError(t, m.Load(file))
	assert.Equal(t, []float32{.1, -1}, m.Params()[0].Value)
	assert.Equal(t, []float32{.25}, m.Params()[1].Value)
}

// A changed bit of the weights is found.
func TestLoadChangedBit(t *testing.T) {
	m := newModel(t, nn.MLP(2, 1), nn.Config{Input: []int{3}})
	file := filepath.Join(t.TempDir(), "model")
	require.NoError(t, m.Save(file))
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	b[len(b)-8] ^= 1
	require.NoError(t, os.WriteFile(file, b, 0o666))
	assert.ErrorContains(t, m.Load(file), "nn: load: "+file+": the CRC-32C of its content is ")
}

// A file that cannot be written leaves what was there, and nothing beside it.
func TestSaveErrors(t *testing.T) {
	dir := t.TempDir()
	m := newModel(t, nn.MLP(2, 1), nn.Config{Input: []int{3}})
	assert.ErrorIs(t, m.Save(filepath.Join(dir, "none", "model")), os.ErrNotExist)
	assert.ErrorContains(t, m.Save(dir), "nn: save: "+dir+" is a directory: want a file")

	file := filepath.Join(dir, "model")
	require.NoError(t, m.Save(file))
	before, err := os.ReadFile(file)
	require.NoError(t, err)
	m.Params()[2].Value[1] = float32(math.Inf(1))
	assert.EqualError(t, m.Save(file), `nn: save: tensor "3.weight": value [1] is +Inf: want finite numbers`)
	odd := newModel(t, nn.Sequential(nn.Func(oddName)), nn.Config{Input: []int{3}})
	assert.ErrorContains(t, odd.Save(file), "nn: save: ")
	after, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, before, after)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 1)
}

// oddName is a layer with a parameter whose name no file can hold.
func oddName(s *nn.Scope, x node) (node, error) {
	_, err := s.Param("\xff", nn.Constant(1), nn.Fans{}, 1)
	return x, err
}

// The fingerprint is the SHA-256 of all parameters, the frozen ones as well, as
// little-endian float32.
func TestFingerprint(t *testing.T) {
	m := newModel(t, nn.MLP(2, 1), nn.Config{Input: []int{3}, Seed: 4})
	require.NoError(t, m.Freeze("1.*"))
	h := sha256.New()
	for _, w := range m.Params() {
		require.NoError(t, binary.Write(h, binary.LittleEndian, w.Value))
	}
	first := m.Fingerprint()
	assert.Equal(t, fmt.Sprintf("%x", h.Sum(nil)), first)
	seen := map[string]bool{first: true}
	for _, w := range m.Params() {
		w.Value[len(w.Value)-1]++
		f := m.Fingerprint()
		assert.False(t, seen[f], w.Name)
		seen[f] = true
	}
}

// The metadata of a file is the user's, except for what is always written.
func TestSaveMetadata(t *testing.T) {
	net, cfg := nn.MLP(3), nn.Config{Input: []int{4}, Seed: 5, Threads: 1}
	m := newModel(t, net, cfg)
	file := filepath.Join(t.TempDir(), "model")
	own := map[string]string{"note": "mine", "format": "tf"}
	require.NoError(t, m.SaveMetadata(file, own))
	_, metadata, err := safetensors.Read(file)
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"note": "mine", "format": "pt"}, metadata)
	assert.Equal(t, "tf", own["format"])
	assert.ErrorContains(t, m.SaveMetadata(file, map[string]string{"note": "\xff"}), "nn: save: metadata ")

	assert.Equal(t, nn.Layer(net), m.Network())
	assert.Equal(t, cfg, m.Config())
	m.Config().Input[0] = 9
	assert.Equal(t, []int{4}, m.InputShape())
}
