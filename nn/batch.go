package nn

import (
	"cmp"
	"errors"
	"fmt"

	"descent/autograd/lanes"
	"descent/datasets"
	"descent/internal/graph"
	"descent/internal/memory"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// check returns the kind of the batch's inputs, or an error if they do not fit the
// network.
func (m *runner) check(b *datasets.Batch) (kind tensor.Dtype, err error) {
	if b == nil || b.Rows < 1 {
		return kind, errors.New("the batch is empty: want one row or more")
	}
	kind, n := tensor.Float32, len(b.Inputs)
	if len(b.Pixels) > 0 {
		kind, n = tensor.Uint8, len(b.Pixels)
	}
	if len(b.Tokens) > 0 {
		kind, n = tensor.Int32, len(b.Tokens)
	}
	one := n > 0 && n == len(b.Inputs)+len(b.Pixels)+len(b.Tokens)
	size := graph.Size(m.cfg.Input)
	want, ok := memory.Product(b.Rows, size)
	switch {
	case !one && m.cfg.Vocabulary > 0:
		return kind, errors.New("batch: want Tokens, and neither Pixels nor Inputs")
	case !one:
		return kind, errors.New("batch: want either Pixels or Inputs")
	case (kind == tensor.Int32) != (m.cfg.Vocabulary > 0):
		return kind, fmt.Errorf("batch of inputs of another kind than Config.Vocabulary = %d says: want Tokens with a vocabulary, Pixels or Inputs without", m.cfg.Vocabulary)
	case !ok || n != want:
		return kind, fmt.Errorf("batch of %d rows with %d input values: want %d a row, of shape %v", b.Rows, n, size, m.cfg.Input)
	case len(b.Weights)%b.Rows != 0:
		return kind, fmt.Errorf("batch of %d rows with %d weights: want as many in each row", b.Rows, len(b.Weights))
	}
	for i, t := range b.Tokens {
		if t < 0 || int(t) >= m.cfg.Vocabulary {
			return kind, fmt.Errorf("token %d of row %d: want 0 to %d", t, i/size, m.cfg.Vocabulary-1)
		}
	}
	return kind, nil
}

// feed copies a batch to the inputs of the graph. Pixels and numbers have no rows
// beyond the batch: their conversions to lanes repeat the last one.
func (p *program) feed(b *datasets.Batch) (err error) {
	switch in := p.input.Value().(*tensor.Dense); p.kind {
	case tensor.Float32:
		copy(in.Float32s(), b.Inputs)
	case tensor.Uint8:
		copy(in.Uint8s(), b.Pixels)
	case tensor.Int32:
		err = feed(p.input, (*tensor.Dense).Int32s, b.Rows, b.Tokens, "tokens")
	}
	if p.weights > 0 {
		err = cmp.Or(err, feed(p.session.WeightsInput(), (*tensor.Dense).Float32s, b.Rows, b.Weights, "weights"))
	}
	return cmp.Or(err,
		feed(p.labels, (*tensor.Dense).Int32s, b.Rows, b.Labels, "labels"),
		feed(p.targets, (*tensor.Dense).Float32s, b.Rows, b.Targets, "target values"))
}

// feed copies what a batch has for an input, if the graph has that. Rows beyond
// the batch repeat its last one: an operation on rows computes them too, and a
// gradient of zero times a derivative that is infinite there would not be zero.
func feed[E any](input *gorgonia.Node, values func(*tensor.Dense) []E, rows int, data []E, what string) error {
	if input == nil {
		return nil
	}
	dst := values(input.Value().(*tensor.Dense))
	each := len(dst) / input.Shape()[0]
	if len(data) != rows*each {
		return fmt.Errorf("batch of %d rows with %d %s: the loss wants %d a row", rows, len(data), what, each)
	}
	for n := copy(dst, data); n < len(dst); {
		n += copy(dst[n:], data[len(data)-each:])
	}
	return nil
}

// updateStates gives the states their values after a step. A step that went
// wrong, which its loss or its gradients tell, leaves all of them as they were:
// NaN would stay in a running mean for ever.
func (p *program) updateStates() {
	for i := range p.updated {
		if checkFinite(lanes.Output[float32](p.session, 1+i)) != nil {
			return
		}
	}
	for i, t := range p.updated {
		copy(t.Value, lanes.Output[float32](p.session, 1+i))
	}
}
