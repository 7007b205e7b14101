package nn_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"descent/autograd/lanes"
	"descent/datasets"
	"descent/nn"
	"descent/optimizers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// charGolden is what testdata/recurrent/golden.py wrote, which says what it means.
type charGolden struct {
	gradientGolden
	Rate                     float64
	Vocabulary, Rows, Length int
	Losses                   []float64
	Characters, Train        int
	Test                     float64
}

func charGoldens(t testing.TB) (ten, long charGolden) {
	t.Helper()
	var all struct{ Ten, Long charGolden }
	raw, err := os.ReadFile("../testdata/recurrent/golden.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &all))
	return all.Ten, all.Long
}

// charModel returns the model of a golden, with its initial weights.
func charModel(t testing.TB, g charGolden, isa lanes.ISA) *nn.Model {
	t.Helper()
	m := newModel(t, nn.CharLSTM(nn.CharLSTMConfig{Vocabulary: g.Vocabulary, Carry: g.Rows}), nn.Config{
		Input: []int{g.Length}, Vocabulary: g.Vocabulary, Loss: nn.SoftmaxCrossEntropy{}, ISA: isa,
	})
	i := uint64(1)
	for _, p := range m.Params() {
		fan := 600
		if len(p.Shape) > 1 {
			fan = p.Shape[len(p.Shape)-1]
		}
		for j := range p.Value {
			p.Value[j] = float32(math.Sqrt(3/float64(fan)) * (2*float64(scattered(i))/(1<<32) - 1))
			i++
		}
	}
	return m
}

// Ten steps agree with PyTorch's: the losses to 1e-4 relative, the gradients of the
// first to 1e-5 of their norm.
func TestCharLSTMAgreesWithPyTorch(t *testing.T) {
	golden, _ := charGoldens(t)
	require.Len(t, golden.Losses, 10)
	var text []int32
	for i := range golden.Rows*golden.Length*10 + 1 {
		v := scattered(uint64(i+1)) >> 16
		text = append(text, int32(v*v>>16*uint64(golden.Vocabulary)>>16))
	}
	if testing.Short() { // for an emulator
		golden.Losses = golden.Losses[:2]
	}
	eachISA(t, func(t *testing.T, isa lanes.ISA) {
		m := charModel(t, golden, isa)
		o, err := optimizers.New(optimizers.SGD{}, m.Params(), optimizers.Config{})
		require.NoError(t, err)
		for i, want := range golden.Losses {
			b := &datasets.Batch{Rows: golden.Rows}
			for r := range golden.Rows {
				at := (r*10 + i) * golden.Length
				b.Tokens, b.Labels = append(b.Tokens, text[at:at+golden.Length]...), append(b.Labels, text[at+1:at+1+golden.Length]...)
			}
			loss, _, err := m.Step(b)
			require.NoError(t, err)
			assert.InEpsilon(t, want, loss, 1e-4, "step %d", i)
			if i == 0 {
				compareProjections(t, golden.gradientGolden, m.Params())
			}
			require.NoError(t, o.Step(golden.Rate))
		}
	})
}

func TestCharLSTM(t *testing.T) {
	cfg := nn.Config{Input: []int{5}, Vocabulary: 83, Loss: nn.SoftmaxCrossEntropy{}, Seed: 1}
	m := newModel(t, nn.CharLSTM(nn.CharLSTMConfig{Vocabulary: 83, Dropout: .2, Carry: 50}), cfg)
	assert.Equal(t, 285_523, m.NumParams())
	assert.Equal(t, []int{5, 83}, m.OutputShape())
	bias := param(t, m, "2.bias_ih_l0").Value
	for i, v := range bias {
		assert.Equal(t, i/128 == 1, v == 1)
		assert.Equal(t, i/128 != 1, v == 0)
	}
	assert.Equal(t, make([]float32, 512), param(t, m, "2.bias_hh_l0").Value)
	edge := float32(math.Sqrt(6. / (256 + 512)))
	largest := float32(0)
	for _, v := range param(t, m, "5.weight_hh_l0").Value {
		largest = max(largest, v, -v)
	}
	assert.InEpsilon(t, edge, largest, 1e-3)
	for _, c := range []struct {
		config nn.CharLSTMConfig
		want   string
	}{
		{nn.CharLSTMConfig{}, "nn: layer 0 (CharLSTM): Vocabulary = 0: want 1 or more"},
		{nn.CharLSTMConfig{Vocabulary: 3, Layers: -1}, "nn: layer 0 (CharLSTM): Layers = -1: want 0 (2) to 1000"},
		{nn.CharLSTMConfig{Vocabulary: 3, Width: -1}, "nn: layer 0 (Embedding(-1)): Width = -1: want 1 or more"},
		{nn.CharLSTMConfig{Vocabulary: 3, Dropout: 1}, "nn: layer 1 (Dropout(1)): Rate = 1: want [0, 1)"},
		{nn.CharLSTMConfig{Vocabulary: 3, Carry: -1}, "Carry = -1: want 0 or more"},
	} {
		_, err := nn.NewModel(nn.CharLSTM(c.config), cfg)
		assert.ErrorContains(t, err, c.want)
	}
}
