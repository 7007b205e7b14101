package nn

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"

	"descent/autograd/lanes"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Embedding is a table of vectors, one for each token: rows of tokens [T] to rows
// [T, Width]. It is the first layer of a network with Config.Vocabulary. As in
// PyTorch's Embedding, its parameter is "weight" [Tokens, Width].
//
// The gradient is zero for tokens that are not in the batch, but it is not sparse: an
// optimizer updates the entire table in each step, as PyTorch's does without
// sparse=True. Weight decay and momentum also apply to tokens not in the batch.
type Embedding struct {
	Tokens int         // rows of the table, at least Config.Vocabulary; if zero, Config.Vocabulary
	Width  int         // 1 or more
	Weight Initializer // if nil, Normal{SD: 1}, as in PyTorch

	// With Padded, PadToken is padding: its vector is initially zero and has no
	// gradient, as with PyTorch's padding_idx.
	Padded   bool
	PadToken int
}

// Forward implements [Layer].
func (e Embedding) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	vocabulary := s.model.cfg.Vocabulary
	if vocabulary == 0 || x.Dtype() != tensor.Int32 {
		return nil, errors.New("input of numbers: want tokens (Config.Vocabulary) and no layer before this one")
	}
	n := cmp.Or(e.Tokens, vocabulary)
	if n < vocabulary {
		return nil, invalid("Tokens", e.Tokens, fmt.Sprintf("0, or %d (Config.Vocabulary) or more", vocabulary))
	}
	if err := cmp.Or(checkSize("Tokens", n, 1), checkSize("Width", e.Width, 1)); err != nil {
		return nil, err
	}
	pad, init := lanes.NoToken, cmp.Or[Initializer](e.Weight, Normal{SD: 1})
	if e.Padded {
		if pad = e.PadToken; pad < 0 || pad >= n {
			return nil, invalid("PadToken", pad, fmt.Sprintf("0 to %d", n-1))
		}
		init = zeroRow{init, pad, e.Width}
	} else if e.PadToken != 0 {
		return nil, invalid("PadToken", e.PadToken, "0 without Padded")
	}
	w, err := s.Param("weight", init, Fans{In: n, Out: e.Width}, n, e.Width)
	if err != nil {
		return nil, err
	}
	return s.Ops.Embedding(x, w, pad)
}

// zeroRow draws all but one row of a matrix.
type zeroRow struct {
	Initializer
	row, width int
}

func (z zeroRow) Init(dst []float32, f Fans, r *rand.Rand) error {
	err := z.Initializer.Init(dst, f, r)
	clear(dst[z.row*z.width:][:z.width])
	return err
}

func (e Embedding) String() string {
	return fmt.Sprintf("Embedding(%d%s)", e.Width, option(e.Padded, fmt.Sprintf(", pad %d", e.PadToken)))
}
