package lanes

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// attend adds an attention to a check; with pad, every fifth place is padding.
func attend(opt AttentionOptions, pad bool) func(*Builder, gorgonia.Nodes) (*gorgonia.Node, error) {
	return onLanes(func(b *Builder, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
		if pad {
			tokens, err := b.Input("tokens", tensor.Int32, b.Rows(), RowShape(x)[0])
			if err != nil {
				return nil, err
			}
			for i := range tokens.Shape().TotalSize() {
				tokens.Value().Data().([]int32)[i] = int32(i % 5)
			}
			opt.Tokens = tokens
		}
		return b.Attention(x, opt)
	})
}

func TestAttentionGradients(t *testing.T) {
	runChecks(t, []check{
		{"one place", 1, 1, [][]int{{1, 1, 6}}, attend(AttentionOptions{Heads: 1}, false)},
		{"heads", 0, 0, [][]int{{2, 3, 12}}, attend(AttentionOptions{Heads: 2}, false)},
		{"causal, rotary", 2, 2, [][]int{{2, 5, 12}}, attend(AttentionOptions{Heads: 1, Causal: true, Rotary: 100}, false)},
		{"dropout", 3, 2, [][]int{{3, 7, 9}}, attend(AttentionOptions{Heads: 3, Causal: true, Dropout: .3, Key: 4}, false)},
		{"padding, more than a group", 17, 17, [][]int{{17, 6, 6}}, attend(AttentionOptions{Heads: 1, Pad: 2}, true)},
		{"add to rows", 3, 3, [][]int{{3, 2, 4}, {2, 4}}, onLanes(func(b *Builder, x *gorgonia.Node, w gorgonia.Nodes) (*gorgonia.Node, error) {
			return b.AddToRows(x, w[0])
		})},
		{"add to shorter rows", 18, 18, [][]int{{18, 2, 3}, {5, 3}}, onLanes(func(b *Builder, x *gorgonia.Node, w gorgonia.Nodes) (*gorgonia.Node, error) {
			return b.AddToRows(x, w[0])
		})},
	})
}

func TestAttentionErrors(t *testing.T) {
	b := newTestBuilder(t, 2, tensor.Float64)
	rows := func(shape ...int) *gorgonia.Node {
		return must(t)(b.FromRows(variable(t, b, "x", normal[float64](size(shape), "x"), shape...)))
	}
	x := rows(2, 3, 12)
	short := must(t)(b.Input("tokens", tensor.Int32, 2, 2))
	for want, f := range map[string]func() (*gorgonia.Node, error){
		"lanes: attention: rows of shape [3 4]: want [T 3·width]":                                 func() (*gorgonia.Node, error) { return b.Attention(rows(2, 3, 4), AttentionOptions{Heads: 1}) },
		"lanes: attention: input: rows of shape [3]: want 2 dimensions":                           func() (*gorgonia.Node, error) { return b.Attention(rows(2, 3), AttentionOptions{Heads: 1}) },
		"lanes: attention: heads = 3: want a divisor of the width 4":                              func() (*gorgonia.Node, error) { return b.Attention(x, AttentionOptions{Heads: 3}) },
		"lanes: attention: heads = 0: want a divisor of the width 4":                              func() (*gorgonia.Node, error) { return b.Attention(x, AttentionOptions{}) },
		"lanes: attention: dropout = NaN: want [0, 1)":                                            func() (*gorgonia.Node, error) { return b.Attention(x, AttentionOptions{Heads: 2, Dropout: math.NaN()}) },
		"lanes: attention: rotary base = -1: want 0 (none) or more, finite, such as 10000":        func() (*gorgonia.Node, error) { return b.Attention(x, AttentionOptions{Heads: 2, Rotary: -1}) },
		"lanes: attention: rotary positions of heads of 1 values: want an even number":            func() (*gorgonia.Node, error) { return b.Attention(x, AttentionOptions{Heads: 4, Rotary: 10}) },
		"lanes: attention: tokens: int32 of shape [2 2]: want int32 [2 3]":                        func() (*gorgonia.Node, error) { return b.Attention(x, AttentionOptions{Heads: 2, Tokens: short}) },
		"lanes: add to rows: weight of shape [2 12]: want [3 12], or more in the first dimension": func() (*gorgonia.Node, error) { return b.AddToRows(x, variable(t, b, "w", make([]float64, 24), 2, 12)) },
		"lanes: add to rows: weight of shape [3 4]: want [3 12], or more in the first dimension":  func() (*gorgonia.Node, error) { return b.AddToRows(x, variable(t, b, "w", make([]float64, 12), 3, 4)) },
	} {
		_, err := f()
		assert.EqualError(t, err, want)
	}
}

// What dropout drops depends on the key and the step, and is the same in both passes.
func TestAttentionDropout(t *testing.T) {
	outputs := map[float64]bool{}
	for _, key := range []uint64{1, 2} {
		b := newTestBuilder(t, 2, tensor.Float64)
		y := must(t)(attend(AttentionOptions{Heads: 1, Dropout: .5, Key: key}, false)(b, gorgonia.Nodes{variable(t, b, "x", normal[float64](2*9*6, "x"), 2, 9, 6)}))
		s := newTestSession(t, b, Program{Outputs: gorgonia.Nodes{must(t)(b.ToRows(y, 2))}})
		for _, step := range []int64{1, 2, 1} {
			require.NoError(t, s.Run(2, step))
			outputs[Output[float64](s, 0)[0]] = true
		}
	}
	assert.Len(t, outputs, 4)
}
