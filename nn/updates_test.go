package nn_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"descent/datasets"
	"descent/nn"
	"descent/optimizers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Fifty updates of Adam and of momentum on LeNet follow PyTorch's losses to
// 1e-4, from the same weights and with the same batches
// (testdata/lenet/updates.py).
func TestUpdatesAgreeWithPyTorch(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds with an emulator")
	}
	raw, err := os.ReadFile(filepath.Join(golden, "updates.json"))
	require.NoError(t, err)
	var runs map[string]struct {
		Rate   float64
		Losses []float64
	}
	require.NoError(t, json.Unmarshal(raw, &runs))
	pixels, labels := goldenExamples(t)
	for name, rule := range map[string]optimizers.Rule{"adam": optimizers.DefaultAdam(), "momentum .9": optimizers.SGD{Momentum: .9}} {
		t.Run(name, func(t *testing.T) {
			want := runs[name]
			require.Len(t, want.Losses, 50)
			m := newModel(t, nn.LeNet(10), nn.Config{Input: []int{1, 28, 28}, Loss: nn.SoftmaxCrossEntropy{}})
			require.NoError(t, m.Load(filepath.Join(golden, "weights.safetensors")))
			o, err := optimizers.New(rule, m.Params(), optimizers.Config{})
			require.NoError(t, err)
			b := &datasets.Batch{Rows: 64}
			for update, loss := range want.Losses {
				b.Pixels, b.Labels = b.Pixels[:0], b.Labels[:0]
				for i := range 64 {
					row := (64*update + i) % len(labels)
					b.Pixels = append(b.Pixels, pixels[row*784:(row+1)*784]...)
					b.Labels = append(b.Labels, labels[row])
				}
				got, _, err := m.Step(b)
				require.NoError(t, err)
				assert.InDelta(t, loss, got, 1e-4, "update %d", update)
				require.NoError(t, o.Step(want.Rate))
			}
		})
	}
}
