package nn

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"descent/autograd/lanes"
	"descent/internal/caught"
	"descent/internal/graph"
	"descent/internal/isnil"
	"descent/internal/prefix"
	"descent/internal/rng"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Scope is what a [Layer] or a [Loss] builds with: the operations that can be added
// to the graph, and the model's parameters and states under the layer's names.
type Scope struct {
	lanes.Ops

	model *runner
	graph *program
	path  string // of the layer, as in "3."
	names string // the prefix of its parameters' names: the path, except in a Tied layer
}

// Training reports whether the graph is for training; otherwise it is for
// evaluation and prediction.
func (s *Scope) Training() bool { return s.graph.purpose == train || !s.model.sealed }

// Path returns the layer's place in the model, such as "3" or "0.2".
func (s *Scope) Path() string { return strings.TrimSuffix(s.path, ".") }

// Child returns the scope of a layer inside this one.
func (s *Scope) Child(name string) *Scope {
	c := *s
	c.path, c.names = c.path+name+".", c.names+name+"."
	return &c
}

// Apply adds a layer inside this one; name is its place, such as "0".
func (s *Scope) Apply(name string, l Layer, x *gorgonia.Node) (*gorgonia.Node, error) {
	return s.Child(name).apply(l, x)
}

// apply adds the layer of the scope. An error names the innermost layer that failed,
// once.
func (s *Scope) apply(l Layer, x *gorgonia.Node) (y *gorgonia.Node, err error) {
	if isnil.Value(l) {
		err = errors.New("want a layer")
	} else if y, err = s.forward(l, x); err == nil {
		err = s.checkLanes(y)
	}
	if err != nil {
		if _, named := err.(located); !named {
			err = located{prefix.Error(s.place(l), err)}
		}
		return nil, err
	}
	if s.graph.purpose == features && s.Path() == s.graph.path && s.graph.layer == nil {
		s.graph.layer = y
	}
	if !s.model.sealed {
		s.model.note(s.Path(), l, y)
	}
	return y, nil
}

// forward adds the layer and turns a panic into an error: a layer may be the user's,
// or a nil pointer.
func (s *Scope) forward(l Layer, x *gorgonia.Node) (y *gorgonia.Node, err error) {
	defer caught.Error(&err, "", "")
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

// located is an error that names its layer.
type located struct{ error }

func (e located) Unwrap() error { return e.error }

// place returns the name of the scope's layer in errors.
func (s *Scope) place(l Layer) string {
	if s.path == "" { // the network itself
		return describe(l)
	}
	return fmt.Sprintf("layer %s (%s)", s.Path(), describe(l))
}

// Param declares a parameter of the layer and returns its node. Its full name begins
// with the layer's path, as in "0.weight". The first graph of a model creates the
// parameter and initializes it from the model's seed and the full name; later graphs
// use the existing one.
func (s *Scope) Param(name string, init Initializer, fans Fans, shape ...int) (*gorgonia.Node, error) {
	full := s.names + name
	if s.names != s.path {
		return s.tied(full, shape)
	}
	p, err := s.tensor(true, full, init, fans, shape)
	if err != nil {
		return nil, err
	}
	value := graph.Dense(p.Value, shape...)
	var n *gorgonia.Node
	if !s.Training() || *p.Frozen { // a predictor's graph does not even look: Freeze may be under way
		n, err = s.graph.builder.Constant(full, value)
	} else if n, err = s.graph.builder.Variable(full, value); s.graph.purpose == train {
		w := &s.graph.wanted
		w.Wrt, w.Grads, s.graph.trained = append(w.Wrt, n), append(w.Grads, p.Grad), append(s.graph.trained, p)
	}
	s.graph.nodes[full] = n
	return n, err
}

// State declares a tensor that belongs to the layer but is not trained, such as
// running statistics, and returns its node. Without a shape it is a single number, in
// a node of one element. All its values start as initial. It is kept between steps,
// saved with the model, and one of [Model.States]. [Scope.Update] changes it.
func (s *Scope) State(name string, initial float32, shape ...int) (*gorgonia.Node, error) {
	if s.names != s.path {
		return nil, fmt.Errorf("state %q: %w", s.path+name, errTiedState)
	}
	t, err := s.tensor(false, s.path+name, Constant(initial), Fans{}, shape)
	if err != nil {
		return nil, err
	}
	if len(shape) == 0 {
		shape = []int{1}
	}
	return s.stateNode(name, t, shape)
}

// stateNode adds the node of a state, or of a stand-in for it, which Update accepts.
func (s *Scope) stateNode(name string, t param, shape []int) (*gorgonia.Node, error) {
	n, err := s.Constant(name, graph.Dense(t.Value, shape...))
	s.graph.states[n] = t
	return n, err
}

// Update gives a state a new value at the end of each [Model.Step]. The graph of the
// step sees the old one, as does [Model.Redo]. If a new value of any state is NaN or
// infinite, all states stay as they are. Update does nothing in graphs that are not for
// training, except to states of [Scope.Carried] in graphs for evaluation.
func (s *Scope) Update(state, value *gorgonia.Node) error {
	t, ok := s.graph.states[state]
	switch {
	case !ok:
		return fmt.Errorf("update of %v: want a node of State", state)
	case value == nil || value.Dtype() != s.Dtype() || graph.Size(value.Shape()) != len(t.Value):
		return fmt.Errorf("update of state %q: value %v: want %d numbers", t.Name, value, len(t.Value))
	case s.Training(), s.graph.purpose == evaluate && s.model.carries(t.Name):
		s.graph.updated, s.graph.wanted.Outputs = append(s.graph.updated, t), append(s.graph.wanted.Outputs, value)
	}
	return nil
}

// Constant adds a node of values that are not trained. It shares the memory of
// value.
func (s *Scope) Constant(name string, value *tensor.Dense) (*gorgonia.Node, error) {
	return s.graph.builder.Constant(s.path+name, value)
}

// Key returns 64 bits that depend on the model's seed, the layer's path and the
// label, from which a layer draws random numbers.
func (s *Scope) Key(label string) uint64 { return rng.Key(s.model.cfg.Seed, label, s.path) }

// Inputs returns the network's inputs, in lanes: the loss of an autoencoder compares
// the output with them. For a network of tokens they are int32 rows.
func (s *Scope) Inputs() *gorgonia.Node { return s.graph.first }

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
// [s.Rows(), shape...]: without a shape, one per row. Rows beyond the batch repeat
// its last row.
func (s *Scope) Labels(shape ...int) (*gorgonia.Node, error) {
	return s.input(&s.graph.labels, "labels", tensor.Int32, shape)
}

// input returns an input of rows, made when it is first asked for.
func (s *Scope) input(node **gorgonia.Node, name string, dt tensor.Dtype, shape []int) (*gorgonia.Node, error) {
	want := append([]int{s.Rows()}, shape...)
	if *node == nil {
		n, err := s.graph.builder.Input(name, dt, want...)
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

// TargetRows returns the targets of the batch as rows [s.Rows(), shape…]. Rows beyond
// the batch repeat its last row.
func (s *Scope) TargetRows(shape ...int) (*gorgonia.Node, error) {
	return s.input(&s.graph.targets, "targets", s.Dtype(), shape)
}

// Targets returns the targets of the batch in lanes.
func (s *Scope) Targets(shape ...int) (*gorgonia.Node, error) {
	rows, err := s.TargetRows(shape...)
	if err != nil {
		return nil, err
	}
	if s.graph.targetLanes == nil {
		if s.graph.targetLanes, err = s.FromRows(rows); err != nil {
			return nil, err
		}
	}
	return s.graph.targetLanes, nil
}
