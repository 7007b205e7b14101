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

// Step computes, in training mode, the loss of a batch and the gradient of every
// parameter that is not frozen. The gradient is that of the mean over the batch's
// rows and replaces the previous one. Step changes no parameter.
//
// The output has a row for each row of the batch and is valid until the next call.
func (m *Model) Step(b *datasets.Batch) (loss float64, output []float32, err error) {
	return m.run(b, train, 1, nil, "")
}

// Redo is [Model.Step] with the random numbers of the last Step, such as those of
// dropout, and with the layers' states as that Step found them: it computes the same
// function of the parameters, which may have changed. Redo does not change the states.
func (m *Model) Redo(b *datasets.Batch) (loss float64, output []float32, err error) {
	return m.run(b, train, 0, nil, "")
}

// run computes a batch. A training step uses the random numbers of the step that is
// after steps later than the last one. The output of a prediction is a copy, in dst
// if that is large enough. Features are those of the layer at path.
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
		m.swapStates()
		defer m.swapStates()
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
			for i, s := range m.states {
				copy(m.before[i], s.Value)
			}
			p.updateStates()
		}
	}
	if what == evaluate {
		p.updateStates() // of evaluation
	}
	return p.session.Loss(), output, nil
}

// swapStates exchanges the states with those that the last step found.
func (m *runner) swapStates() {
	for k, s := range m.states {
		for i, v := range s.Value {
			s.Value[i], m.before[k][i] = m.before[k][i], v
		}
	}
}

// Evaluate computes the loss and the output of a batch in evaluation mode. The
// output has a row for each row of the batch and is valid until the next call.
func (m *Model) Evaluate(b *datasets.Batch) (loss float64, output []float32, err error) {
	return m.run(b, evaluate, 0, nil, "")
}

// Predict returns the output for rows of inputs in evaluation mode, one row after
// another: the logits, for a classifier. It uses the memory of dst if that is large
// enough.
func (m *runner) Predict(dst, rows []float32) ([]float32, error) {
	return m.predictRows(dst, datasets.Batch{Inputs: rows})
}

// PredictPixels is [Model.Predict] for rows of bytes, which the network sees as
// byte/255.
func (m *runner) PredictPixels(dst []float32, rows []uint8) ([]float32, error) {
	return m.predictRows(dst, datasets.Batch{Pixels: rows})
}

// predictRows predicts for all rows of b's inputs.
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
		return kind, errors.New("the batch is empty: want 1 or more rows")
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
		return kind, fmt.Errorf("batch does not fit Config.Vocabulary = %d: want Tokens with a vocabulary, Pixels or Inputs without", m.cfg.Vocabulary)
	case !ok || n != want:
		return kind, fmt.Errorf("batch of %d rows with %d input values: want %d per row, of shape %v", b.Rows, n, size, m.cfg.Input)
	case len(b.Weights)%b.Rows != 0:
		return kind, fmt.Errorf("batch of %d rows with %d weights: want the same number in each row", b.Rows, len(b.Weights))
	}
	for i, t := range b.Tokens {
		if t < 0 || int(t) >= m.cfg.Vocabulary {
			return kind, fmt.Errorf("token %d of row %d: want 0 to %d", t, i/size, m.cfg.Vocabulary-1)
		}
	}
	return kind, nil
}

// feed copies a batch to the inputs of the graph. It adds no rows to pixels and
// numbers: their conversions to lanes repeat the last row.
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

// feed copies a batch's data to an input, if the graph has that input. Rows beyond
// the batch repeat its last one: an operation on rows computes them too, and a zero
// gradient times an infinite derivative would not be zero.
func feed[E any](input *gorgonia.Node, values func(*tensor.Dense) []E, rows int, data []E, what string) error {
	if input == nil {
		return nil
	}
	dst := values(input.Value().(*tensor.Dense))
	each := len(dst) / input.Shape()[0]
	if len(data) != rows*each {
		return fmt.Errorf("batch of %d rows with %d %s: the loss wants %d per row", rows, len(data), what, each)
	}
	for n := copy(dst, data); n < len(dst); {
		n += copy(dst[n:], data[len(data)-each:])
	}
	return nil
}

// updateStates gives the states their values after a step. If any of them is not
// finite, which the step's loss or gradients also show, all states stay as they
// were: NaN would stay in a running mean forever.
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
