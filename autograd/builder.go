package autograd

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"descent/internal/kernel"
	"descent/internal/memory"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Builder makes one computation graph, for batches of up to Rows rows. Its
// methods add nodes, check shapes at once, and return errors that name them.
//
// Stock Gorgonia operations may be applied to its nodes as well, with the care
// that their own documentation asks for.
type Builder struct {
	engine *Engine
	graph  *gorgonia.ExprGraph
	dtype  tensor.Dtype
	rows   int

	memory memory.Budget
	err    error // that there is no more memory

	active, step *gorgonia.Node
	names        map[string]int
	variable     map[int64]bool // by node number: whether it depends on a variable
}

// BuilderConfig describes the graph to build.
type BuilderConfig struct {
	Rows  int          // the largest batch: 1 or more
	Dtype tensor.Dtype // of activations and parameters: if zero, tensor.Float32

	// MaxBytes bounds the memory of inputs, activations, gradients and what the
	// operations of this package work with; if zero, it is the machine's. What
	// would be more is an error before it is allocated.
	MaxBytes int64
}

// NewBuilder returns a builder with an empty graph that computes on engine.
func NewBuilder(engine *Engine, cfg BuilderConfig) (*Builder, error) {
	if engine == nil || engine.pool == nil {
		return nil, errors.New("autograd: engine is nil: want one of NewEngine")
	}
	if cfg.Rows < 1 {
		return nil, fmt.Errorf("autograd: Rows = %d: want 1 or more", cfg.Rows)
	}
	if cfg.Rows > maxRows {
		return nil, fmt.Errorf("autograd: Rows = %d: want at most %d", cfg.Rows, maxRows)
	}
	if cfg.MaxBytes < 0 {
		return nil, fmt.Errorf("autograd: MaxBytes = %d: want 0 (the machine's memory) or more", cfg.MaxBytes)
	}
	if cfg.MaxBytes == 0 {
		cfg.MaxBytes = memory.Machine()
	}
	if cfg.Dtype.Type == nil {
		cfg.Dtype = tensor.Float32
	}
	if cfg.Dtype != tensor.Float32 && cfg.Dtype != tensor.Float64 {
		return nil, fmt.Errorf("autograd: Dtype = %v: want float32 or float64", cfg.Dtype)
	}
	b := &Builder{
		engine: engine, graph: gorgonia.NewGraph(), dtype: cfg.Dtype, rows: cfg.Rows,
		memory: memory.Budget{Limit: cfg.MaxBytes},
		names:  map[string]int{}, variable: map[int64]bool{},
	}
	b.active = b.bound("active rows", tensor.New(tensor.WithShape(1), tensor.WithBacking([]int32{int32(cfg.Rows)})))
	b.step = b.bound("step", tensor.New(tensor.WithShape(1), tensor.WithBacking([]int64{0})))
	return b, nil
}

// maxRows leaves room in an int32 for the rows that fill a group.
const maxRows = math.MaxInt32 - kernel.Lanes

// Bytes returns the memory that counts for MaxBytes.
func (b *Builder) Bytes() int64 { return b.memory.Used }

// Graph returns the graph that is being built.
func (b *Builder) Graph() *gorgonia.ExprGraph { return b.graph }

// Dtype returns the element type of activations and parameters.
func (b *Builder) Dtype() tensor.Dtype { return b.dtype }

// Rows returns the largest number of rows in a batch.
func (b *Builder) Rows() int { return b.rows }

// Groups returns the number of groups of sixteen rows that a batch takes.
func (b *Builder) Groups() int { return (b.rows + kernel.Lanes - 1) / kernel.Lanes }

// Active returns the node that holds the number of rows of the batch in hand,
// an int32 vector of one element.
func (b *Builder) Active() *gorgonia.Node { return b.active }

// Step returns the node that holds the step number, an int64 vector of one
// element: what is random in a graph is a function of it.
func (b *Builder) Step() *gorgonia.Node { return b.step }

// Input adds a node for data that is fed before each run, with zeroed memory
// of the given shape and element type: the builder's own, tensor.Uint8 or
// tensor.Int32. Gradients are not taken with respect to it.
func (b *Builder) Input(name string, dt tensor.Dtype, shape ...int) (*gorgonia.Node, error) {
	if err := positive(shape); err != nil {
		return nil, fmt.Errorf("autograd: input %q: %w", name, err)
	}
	if dt.Type == nil {
		return nil, fmt.Errorf("autograd: input %q: element type is not set: want %v, uint8 or int32", name, b.dtype)
	}
	if dt != b.dtype && dt != tensor.Uint8 && dt != tensor.Int32 {
		return nil, fmt.Errorf("autograd: input %q: element type %v: want %v, uint8 or int32", name, dt, b.dtype)
	}
	if err := b.memory.Take(int(dt.Size()), shape...); err != nil {
		return nil, fmt.Errorf("autograd: input %q: %w", name, err)
	}
	return b.bound(name, tensor.New(tensor.WithShape(shape...), tensor.Of(dt))), nil
}

// Constant adds a node for values that no gradient is taken with respect to,
// such as a frozen parameter. The node shares the memory of value.
func (b *Builder) Constant(name string, value *tensor.Dense) (*gorgonia.Node, error) {
	if value == nil || value.Dtype().Type == nil {
		return nil, fmt.Errorf("autograd: %q: the value is nil or empty: want a tensor", name)
	}
	if err := positive(value.Shape()); err != nil {
		return nil, fmt.Errorf("autograd: %q: %w", name, err)
	}
	if value.Dtype() != b.dtype {
		return nil, fmt.Errorf("autograd: %q: element type %v: want %v", name, value.Dtype(), b.dtype)
	}
	return b.bound(name, value), nil
}

// Variable adds a node that gradients can be taken with respect to, such as a
// parameter. The node shares the memory of value: changes show at the next run.
func (b *Builder) Variable(name string, value *tensor.Dense) (*gorgonia.Node, error) {
	n, err := b.Constant(name, value)
	if err == nil {
		b.variable[n.ID()] = true
	}
	return n, err
}

// bound adds an input node under a unique name, with its value.
func (b *Builder) bound(name string, value *tensor.Dense) *gorgonia.Node {
	if n := b.names[name]; n > 0 {
		b.names[name]++
		name += "#" + strconv.Itoa(n+1)
	} else {
		b.names[name] = 1
	}
	return gorgonia.NewTensor(b.graph, value.Dtype(), value.Dims(),
		gorgonia.WithName(name), gorgonia.WithShape(value.Shape()...), gorgonia.WithValue(value))
}

// needsGrad reports whether n depends on a variable, also through stock
// operations. Of a graph that is broken it says yes: [Grad] finds out.
func (b *Builder) needsGrad(n *gorgonia.Node) bool {
	if v, known := b.variable[n.ID()]; known {
		return v
	}
	e, err := edgesBelow(n)
	return err != nil || b.dependsOnVariable(e, n)
}

func (b *Builder) dependsOnVariable(e edges, n *gorgonia.Node) bool {
	v, known := b.variable[n.ID()]
	if !known {
		v = slices.ContainsFunc(e[n], func(c *gorgonia.Node) bool { return b.dependsOnVariable(e, c) })
		b.variable[n.ID()] = v
	}
	return v
}

// apply adds a node of o. diff is worked out from which inputs depend on
// variables; sym may be nil if the operation has no derivative.
func (b *Builder) apply(o *op, in gorgonia.Nodes, differentiable []bool, sym func(in gorgonia.Nodes, out, grad *gorgonia.Node) (gorgonia.Nodes, error)) (*gorgonia.Node, error) {
	for _, n := range in {
		if n.Graph() != b.graph {
			return nil, fmt.Errorf("autograd: %s: %v is of another graph: want a node of the builder's", o.name, n)
		}
	}
	if b.err != nil {
		return nil, fmt.Errorf("autograd: %s: %w", o.name, b.err)
	}
	if sym != nil {
		o.sym = sym
		o.diff = make([]bool, len(in))
		for i, n := range in {
			o.diff[i] = differentiable[i] && b.needsGrad(n)
		}
	}
	n, err := gorgonia.ApplyOp(o, in...)
	if err != nil {
		return nil, fmt.Errorf("autograd: %s: %w", o.name, err)
	}
	return n, nil
}

// positive returns an error if a dimension is zero or negative.
func positive(shape []int) error {
	for _, d := range shape {
		if d < 1 {
			return fmt.Errorf("shape %v: want dimensions of 1 or more", shape)
		}
	}
	return nil
}

// checkFloat returns an error unless every node exists and holds the builder's
// element type.
func (b *Builder) checkFloat(name string, nodes ...*gorgonia.Node) error {
	for _, n := range nodes {
		if n == nil {
			return fmt.Errorf("autograd: %s: a node is nil: want a node of the graph", name)
		}
		if n.Dtype() != b.dtype {
			return fmt.Errorf("autograd: %s: %v holds %v: want %v", name, n, n.Dtype(), b.dtype)
		}
	}
	return nil
}
