package nn

import (
	"cmp"
	"fmt"
	"math"
)

// GPTConfig describes a [GPT].
type GPTConfig struct {
	Vocabulary int     // number of tokens
	Length     int     // the longest context, in tokens; unused with Rotary
	Layers     int     // number of blocks
	Width      int     // size of a token's vector
	Heads      int     // attention heads: a divisor of Width
	Hidden     int     // hidden units of a block; if zero, four times Width
	Dropout    float64 // dropout rate of the embedding, the attention weights, and the terms that blocks add
	NoBias     bool    // leave out all biases
	Rotary     bool    // rotary positions instead of learned ones: see [Attention]
	Untied     bool    // the output has its own table
}

// GPT returns a language model in the form of GPT-2 (Radford et al. 2019): rows of
// tokens [T] to rows [T, Vocabulary], at each position the logits of the next token. It
// is an embedding with learned positions, Layers of [TransformerBlock] with causal
// attention and the tanh form of [GELU], a norm, and the transposed embedding as output.
//
// Weights are drawn from N(0, .02²), those of a block's last layers from
// N(0, .02²/(2·Layers)), and biases are zero, as in GPT-2. T is given by Config.Input
// and, without Rotary, is at most Length. [Model.PredictNext] continues a text.
func GPT(c GPTConfig) Seq {
	name := fmt.Sprintf("GPT(%d)", c.Layers)
	if err := cmp.Or(checkSize("Vocabulary", c.Vocabulary, 1), checkSize("Layers", c.Layers, 0), checkSize("Width", c.Width, 1)); err != nil {
		return Seq{noNet{name, err}}
	}
	const sd = .02
	weight, out := Normal{SD: sd}, Normal{SD: sd / math.Sqrt(float64(max(2*c.Layers, 1)))}
	norm := LayerNorm{NoBias: c.NoBias}
	q := Sequential(Embedding{Tokens: c.Vocabulary, Width: c.Width, Weight: weight})
	if !c.Rotary {
		if err := checkSize("Length", c.Length, 1); err != nil {
			return Seq{noNet{name, err}}
		}
		q = append(q, LearnedPositions{Length: c.Length, Weight: weight})
	}
	q = append(q, Dropout{Rate: c.Dropout})
	for range c.Layers {
		q = append(q, TransformerBlock{
			Attention: Attention{Heads: c.Heads, Causal: true, Rotary: c.Rotary, Dropout: c.Dropout, NoBias: c.NoBias, Weight: weight, Out: out},
			Hidden:    c.Hidden, Activation: GELU{Tanh: true}, Norm: norm, Dropout: c.Dropout, NoBias: c.NoBias,
			Weight: weight, Out: out, Bias: Constant(0),
		})
	}
	q = append(q, norm)
	logits := Dense{Units: c.Vocabulary, NoBias: true, Weight: weight}
	if c.Untied {
		return append(q, logits)
	}
	return append(q, Tied{To: "0", Layer: logits})
}
