package nn_test

import (
	"fmt"
	"log"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"descent/internal/safetensors"
	"descent/nn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// saved saves a network of three inputs.
func saved(t *testing.T, net nn.Layer) (file string, m *nn.Model) {
	m = newModel(t, net, nn.Config{Input: []int{3}, Seed: 5})
	file = filepath.Join(t.TempDir(), "model.safetensors")
	require.NoError(t, m.Save(file))
	return file, m
}

func TestLoadPart(t *testing.T) {
	file, from := saved(t, nn.MLP(4, 4, 2))
	to := newModel(t, nn.MLP(4, 4, 7), nn.Config{Input: []int{3}, Seed: 6})
	before := newModel(t, nn.MLP(4, 4, 7), nn.Config{Input: []int{3}, Seed: 6}).Params()
	part, err := to.LoadPart(file, nil, "1.*", "3.weight")
	require.NoError(t, err)
	assert.Equal(t, nn.Part{
		Loaded: []string{"1.weight", "1.bias", "3.weight"},
		Kept:   []string{"3.bias", "5.weight", "5.bias"},
		Unused: []string{"3.bias", "5.weight", "5.bias"},
	}, part)
	for i, w := range to.Params() {
		want := before[i].Value
		if i < 3 {
			want = from.Params()[i].Value
		}
		assert.Equal(t, want, w.Value, w.Name)
	}
	same := newModel(t, nn.MLP(4, 4, 2), nn.Config{Input: []int{3}, Seed: 6})
	part, err = same.LoadPart(file, nil, "*")
	require.NoError(t, err)
	assert.Len(t, part.Loaded, 6)
	assert.Empty(t, part.Kept)
	assert.Empty(t, part.Unused)
	assert.Equal(t, from.Fingerprint(), same.Fingerprint())
}

// Renamed, a file serves a model that names its layers otherwise.
func TestLoadPartRenames(t *testing.T) {
	file := filepath.Join(t.TempDir(), "torch.safetensors")
	require.NoError(t, safetensors.Write(file, []safetensors.Tensor{
		{Name: "features.0.weight", Shape: []int{2, 3}, Data64: []float64{.1, 2, 3, 4, 5, 6}},
		{Name: "features.0.bias", Shape: []int{2}, Data: []float32{7, 8}},
		{Name: "head.mask", Shape: []int{1}, Data: []float32{float32(math.NaN())}}, // not read for the model
	}, nil))
	m := newModel(t, nn.MLP(2, 1), nn.Config{Input: []int{3}})
	part, err := m.LoadPart(file, strings.NewReplacer("features.0", "1").Replace, "*")
	require.NoError(t, err)
	assert.Equal(t, nn.Part{Loaded: []string{"1.weight", "1.bias"}, Kept: []string{"3.weight", "3.bias"}, Unused: []string{"head.mask"}}, part)
	assert.Equal(t, []float32{.1, 2, 3, 4, 5, 6}, m.Params()[0].Value)
	assert.Equal(t, []float32{7, 8}, m.Params()[1].Value)
}

// An error names what is wrong, and changes nothing.
func TestLoadPartErrors(t *testing.T) {
	file, _ := saved(t, nn.MLP(4, 2))
	m := newModel(t, nn.MLP(4, 5), nn.Config{Input: []int{3}})
	before := m.Fingerprint()
	both := func(name string) string { return strings.Replace(name, "3.", "1.", 1) }
	away := func(name string) string { return "backbone." + name }
	for _, c := range []struct {
		rename   func(string) string
		patterns []string
		want     string
	}{
		{nil, nil, `nn: load: no pattern: want one or more, such as "0.*", or "*" for all`},
		{nil, []string{"1.*", "["}, `nn: load: pattern "[": syntax error in pattern`},
		{nil, []string{"*"}, `nn: load: FILE: tensor "3.weight" has shape [2 4]: want [5 4]`},
		{strings.NewReplacer("3.", "1.", "1.", "3.").Replace, []string{"*"}, `nn: load: FILE: tensor "1.weight", which is "3.weight" of the model, has shape [4 3]: want [5 4]`},
		{nil, []string{"1.*", "conv*"}, `nn: load: FILE: pattern "conv*" matches no tensor that the file and the model have: want one of [1.weight 1.bias 3.weight 3.bias]; unused are ["3.weight" "3.bias"]`},
		{away, []string{"*"}, `nn: load: FILE: pattern "*" matches no tensor that the file and the model have: want one of [1.weight 1.bias 3.weight 3.bias]; unused are ["1.weight" "1.bias" "3.weight" "3.bias"]`},
		{both, []string{"1.*"}, `nn: load: FILE: tensor "3.weight" is a second "1.weight" of the model: want one`},
	} {
		part, err := m.LoadPart(file, c.rename, c.patterns...)
		assert.EqualError(t, err, strings.ReplaceAll(c.want, "FILE", file))
		assert.Zero(t, part)
		assert.Equal(t, before, m.Fingerprint())
	}
	_, err := m.LoadPart(filepath.Join(t.TempDir(), "none"), nil, "*")
	assert.ErrorIs(t, err, os.ErrNotExist)
	m.Close()
	_, err = m.LoadPart(file, nil, "1.*")
	assert.Error(t, err)
}

// Layers that another model learned are kept, and a new last one is trained.
func ExampleModel_LoadPart() {
	config := nn.Config{Input: []int{1, 28, 28}, Loss: nn.SoftmaxCrossEntropy{}, Seed: 1}
	trained, err := nn.NewModel(nn.LeNet(10), config)
	if err != nil {
		log.Fatal(err)
	}
	defer trained.Close()
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "lenet.safetensors")
	if err := trained.Save(file); err != nil {
		log.Fatal(err)
	}

	model, err := nn.NewModel(nn.LeNet(3), config) // another last layer
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	convolutions := []string{"0.*", "3.*"}
	part, err := model.LoadPart(file, nil, convolutions...)
	if err != nil {
		log.Fatal(err)
	}
	if err := model.Freeze(convolutions...); err != nil {
		log.Fatal(err)
	}
	fmt.Println("loaded:", part.Loaded)
	fmt.Println("as they were:", part.Kept)

	_, err = model.LoadPart(file, nil, "*")
	fmt.Println(strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), ""))
	// Output:
	// loaded: [0.weight 0.bias 3.weight 3.bias]
	// as they were: [7.weight 7.bias 9.weight 9.bias 11.weight 11.bias]
	// nn: load: lenet.safetensors: tensor "11.weight" has shape [10 84]: want [3 84]
}
