package walk_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"descent/nn"
	"descent/nn/internal/walk"
	"descent/nn/modelfile"
	"descent/nn/onnx"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestValue(t *testing.T) {
	assert.Equal(t, nn.Layer(nn.Dense{Units: 3}), walk.Value(&nn.Dense{Units: 3}))
	assert.Equal(t, nn.Layer(nn.Dense{Units: 3}), walk.Value(nn.Dense{Units: 3}))
	assert.Equal(t, nn.Layer(nn.Seq{nn.ReLU{}}), walk.Value(&nn.Seq{nn.ReLU{}}))
	assert.Equal(t, nn.Layer((*nn.Dense)(nil)), walk.Value((*nn.Dense)(nil)))
	assert.Nil(t, walk.Value(nil))
}

func TestError(t *testing.T) {
	assert.EqualError(t, walk.Error("1.0", nn.Conv2D{Filters: 2, Kernel: 3}, "no"), "layer 1.0 (Conv2D(2, 3×3)): no")
	assert.EqualError(t, walk.Error("", nn.Func(nil), "no"), "network (Func): no")
	assert.EqualError(t, walk.Error("0", nil, "no"), "layer 0 (<nil>): no")
	assert.EqualError(t, walk.Error("0", (*nn.Dense)(nil), "no"), "layer 0 (<nil>): no")
	assert.Equal(t, []string{"3", "3.0.12"}, []string{walk.Join("", 3), walk.Join("3.0", 12)})
}

// forms are all layers of package nn that have a form in other files, with a
// shape of their input.
var forms = []struct {
	layer nn.Layer
	input []int // of tokens, if the layer is an embedding
}{
	{nn.Attention{Heads: 2}, []int{3, 4}},
	{nn.AvgPool2D{Size: 2}, []int{1, 4, 4}},
	{nn.BatchNorm{}, []int{2, 4, 4}},
	{nn.Branches{Layers: []nn.Layer{nn.ReLU{}, nn.Dense{Units: 2}}, Concat: true}, []int{3}},
	{nn.Conv1D{Filters: 2, Kernel: 3}, []int{1, 4}},
	{nn.Conv2D{Filters: 2, Kernel: 3}, []int{1, 4, 4}},
	{nn.ConvTranspose2D{Filters: 2, Kernel: 3}, []int{1, 4, 4}},
	{nn.Dense{Units: 2}, []int{3}},
	{nn.Dropout{Rate: .5}, []int{3}},
	{nn.ELU{}, []int{3}},
	{nn.Embedding{Width: 3}, []int{4}},
	{nn.Flatten{}, []int{1, 4, 4}},
	{nn.GELU{}, []int{3}},
	{nn.GlobalAvgPool{}, []int{2, 4, 4}},
	{nn.GroupNorm{Groups: 2}, []int{4, 2}},
	{nn.GRU{Hidden: 2}, []int{3, 2}},
	{nn.LSTM{Hidden: 2}, []int{3, 2}},
	{nn.Last{}, []int{3, 2}},
	{nn.LayerNorm{}, []int{3}},
	{nn.LeakyReLU{}, []int{3}},
	{nn.LearnedPositions{}, []int{3, 4}},
	{nn.MaxPool2D{Size: 2}, []int{1, 4, 4}},
	{nn.Latent{Units: 2, Mean: true}, []int{3}},
	{nn.Noise{SD: 1}, []int{3}},
	{nn.PadChannels{Before: 1}, []int{1, 4, 4}},
	{nn.RMSNorm{}, []int{3}},
	{nn.RNN{Hidden: 2}, []int{3, 2}},
	{nn.ReLU{}, []int{3}},
	{nn.Reshape{Shape: []int{2, 8}}, []int{1, 4, 4}},
	{nn.Residual{Body: nn.Dense{Units: 3}, Shortcut: nn.Tanh{}}, []int{3}},
	{nn.Seq{nn.Dense{Units: 2}}, []int{3}},
	{nn.SiLU{}, []int{3}},
	{nn.Sigmoid{}, []int{3}},
	{nn.SinusoidalPositions{}, []int{3, 4}},
	{nn.Softmax{}, []int{2, 3}},
	{nn.Softplus{Beta: 2}, []int{3}},
	{nn.Tanh{}, []int{3}},
	{nn.Tied{To: "0", Layer: nn.Dense{Units: 3}}, []int{3}}, // after another
	{nn.TransformerBlock{Attention: nn.Attention{Heads: 2}}, []int{3, 4}},
	{nn.Upsample{Scale: 2}, []int{1, 2, 2}},
}

// formless are the types with a method Forward that have none: functions and
// losses.
var formless = []string{"Func", "Rows", "LossFunc", "SoftmaxCrossEntropy", "SquaredError", "AbsoluteError", "Huber", "BinaryCrossEntropy", "Reconstruction"}

// A layer that is new in package nn gets a form in packages onnx and modelfile.
func TestEveryLayerHasForms(t *testing.T) {
	formed := map[string]bool{}
	for _, form := range forms {
		name := reflect.TypeOf(form.layer).Name()
		formed[name] = true
		for _, l := range []nn.Layer{form.layer, nn.Sequential(form.layer)} {
			cfg := nn.Config{Input: form.input, Threads: 1}
			switch name {
			case "Embedding":
				cfg.Vocabulary = 5
			case "Tied":
				l = nn.Sequential(nn.Dense{Units: 3}, l)
			}
			m, err := nn.NewModel(l, cfg)
			require.NoError(t, err)
			assert.NoError(t, onnx.Encode(new(bytes.Buffer), m), name)
			assert.NoError(t, modelfile.Save(filepath.Join(t.TempDir(), "m"), m, modelfile.Info{}), name)
			m.Close()
		}
	}
	for _, name := range declared(t, "../..") {
		assert.True(t, formed[name] != slices.Contains(formless, name), "layer %s: want a form in packages onnx and modelfile", name)
	}
}

// declared returns the names of the exported types with a method Forward that the
// Go files of a folder declare.
func declared(t *testing.T, folder string) (names []string) {
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(folder, e.Name()), nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, d := range f.Decls {
			m, ok := d.(*ast.FuncDecl)
			if !ok || m.Recv == nil || m.Name.Name != "Forward" {
				continue
			}
			receiver := m.Recv.List[0].Type
			if p, ok := receiver.(*ast.StarExpr); ok {
				receiver = p.X
			}
			if name, ok := receiver.(*ast.Ident); ok && name.IsExported() {
				names = append(names, name.Name)
			}
		}
	}
	return names
}
