package nn

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"descent/autograd"
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
	predict       purpose = iota // forward, no loss
	features                     // forward to a layer
	evaluate                     // forward, with the loss
	differentiate                // forward, and backward to the inputs
	train                        // forward in training mode, and backward to the parameters
)

// hasLoss reports whether a graph computes the loss.
func (w purpose) hasLoss() bool { return w >= evaluate }

// spec says what a graph is for.
type spec struct {
	purpose purpose
	kind    tensor.Dtype // of the inputs: float32 numbers, uint8 pixels or int32 tokens
	weights int          // of each row
	rows    int          // the largest batch
	few     bool         // computed row by row where that is faster
	path    string       // of the layer that features are of
}

// program is a graph of the network, with what its scopes share while it is built.
type program struct {
	spec
	exact   bool // for batches of exactly rows rows
	builder *lanes.Builder
	session *lanes.Session
	wanted  lanes.Program

	declared map[string]bool           // names of parameters and states
	nodes    map[string]*gorgonia.Node // of parameters, by their names
	states   map[*gorgonia.Node]param  // by their nodes
	trained  []param                   // in the order of the gradients
	updated  []param                   // states that change in a training step: the first outputs are their values then

	input           *gorgonia.Node // of the batch
	first           *gorgonia.Node // what the network gets of it, in lanes unless it is tokens
	labels, targets *gorgonia.Node // further inputs, nil where the loss asks for none
	targetLanes     *gorgonia.Node
	layer           *gorgonia.Node // what the layer at path returned
	terms           gorgonia.Nodes // of the loss, added by layers
	output          []int          // shape of an output row
}

// mostPrograms bounds the memory that graphs for batches of many sizes take.
const mostPrograms = 8

// program returns a graph for the batch, and makes one if there is none for its
// size: for exactly that size if a layer works on plain rows, otherwise with room
// for at least the rows and at most twice as many.
func (m *runner) program(b *datasets.Batch, what purpose, path string) (*program, error) {
	kind, err := m.check(b)
	if err != nil {
		return nil, err
	}
	want := spec{purpose: what, kind: kind, rows: b.Rows, path: path, few: what == predict && b.Rows <= lanes.Lanes}
	if what == differentiate {
		want.kind = tensor.Float32
	}
	if what.hasLoss() {
		if m.cfg.Loss == nil {
			return nil, errors.New("the model has no loss: want Config.Loss")
		}
		want.weights = len(b.Weights) / b.Rows
	}
	if err := m.checkCarried(b.Rows, what); err != nil {
		return nil, err
	}
	for i, p := range m.programs {
		if p.serves(want) && (what != train || p.trains(m.params)) {
			copy(m.programs[1:i+1], m.programs[:i])
			m.programs[0] = p
			return p, nil
		}
	}
	if !m.exact {
		want.rows = capacity(b.Rows, want.few)
	}
	p, err := m.build(want)
	if errors.Is(err, memory.ErrLimit) && len(m.programs) > 0 { // it may fit alone
		m.programs = nil
		p, err = m.build(want)
	}
	if err == nil {
		m.programs = slices.Insert(m.programs[:min(len(m.programs), mostPrograms-1)], 0, p)
	}
	return p, err
}

// trains reports whether the graph differentiates with respect to the parameters
// that are not frozen now.
func (p *program) trains(params []param) bool {
	free := 0
	for _, q := range params {
		if !*q.Frozen {
			free++
		}
	}
	return free == len(p.trained) && !slices.ContainsFunc(p.trained, func(q param) bool { return *q.Frozen })
}

// serves reports whether the graph can compute such a batch.
func (p *program) serves(want spec) bool {
	rows := want.rows
	if want.rows = p.rows; p.spec != want {
		return false
	}
	if p.few && !p.exact {
		return p.rows == capacity(rows, true)
	}
	return p.rows == rows || !p.exact && p.rows >= rows && groupsOf(p.rows) <= 2*groupsOf(rows)
}

// capacity returns the number of rows that a graph for a batch has room for: half a
// group for few rows, since most layers are faster in lanes beyond that.
func capacity(rows int, few bool) int {
	if few && rows <= lanes.Lanes/2 {
		return lanes.Lanes / 2
	}
	return groupsOf(rows) * lanes.Lanes
}

// groupsOf returns the number of groups of sixteen that rows take.
func groupsOf(rows int) int { return (rows-1)/lanes.Lanes + 1 }

// graphs is held while a graph is built: all graphs share Gorgonia's constants,
// and adding one to a graph writes to it.
var graphs sync.Mutex

// build makes a graph.
func (m *runner) build(want spec) (*program, error) {
	graphs.Lock()
	defer graphs.Unlock()
	left := m.memory.Limit - m.memory.Used
	for _, p := range m.programs {
		left -= p.builder.Bytes()
	}
	b, err := lanes.NewBuilder(m.engine, lanes.BuilderConfig{Rows: want.rows, Weights: want.weights, MaxBytes: max(left, 1), FewRows: want.few})
	if err != nil {
		return nil, err
	}
	p := &program{spec: want, builder: b, declared: map[string]bool{}, nodes: map[string]*gorgonia.Node{}, states: map[*gorgonia.Node]param{}}
	if err := p.addInput(m.cfg.Input); err != nil {
		return nil, err
	}
	s := &Scope{Ops: b.Ops, model: m, graph: p}
	y, err := s.apply(m.net, p.first)
	if err != nil {
		return nil, err
	}
	if want.purpose.hasLoss() {
		if p.wanted.Loss, err = s.Child("loss").addLoss(y); err != nil {
			return nil, prefix.Error("loss", err)
		}
	}
	p.exact, p.output = b.UsesRows(), lanes.RowShape(y)
	if want.purpose == features {
		y = p.layer
	}
	rows, err := b.ToRows(y, b.Rows())
	if err != nil {
		return nil, err
	}
	p.wanted.Outputs = append(p.wanted.Outputs, rows)
	if p.session, err = b.NewSession(p.wanted); err == nil && m.profile {
		p.session.Profile()
	}
	return p, err
}

// addInput adds the input and its conversion to lanes; tokens stay rows.
func (p *program) addInput(shape []int) (err error) {
	if p.input, err = p.builder.Input("input", p.kind, append([]int{p.rows}, shape...)...); err != nil {
		return err
	}
	if p.purpose == differentiate { // the same memory, in a node that has a gradient
		if p.input, err = p.builder.Variable("input", p.input.Value().(*tensor.Dense)); err != nil {
			return err
		}
		p.wanted.Wrt = gorgonia.Nodes{p.input}
	}
	switch p.kind {
	case tensor.Uint8:
		p.first, err = p.builder.FromPixels(p.input)
	case tensor.Int32:
		p.first = p.input
	default:
		p.first, err = p.builder.FromRows(p.input)
	}
	return err
}

// addLoss adds the loss with its terms, and checks that it is a scalar.
func (s *Scope) addLoss(output *gorgonia.Node) (*gorgonia.Node, error) {
	loss, err := s.forward(s.model.cfg.Loss, output)
	if err != nil {
		return nil, err
	}
	if loss == nil || len(loss.Shape()) != 0 {
		return nil, fmt.Errorf("%v: want a scalar node", loss)
	}
	if s.graph.weights > 0 && !s.graph.builder.UsesWeights() {
		return nil, errors.New("it does not use the weights of the batch: want MeanRows or Weights of its scope")
	}
	sum := autograd.Wrap(loss, nil)
	for _, t := range s.graph.terms {
		sum = sum.Add(autograd.Wrap(t, nil))
	}
	return sum.Node()
}
