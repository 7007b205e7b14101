package lanes

import (
	"errors"
	"fmt"

	"descent/internal/graph"
	"descent/internal/prefix"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Op describes an operation with settings of type C. [Op.Add] makes from it a
// node of a graph with its gradient, its buffers, its loops over the groups of
// a batch and its checks.
//
// F32 and F64 are two instances of one generic function, which is called each
// time that a node is added: it checks shapes and settings, makes what the two
// passes share, and returns them.
type Op[C any] struct {
	Name   string // for errors and profiles
	Inputs []Input
	F32    func(s Site, settings C) (Body[float32], error)
	F64    func(s Site, settings C) (Body[float64], error)
}

// Input describes an input of an operation.
type Input struct {
	Name     string // for errors
	Kind     Kind
	Dims     int  // of a row in lanes, and of the whole of other kinds; if zero, any number
	Optional bool // may be nil
}

// Kind says how an operation goes through an input, and who adds up its
// gradient.
type Kind int

const (
	InLanes Kind = iota // an activation [groups, ..., 16]: each group has its part of it and of its gradient
	Param               // read whole by each group, which has a gradient of its own: they are added up in the order of the groups
	Whole               // read whole: Backward fills its gradient, in an order that does not depend on the threads
	Data                // no gradient; may hold int32 or uint8
)

// Body is an operation for certain inputs: what it computes.
type Body[T Float] struct {
	Shape   []int                  // of the output, which is in lanes if it is one of [Site.InLanes]; if empty, a scalar
	Scratch int                    // values of memory that each worker has for itself: see [Group.Scratch]
	Forward func(p *Pass[T]) error // fills p.Out
	// Backward fills each of p.Grad that is not nil, with the gradient of the
	// loss with respect to that input, from p.OutGrad, that with respect to the
	// output. It finds p.In, p.Out and whatever the two functions share as
	// Forward left them. If nil, the operation has no derivative, and it is an
	// error to ask for one.
	Backward func(p *Pass[T]) error
}

// Site is the place in a graph that an operation is added at: what is known of
// its inputs.
type Site struct {
	b     *Builder
	in    gorgonia.Nodes // nil where an optional one is missing
	wants []bool
}

// Groups returns the number of groups of sixteen rows in the largest batch.
func (s Site) Groups() int { return s.b.Groups() }

// Threads returns the number of workers.
func (s Site) Threads() int { return s.b.engine.Threads() }

// Has reports whether input i is there.
func (s Site) Has(i int) bool { return i < len(s.in) && s.in[i] != nil }

// Shape returns the shape of input i.
func (s Site) Shape(i int) []int { return s.in[i].Shape() }

// Row returns the shape of a row of input i, which is in lanes.
func (s Site) Row(i int) []int { return RowShape(s.in[i]) }

// Wants reports whether a gradient with respect to input i may be asked for.
func (s Site) Wants(i int) bool { return s.wants[i] }

// Trains reports whether a backward pass may follow.
func (s Site) Trains() bool {
	for _, w := range s.wants {
		if w {
			return true
		}
	}
	return false
}

// InLanes returns the shape [groups, row..., 16] of rows in lanes.
func (s Site) InLanes(row ...int) []int { return s.b.lanesShape(row...) }

// A Target is where operations are added: a [Builder], or the scope of a layer
// of package nn.
type Target interface{ builder() *Builder }

// Add adds the operation to a graph. It returns an error that names the
// operation if an input does not fit.
func (o Op[C]) Add(to Target, settings C, in ...*gorgonia.Node) (n *gorgonia.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
		err = prefix.Error("lanes", err, o.Name)
	}()
	s, err := o.site(to.builder(), in)
	if err != nil {
		return nil, err
	}
	if s.b.dtype == tensor.Float64 {
		return add(s, o.Name, o.Inputs, o.F64, settings)
	}
	return add(s, o.Name, o.Inputs, o.F32, settings)
}

// site checks the inputs.
func (o Op[C]) site(b *Builder, in gorgonia.Nodes) (Site, error) {
	if len(in) > len(o.Inputs) {
		return Site{}, fmt.Errorf("%d inputs: want at most %d", len(in), len(o.Inputs))
	}
	s := Site{b: b, in: make(gorgonia.Nodes, len(o.Inputs)), wants: make([]bool, len(o.Inputs))}
	copy(s.in, in)
	for i, want := range o.Inputs {
		n := s.in[i]
		if n == nil && want.Optional {
			continue
		}
		if err := b.check(n, want); err != nil {
			return Site{}, fmt.Errorf("%s: %w", want.Name, err)
		}
		s.wants[i] = want.Kind != Data && b.needsGrad(n)
	}
	return s, nil
}

// check returns an error unless n is as an input wants it.
func (b *Builder) check(n *gorgonia.Node, want Input) error {
	switch {
	case n == nil:
		return errors.New("the node is nil: want a node of the graph")
	case n.Graph() != b.graph:
		return fmt.Errorf("%v is of another graph", n)
	case want.Kind == Data:
		return checkDims(n.Shape(), want.Dims)
	case n.Dtype() != b.dtype:
		return fmt.Errorf("%v holds %v: want %v", n, n.Dtype(), b.dtype)
	case want.Kind != InLanes:
		return checkDims(n.Shape(), want.Dims)
	}
	if s := n.Shape(); len(s) < 3 || s[0] != b.Groups() || s[len(s)-1] != Lanes {
		return fmt.Errorf("shape %v: want lanes [%d ... %d]", []int(s), b.Groups(), Lanes)
	}
	if row := RowShape(n); want.Dims > 0 && len(row) != want.Dims {
		return fmt.Errorf("rows of shape %v: want %d dimensions", row, want.Dims)
	}
	return nil
}

func checkDims(shape []int, dims int) error {
	if len(shape) == 0 || dims > 0 && len(shape) != dims {
		return fmt.Errorf("shape %v: want %d dimensions", shape, max(dims, 1))
	}
	return nil
}

// add makes the node.
func add[T Float, C any](s Site, name string, inputs []Input, design func(Site, C) (Body[T], error), settings C) (*gorgonia.Node, error) {
	if design == nil {
		return nil, fmt.Errorf("no function for %v: want F32 and F64", s.b.dtype)
	}
	body, err := design(s, settings)
	if err != nil {
		return nil, err
	}
	if body.Forward == nil {
		return nil, errors.New("no forward pass: want Forward")
	}
	if err := graph.Positive(body.Shape); err != nil {
		return nil, fmt.Errorf("output: %w", err)
	}
	f, err := newFrame(s, inputs, body)
	if err != nil {
		return nil, err
	}
	o := graph.NewOp(name, f.present, s.b.dtype, body.Shape, f.forward)
	if body.Backward != nil && s.Trains() {
		for _, i := range f.index {
			o.Diff = append(o.Diff, s.wants[i])
		}
		o.Sym = func(in gorgonia.Nodes, y, grad *gorgonia.Node) (gorgonia.Nodes, error) {
			return f.gradients(name, in, y, grad)
		}
	}
	return gorgonia.ApplyOp(o, f.present...)
}
