package nn

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"descent/autograd/lanes"
	"descent/datasets"
	"descent/internal/memory"
	"descent/internal/prefix"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// purpose is what a graph is for.
type purpose int

const (
	predict  purpose = iota // forward, no loss
	evaluate                // forward, with the loss
	train                   // forward in training mode, and backward
)

// program is a graph of the network for batches of up to a size.
type program struct {
	purpose purpose
	pixels  bool // the input is bytes
	groups  int  // of sixteen rows
	bytes   int64

	session         *lanes.Session
	input           *gorgonia.Node
	labels, targets *gorgonia.Node // nil where the loss asks for none
	trained         []int          // indices of the model's parameters, in the order of the gradients
	features        int            // values of an input row
	outputs         int            // values of an output row
}

// programs are the graphs in use, the last used first.
type programs []*program

// mostPrograms bounds the memory that graphs for batches of many sizes take.
const mostPrograms = 6

// program returns a graph for the batch, and makes one if there is none of its
// size: with room for at least the rows, and not for more than twice as many.
func (m *Model) program(b *datasets.Batch, what purpose) (*program, error) {
	if err := m.check(b); err != nil {
		return nil, err
	}
	if what != predict && m.cfg.Loss == nil {
		return nil, errors.New("nn: the model has no loss: want Config.Loss")
	}
	groups, pixels := (b.Rows-1)/lanes.Lanes+1, len(b.Pixels) > 0
	for i, p := range m.programs {
		if p.purpose == what && p.pixels == pixels && p.groups >= groups && p.groups <= 2*groups {
			copy(m.programs[1:i+1], m.programs[:i])
			m.programs[0] = p
			return p, nil
		}
	}
	p, err := m.build(m.engine, what, pixels, groups)
	if errors.Is(err, memory.ErrLimit) && len(m.programs) > 0 { // it may fit alone
		m.programs = nil
		p, err = m.build(m.engine, what, pixels, groups)
	}
	if err != nil {
		return nil, prefix.Error("nn", err)
	}
	m.programs = slices.Insert(m.programs[:min(len(m.programs), mostPrograms-1)], 0, p)
	return p, nil
}

// check returns an error if the batch's inputs do not fit the network.
func (m *Model) check(b *datasets.Batch) error {
	size, err := elements(m.cfg.Input)
	switch {
	case err != nil:
		return err
	case b == nil || b.Rows < 1:
		return errors.New("nn: the batch is empty: want one row or more")
	case (len(b.Pixels) == 0) == (len(b.Inputs) == 0):
		return errors.New("nn: batch: want either Pixels or Inputs")
	}
	want, ok := memory.Product(b.Rows, size)
	if got := len(b.Pixels) + len(b.Inputs); !ok || got != want {
		return fmt.Errorf("nn: batch of %d rows with %d input values: want %d a row, of shape %v", b.Rows, got, size, m.cfg.Input)
	}
	return nil
}

// graphs is held while a graph is built: all graphs share Gorgonia's constants,
// and adding one to a graph writes to it.
var graphs sync.Mutex

// build makes a graph that computes on engine.
func (m *Model) build(engine *lanes.Engine, what purpose, pixels bool, groups int) (*program, error) {
	graphs.Lock()
	defer graphs.Unlock()
	b, err := m.newBuilder(engine, groups*lanes.Lanes)
	if err != nil {
		return nil, err
	}
	s := &Scope{Builder: b, model: m, graph: &building{training: what == train, fuse: true, declared: map[string]bool{}}}
	p := &program{purpose: what, pixels: pixels, groups: groups}
	x, err := p.addInput(b, m.cfg.Input)
	if err != nil {
		return nil, err
	}
	y, err := s.apply(m.net, x)
	if err != nil {
		return nil, err
	}
	rows, err := b.ToRows(y, b.Rows())
	if err != nil {
		return nil, err
	}
	p.features, p.outputs = x.Shape().TotalSize()/b.Rows(), rows.Shape().TotalSize()/b.Rows()
	want := lanes.Program{Outputs: gorgonia.Nodes{rows}}
	if what != predict {
		if want.Loss, err = m.addLoss(s, y); err != nil {
			return nil, err
		}
		p.labels, p.targets = s.graph.labels, s.graph.targets
	}
	if what == train {
		want.Wrt, p.trained = s.graph.wrt, s.graph.trained
	}
	if p.session, err = b.NewSession(want); err == nil && m.profile {
		p.session.Profile()
	}
	p.bytes = b.Bytes()
	return p, err
}

// newBuilder returns a builder that may take the memory that is left.
func (m *Model) newBuilder(engine *lanes.Engine, rows int) (*lanes.Builder, error) {
	left := m.memory.Limit - m.memory.Used
	for _, p := range m.programs {
		left -= p.bytes
	}
	return lanes.NewBuilder(engine, lanes.BuilderConfig{Rows: rows, MaxBytes: max(left, 1)})
}

// addInput adds the input and its conversion to lanes.
func (p *program) addInput(b *lanes.Builder, shape []int) (*gorgonia.Node, error) {
	dt, convert := b.Dtype(), b.FromRows
	if p.pixels {
		dt, convert = tensor.Uint8, b.FromPixels
	}
	var err error
	if p.input, err = b.Input("input", dt, append([]int{b.Rows()}, shape...)...); err != nil {
		return nil, err
	}
	return convert(p.input)
}

// addLoss adds the loss and checks that it is a scalar.
func (m *Model) addLoss(s *Scope, output *gorgonia.Node) (*gorgonia.Node, error) {
	loss, err := s.Child("loss").forward(lossLayer{m.cfg.Loss}, output)
	if err != nil {
		return nil, fmt.Errorf("loss: %w", err)
	}
	if loss == nil || len(loss.Shape()) != 0 {
		return nil, fmt.Errorf("loss: %v: want a scalar node", loss)
	}
	return loss, nil
}

// lossLayer is a loss as a layer: both add to a graph.
type lossLayer struct{ Loss }

// run feeds a batch and returns the loss, 0 without one, and the output rows.
func (p *program) run(b *datasets.Batch, step int64) (float64, []float32, error) {
	feeds := make([]lanes.Feed, 1, 3)
	feeds[0] = lanes.Feed{Input: p.input, Data: b.Inputs}
	if p.pixels {
		feeds[0].Data = b.Pixels
	}
	if p.labels != nil {
		if len(b.Labels) != b.Rows {
			return 0, nil, fmt.Errorf("nn: batch of %d rows with %d labels: the loss wants one a row", b.Rows, len(b.Labels))
		}
		repeatLast(p.labels.Value().(*tensor.Dense).Int32s(), b.Labels, 1)
		feeds = append(feeds, lanes.Feed{Input: p.labels, Data: b.Labels})
	}
	if p.targets != nil {
		each := p.targets.Shape().TotalSize() / p.targets.Shape()[0]
		if want, ok := memory.Product(b.Rows, each); !ok || len(b.Targets) != want {
			return 0, nil, fmt.Errorf("nn: batch of %d rows with %d target values: the loss wants %d a row", b.Rows, len(b.Targets), each)
		}
		repeatLast(p.targets.Value().(*tensor.Dense).Float32s(), b.Targets, each)
		feeds = append(feeds, lanes.Feed{Input: p.targets, Data: b.Targets})
	}
	if err := p.session.Run(b.Rows, step, feeds...); err != nil {
		return 0, nil, prefix.Error("nn", err)
	}
	var loss float64
	if p.purpose != predict {
		loss = p.session.Loss()
	}
	return loss, lanes.Output[float32](p.session, 0)[:b.Rows*p.outputs], nil
}

// repeatLast fills the rows of dst beyond those of data, each values wide, with
// the last one. An operation on rows computes them too, and a gradient of zero
// times a derivative that is infinite there would not be zero.
func repeatLast[E any](dst, data []E, each int) {
	last := data[len(data)-each:]
	for d := dst[len(data):]; len(d) > 0; d = d[each:] {
		copy(d, last)
	}
}
