package graph

import (
	"fmt"
	"hash"
	"slices"
	"sync/atomic"

	"descent/internal/caught"
	"github.com/chewxy/hm"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Op is an operation of this module in the form that Gorgonia expects. It computes
// in closures over its own state: its output and gradient buffers.
//
// It keeps its own output and returns it from Do, so that no machine allocates
// memory for it or may overwrite its inputs.
type Op struct {
	Name string
	// Diff says, by input, whether Sym gives it a gradient; it is nil if none has one.
	Diff []bool
	// Sym adds the gradients of the inputs to the graph, nil for one that has none.
	Sym func(in gorgonia.Nodes, out, grad *gorgonia.Node) (gorgonia.Nodes, error)
	// Compute returns the value, given those of the inputs.
	Compute  func(in []gorgonia.Value) (gorgonia.Value, error)
	Env      Env    // where it computes, for operations that use it
	Constant bool   // no derivative goes through it: its inputs count as constant
	Key      string // what it computes; operations with equal keys and inputs are the same; empty if unknown

	Late  func() bool // if not nil, reports whether the value is yet to be computed, at the next Env.Flush
	Joins []bool      // by input, whether its value may be late too; if nil, none may

	// Sum adds the sum of gradients of the value, all of its shape; if nil, an expression
	// is used.
	Sum func(terms ...*gorgonia.Node) (*gorgonia.Node, error)

	inputs gorgonia.Nodes

	id   uint64 // unique: Gorgonia merges nodes whose operations have equal hashes
	in   []hm.Type
	out  hm.Type
	dims tensor.Shape
}

var _ gorgonia.SDOp = (*Op)(nil)

// instances counts operations to tell them apart; nothing else depends on it.
var instances atomic.Uint64

// NewOp returns an operation on inputs like the given nodes.
func NewOp(name string, in gorgonia.Nodes, dt tensor.Dtype, shape tensor.Shape, compute func([]gorgonia.Value) (gorgonia.Value, error)) *Op {
	o := &Op{Name: name, id: instances.Add(1), out: typeOf(dt, len(shape)), dims: shape.Clone(), inputs: slices.Clone(in), Compute: compute}
	for _, n := range in {
		o.in = append(o.in, n.Type())
	}
	return o
}

// typeOf returns Gorgonia's type of a tensor of dims dimensions, or of a
// scalar if dims is 0.
func typeOf(dt tensor.Dtype, dims int) hm.Type {
	if dims == 0 {
		return dt
	}
	return gorgonia.TensorType{Dims: dims, Of: dt}
}

func (o *Op) Arity() int { return len(o.in) }

func (o *Op) Type() hm.Type {
	return hm.NewFnType(append(append([]hm.Type(nil), o.in...), o.out)...)
}

func (o *Op) InferShape(...gorgonia.DimSizer) (tensor.Shape, error) { return o.dims.Clone(), nil }

// Do recovers from panics: Gorgonia's machine runs it in a separate goroutine, where
// a panic would end the process.
func (o *Op) Do(in ...gorgonia.Value) (v gorgonia.Value, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = caught.New(r)
		}
		if err != nil {
			v, err = nil, fmt.Errorf("%s: %w", o.Name, err)
		}
	}()
	if len(in) != len(o.in) {
		return nil, fmt.Errorf("%d inputs: want %d", len(in), len(o.in))
	}
	return o.Compute(in)
}

func (o *Op) ReturnsPtr() bool     { return false }
func (o *Op) CallsExtern() bool    { return false }
func (o *Op) OverwritesInput() int { return -1 }

func (o *Op) WriteHash(h hash.Hash) { fmt.Fprintf(h, "descent %s %d", o.Name, o.id) }

// Hashcode differs between any two operations of the last 2³²: Gorgonia considers
// nodes the same if it is equal, without looking at their inputs.
func (o *Op) Hashcode() uint32 { return uint32(o.id) }

func (o *Op) String() string { return o.Name }

func (o *Op) DiffWRT(inputs int) []bool {
	if o.Diff == nil {
		return make([]bool, inputs)
	}
	return o.Diff
}

func (o *Op) SymDiff(in gorgonia.Nodes, out, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	if o.Sym == nil {
		return nil, fmt.Errorf("%s has no derivative", o.Name)
	}
	return o.Sym(in, out, grad)
}

// Backward makes the gradient nodes of an operation whose backward pass fills several
// buffers at once: one operation computes them all and returns the first. The others
// take its node as input, to be ordered after it, and return their own gradients,
// which value gives after a run. wanted has one entry per input of the forward
// operation; the result has the same order, with nil where no gradient is wanted.
// joins and late are [Op.Joins] and [Op.Late].
func Backward(name string, in gorgonia.Nodes, wanted []bool, value func(i int) *tensor.Dense, joins []bool, late func() bool, do func(in []gorgonia.Value) error) (gorgonia.Nodes, error) {
	grads := make(gorgonia.Nodes, len(wanted))
	var first *gorgonia.Node
	for i, want := range wanted {
		if !want {
			continue
		}
		of := in[i]
		var err error
		if first == nil {
			o := NewOp(name, in, of.Dtype(), of.Shape(), func(in []gorgonia.Value) (gorgonia.Value, error) {
				err := do(in)
				return value(i), err
			})
			o.Joins, o.Late = joins, late
			first, err = gorgonia.ApplyOp(o, in...)
			grads[i] = first
		} else {
			o := NewOp(name+" part", gorgonia.Nodes{first}, of.Dtype(), of.Shape(), func([]gorgonia.Value) (gorgonia.Value, error) {
				return value(i), nil
			})
			o.Joins, o.Late = []bool{true}, late
			grads[i], err = gorgonia.ApplyOp(o, first)
		}
		if err != nil {
			return nil, err
		}
	}
	return grads, nil
}
