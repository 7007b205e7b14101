package nn

import (
	"cmp"
	"fmt"

	"descent/autograd/lanes"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Attention is multi-head self-attention (Vaswani et al. 2017): rows [T, width] to
// rows [T, width]. With the queries, keys and values of a head, [T, d], d = width/Heads,
//
//	q, k, v = the parts of in_proj_weight·x + in_proj_bias
//	y = out_proj.weight·[dropout(softmax(q·kᵀ/√d))·v of each head] + out_proj.bias
//
// at each position. Its parameters are "in_proj_weight" [3·width, width], "in_proj_bias"
// [3·width], "out_proj.weight" [width, width] and "out_proj.bias" [width], the names
// and shapes of PyTorch's MultiheadAttention.
//
// Causal attention does half of the work. Memory does not grow with T², because the
// backward pass recomputes the weights.
type Attention struct {
	Heads   int     // divides the width
	Causal  bool    // a position attends only to itself and to earlier ones
	Dropout float64 // dropout rate of the weights: [0, 1)
	NoBias  bool    // leave the biases out

	// Rotary rotates queries and keys by angles that grow with the position, so that their
	// product depends on their distance (Su et al. 2021, RoFormer). Values 2i and 2i + 1
	// of a head form a pair, as in the paper and GPT-J, rotated by t·RotaryBase^(−2i/d) at
	// position t. Llama's weights in Hugging Face's format pair i with i + d/2 instead.
	Rotary     bool
	RotaryBase float64 // if zero, 10000, as in the paper

	// With Padded, attention ignores positions where the network's input is PadToken, in
	// training and in prediction. A position that could attend only to such positions
	// attends to all of them equally: give it no weight in the loss. The network's inputs
	// must be tokens, one for each position.
	Padded   bool
	PadToken int

	Weight Initializer // of in_proj_weight; if nil, XavierUniform, as in PyTorch. Biases are initially zero
	Out    Initializer // of out_proj.weight; if nil, TorchDefault, as in PyTorch
}

// Forward implements [Layer].
func (a Attention) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	row, err := checkSequence(x)
	if err != nil {
		return nil, err
	}
	width := row[1]
	switch {
	case a.Heads < 1 || width%a.Heads != 0:
		return nil, invalid("Heads", a.Heads, fmt.Sprintf("a divisor of the width %d", width))
	case !(a.Dropout >= 0 && a.Dropout < 1):
		return nil, invalid("Dropout", a.Dropout, "[0, 1)")
	case a.Rotary && width/a.Heads%2 != 0:
		return nil, invalid("Rotary", a.Rotary, fmt.Sprintf("heads of an even width, not of %d", width/a.Heads))
	case !a.Rotary && a.RotaryBase != 0:
		return nil, invalid("RotaryBase", a.RotaryBase, "0 without Rotary")
	case !a.Padded && a.PadToken != 0:
		return nil, invalid("PadToken", a.PadToken, "0 without Padded")
	}
	if err := checkBase("RotaryBase", a.RotaryBase); err != nil {
		return nil, err
	}
	opt := lanes.AttentionOptions{Heads: a.Heads, Causal: a.Causal, Pad: a.PadToken, Key: s.Key("dropout")}
	if a.Rotary {
		opt.Rotary = cmp.Or(a.RotaryBase, 10000)
	}
	if s.Training() {
		opt.Dropout = a.Dropout
	}
	if a.Padded {
		if opt.Tokens = s.Inputs(); opt.Tokens.Dtype() != tensor.Int32 || !opt.Tokens.Shape().Eq(tensor.Shape{s.Rows(), row[0]}) {
			return nil, invalid("Padded", true, "a network of tokens (Config.Vocabulary), one for each position")
		}
	}
	w, b, err := s.projection("in_proj_", cmp.Or[Initializer](a.Weight, XavierUniform{}), a.NoBias, 3*width, width)
	if err != nil {
		return nil, err
	}
	qkv, err := s.AffineLast(x, w, b, false)
	if err != nil {
		return nil, err
	}
	y, err := s.Ops.Attention(qkv, opt)
	if err != nil {
		return nil, err
	}
	if w, b, err = s.projection("out_proj.", cmp.Or[Initializer](a.Out, TorchDefault{}), a.NoBias, width, width); err != nil {
		return nil, err
	}
	return s.AffineLast(y, w, b, false)
}

// projection declares a weight [out, in] and a bias, whose names begin with a prefix.
func (s *Scope) projection(prefix string, init Initializer, noBias bool, out, in int) (w, b *gorgonia.Node, err error) {
	fans := Fans{In: in, Out: out}
	w, err = s.Param(prefix+"weight", init, fans, out, in)
	if err == nil && !noBias {
		b, err = s.Param(prefix+"bias", Constant(0), fans, out)
	}
	return w, b, err
}

func (a Attention) String() string {
	rotary := option(a.Rotary, ", rotary") + option(a.RotaryBase != 0, fmt.Sprintf(" base %g", a.RotaryBase))
	return fmt.Sprintf("Attention(%d%s%s%s%s%s)", a.Heads, option(a.Causal, ", causal"), rotary,
		option(a.Padded, fmt.Sprintf(", pad %d", a.PadToken)), option(a.Dropout != 0, fmt.Sprintf(", dropout %g", a.Dropout)), option(a.NoBias, ", no bias"))
}
