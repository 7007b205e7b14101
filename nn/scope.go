package nn

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"descent/autograd/lanes"
	"descent/internal/graph"
	"descent/internal/isnil"
	"descent/internal/prefix"
	"descent/internal/rng"
	"descent/optimizers"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Scope is what a [Layer] or a [Loss] builds with: the operations that can be
// added to the graph, and the parameters and states of the model under the
// layer's own names.
type Scope struct {
	lanes.Ops

	model *Model
	graph *building
	path  string // of the layer, as in "3.": what its names begin with
}

// building is what the scopes of one graph share.
type building struct {
	b        *lanes.Builder
	training bool
	declared map[string]bool // names of this graph
	wrt      gorgonia.Nodes  // parameters that are trained, and their indices in the model
	trained  []int

	inputs          *gorgonia.Node // what the network gets
	labels, targets *gorgonia.Node // inputs, made when the loss asks for them
	lanes           *gorgonia.Node // targets in lanes
	terms           gorgonia.Nodes // of the loss, added by layers
	states          map[*gorgonia.Node]optimizers.Param[float32]
	updated         []optimizers.Param[float32] // the states that change in a training step, and their values then
	updates         gorgonia.Nodes
	trace           func(path string, l Layer, x *gorgonia.Node)
}

// Training reports whether the graph is for training; otherwise it is for
// evaluation and prediction.
func (s *Scope) Training() bool { return s.graph.training }

// Path returns the layer's place in the model, as in "3" or "0.2".
func (s *Scope) Path() string { return strings.TrimSuffix(s.path, ".") }

// Child returns the scope of a layer inside this one.
func (s *Scope) Child(name string) *Scope {
	c := *s
	c.path += name + "."
	return &c
}

// Apply adds a layer inside this one: name is its place, as in "0".
func (s *Scope) Apply(name string, l Layer, x *gorgonia.Node) (*gorgonia.Node, error) {
	return s.Child(name).apply(l, x)
}

// apply adds the layer that the scope is of.
func (s *Scope) apply(l Layer, x *gorgonia.Node) (*gorgonia.Node, error) {
	if isnil.Value(l) {
		return nil, &locatedError{s.Path(), "nil", errors.New("want a layer")}
	}
	y, err := s.forward(l, x)
	if err == nil {
		err = s.checkLanes(y)
	}
	if err != nil {
		return nil, layerError(s.Path(), l, err)
	}
	if s.graph.trace != nil {
		s.graph.trace(s.Path(), l, y)
	}
	return y, nil
}

// forward adds the layer, and makes an error of a panic: a layer may be
// somebody's own, or a nil pointer to one.
func (s *Scope) forward(l Layer, x *gorgonia.Node) (y *gorgonia.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			y, err = nil, fmt.Errorf("panic: %v", r)
		}
	}()
	return l.Forward(s, x)
}

// checkLanes returns an error unless a layer returned lanes.
func (s *Scope) checkLanes(y *gorgonia.Node) error {
	if y == nil {
		return errors.New("it returned no node")
	}
	if d := y.Shape(); len(d) < 3 || d[0] != s.Groups() || d[len(d)-1] != lanes.Lanes {
		return fmt.Errorf("it returned a node of shape %v: want lanes [%d ... %d]", d, s.Groups(), lanes.Lanes)
	}
	return nil
}

// layerError names the innermost layer that failed, once.
func layerError(path string, l Layer, err error) error {
	if _, named := err.(*locatedError); named {
		return err
	}
	return &locatedError{path, describe(l), err}
}

type locatedError struct {
	path, layer string
	err         error
}

func (e *locatedError) Error() string {
	if e.path == "" { // the network itself
		return fmt.Sprintf("%s: %s", e.layer, prefix.Strip(e.err))
	}
	return fmt.Sprintf("layer %s (%s): %s", e.path, e.layer, prefix.Strip(e.err))
}
func (e *locatedError) Unwrap() error { return e.err }

// Param declares a parameter of the layer and returns its node. Its full name
// has the layer's path before it, as in "0.weight". The first graph of a model
// makes the parameter and initializes it, from the model's seed and the full
// name; later ones find it.
func (s *Scope) Param(name string, init Initializer, fans Fans, shape ...int) (*gorgonia.Node, error) {
	full := s.path + name
	if err := s.declare("parameter", full); err != nil {
		return nil, err
	}
	i, err := s.model.parameter(full, init, fans, shape)
	if err != nil {
		return nil, err
	}
	p := s.model.params[i]
	value := tensor.New(tensor.WithShape(shape...), tensor.WithBacking(p.value))
	if !s.graph.training || p.frozen { // a predictor's graph does not even look: Freeze may be under way
		return s.graph.b.Constant(full, value)
	}
	n, err := s.graph.b.Variable(full, value)
	if err == nil {
		s.graph.wrt, s.graph.trained = append(s.graph.wrt, n), append(s.graph.trained, i)
	}
	return n, err
}

// State declares a tensor that belongs to the layer but is not trained, such as
// running statistics, and returns its node; without a shape it is a single
// number, in a node of one element. All its values are initial at first;
// it is kept between steps, saved with the model, and one of [Model.States].
// [Scope.Update] changes it.
func (s *Scope) State(name string, initial float32, shape ...int) (*gorgonia.Node, error) {
	full := s.path + name
	if err := s.declare("state", full); err != nil {
		return nil, err
	}
	t, err := s.model.state(full, initial, shape)
	if err != nil {
		return nil, err
	}
	if len(shape) == 0 {
		shape = []int{1}
	}
	n, err := s.Constant(name, tensor.New(tensor.WithShape(shape...), tensor.WithBacking(t.Value)))
	s.graph.states[n] = t
	return n, err
}

// Update gives a state another value at the end of each [Model.Step]; the graph
// of the step, and [Model.Redo], see the one before. If a new value of any state is
// NaN or infinite, all states stay as they are. In other graphs than those of
// training it does nothing.
func (s *Scope) Update(state, value *gorgonia.Node) error {
	t, ok := s.graph.states[state]
	switch {
	case !ok:
		return fmt.Errorf("update of %v: want a node of State", state)
	case value == nil || value.Dtype() != s.Dtype() || graph.Size(value.Shape()) != len(t.Value):
		return fmt.Errorf("update of state %q: value %v: want %d numbers", t.Name, value, len(t.Value))
	case s.Training():
		s.graph.updated, s.graph.updates = append(s.graph.updated, t), append(s.graph.updates, value)
	}
	return nil
}

// Constant adds a node of values that are not trained. It shares the memory of
// value.
func (s *Scope) Constant(name string, value *tensor.Dense) (*gorgonia.Node, error) {
	return s.graph.b.Constant(s.path+name, value)
}

func (s *Scope) declare(what, full string) error {
	if s.graph.declared[full] {
		return fmt.Errorf("%s %q is declared twice: want unique names", what, full)
	}
	s.graph.declared[full] = true
	return nil
}

// Key returns 64 bits that depend on the model's seed, the layer's path and
// the label: what a layer draws randomness from.
func (s *Scope) Key(label string) uint64 { return rng.Key(s.model.cfg.Seed, label, s.path) }

// Inputs returns what the network gets, in lanes: what a loss compares the
// output of an autoencoder with. Of a network for tokens it is int32 rows.
func (s *Scope) Inputs() *gorgonia.Node { return s.graph.inputs }

// AddLoss adds a scalar to the loss that is minimized, evaluated and reported,
// such as a penalty. A model without a loss ignores it.
func (s *Scope) AddLoss(term *gorgonia.Node) error {
	if term == nil || len(term.Shape()) != 0 {
		return fmt.Errorf("term of the loss %v: want a scalar node", term)
	}
	s.graph.terms = append(s.graph.terms, term)
	return nil
}

// Labels returns the class labels of the batch, int32 of the shape
// [s.Rows(), shape...]: without a shape one a row. Those beyond the batch repeat
// its last row.
func (s *Scope) Labels(shape ...int) (*gorgonia.Node, error) {
	return s.input(&s.graph.labels, "labels", tensor.Int32, shape)
}

// input returns an input of rows, made when it is first asked for.
func (s *Scope) input(node **gorgonia.Node, name string, dt tensor.Dtype, shape []int) (*gorgonia.Node, error) {
	want := append([]int{s.Rows()}, shape...)
	if *node == nil {
		n, err := s.graph.b.Input(name, dt, want...)
		if err != nil {
			return nil, err
		}
		*node = n
	}
	if got := (*node).Shape(); !slices.Equal(got, want) {
		return nil, fmt.Errorf("%s of shape %v asked for after %v: want one shape", name, shape, []int(got[1:]))
	}
	return *node, nil
}

// TargetRows returns the targets of the batch as rows [s.Rows(), shape…]: those
// beyond the batch repeat its last one.
func (s *Scope) TargetRows(shape ...int) (*gorgonia.Node, error) {
	return s.input(&s.graph.targets, "targets", s.Dtype(), shape)
}

// Targets returns the targets of the batch in lanes.
func (s *Scope) Targets(shape ...int) (*gorgonia.Node, error) {
	rows, err := s.TargetRows(shape...)
	if err != nil {
		return nil, err
	}
	if s.graph.lanes == nil {
		if s.graph.lanes, err = s.FromRows(rows); err != nil {
			return nil, err
		}
	}
	return s.graph.lanes, nil
}
