package nn_test

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"descent/autograd/lanes"
	"descent/datasets"
	"descent/nn"
	"descent/optimizers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Ten steps of networks of sequences from fixed weights agree with PyTorch's: the
// losses to 1e-4 relative, the gradients of the first step to 1e-5 of their norm.
func TestTransformersAgreeWithPyTorch(t *testing.T) {
	type parameter struct {
		Name        string
		First       uint64
		Norm        float64
		Projections []float64
	}
	var want struct {
		Rate float64
		Rows []int
		Nets map[string]struct {
			Losses     []float64
			Parameters []parameter
		}
	}
	raw, err := os.ReadFile("../testdata/gpt/golden.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &want))
	nets := map[string]nn.Layer{
		"gpt": nn.GPT(nn.GPTConfig{Vocabulary: 13, Length: 12, Layers: 2, Width: 16, Heads: 4}),
		"padded": nn.Sequential(nn.Embedding{Width: 16, Padded: true, PadToken: 3}, nn.TransformerBlock{
			Attention: nn.Attention{Heads: 4, Padded: true, PadToken: 3}, Hidden: 24, PostNorm: true, Activation: nn.ReLU{},
		}, nn.Dense{Units: 13}),
		"rotary": nn.Sequential(nn.Embedding{Width: 16}, nn.Attention{Heads: 4, Causal: true, Rotary: true}, nn.Dense{Units: 13, NoBias: true}),
		"plain":  nn.Sequential(nn.Embedding{Width: 16}, nn.SinusoidalPositions{}, nn.Attention{Heads: 4, NoBias: true}, nn.Dense{Units: 13}),
	}
	require.Len(t, want.Nets, len(nets))
	for name, golden := range want.Nets {
		t.Run(name, func(t *testing.T) {
			eachISA(t, func(t *testing.T, isa lanes.ISA) {
				m := newModel(t, nets[name], nn.Config{Input: []int{10}, Vocabulary: 13, Loss: nn.SoftmaxCrossEntropy{}, ISA: isa})
				byName := map[string]parameter{}
				for _, p := range golden.Parameters {
					byName[p.Name] = p
				}
				var first resnetGolden
				require.Len(t, m.Params(), len(byName))
				for _, p := range m.Params() {
					g, ok := byName[p.Name]
					require.True(t, ok, p.Name)
					first.Gradients = append(first.Gradients, struct {
						Norm        float64
						Projections []float64
					}{g.Norm, g.Projections})
					a, shift := .1, float32(0)
					if len(p.Shape) > 1 {
						a = math.Sqrt(6 / float64(p.Shape[1]))
					} else if strings.HasSuffix(p.Name, "weight") {
						shift = 1
					}
					for i := range p.Value {
						p.Value[i] = float32(a*(2*float64(scattered(g.First+uint64(i)))/(1<<32)-1)) + shift
					}
					if name == "padded" && p.Name == "0.weight" {
						clear(p.Value[3*16 : 4*16])
					}
				}
				o, err := optimizers.New(optimizers.SGD{}, m.Params(), optimizers.Config{})
				require.NoError(t, err)
				i := 0
				for step, rows := range want.Rows {
					b := &datasets.Batch{Rows: rows}
					for end := i + rows*10; i < end; i++ {
						b.Tokens, b.Labels, b.Weights = append(b.Tokens, int32(i*i%101%13)), append(b.Labels, int32(i*i%89%13)), append(b.Weights, 1)
						if name == "padded" && b.Tokens[len(b.Tokens)-1] == 3 {
							b.Weights[len(b.Weights)-1] = 0
						}
					}
					loss, _, err := m.Step(b)
					require.NoError(t, err)
					assert.InEpsilon(t, golden.Losses[step], loss, 1e-4, "step %d", step)
					if step == 0 {
						compareProjections(t, first.gradientGolden, m.Params())
					}
					require.NoError(t, o.Step(want.Rate))
				}
			})
		})
	}
}

// The parameters of GPT and what they begin with.
func TestGPT(t *testing.T) {
	c := nn.GPTConfig{Vocabulary: 65, Length: 32, Layers: 2, Width: 64, Heads: 4}
	m := newModel(t, nn.GPT(c), nn.Config{Input: []int{32}, Vocabulary: 65})
	assert.Equal(t, []int{32, 65}, m.OutputShape())
	assert.Equal(t, 65*64+32*64+2*(12*64*64+13*64)+2*64, m.NumParams())
	for _, p := range m.Params() {
		var sum float64
		for _, v := range p.Value {
			sum += float64(v) * float64(v)
		}
		want := .02
		switch {
		case strings.Contains(p.Name, "norm") || p.Name == "5.weight" || p.Name == "5.bias":
			want = 1
			if strings.HasSuffix(p.Name, "bias") {
				want = 0
			}
		case strings.HasSuffix(p.Name, "bias"):
			want = 0
		case strings.HasSuffix(p.Name, "out_proj.weight") || strings.HasSuffix(p.Name, "linear2.weight"):
			want = .01
		}
		assert.InDelta(t, want, math.Sqrt(sum/float64(len(p.Value))), .05*want, p.Name)
	}
	c.Untied, c.NoBias, c.Rotary, c.Hidden = true, true, true, 100
	m = newModel(t, nn.GPT(c), nn.Config{Input: []int{20}, Vocabulary: 65})
	assert.Equal(t, 2*65*64+2*(4*64*64+2*100*64+2*64)+64, m.NumParams())
}

// A place sees none after it, and the prediction after a context is that at its end.
func TestPredictNext(t *testing.T) {
	m := newModel(t, nn.GPT(nn.GPTConfig{Vocabulary: 11, Length: 6, Layers: 2, Width: 16, Heads: 2, Dropout: .1}), nn.Config{Input: []int{6}, Vocabulary: 11, Seed: 3})
	tokens := []int32{5, 1, 10, 0, 7, 2}
	all, err := m.PredictBatch(nil, &datasets.Batch{Rows: 1, Tokens: tokens})
	require.NoError(t, err)
	contexts := [][]int32{{9, 5, 1, 10, 0, 7, 2}}
	for n := 6; n > 0; n-- {
		contexts = append(contexts, tokens[:n])
	}
	p, err := m.NewPredictor(1)
	require.NoError(t, err)
	defer p.Close()
	for _, next := range []func([]float32, ...[]int32) ([]float32, error){m.PredictNext, p.PredictNext} {
		got, err := next(make([]float32, 1), contexts...)
		require.NoError(t, err)
		want := slices.Clone(all[55:])
		for n := 6; n > 0; n-- {
			want = append(want, all[(n-1)*11:n*11]...)
		}
		assert.Equal(t, want, got)
	}
	for want, f := range map[string]func() ([]float32, error){
		"nn: next: no contexts: want 1 or more":               func() ([]float32, error) { return m.PredictNext(nil) },
		"nn: next: context 1 is empty: want 1 or more tokens": func() ([]float32, error) { return m.PredictNext(nil, tokens, nil) },
		"nn: token 11 of row 0: want 0 to 10":                 func() ([]float32, error) { return m.PredictNext(nil, []int32{11}) },
		"nn: next: network of rows [5] to rows [2]: want tokens [T] to [T ...]": func() ([]float32, error) {
			return newModel(t, nn.Dense{Units: 2}, nn.Config{Input: []int{5}}).PredictNext(nil, []int32{1})
		},
	} {
		_, err := f()
		assert.EqualError(t, err, want)
	}
}

// Padding changes nothing of what other places get.
func TestPaddedAttention(t *testing.T) {
	net := nn.Sequential(nn.Embedding{Tokens: 5, Width: 8, Padded: true}, nn.Attention{Heads: 2, Padded: true})
	predict := func(tokens ...int32) []float32 {
		m := newModel(t, net, nn.Config{Input: []int{len(tokens)}, Vocabulary: 5, Seed: 1})
		y, err := m.PredictBatch(nil, &datasets.Batch{Rows: 1, Tokens: tokens})
		require.NoError(t, err)
		return y
	}
	alone, padded := predict(3, 1, 4), predict(3, 0, 1, 4, 0)
	for i, place := range []int{0, 2, 3} {
		for c := range 8 {
			assert.InDelta(t, alone[i*8+c], padded[place*8+c], 1e-6)
		}
	}
	for _, v := range predict(0, 0) { // the mean of two equal places, and no NaN
		assert.Zero(t, v)
	}
}

// Tied weights are one parameter, whose gradient has both parts.
func TestTied(t *testing.T) {
	shared := nn.Sequential(nn.Dense{Units: 4, NoBias: true}, nn.Tanh{})
	tied := nn.Sequential(shared, nn.Tied{To: "0", Layer: shared}, nn.Residual{Body: nn.Tied{To: "0", Layer: shared}}, nn.Dense{Units: 3})
	cfg := nn.Config{Input: []int{4}, Loss: nn.SoftmaxCrossEntropy{}, Seed: 1}
	m := newModel(t, tied, cfg)
	require.Len(t, m.Params(), 3)
	assert.Equal(t, "0.0.weight", m.Params()[0].Name)
	b := inputBatch(19, 4, 3, "tied")
	for i := range b.Rows {
		b.Labels = append(b.Labels, int32(i%3))
	}
	b.Targets = nil
	checkGradient(t, tied, cfg, b)

	apart := newModel(t, nn.Sequential(shared, shared, nn.Residual{Body: shared}, nn.Dense{Units: 3}), cfg)
	same := m.Params()
	for i, p := range apart.Params() {
		copy(p.Value, same[max(i-2, 0)].Value)
	}
	one, _, err := m.Step(b)
	require.NoError(t, err)
	other, _, err := apart.Step(b)
	require.NoError(t, err)
	assert.Equal(t, one, other)
	for i, g := range same[0].Grad {
		var sum float32
		for _, p := range apart.Params()[:3] {
			sum += p.Grad[i]
		}
		assert.InDelta(t, sum, g, 1e-6)
	}
	require.NoError(t, m.Freeze("0.0.weight"))
	_, _, err = m.Step(b)
	require.NoError(t, err)
	assert.Zero(t, m.Params()[0].Grad[0])
}

func TestSequenceErrors(t *testing.T) {
	tokens, rows := nn.Config{Input: []int{6}, Vocabulary: 4}, nn.Config{Input: []int{6, 8}}
	attention := func(a nn.Attention) nn.Layer { return nn.Sequential(a) }
	small := nn.GPTConfig{Vocabulary: 4, Length: 6, Layers: 1, Width: 8, Heads: 2}
	gpt := func(change func(*nn.GPTConfig)) nn.Layer {
		c := small
		change(&c)
		return nn.GPT(c)
	}
	for _, c := range []struct {
		net  nn.Layer
		cfg  nn.Config
		want string
	}{
		{attention(nn.Attention{Heads: 3}), rows, "nn: layer 0 (Attention(3)): Heads = 3: want a divisor of the width 8"},
		{attention(nn.Attention{}), rows, "Heads = 0: want a divisor of the width 8"},
		{attention(nn.Attention{Heads: 2}), nn.Config{Input: []int{8}}, "layer 0 (Attention(2)): rows of shape [8]: want [T width]"},
		{attention(nn.Attention{Heads: 2, Dropout: 1}), rows, "layer 0 (Attention(2, dropout 1)): Dropout = 1: want [0, 1)"},
		{attention(nn.Attention{Heads: 8, Rotary: true}), rows, "layer 0 (Attention(8, rotary)): Rotary = true: want heads of an even width, not of 1"},
		{attention(nn.Attention{Heads: 2, RotaryBase: 5}), rows, "RotaryBase = 5: want 0 without Rotary"},
		{attention(nn.Attention{Heads: 2, Rotary: true, RotaryBase: -5}), rows, "layer 0 (Attention(2, rotary base -5)): RotaryBase = -5: want 0 (10000) or more, finite"},
		{attention(nn.Attention{Heads: 2, PadToken: 1}), rows, "PadToken = 1: want 0 without Padded"},
		{attention(nn.Attention{Heads: 2, Padded: true, PadToken: 1}), rows, "layer 0 (Attention(2, pad 1)): Padded = true: want a network of tokens (Config.Vocabulary), one for each position"},
		{nn.Sequential(nn.LearnedPositions{}), nn.Config{Input: []int{8}}, "layer 0 (LearnedPositions): rows of shape [8]: want [T width]"},
		{nn.Sequential(nn.LearnedPositions{Length: 5}), rows, "layer 0 (LearnedPositions(5)): Length = 5: want 6 or more, the positions of a row"},
		{nn.Sequential(nn.LearnedPositions{Length: -5}), rows, "Length = -5: want 1 or more"},
		{nn.Sequential(nn.SinusoidalPositions{Base: -1}), rows, "layer 0 (SinusoidalPositions(base -1)): Base = -1: want 0 (10000) or more, finite"},
		{nn.Sequential(nn.SinusoidalPositions{}), nn.Config{Input: []int{8}}, "rows of shape [8]: want [T width]"},
		{nn.Sequential(nn.TransformerBlock{}), rows, "layer 0.self_attn (nil): want a layer"},
		{nn.Sequential(nn.TransformerBlock{Attention: nn.Attention{Heads: 3}}), rows, "layer 0.self_attn (Attention(3)): Heads = 3: want a divisor of the width 8"},
		{nn.Sequential(nn.TransformerBlock{Attention: nn.Attention{Heads: 2}, Hidden: -1}), rows, "layer 0 (TransformerBlock): Hidden = -1: want 0 or more"},
		{nn.Sequential(nn.TransformerBlock{Attention: nn.Attention{Heads: 2}, Dropout: 2}), rows, "layer 0.dropout1 (Dropout(2)): Rate = 2: want [0, 1)"},
		{nn.Sequential(nn.TransformerBlock{Attention: nn.Dense{Units: 3}}), rows, "want one shape"},
		{gpt(func(c *nn.GPTConfig) { c.Vocabulary = 0 }), tokens, "nn: layer 0 (GPT(1)): Vocabulary = 0: want 1 or more"},
		{gpt(func(c *nn.GPTConfig) { c.Vocabulary = 3 }), tokens, "layer 0 (Embedding(8)): Tokens = 3: want 0, or 4 (Config.Vocabulary) or more"},
		{gpt(func(c *nn.GPTConfig) { c.Layers = -1 }), tokens, "Layers = -1: want 0 or more"},
		{gpt(func(c *nn.GPTConfig) { c.Length = 0 }), tokens, "Length = 0: want 1 or more"},
		{gpt(func(c *nn.GPTConfig) { c.Width = 0 }), tokens, "Width = 0: want 1 or more"},
		{gpt(func(c *nn.GPTConfig) { c.Length = 5 }), tokens, "layer 1 (LearnedPositions(5)): Length = 5: want 6 or more, the positions of a row"},
		{gpt(func(c *nn.GPTConfig) { c.Heads = 3 }), tokens, "layer 3.self_attn (Attention(3, causal)): Heads = 3: want a divisor of the width 8"},
		{gpt(func(c *nn.GPTConfig) {}), nn.Config{Input: []int{6}}, "layer 0 (Embedding(8)): input of numbers: want tokens"},
		{nn.Sequential(nn.Tied{To: "0"}), rows, "layer 0 (Tied(0, nil)): Layer = <nil>: want a layer"},
		{nn.Sequential(nn.Dense{Units: 2}, nn.Tied{To: "1", Layer: nn.Dense{Units: 2}}), rows, `layer 1 (Tied(1, Dense(2))): To = "1": want the path of a layer before this one that has parameters`},
		{nn.Sequential(nn.Dense{Units: 8, NoBias: true}, nn.Tied{To: "0", Layer: nn.Dense{Units: 8}}), rows, `layer 1 (Tied(0, Dense(8))): no parameter "0.bias" to tie to: want the same names`},
		{nn.Sequential(nn.Dense{Units: 4}, nn.Tied{To: "0", Layer: nn.Dense{Units: 4}}), rows, `parameter "0.weight" of shape [4 8]: want [4 4] to tie to it`},
		{nn.Sequential(nn.BatchNorm{}, nn.Tied{To: "0", Layer: nn.BatchNorm{}}), rows, `layer 1 (Tied(0, BatchNorm)): state "1.running_mean": states cannot be tied: want a layer with parameters only`},
	} {
		_, err := nn.NewModel(c.net, c.cfg)
		assert.ErrorContains(t, err, c.want)
	}
}
