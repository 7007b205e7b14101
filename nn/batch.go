package nn

import (
	"cmp"
	"errors"
	"fmt"

	"descent/autograd/lanes"
	"descent/datasets"
	"descent/internal/memory"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// check returns the kind of the batch's inputs, or an error if they do not fit the
// network.
func (m *Model) check(b *datasets.Batch) (kind tensor.Dtype, err error) {
	size, err := elements(m.cfg.Input)
	if err != nil {
		return kind, err
	}
	if b == nil || b.Rows < 1 {
		return kind, errors.New("the batch is empty: want one row or more")
	}
	switch {
	case len(b.Tokens) > 0:
		kind = tensor.Int32
	case len(b.Pixels) > 0:
		kind = tensor.Uint8
	default:
		kind = tensor.Float32
	}
	got := len(b.Pixels) + len(b.Inputs) + len(b.Tokens)
	one := got > 0 && got == max(len(b.Pixels), len(b.Inputs), len(b.Tokens))
	want, ok := memory.Product(b.Rows, size)
	switch {
	case !one && m.cfg.Vocabulary > 0:
		return kind, errors.New("batch: want Tokens, and neither Pixels nor Inputs")
	case !one:
		return kind, errors.New("batch: want either Pixels or Inputs")
	case (len(b.Tokens) > 0) != (m.cfg.Vocabulary > 0):
		return kind, fmt.Errorf("batch of inputs of another kind than Config.Vocabulary = %d says: want Tokens with a vocabulary, Pixels or Inputs without", m.cfg.Vocabulary)
	case !ok || got != want:
		return kind, fmt.Errorf("batch of %d rows with %d input values: want %d a row, of shape %v", b.Rows, got, size, m.cfg.Input)
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

// run feeds a batch and returns the loss, 0 without one, and the output rows.
func (p *program) run(b *datasets.Batch, step int64) (loss float64, output []float32, err error) {
	switch p.kind {
	case tensor.Float32: // the conversion to lanes repeats the last row
		copy(p.input.Value().(*tensor.Dense).Float32s(), b.Inputs)
	case tensor.Uint8:
		copy(p.input.Value().(*tensor.Dense).Uint8s(), b.Pixels)
	case tensor.Int32:
		err = feed(p.input, (*tensor.Dense).Int32s, b.Rows, b.Tokens, "tokens")
	}
	err = cmp.Or(err,
		feed(p.labels, (*tensor.Dense).Int32s, b.Rows, b.Labels, "labels"),
		feed(p.targets, (*tensor.Dense).Float32s, b.Rows, b.Targets, "target values"))
	if p.weights > 0 {
		err = cmp.Or(err, feed(p.session.WeightsInput(), (*tensor.Dense).Float32s, b.Rows, b.Weights, "weights"))
	}
	if err != nil {
		return 0, nil, err
	}
	if err := p.session.Run(b.Rows, step); err != nil {
		return 0, nil, err
	}
	if p.purpose != predict {
		loss = p.session.Loss()
	}
	rows := lanes.Output[float32](p.session, 0)
	return loss, rows[:b.Rows*(len(rows)/p.rows)], nil
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
