package lanes

import (
	"fmt"
	"slices"

	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// NoToken means no token, in operations with a token as an option.
const NoToken = -1

var embedding = Op[int]{
	Name: "embedding",
	// A gradient for each group would need as many tables: there is one, to which the
	// groups add in turn.
	Inputs: []Input{{Name: "tokens", Kind: Data}, {Name: "table", Kind: Whole, Dims: 2}},
	F32:    newEmbedding[float32], F64: newEmbedding[float64],
}

// Embedding adds a lookup of vectors in a table, PyTorch's embedding:
//
//	tokens [Rows, …], int32, at least one dimension besides the rows
//	table  [n, width]
//	y      [groups, …, width, 16]: y[…] = table[tokens[…]]
//
// The gradient of the table is zero except for the tokens of the batch. If pad is not
// [NoToken], it is zero for that token too, as with PyTorch's padding_idx. A token that
// is not in the table makes the run fail.
func (o Ops) Embedding(tokens, table *gorgonia.Node, pad int) (*gorgonia.Node, error) {
	return embedding.Add(o, pad, tokens, table)
}

// embeddingTasks is the number of parts of the table whose gradients are added up in
// parallel. Token t is in part t mod embeddingTasks: neighbors often have similar
// frequencies.
const embeddingTasks = 16

// embedder is the working memory of an embedding. A place is one of the tokens of a row.
type embedder[T Float] struct {
	k             kernel.Set[T]
	n, pad        int
	width, places int
	rows          []T // forward the vectors of a group, by worker; backward the gradients of all rows
}

func newEmbedding[T Float](s Site, pad int) (Body[T], error) {
	shape, table := s.Shape(0), s.Shape(1)
	if dt := s.in[0].Dtype(); dt != tensor.Int32 || len(shape) < 2 || shape[0] != s.b.rows {
		return Body[T]{}, fmt.Errorf("tokens: %v of shape %v: want int32 [%d ...]", dt, shape, s.b.rows)
	}
	if pad < NoToken || pad >= table[0] {
		return Body[T]{}, fmt.Errorf("pad = %d: want NoToken or 0 to %d", pad, table[0]-1)
	}
	e := &embedder[T]{k: set[T](s), n: table[0], pad: pad, width: table[1], places: size(shape[1:])}
	values := s.Threads()
	if s.Trains() {
		values = max(values, s.Groups()*e.places)
	}
	if err := take[T](s, values, Lanes, e.width); err != nil {
		return Body[T]{}, err
	}
	e.rows = kernel.Alloc[T](values * Lanes * e.width)
	return Body[T]{Shape: s.InLanes(append(shape[1:], e.width)...), Forward: e.forward, Backward: e.backward}, nil
}

func (e *embedder[T]) forward(p *Pass[T]) error {
	tokens := p.Ints(0)
	if i := slices.IndexFunc(tokens, func(t int32) bool { return t < 0 || int(t) >= e.n }); i >= 0 {
		return fmt.Errorf("token %d of row %d: want 0 to %d", tokens[i], i/e.places, e.n-1)
	}
	p.Each(func(g Group[T]) {
		rows := e.rows[g.Worker()*Lanes*e.width:][:Lanes*e.width]
		for i := range e.places {
			for l := range Lanes {
				token := tokens[min(g.Index*Lanes+l, p.Rows()-1)*e.places+i]
				copy(rows[l*e.width:], g.In(1)[int(token)*e.width:][:e.width])
			}
			e.k.RowsToLanes(e.width, 0, Lanes-1, group(g.Out(), i, e.width), rows)
		}
	})
	return nil
}

// backward adds up the gradients of each token in the order of the rows.
func (e *embedder[T]) backward(p *Pass[T]) error {
	p.Each(func(g Group[T]) {
		e.k.LanesToRows(e.places*e.width, g.Index*Lanes, g.Rows(), e.rows, g.OutGrad())
	})
	grad, tokens := p.Grad[1], p.Ints(0)[:p.Rows()*e.places]
	p.Run(embeddingTasks, func(task, _ int) {
		for t := task; t < e.n; t += embeddingTasks {
			clear(grad[t*e.width:][:e.width])
		}
		for i, token := range tokens {
			if t := int(token); t%embeddingTasks == task && t != e.pad {
				sum := grad[t*e.width:][:e.width]
				e.k.Add(sum, sum, e.rows[i*e.width:])
			}
		}
	})
	return nil
}
