package nn

import (
	"cmp"
	"errors"
	"fmt"

	"descent/autograd/lanes"
	"descent/datasets"
	"descent/internal/graph"
	"descent/internal/memory"
	"descent/internal/prefix"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Step computes the loss of a batch and the gradient of every parameter that is
// trained, in training mode. The gradient is that of the mean over the batch's
// rows and replaces the one before. It changes no parameter.
//
// The output has one row for each of the batch, and is valid until the next
// call.
func (m *Model) Step(b *datasets.Batch) (loss float64, output []float32, err error) {
	return m.run(b, train, 1, nil, "")
}

// Redo is [Model.Step] again with the random numbers of the last Step, those
// of dropout: the same function of the parameters and the layers' states. The
// parameters may have changed; the states are left as they are.
func (m *Model) Redo(b *datasets.Batch) (loss float64, output []float32, err error) {
	return m.run(b, train, 0, nil, "")
}

// run computes a batch. A training step has the random numbers of this many
// steps after the last one. The output of a prediction is a copy, in dst if that
// is large enough. Features are those of the layer at path.
func (m *runner) run(b *datasets.Batch, what purpose, after int64, dst []float32, path string) (loss float64, output []float32, err error) {
	if err := m.use(); err != nil {
		return 0, nil, err
	}
	defer m.mu.Unlock()
	p, err := m.program(b, what, path)
	if err == nil {
		err = p.feed(b)
	}
	var step int64
	if what == train {
		step = m.steps + after
	}
	if err == nil && what == train && after == 0 {
		m.swapCarried() // as the last step found it
		defer m.swapCarried()
	}
	if err == nil {
		err = p.session.Run(b.Rows, step)
	}
	if err != nil {
		return 0, nil, prefix.Error("nn", err)
	}
	rows := lanes.Output[float32](p.session, len(p.updated))
	if what == differentiate {
		rows = lanes.GradientOf[float32](p.session, 0)
	}
	output = rows[:b.Rows*(len(rows)/p.rows)]
	if !what.hasLoss() {
		return 0, append(dst[:0], output...), nil
	}
	if what == train {
		if m.steps = step; after > 0 {
			m.keepCarried()
			p.updateStates()
		}
	}
	if what == evaluate {
		p.updateStates() // of evaluation
	}
	return p.session.Loss(), output, nil
}

// Evaluate computes the loss and the output of a batch in evaluation mode. The
// output has one row for each of the batch, and is valid until the next call.
func (m *Model) Evaluate(b *datasets.Batch) (loss float64, output []float32, err error) {
	return m.run(b, evaluate, 0, nil, "")
}

// Predict returns the output for rows of inputs, in evaluation mode, one row
// after another: for a classifier the logits. It uses the memory of dst if that
// is large enough.
func (m *runner) Predict(dst, rows []float32) ([]float32, error) {
	return m.predictRows(dst, datasets.Batch{Inputs: rows})
}

// PredictPixels is [Model.Predict] for rows of bytes, of which the network sees
// byte/255.
func (m *runner) PredictPixels(dst []float32, rows []uint8) ([]float32, error) {
	return m.predictRows(dst, datasets.Batch{Pixels: rows})
}

// predictRows predicts for as many rows as the inputs of b are.
func (m *runner) predictRows(dst []float32, b datasets.Batch) ([]float32, error) {
	n := len(b.Inputs) + len(b.Pixels)
	size := graph.Size(m.cfg.Input)
	if n == 0 || n%size != 0 {
		return nil, fmt.Errorf("nn: %d input values: want one or more rows of %d, of shape %v", n, size, m.cfg.Input)
	}
	b.Rows = n / size
	return m.PredictBatch(dst, &b)
}

// PredictBatch is [Model.Predict] for the inputs of a batch of any kind, such as
// tokens.
func (m *runner) PredictBatch(dst []float32, b *datasets.Batch) ([]float32, error) {
	_, output, err := m.run(b, predict, 0, dst, "")
	return output, err
}

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
		x := in.Float32s()
		copy(x, b.Inputs)
		for i, v := range b.Pixels { // the graph for a gradient has numbers for inputs
			x[i] = float32(v) / 255
		}
	case tensor.Uint8:
		copy(in.Uint8s(), b.Pixels)
	case tensor.Int32:
		err = feed(p.input, (*tensor.Dense).Int32s, b.Rows, b.Tokens, "tokens")
	}
	return cmp.Or(err,
		feed(p.session.WeightsInput(), (*tensor.Dense).Float32s, b.Rows, b.Weights, "weights"),
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
		if checkFinite(lanes.Output[float32](p.session, i)) != nil {
			return
		}
	}
	for i, t := range p.updated {
		copy(t.Value, lanes.Output[float32](p.session, i))
	}
}
