package lanes

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"descent/internal/graph"
	"descent/internal/kernel"
	"descent/internal/memory"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Builder builds a computation graph for batches of up to Rows rows. Its methods
// add nodes, check shapes immediately, and return errors that name them.
//
// Stock Gorgonia operations may be applied to its nodes as well, with the care
// that their documentation asks for.
type Builder struct {
	Ops
	engine *Engine
	graph  *gorgonia.ExprGraph
	dtype  tensor.Dtype
	rows   int
	memory *memory.Budget
	few    *few // nil unless it is for few rows
	queue  *queue
	slots  map[*gorgonia.Node][]slot // of a backward pass, by its first node, while a session is made

	weights  *gorgonia.Node // nil without
	weighted bool           // a loss has them
	exact    bool           // a layer works on plain rows

	blocks bool  // its lanes are channels: see [few]
	active int   // rows of the batch in hand
	step   int64 // of the run in hand

	names    map[string]int
	variable map[int64]bool // by node number: whether it depends on a variable

	grads map[*gorgonia.Node][]float32 // memory for gradients, until an operation has it
}

// BuilderConfig describes the graph to build.
type BuilderConfig struct {
	Rows  int          // the largest batch: 1 or more
	Dtype tensor.Dtype // of activations and parameters: if zero, tensor.Float32

	// Weights is the number of weights of each row of a batch, which the losses
	// respect: 1, one for each label or target of a row, or 0.
	Weights int

	// MaxBytes limits the memory of inputs, activations and gradients, and the working
	// memory of the operations of this package. If zero, the limit is the machine's
	// memory. Exceeding it is an error before anything is allocated.
	MaxBytes int64

	// FewRows is for predictions of up to sixteen rows: operations that are faster this
	// way compute each row separately, with sixteen of its channels side by side. A row's
	// results have the same bits.
	FewRows bool
}

// maxRows leaves room in an int32 for the rows that fill a group.
const maxRows = math.MaxInt32 - kernel.Lanes

// NewBuilder returns a builder with an empty graph that computes on engine.
func NewBuilder(engine *Engine, cfg BuilderConfig) (*Builder, error) {
	if engine == nil || engine.workers == nil {
		return nil, errors.New("lanes: engine is nil: want one from NewEngine")
	}
	if cfg.Rows < 1 {
		return nil, fmt.Errorf("lanes: Rows = %d: want 1 or more", cfg.Rows)
	}
	if cfg.Rows > maxRows {
		return nil, fmt.Errorf("lanes: Rows = %d: want at most %d", cfg.Rows, maxRows)
	}
	if cfg.MaxBytes < 0 {
		return nil, fmt.Errorf("lanes: MaxBytes = %d: want 0 (the machine's memory) or more", cfg.MaxBytes)
	}
	if cfg.MaxBytes == 0 {
		cfg.MaxBytes = memory.Machine()
	}
	if cfg.Dtype.Type == nil {
		cfg.Dtype = tensor.Float32
	}
	if cfg.Dtype != tensor.Float32 && cfg.Dtype != tensor.Float64 {
		return nil, fmt.Errorf("lanes: Dtype = %v: want float32 or float64", cfg.Dtype)
	}
	b := &Builder{
		engine: engine, graph: gorgonia.NewGraph(), dtype: cfg.Dtype, rows: cfg.Rows,
		memory: &memory.Budget{Limit: cfg.MaxBytes}, names: map[string]int{}, variable: map[int64]bool{},
	}
	b.Ops, b.active = Ops{b}, cfg.Rows
	b.queue = newQueue(engine.workers.Run, b.Groups())
	if cfg.FewRows {
		b.few = newFew(b)
	}
	if cfg.Weights < 0 {
		return nil, fmt.Errorf("lanes: Weights = %d: want 0 or more", cfg.Weights)
	}
	if cfg.Weights > 0 {
		var err error
		if b.weights, err = b.Input("weights", cfg.Dtype, cfg.Rows, cfg.Weights); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// UsesRows reports whether an operation added so far works on plain rows, where
// padding rows would count. Such a graph is for batches of exactly Rows rows.
func (b *Builder) UsesRows() bool { return b.exact }

// UsesWeights reports whether an operation added so far respects the weights.
func (b *Builder) UsesWeights() bool { return b.weighted }

// Bytes returns the memory that counts toward MaxBytes.
func (b *Builder) Bytes() int64 { return b.memory.Used }

// Graph returns the graph that is being built.
func (b *Builder) Graph() *gorgonia.ExprGraph { return b.graph }

// Ops are the operations that can be added to a graph, in which a layer is written.
// Custom operations are added with [Op.Add].
type Ops struct{ b *Builder }

func (o Ops) builder() *Builder { return o.b }

// Weights returns the weights of the batch's rows, [Rows, n] with one or more per
// row, or nil if all rows count equally. A custom loss that does not use
// [Ops.MeanRows] must multiply by them and divide by their sum.
func (o Ops) Weights() *gorgonia.Node {
	o.b.weighted = true
	return o.b.weights
}

// Dtype returns the element type of activations and parameters.
func (o Ops) Dtype() tensor.Dtype { return o.b.dtype }

// Rows returns the largest number of rows in a batch.
func (o Ops) Rows() int { return o.b.rows }

// Groups returns the number of groups of sixteen rows in the largest batch.
func (o Ops) Groups() int { return (o.b.rows + kernel.Lanes - 1) / kernel.Lanes }

// Input adds a node for data that is fed before each run, with zeroed memory
// of the given shape and element type: the builder's own, tensor.Uint8 or
// tensor.Int32. Gradients are not taken with respect to it.
func (b *Builder) Input(name string, dt tensor.Dtype, shape ...int) (*gorgonia.Node, error) {
	if err := graph.Positive(shape); err != nil {
		return nil, fmt.Errorf("lanes: input %q: %w", name, err)
	}
	if dt.Type == nil {
		return nil, fmt.Errorf("lanes: input %q: element type is not set: want %v, uint8 or int32", name, b.dtype)
	}
	if dt != b.dtype && dt != tensor.Uint8 && dt != tensor.Int32 {
		return nil, fmt.Errorf("lanes: input %q: element type %v: want %v, uint8 or int32", name, dt, b.dtype)
	}
	if err := b.memory.Take(int(dt.Size()), shape...); err != nil {
		return nil, fmt.Errorf("lanes: input %q: %w", name, err)
	}
	return b.bound(name, tensor.New(tensor.WithShape(shape...), tensor.Of(dt))), nil
}

// Constant adds a node for values without a gradient, such as a frozen parameter.
// The node shares the memory of value.
func (b *Builder) Constant(name string, value *tensor.Dense) (*gorgonia.Node, error) {
	if value == nil || value.Dtype().Type == nil {
		return nil, fmt.Errorf("lanes: %q: the value is nil or empty: want a tensor", name)
	}
	if err := graph.Positive(value.Shape()); err != nil {
		return nil, fmt.Errorf("lanes: %q: %w", name, err)
	}
	if value.Dtype() != b.dtype {
		return nil, fmt.Errorf("lanes: %q: element type %v: want %v", name, value.Dtype(), b.dtype)
	}
	return b.bound(name, value), nil
}

// Variable adds a node with respect to which gradients can be taken, such as a
// parameter. The node shares the memory of value: the next run sees changes.
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
// operations. For a broken graph it returns true: [autograd.Grad] reports the fault.
func (b *Builder) needsGrad(n *gorgonia.Node) bool {
	v, known := b.variable[n.ID()]
	if !known {
		e, err := graph.Below(n)
		v = err != nil
		for c := range e {
			v = v || b.variable[c.ID()]
		}
		b.variable[n.ID()] = v
	}
	return v
}
