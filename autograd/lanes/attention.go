package lanes

import (
	"fmt"
	"math"
	"slices"

	"descent/internal/elementary"
	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// AttentionOptions are the options of [Ops.Attention].
type AttentionOptions struct {
	Heads  int  // divides the width
	Causal bool // a position attends only to itself and to earlier ones

	// Rotary, if not zero, is the base of rotary positions, 10000 in the paper (Su et
	// al. 2021): the pair of values 2i and 2i + 1 of a head's query and key at position t
	// is rotated by the angle t·Rotary^(−2i/width of the head).
	Rotary float64

	Dropout float64 // dropout rate of the weights, in [0, 1); zero in evaluation
	Key     uint64  // of the dropout

	// Tokens, if not nil, are int32 [Rows, T]: attention ignores positions with the token
	// Pad. A position that could attend only to such positions attends to all of them
	// equally.
	Tokens *gorgonia.Node
	Pad    int
}

var attention = Op[AttentionOptions]{
	Name:   "attention",
	Inputs: []Input{{Name: "input", Dims: 2}, {Name: "tokens", Kind: Data, Dims: 2, Optional: true}},
	F32:    newAttention[float32], F64: newAttention[float64],
}

// Attention adds scaled dot-product attention (Vaswani et al. 2017) of the positions of
// a row to each other, with the queries, keys and values of all heads in its input:
//
//	x [groups, T, 3·width, 16]: q, k and v, each with the heads one after another
//	y [groups, T, width, 16]
//
// and in each head of d = width/Heads values, q, k, v [T, d],
//
//	y = dropout(softmax(q·kᵀ/√d))·v
//
// The weights are not kept for the backward pass, which recomputes them.
func (o Ops) Attention(x *gorgonia.Node, opt AttentionOptions) (*gorgonia.Node, error) {
	return attention.Add(o, opt, x, opt.Tokens)
}

// masked is added to the product of a query and a key that is not attended to. It is
// finite, so that a row of masked products still has a softmax.
const masked = -1e30

func newAttention[T Float](s Site, opt AttentionOptions) (Body[T], error) {
	row := s.Row(0)
	places, width := row[0], row[1]/3
	switch {
	case row[1]%3 != 0:
		return Body[T]{}, fmt.Errorf("rows of shape %v: want [T 3·width]", row)
	case opt.Heads < 1 || width%opt.Heads != 0:
		return Body[T]{}, fmt.Errorf("heads = %d: want a divisor of the width %d", opt.Heads, width)
	case !(opt.Dropout >= 0 && opt.Dropout < 1):
		return Body[T]{}, fmt.Errorf("dropout = %v: want [0, 1)", opt.Dropout)
	case s.Has(1) && (s.in[1].Dtype() != tensor.Int32 || !slices.Equal(s.Shape(1), []int{s.b.rows, places})):
		return Body[T]{}, fmt.Errorf("tokens: %v of shape %v: want int32 [%d %d]", s.in[1].Dtype(), s.Shape(1), s.b.rows, places)
	}
	head := width / opt.Heads
	rotary, err := rotation(places, head, opt.Rotary)
	if err != nil {
		return Body[T]{}, err
	}
	c := kernel.AttentionConfig{
		Places: places, Heads: opt.Heads, Width: head, Causal: opt.Causal, Masked: s.Has(1),
		Rate: opt.Dropout, Rotary: rotary, Scale: 1 / math.Sqrt(float64(head)),
	}
	if err := take[T](s, s.Threads(), c.Vectors(s.Trains()), Lanes); err != nil {
		return Body[T]{}, err
	}
	k := set[T](s).NewAttention(c, s.Threads(), s.Trains())
	var masks []T
	if c.Masked {
		if err := take[T](s, s.Groups(), places, Lanes); err != nil {
			return Body[T]{}, err
		}
		masks = make([]T, s.Groups()*places*Lanes)
	}
	// each runs f for each head of each group.
	each := func(p *Pass[T], f func(g Group[T], head int, mask []T, key uint64)) {
		if c.Masked {
			tokens := p.Ints(1)
			for i := range masks { // lanes beyond the batch repeat its last row
				g, t, l := i/(places*Lanes), i/Lanes%places, i%Lanes
				masks[i] = 0
				if int(tokens[min(g*Lanes+l, p.Rows()-1)*places+t]) == opt.Pad {
					masks[i] = masked
				}
			}
		}
		p.Run(s.Groups()*c.Heads, func(i, worker int) {
			g := Group[T]{Index: i / c.Heads, worker: worker, p: p}
			var mask []T
			if c.Masked {
				mask = group(masks, g.Index, places)
			}
			f(g, i%c.Heads, mask, p.Key(opt.Key))
		})
	}
	return Body[T]{
		Shape: s.InLanes(places, width),
		Forward: func(p *Pass[T]) error {
			each(p, func(g Group[T], head int, mask []T, key uint64) {
				k.Forward(head, g.worker, g.Out(), g.In(0), mask, g.Index*Lanes, key)
			})
			return nil
		},
		Backward: func(p *Pass[T]) error {
			each(p, func(g Group[T], head int, mask []T, key uint64) {
				k.Backward(head, g.worker, g.Grad(0), g.OutGrad(), g.In(0), mask, g.Index*Lanes, key)
			})
			return nil
		},
	}, nil
}

// rotation returns cosine and sine of the angles of rotary positions, nil for a base
// of zero.
func rotation(places, head int, base float64) ([]float64, error) {
	if base == 0 {
		return nil, nil
	}
	if !(base > 0) || math.IsInf(base, 1) {
		return nil, fmt.Errorf("rotary base = %v: want 0 (none) or more, finite, such as 10000", base)
	}
	if head%2 != 0 {
		return nil, fmt.Errorf("rotary positions of heads of %d values: want an even number", head)
	}
	var all []float64
	for t := range places {
		for i := range head / 2 {
			sin, cos := elementary.Rotation(t, i, head, base)
			all = append(all, cos, sin)
		}
	}
	return all, nil
}
