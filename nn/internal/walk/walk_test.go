package walk_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
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
var forms = map[string]struct {
	layer nn.Layer
	input []int
}{
	"AvgPool2D":       {nn.AvgPool2D{Size: 2}, []int{1, 4, 4}},
	"BatchNorm":       {nn.BatchNorm{}, []int{2, 4, 4}},
	"Branches":        {nn.Branches{Layers: []nn.Layer{nn.ReLU{}, nn.Dense{Units: 2}}, Concat: true}, []int{3}},
	"Conv1D":          {nn.Conv1D{Filters: 2, Kernel: 3}, []int{1, 4}},
	"Conv2D":          {nn.Conv2D{Filters: 2, Kernel: 3}, []int{1, 4, 4}},
	"ConvTranspose2D": {nn.ConvTranspose2D{Filters: 2, Kernel: 3}, []int{1, 4, 4}},
	"Dense":           {nn.Dense{Units: 2}, []int{3}},
	"Dropout":         {nn.Dropout{Rate: .5}, []int{3}},
	"ELU":             {nn.ELU{}, []int{3}},
	"Flatten":         {nn.Flatten{}, []int{1, 4, 4}},
	"GELU":            {nn.GELU{}, []int{3}},
	"GlobalAvgPool":   {nn.GlobalAvgPool{}, []int{2, 4, 4}},
	"GroupNorm":       {nn.GroupNorm{Groups: 2}, []int{4, 2}},
	"LayerNorm":       {nn.LayerNorm{}, []int{3}},
	"LeakyReLU":       {nn.LeakyReLU{}, []int{3}},
	"MaxPool2D":       {nn.MaxPool2D{Size: 2}, []int{1, 4, 4}},
	"Noise":           {nn.Noise{SD: 1}, []int{3}},
	"PadChannels":     {nn.PadChannels{Before: 1}, []int{1, 4, 4}},
	"RMSNorm":         {nn.RMSNorm{}, []int{3}},
	"ReLU":            {nn.ReLU{}, []int{3}},
	"Reshape":         {nn.Reshape{Shape: []int{2, 8}}, []int{1, 4, 4}},
	"Residual":        {nn.Residual{Body: nn.Dense{Units: 3}, Shortcut: nn.Tanh{}}, []int{3}},
	"Seq":             {nn.Seq{nn.Dense{Units: 2}}, []int{3}},
	"SiLU":            {nn.SiLU{}, []int{3}},
	"Sigmoid":         {nn.Sigmoid{}, []int{3}},
	"Softmax":         {nn.Softmax{}, []int{2, 3}},
	"Softplus":        {nn.Softplus{Beta: 2}, []int{3}},
	"Tanh":            {nn.Tanh{}, []int{3}},
	"Upsample":        {nn.Upsample{Scale: 2}, []int{1, 2, 2}},
}

// formless are the types with a method Forward that have none: functions and
// losses.
var formless = []string{"Func", "Rows", "LossFunc", "SoftmaxCrossEntropy", "SquaredError", "AbsoluteError", "Huber", "BinaryCrossEntropy"}

// A layer that is new in package nn gets a form in packages onnx and modelfile.
func TestEveryLayerHasForms(t *testing.T) {
	found := map[string]bool{}
	for _, name := range declared(t, "../..") {
		found[name] = true
		form, ok := forms[name]
		if !ok {
			assert.Contains(t, formless, name, "layer %s: want a form in packages onnx and modelfile", name)
			continue
		}
		for _, l := range []nn.Layer{form.layer, nn.Sequential(form.layer)} {
			m, err := nn.NewModel(l, nn.Config{Input: form.input, Threads: 1})
			require.NoError(t, err)
			assert.NoError(t, onnx.Encode(new(bytes.Buffer), m), name)
			assert.NoError(t, modelfile.Save(filepath.Join(t.TempDir(), "m"), m, modelfile.Info{}), name)
			m.Close()
		}
	}
	for name := range forms {
		assert.True(t, found[name], name)
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
