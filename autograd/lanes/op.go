package lanes

import (
	"errors"
	"fmt"
	"slices"

	"descent/internal/caught"
	"descent/internal/prefix"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Op describes an operation with settings of type C. From it, [Op.Add] makes a
// node of a graph with its gradient, its buffers, its loops over the groups of
// a batch and its checks.
//
// F32 and F64 are two instances of one generic function, which is called each time
// a node is added. It checks shapes and settings, allocates what the forward and the
// backward pass share, and returns the two passes.
type Op[C any] struct {
	Name   string // for errors and profiles
	Inputs []Input
	F32    func(s Site, settings C) (Body[float32], error)
	F64    func(s Site, settings C) (Body[float64], error)

	// Channelwise says that all inputs and the output are in lanes, and that each
	// channel, the first index of their rows, is computed separately and in the same
	// way, whatever the number of channels. A batch of few rows is then faster: see
	// [BuilderConfig.FewRows].
	Channelwise bool

	few    func(s Site, settings C, x twin) (Body[float32], []int, error) // see [Op.addFew]
	enters bool                                                           // few pays for conversion from lanes
}

// Input describes an input of an operation.
type Input struct {
	Name     string // for errors
	Kind     Kind
	Dims     int  // number of dimensions, in lanes of a row, otherwise of the entire input; if zero, any number
	Optional bool // may be nil
}

// Kind says how an operation reads an input and how its gradient is summed.
type Kind int

const (
	InLanes Kind = iota // an activation [groups, ..., 16]: each group has its part of it and of its gradient
	Param               // each group reads all of it and has its own gradient; these are added in the order of the groups
	Whole               // each group reads all of it; Backward fills its gradient, in an order that does not depend on the threads
	Data                // no gradient; may hold int32 or uint8
)

// Body is what an operation computes for certain inputs.
type Body[T Float] struct {
	Shape   []int                  // of the output, which is in lanes if it is one of [Site.InLanes]; if empty, a scalar
	Forward func(p *Pass[T]) error // fills p.Out
	// Backward fills each element of p.Grad that is not nil with the gradient of the
	// loss with respect to that input, given p.OutGrad, the gradient with respect to
	// the output. p.In, p.Out and anything else that the two functions share are as
	// Forward left them. If Backward is nil, the operation has no derivative, and
	// asking for one is an error.
	Backward func(p *Pass[T]) error

	// Joins says that the two functions access inputs and outputs in lanes, and their
	// gradients, only in [Pass.Each] and [Pass.Last]. Those of [EachGroup] do. Loops of
	// consecutive operations of this kind then run together: a group goes through all of
	// them while it is in the cache.
	Joins bool

	through bool // the gradient of each input is that of the output, in its memory
}

// Site is the place in a graph where an operation is added. It describes the
// operation's inputs.
type Site struct {
	b      *Builder
	name   string // of the operation
	inputs []Input
	in     gorgonia.Nodes // nil where an optional one is missing
	there  []int          // the indices of the others
	wants  []bool
}

// Groups returns the number of groups of sixteen rows in the largest batch.
func (s Site) Groups() int { return s.b.Groups() }

// Threads returns the number of workers. An operation that needs scratch memory
// allocates a part for each, and uses that of [Group.Worker].
func (s Site) Threads() int { return s.b.engine.Threads() }

// Has reports whether input i is present.
func (s Site) Has(i int) bool { return i < len(s.in) && s.in[i] != nil }

// Shape returns the shape of input i.
func (s Site) Shape(i int) []int { return s.in[i].Shape() }

// Row returns the shape of a row of input i, which is in lanes.
func (s Site) Row(i int) []int { return RowShape(s.in[i]) }

// Wants reports whether a gradient with respect to input i may be needed.
func (s Site) Wants(i int) bool { return s.wants[i] }

// Trains reports whether a backward pass may follow.
func (s Site) Trains() bool { return slices.Contains(s.wants, true) }

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
			err = caught.New(r)
		}
		err = prefix.Error("lanes", err, o.Name)
	}()
	if len(in) > len(o.Inputs) {
		return nil, fmt.Errorf("%d inputs: want at most %d", len(in), len(o.Inputs))
	}
	s := Site{b: to.builder(), name: o.Name, inputs: o.Inputs, in: make(gorgonia.Nodes, len(o.Inputs)), wants: make([]bool, len(o.Inputs))}
	copy(s.in, in)
	for i, want := range o.Inputs {
		n := s.in[i]
		if n == nil && want.Optional {
			continue
		}
		if err := s.b.check(n, want); err != nil {
			return nil, fmt.Errorf("%s: %w", want.Name, err)
		}
		s.there, s.wants[i] = append(s.there, i), want.Kind != Data && s.b.needsGrad(n)
	}
	if s.b.few != nil {
		if n, err := o.addFew(s, settings); n != nil || err != nil {
			return n, err
		}
	}
	if s.b.dtype == tensor.Float64 {
		return add(s, o.F64, settings)
	}
	return add(s, o.F32, settings)
}

// check returns an error unless n fits an input.
func (b *Builder) check(n *gorgonia.Node, want Input) error {
	if n == nil {
		return errors.New("the node is nil: want a node of the graph")
	}
	if n.Graph() != b.graph {
		return fmt.Errorf("%v is of another graph", n)
	}
	if want.Kind != Data && n.Dtype() != b.dtype {
		return fmt.Errorf("%v holds %v: want %v", n, n.Dtype(), b.dtype)
	}
	s := n.Shape()
	if want.Kind != InLanes {
		if len(s) == 0 || want.Dims > 0 && len(s) != want.Dims {
			return fmt.Errorf("shape %v: want %d dimensions", []int(s), max(want.Dims, 1))
		}
		return nil
	}
	if !b.inLanes(s) {
		return fmt.Errorf("shape %v: want lanes [%d ... %d]", []int(s), b.Groups(), Lanes)
	}
	if row := RowShape(n); want.Dims > 0 && len(row) != want.Dims {
		return fmt.Errorf("rows of shape %v: want %d dimensions", row, want.Dims)
	}
	return nil
}

// inLanes reports whether a shape is that of rows in lanes.
func (b *Builder) inLanes(shape []int) bool {
	return len(shape) > 2 && shape[0] == b.Groups() && shape[len(shape)-1] == Lanes
}
