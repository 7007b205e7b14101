package autograd

import (
	"fmt"
	"hash"
	"sync/atomic"

	"github.com/chewxy/hm"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// op is an operation of ours as Gorgonia sees it. What it computes is in
// closures over a state that it owns: its output and gradient buffers.
//
// It keeps its own output and returns it from Do, so that no machine allocates
// for it, and none may overwrite its inputs.
type op struct {
	name string
	id   uint64 // unique: Gorgonia merges nodes whose operations have equal hashes
	in   []hm.Type
	out  hm.Type
	dims tensor.Shape
	do   func(in []gorgonia.Value) (gorgonia.Value, error)

	diff []bool // by input: whether sym gives it a gradient; nil if none
	sym  func(in gorgonia.Nodes, out, grad *gorgonia.Node) (gorgonia.Nodes, error)
}

var _ gorgonia.SDOp = (*op)(nil)

// instances counts operations to tell them apart; nothing else depends on it.
var instances atomic.Uint64

// newOp returns an operation on inputs like the given nodes.
func newOp(name string, in gorgonia.Nodes, dt tensor.Dtype, shape tensor.Shape, do func([]gorgonia.Value) (gorgonia.Value, error)) *op {
	o := &op{name: name, id: instances.Add(1), out: typeOf(dt, len(shape)), dims: shape.Clone(), do: do}
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

func (o *op) Arity() int { return len(o.in) }

func (o *op) Type() hm.Type {
	return hm.NewFnType(append(append([]hm.Type(nil), o.in...), o.out)...)
}

func (o *op) InferShape(...gorgonia.DimSizer) (tensor.Shape, error) { return o.dims.Clone(), nil }

// Do recovers from panics: Gorgonia's machine runs it on a goroutine of its
// own, where a panic would end the process.
func (o *op) Do(in ...gorgonia.Value) (v gorgonia.Value, err error) {
	defer func() {
		if r := recover(); r != nil {
			v, err = nil, fmt.Errorf("autograd: %s: %v", o.name, r)
		}
	}()
	if len(in) != len(o.in) {
		return nil, fmt.Errorf("autograd: %s: %d inputs: want %d", o.name, len(in), len(o.in))
	}
	return o.do(in)
}

func (o *op) ReturnsPtr() bool     { return false }
func (o *op) CallsExtern() bool    { return false }
func (o *op) OverwritesInput() int { return -1 }

func (o *op) WriteHash(h hash.Hash) { fmt.Fprintf(h, "descent %s %d", o.name, o.id) }

// Hashcode differs between any two operations of the last 2³²: Gorgonia takes
// nodes for the same if it is equal, without a look at their inputs.
func (o *op) Hashcode() uint32 { return uint32(o.id) }

func (o *op) String() string { return o.name }

func (o *op) DiffWRT(inputs int) []bool {
	if o.diff == nil {
		return make([]bool, inputs)
	}
	return o.diff
}

func (o *op) SymDiff(in gorgonia.Nodes, out, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	if o.sym == nil {
		return nil, fmt.Errorf("autograd: %s has no derivative", o.name)
	}
	return o.sym(in, out, grad)
}

// backward makes the gradient nodes of an operation whose backward pass fills
// several buffers at once: one operation computes them all and returns the
// first, and the others, which take that node as input to be ordered after it,
// return theirs. bufs has one entry an input of the forward operation, nil
// where no gradient is wanted; the result has the same order.
func (b *Builder) backward(name string, in gorgonia.Nodes, bufs []*tensor.Dense, do func(in []gorgonia.Value) error) (gorgonia.Nodes, error) {
	if b.err != nil {
		return nil, fmt.Errorf("autograd: %s: %w", name, b.err)
	}
	grads := make(gorgonia.Nodes, len(bufs))
	var first *gorgonia.Node
	for i, d := range bufs {
		if d == nil {
			continue
		}
		var err error
		if first == nil {
			first, err = gorgonia.ApplyOp(newOp(name, in, d.Dtype(), d.Shape(), func(in []gorgonia.Value) (gorgonia.Value, error) {
				return d, do(in)
			}), in...)
			grads[i] = first
		} else {
			grads[i], err = gorgonia.ApplyOp(newOp(name+" part", gorgonia.Nodes{first}, d.Dtype(), d.Shape(), func([]gorgonia.Value) (gorgonia.Value, error) {
				return d, nil
			}), first)
		}
		if err != nil {
			return nil, err
		}
	}
	return grads, nil
}
