package nn_test

import (
	"fmt"
	"math"
	"path/filepath"
	"testing"

	"descent/autograd/lanes"
	"descent/datasets"
	"descent/nn"
	"descent/optimizers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tokenNets are networks of sequences of six tokens out of eleven, which tell one of
// seven classes at each place.
func tokenNets() map[string]nn.Layer {
	return map[string]nn.Layer{
		"embedding":                     nn.Sequential(nn.Embedding{Width: 5}, nn.Tanh{}, nn.Dense{Units: 7}),
		"positions":                     nn.Sequential(nn.Embedding{Width: 5}, nn.LearnedPositions{}, nn.Tanh{}, nn.LearnedPositions{Length: 9}, nn.SinusoidalPositions{}, nn.Dense{Units: 7}),
		"attention":                     nn.Sequential(nn.Embedding{Width: 6}, nn.Attention{Heads: 2}, nn.Dense{Units: 7}),
		"causal attention with dropout": nn.Sequential(nn.Embedding{Width: 18}, nn.Attention{Heads: 3, Causal: true, Dropout: .2, NoBias: true}, nn.Dense{Units: 7}),
		"rotary, padded attention":      nn.Sequential(nn.Embedding{Width: 8}, nn.Attention{Heads: 2, Rotary: true, Padded: true, PadToken: 3}, nn.Dense{Units: 7}),
		"blocks": nn.Sequential(nn.Embedding{Width: 16}, nn.TransformerBlock{Attention: nn.Attention{Heads: 4}, Hidden: 9, Dropout: .1},
			nn.TransformerBlock{Attention: nn.Attention{Heads: 1}, PostNorm: true, Norm: nn.RMSNorm{}, Activation: nn.SiLU{}, NoBias: true}, nn.Dense{Units: 7}),
		"gpt":              nn.GPT(nn.GPTConfig{Vocabulary: 11, Length: 8, Layers: 2, Width: 16, Heads: 2, Dropout: .1}),
		"gpt with options": nn.GPT(nn.GPTConfig{Vocabulary: 11, Length: 8, Layers: 1, Width: 8, Heads: 2, NoBias: true, Rotary: true, Untied: true, Hidden: 7}),
		"padded embedding": nn.Sequential(nn.Embedding{Tokens: 20, Width: 16, Padded: true, PadToken: 15}, nn.Dense{Units: 7}),
	}
}

// tokenConfig is that of a model of such a network.
func tokenConfig() nn.Config {
	return nn.Config{Input: []int{6}, Vocabulary: 11, Loss: nn.SoftmaxCrossEntropy{}, Seed: 2}
}

// tokenBatch is rows of tokens with a label for each.
func tokenBatch(rows int) *datasets.Batch {
	b := &datasets.Batch{Rows: rows}
	for i := range rows * 6 {
		b.Tokens, b.Labels = append(b.Tokens, int32(i*i%97%11)), append(b.Labels, int32(i*i%89%7))
	}
	return b
}

func TestGradientsOfTokens(t *testing.T) {
	for _, isa := range []lanes.ISA{lanes.ISAGo, lanes.ISAAuto} { // AVX2 has the bits of AVX-512
		for name, net := range tokenNets() {
			t.Run(fmt.Sprint(isa, " ", name), func(t *testing.T) {
				if testing.Short() && isa == lanes.ISAGo {
					t.Skip("slow")
				}
				cfg := tokenConfig()
				cfg.ISA, cfg.Threads = isa, 1
				checkGradient(t, net, cfg, tokenBatch(19))
			})
		}
	}
}

// Training gives the same bits for any number of threads and on each vector
// instruction set; what is saved is loaded, and what is frozen stays.
func TestTrainingOfTokens(t *testing.T) {
	for name, net := range tokenNets() {
		t.Run(name, func(t *testing.T) {
			train := func(change func(*nn.Config), begin func(*nn.Model)) *nn.Model {
				cfg := tokenConfig()
				change(&cfg)
				m := newModel(t, net, cfg)
				begin(m)
				o, err := optimizers.New(optimizers.SGD{}, m.Params(), optimizers.Config{})
				require.NoError(t, err)
				for _, rows := range []int{33, 16, 7} {
					_, _, err := m.Step(tokenBatch(rows))
					require.NoError(t, err)
					require.NoError(t, o.Step(.1))
				}
				return m
			}
			same, nothing := func(*nn.Config) {}, func(*nn.Model) {}
			trained := train(same, nothing)
			want := trained.Fingerprint()
			for _, threads := range []int{1, 3} {
				assert.Equal(t, want, train(func(c *nn.Config) { c.Threads = threads }, nothing).Fingerprint())
			}
			for _, isa := range []lanes.ISA{lanes.ISAAVX2, lanes.ISAAVX512} {
				if lanes.ISAAVX2.Available() == nil && isa.Available() == nil {
					assert.Equal(t, want, train(func(c *nn.Config) { c.ISA = isa }, nothing).Fingerprint(), isa)
				}
			}
			file := filepath.Join(t.TempDir(), "model.safetensors")
			require.NoError(t, trained.Save(file))
			again := newModel(t, net, tokenConfig())
			require.NoError(t, again.Load(file))
			assert.Equal(t, evaluate(t, trained, tokenBatch(21)), evaluate(t, again, tokenBatch(21)))
			first := newModel(t, net, tokenConfig()).Params()
			for _, p := range train(same, func(m *nn.Model) { require.NoError(t, m.Freeze("0.*")) }).Params() {
				for _, q := range first {
					if q.Name == p.Name {
						assert.Equal(t, *p.Frozen, assert.ObjectsAreEqual(p.Value, q.Value), p.Name)
					}
				}
			}
		})
	}
}

// A prediction is the table's rows; those that fill a batch up, and tokens that it
// does not have, have no gradient.
func TestEmbedding(t *testing.T) {
	m := newModel(t, nn.Embedding{Width: 3}, nn.Config{Input: []int{2}, Vocabulary: 4, Loss: nn.SquaredError{}, Seed: 1})
	w := m.Params()[0]
	assert.Equal(t, "weight", w.Name)
	assert.Equal(t, []int{4, 3}, w.Shape)
	assert.Equal(t, []int{2, 3}, m.OutputShape())
	b := &datasets.Batch{Rows: 1, Tokens: []int32{3, 1}, Targets: make([]float32, 6)}
	y, err := m.PredictBatch(nil, b)
	require.NoError(t, err)
	assert.Equal(t, append(append([]float32{}, w.Value[9:]...), w.Value[3:6]...), y)
	_, _, err = m.Step(b)
	require.NoError(t, err)
	for i, g := range w.Grad {
		if used := i/3%2 == 1; used {
			assert.InDelta(t, 2*w.Value[i]/6, g, 1e-7)
		} else {
			assert.Zero(t, g)
		}
	}
}

// The vector of padding is zero and has no gradient.
func TestPaddedEmbedding(t *testing.T) {
	net := nn.Embedding{Width: 3, Padded: true, PadToken: 2, Weight: nn.Constant(1)}
	m := newModel(t, net, nn.Config{Input: []int{2}, Vocabulary: 4, Loss: nn.SquaredError{}})
	_, _, err := m.Step(&datasets.Batch{Rows: 2, Tokens: []int32{2, 1, 2, 2}, Targets: []float32{1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3}})
	require.NoError(t, err)
	for i, g := range m.Params()[0].Grad {
		assert.Equal(t, i/3 == 1, g != 0)
		assert.Equal(t, i/3 != 2, m.Params()[0].Value[i] == 1)
	}
}

func TestEmbeddingErrors(t *testing.T) {
	tokens := nn.Config{Input: []int{2}, Vocabulary: 4}
	for _, c := range []struct {
		net  nn.Layer
		cfg  nn.Config
		want string
	}{
		{nn.Embedding{}, tokens, "nn: Embedding(0): Width = 0: want 1 or more"},
		{nn.Embedding{Tokens: 3, Width: 2}, tokens, "nn: Embedding(2): Tokens = 3: want 0, or 4 (Config.Vocabulary) or more"},
		{nn.Embedding{Tokens: math.MaxInt, Width: 2}, tokens, fmt.Sprintf("Tokens = %d: want at most ", math.MaxInt)},
		{nn.Embedding{Width: 2, Padded: true, PadToken: 4}, tokens, "nn: Embedding(2, pad 4): PadToken = 4: want 0 to 3"},
		{nn.Embedding{Width: 2, PadToken: 1}, tokens, "nn: Embedding(2): PadToken = 1: want 0 without Padded"},
		{nn.Embedding{Width: 2}, nn.Config{Input: []int{2}}, "nn: Embedding(2): input of numbers: want tokens (Config.Vocabulary) and no layer before this one"},
		{nn.Sequential(nn.Embedding{Width: 2}, nn.Embedding{Width: 2}), tokens, "nn: layer 1 (Embedding(2)): input of numbers: want tokens"},
	} {
		_, err := nn.NewModel(c.net, c.cfg)
		assert.ErrorContains(t, err, c.want)
	}
	m := newModel(t, nn.Embedding{Width: 2}, tokens)
	_, err := m.PredictBatch(nil, &datasets.Batch{Rows: 2, Tokens: []int32{0, 1, 2, 4}})
	assert.EqualError(t, err, "nn: token 4 of row 1: want 0 to 3")
}
