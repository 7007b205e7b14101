package nn

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"descent/autograd"
	"descent/autograd/lanes"
	"descent/datasets"
	"descent/internal/graph"
	"descent/internal/memory"
	"descent/internal/prefix"
	"descent/optimizers"
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

// inputs is the kind of a batch's inputs.
type inputs int

const (
	numbers inputs = iota
	pixels         // bytes
	tokens
)

// spec says what a graph is for.
type spec struct {
	purpose purpose
	inputs  inputs
	weights int // of each row
	rows    int // the largest batch
}

// program is a graph of the network.
type program struct {
	spec
	bytes int64
	exact bool // for batches of exactly rows rows

	session         *lanes.Session
	input           *gorgonia.Node
	labels, targets *gorgonia.Node              // nil where the loss asks for none
	trained         []int                       // indices of the model's parameters, in the order of the gradients
	updated         []optimizers.Param[float32] // states that change in a step
	output          []int                       // shape of an output row
}

// programs are the graphs in use, the last used first.
type programs []*program

// mostPrograms bounds the memory that graphs for batches of many sizes take.
const mostPrograms = 6

// program returns a graph for the batch, and makes one if there is none of its
// size: of just that size if a layer works on plain rows, and otherwise with room
// for at least the rows, and not for more than twice as many.
func (m *Model) program(b *datasets.Batch, what purpose) (*program, error) {
	in, err := m.check(b)
	if err != nil {
		return nil, prefix.Error("nn", err)
	}
	if what != predict && m.cfg.Loss == nil {
		return nil, errors.New("nn: the model has no loss: want Config.Loss")
	}
	want := spec{purpose: what, inputs: in, rows: b.Rows}
	if what != predict {
		want.weights = len(b.Weights) / b.Rows
	}
	for i, p := range m.programs {
		if p.serves(want) && (what != train || p.trains(m)) {
			copy(m.programs[1:i+1], m.programs[:i])
			m.programs[0] = p
			return p, nil
		}
	}
	if !m.exact {
		want.rows = groupsOf(b.Rows) * lanes.Lanes
	}
	p, err := m.build(m.engine, want, nil)
	if errors.Is(err, memory.ErrLimit) && len(m.programs) > 0 { // it may fit alone
		m.programs = nil
		p, err = m.build(m.engine, want, nil)
	}
	if err != nil {
		return nil, prefix.Error("nn", err)
	}
	m.programs = slices.Insert(m.programs[:min(len(m.programs), mostPrograms-1)], 0, p)
	return p, nil
}

// trains reports whether the graph differentiates with respect to the parameters
// that are not frozen now.
func (p *program) trains(m *Model) bool {
	n := 0
	for i, q := range m.params {
		if !q.frozen {
			if n == len(p.trained) || p.trained[n] != i {
				return false
			}
			n++
		}
	}
	return n == len(p.trained)
}

// serves reports whether the graph is for such a batch.
func (p *program) serves(want spec) bool {
	rows := want.rows
	if want.rows = p.rows; p.spec != want {
		return false
	}
	return p.rows == rows || !p.exact && p.rows >= rows && groupsOf(p.rows) <= 2*groupsOf(rows)
}

// groupsOf returns the number of groups of sixteen that rows take.
func groupsOf(rows int) int { return (rows-1)/lanes.Lanes + 1 }

// check returns the kind of the batch's inputs, or an error if they do not fit the
// network.
func (m *Model) check(b *datasets.Batch) (inputs, error) {
	size, err := elements(m.cfg.Input)
	if err != nil {
		return 0, err
	}
	if b == nil || b.Rows < 1 {
		return 0, errors.New("the batch is empty: want one row or more")
	}
	kind, count := numbers, 0
	for k, n := range [...]int{numbers: len(b.Inputs), pixels: len(b.Pixels), tokens: len(b.Tokens)} {
		if n > 0 {
			kind, count = inputs(k), count+1
		}
	}
	switch {
	case count != 1 && m.cfg.Vocabulary > 0:
		return 0, errors.New("batch: want Tokens, and neither Pixels nor Inputs")
	case count != 1:
		return 0, errors.New("batch: want either Pixels or Inputs")
	case (kind == tokens) != (m.cfg.Vocabulary > 0):
		return 0, fmt.Errorf("batch of inputs of another kind than Config.Vocabulary = %d says: want Tokens with a vocabulary, Pixels or Inputs without", m.cfg.Vocabulary)
	}
	want, ok := memory.Product(b.Rows, size)
	if got := len(b.Pixels) + len(b.Inputs) + len(b.Tokens); !ok || got != want {
		return 0, fmt.Errorf("batch of %d rows with %d input values: want %d a row, of shape %v", b.Rows, got, size, m.cfg.Input)
	}
	for i, t := range b.Tokens {
		if t < 0 || int(t) >= m.cfg.Vocabulary {
			return 0, fmt.Errorf("token %d of row %d: want 0 to %d", t, i/size, m.cfg.Vocabulary-1)
		}
	}
	if len(b.Weights)%b.Rows != 0 {
		return 0, fmt.Errorf("batch of %d rows with %d weights: want as many in each row", b.Rows, len(b.Weights))
	}
	return kind, nil
}

// graphs is held while a graph is built: all graphs share Gorgonia's constants,
// and adding one to a graph writes to it.
var graphs sync.Mutex

// build makes a graph that computes on engine. With trace, which is told of every
// layer, no layers are joined to one operation.
func (m *Model) build(engine *lanes.Engine, want spec, trace func(path string, l Layer, x *gorgonia.Node)) (*program, error) {
	graphs.Lock()
	defer graphs.Unlock()
	left := m.memory.Limit - m.memory.Used
	for _, p := range m.programs {
		left -= p.bytes
	}
	b, err := lanes.NewBuilder(engine, lanes.BuilderConfig{Rows: want.rows, Weights: want.weights, MaxBytes: max(left, 1)})
	if err != nil {
		return nil, err
	}
	s := &Scope{Ops: b.Ops, model: m, graph: &building{b: b, training: want.purpose == train || trace != nil, trace: trace, declared: map[string]bool{}, states: map[*gorgonia.Node]optimizers.Param[float32]{}}}
	p := &program{spec: want}
	if s.graph.inputs, err = p.addInput(b, m.cfg.Input); err != nil {
		return nil, err
	}
	y, err := s.apply(m.net, s.graph.inputs)
	if err != nil {
		return nil, err
	}
	var wanted lanes.Program
	if want.purpose != predict {
		if wanted.Loss, err = m.addLoss(s, y); err != nil {
			return nil, err
		}
		p.labels, p.targets = s.graph.labels, s.graph.targets
	}
	if want.purpose == train {
		wanted.Wrt, p.trained = s.graph.wrt, s.graph.trained
	}
	if want.weights > 0 && !b.UsesWeights() {
		return nil, errors.New("loss: it does not ask for the weights that the batch has: want MeanRows or Weights of its scope in it")
	}
	p.exact = b.UsesRows()
	rows, err := b.ToRows(y, b.Rows())
	if err != nil {
		return nil, err
	}
	wanted.Outputs, p.output = append(gorgonia.Nodes{rows}, s.graph.updates...), lanes.RowShape(y)
	p.updated = s.graph.updated
	if p.session, err = b.NewSession(wanted); err == nil && m.profile {
		p.session.Profile()
	}
	p.bytes = b.Bytes()
	return p, err
}

// addInput adds the input and its conversion to lanes; tokens stay rows.
func (p *program) addInput(b *lanes.Builder, shape []int) (*gorgonia.Node, error) {
	dt, convert := b.Dtype(), b.FromRows
	switch p.inputs {
	case pixels:
		dt, convert = tensor.Uint8, b.FromPixels
	case tokens:
		dt, convert = tensor.Int32, func(rows *gorgonia.Node) (*gorgonia.Node, error) { return rows, nil }
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
		return nil, prefix.Error("loss", err)
	}
	if loss == nil || len(loss.Shape()) != 0 {
		return nil, fmt.Errorf("loss: %v: want a scalar node", loss)
	}
	sum := autograd.Wrap(loss, nil)
	for _, t := range s.graph.terms {
		sum = sum.Add(autograd.Wrap(t, nil))
	}
	return sum.Node()
}

// lossLayer is a loss as a layer: both add to a graph.
type lossLayer struct{ Loss }

// run feeds a batch and returns the loss, 0 without one, and the output rows.
func (p *program) run(b *datasets.Batch, step int64) (float64, []float32, error) {
	feeds := make([]lanes.Feed, 1, 4)
	switch p.inputs {
	case numbers:
		feeds[0] = lanes.Feed{Input: p.input, Data: b.Inputs}
	case pixels:
		feeds[0] = lanes.Feed{Input: p.input, Data: b.Pixels}
	case tokens:
		repeatLast(p.input.Value().(*tensor.Dense).Int32s(), b.Tokens, len(b.Tokens)/b.Rows)
		feeds[0] = lanes.Feed{Input: p.input, Data: b.Tokens}
	}
	if p.labels != nil {
		if err := checkEach(p.labels, b.Rows, len(b.Labels), "labels"); err != nil {
			return 0, nil, err
		}
		repeatLast(p.labels.Value().(*tensor.Dense).Int32s(), b.Labels, len(b.Labels)/b.Rows)
		feeds = append(feeds, lanes.Feed{Input: p.labels, Data: b.Labels})
	}
	if p.targets != nil {
		if err := checkEach(p.targets, b.Rows, len(b.Targets), "target values"); err != nil {
			return 0, nil, err
		}
		repeatLast(p.targets.Value().(*tensor.Dense).Float32s(), b.Targets, len(b.Targets)/b.Rows)
		feeds = append(feeds, lanes.Feed{Input: p.targets, Data: b.Targets})
	}
	if p.weights > 0 {
		feeds = append(feeds, lanes.Feed{Input: p.session.WeightsInput(), Data: b.Weights})
	}
	if err := p.session.Run(b.Rows, step, feeds...); err != nil {
		return 0, nil, prefix.Error("nn", err)
	}
	var loss float64
	if p.purpose != predict {
		loss = p.session.Loss()
	}
	rows := lanes.Output[float32](p.session, 0)
	return loss, rows[:b.Rows*(len(rows)/p.rows)], nil
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

// checkEach returns an error unless there are as many values in each row as an
// input has.
func checkEach(input *gorgonia.Node, rows, got int, what string) error {
	each := graph.Size(input.Shape()[1:])
	if want, ok := memory.Product(rows, each); !ok || got != want {
		return fmt.Errorf("nn: batch of %d rows with %d %s: the loss wants %d a row", rows, got, what, each)
	}
	return nil
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
