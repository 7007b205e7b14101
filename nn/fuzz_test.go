package nn_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"testing"

	"descent/internal/fuzzing"
	"descent/internal/safetensors"
	"descent/nn"
	"descent/optimizers"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
)

// A file is loaded whole or not at all, and only finite numbers of the right
// shapes.
func FuzzLoad(f *testing.F) {
	counted := nn.Func(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		_, err := s.State("n", 0)
		return x, err
	})
	m := newModel(f, nn.Sequential(nn.Dense{Units: 2}, counted), nn.Config{Input: []int{2}})
	all := func() []optimizers.Param[float32] { return append(m.Params(), m.States()...) }
	encoded := func(change func(t []safetensors.Tensor) []safetensors.Tensor) []byte {
		var tensors []safetensors.Tensor
		for i, p := range all() {
			t := safetensors.Tensor{Name: p.Name, Shape: p.Shape}
			for j := range p.Value {
				t.Data = append(t.Data, float32(i)+.25*float32(j))
			}
			tensors = append(tensors, t)
		}
		var b bytes.Buffer
		require.NoError(f, safetensors.Encode(&b, change(tensors), nil))
		return b.Bytes()
	}
	f.Add(encoded(func(t []safetensors.Tensor) []safetensors.Tensor { return t }))
	f.Add(encoded(func(t []safetensors.Tensor) []safetensors.Tensor { return t[1:] }))
	f.Add(encoded(func(t []safetensors.Tensor) []safetensors.Tensor { t[0].Shape = []int{4}; return t }))
	f.Add(encoded(func(t []safetensors.Tensor) []safetensors.Tensor { t[0].Name = "\x1b[31m"; return t }))
	f.Add(encoded(func(t []safetensors.Tensor) []safetensors.Tensor { t[1].Data[0] = float32(math.NaN()); return t }))
	f.Add(encoded(func(t []safetensors.Tensor) []safetensors.Tensor {
		t[1].Data, t[1].Data64 = nil, []float64{1, 2}
		return t
	}))
	const header = `{"0.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"0.bias":{"dtype":"F32","shape":[2],"data_offsets":[16,24]},` +
		`"1.n":{"dtype":"I64","shape":[],"data_offsets":[24,32]}}`
	plain := append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header...) // no sum stands in the way of mutations
	f.Add(append(bytes.Clone(plain), make([]byte, 32)...))
	f.Add(append(bytes.Clone(plain), bytes.Repeat([]byte{0xff, 0xff, 0xff, 0x7f}, 8)...))
	f.Add(append(bytes.Replace(plain, []byte(`"0.bias":{"dtype":"F32","shape":[2]`), []byte(`"0.bias":{"dtype":"I64","shape":[1]`), 1), make([]byte, 32)...))

	file := filepath.Join(f.TempDir(), "model")
	f.Fuzz(func(t *testing.T, b []byte) {
		before := values(all())
		require.NoError(t, os.WriteFile(file, b, 0o600))
		var err error
		fuzzing.Bounded(t, len(b), 100, 256<<10, func() { err = m.Load(file) })
		fuzzing.Error(t, err, "nn: load: "+file+": ")
		after := values(all())
		if err != nil {
			require.Equal(t, before, after)
			return
		}
		for _, v := range after {
			require.Zero(t, v-v, "%v: want finite numbers", v)
		}
		var tensors []safetensors.Tensor
		for _, p := range all() {
			tensors = append(tensors, safetensors.Tensor{Name: p.Name, Shape: p.Shape, Data: p.Value})
		}
		var again bytes.Buffer
		require.NoError(t, safetensors.Encode(&again, tensors, nil))
		require.NoError(t, os.WriteFile(file, again.Bytes(), 0o600))
		require.NoError(t, m.Load(file))
		require.Equal(t, after, values(all()))
	})
}

// values returns a copy of all elements.
func values(params []optimizers.Param[float32]) (all []float32) {
	for _, p := range params {
		all = append(all, p.Value...)
	}
	return all
}
