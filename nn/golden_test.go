package nn_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"descent/autograd/lanes"
	"descent/datasets"
	"descent/internal/safetensors"
	"descent/nn"
	"descent/optimizers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const golden = "../testdata/lenet" // made with PyTorch by golden.py there

// Ten steps of LeNet from fixed weights agree with PyTorch's on every
// instruction set, with zeros left out or not: the losses to 1e-4 relative, the
// gradients of the first step to 1e-5 of their norm.
func TestLeNetAgreesWithPyTorch(t *testing.T) {
	eachISA(t, func(t *testing.T, isa lanes.ISA) {
		all := []lanes.SkipZeros{lanes.SkipNever, lanes.SkipAuto, lanes.SkipAlways}
		if testing.Short() {
			all = all[2:]
		}
		for _, skip := range all {
			t.Run(skip.String(), func(t *testing.T) { agreesWithPyTorch(t, nn.Config{ISA: isa, SkipZeros: skip}) })
		}
	})
}

func agreesWithPyTorch(t *testing.T, cfg nn.Config) {
	var want struct {
		Rate   float64
		Rows   []int
		Losses []float64
	}
	raw, err := os.ReadFile(filepath.Join(golden, "golden.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &want))
	require.Len(t, want.Losses, 10)
	pixels, labels := goldenExamples(t)

	cfg.Input, cfg.Loss = []int{1, 28, 28}, nn.SoftmaxCrossEntropy{}
	m := newModel(t, nn.LeNet(10), cfg)
	require.NoError(t, m.Load(filepath.Join(golden, "weights.safetensors")))
	o, err := optimizers.New(optimizers.SGD{}, m.Params(), optimizers.Config{})
	require.NoError(t, err)
	first := 0
	for step, rows := range want.Rows {
		loss, _, err := m.Step(&datasets.Batch{Rows: rows, Pixels: pixels[first*784 : (first+rows)*784], Labels: labels[first : first+rows]})
		require.NoError(t, err)
		assert.InEpsilon(t, want.Losses[step], loss, 1e-4, "step %d", step)
		if step == 0 {
			compareTensors(t, filepath.Join(golden, "gradients.safetensors"), m, 1e-5, func(p optimizers.Param[float32]) []float32 { return p.Grad })
		}
		require.NoError(t, o.Step(want.Rate))
		first += rows
	}
	compareTensors(t, filepath.Join(golden, "trained.safetensors"), m, 1e-5, func(p optimizers.Param[float32]) []float32 { return p.Value })
}

// compareTensors checks that each parameter is as near to the file's as tol
// times the norm.
func compareTensors(t *testing.T, file string, m *nn.Model, tol float64, of func(optimizers.Param[float32]) []float32) {
	t.Helper()
	want, _, err := safetensors.Read(file)
	require.NoError(t, err)
	params := m.Params()
	require.Len(t, want, len(params))
	for i, p := range params {
		require.Equal(t, want[i].Name, p.Name)
		require.Equal(t, want[i].Shape, p.Shape)
		var difference, norm float64
		for j, v := range of(p) {
			w := float64(want[i].Data[j])
			difference += (float64(v) - w) * (float64(v) - w)
			norm += w * w
		}
		assert.LessOrEqual(t, math.Sqrt(difference), tol*math.Sqrt(norm), p.Name)
	}
}

// goldenExamples returns the pixels and labels of the IDX files.
func goldenExamples(t *testing.T) (pixels []uint8, labels []int32) {
	t.Helper()
	images, err := os.ReadFile(filepath.Join(golden, "images-idx3-ubyte"))
	require.NoError(t, err)
	classes, err := os.ReadFile(filepath.Join(golden, "labels-idx1-ubyte"))
	require.NoError(t, err)
	for _, c := range classes[8:] {
		labels = append(labels, int32(c))
	}
	return images[16:], labels
}
