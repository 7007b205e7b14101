package nn

import (
	"strconv"

	"descent/autograd/lanes"
	"gorgonia.org/gorgonia"
)

// Seq is layers one after another. The path of each is its index: the
// parameters of the first are named "0.weight" and "0.bias".
type Seq []Layer

// Sequential returns the layers one after another.
func Sequential(layers ...Layer) Seq { return layers }

// Forward implements [Layer]. A convolution or dense layer computes the ReLU
// that follows it, and a convolution the max pooling after that, in one
// operation: the results are the same.
func (q Seq) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	var err error
	for i := 0; i < len(q); {
		name := strconv.Itoa(i)
		l, n := q.fused(s, i)
		if x, err = s.Apply(name, l, x); err != nil {
			return nil, err
		}
		i += n
	}
	return x, nil
}

func (q Seq) String() string { return "Sequential" }

// fused returns a layer that does what layer i does and as many of those after
// it as one operation can, and their number.
func (q Seq) fused(s *Scope, i int) (Layer, int) {
	if s.graph.trace != nil {
		return q[i], 1
	}
	n := 1
	relu := i+n < len(q) && q[i+n] == Layer(ReLU{})
	if relu {
		n++
	}
	switch l := q[i].(type) {
	case Dense:
		return fusion{l, func(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) { return l.forward(s, x, relu) }}, n
	case Conv2D:
		var pool *lanes.PoolOptions
		if i+n < len(q) {
			if p, ok := q[i+n].(MaxPool2D); ok {
				pool = &lanes.PoolOptions{H: p.Size, W: p.Size, StrideH: p.Stride, StrideW: p.Stride, PadH: p.Pad, PadW: p.Pad}
				n++
			}
		}
		return fusion{l, func(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) { return l.forward(s, x, relu, pool) }}, n
	}
	return q[i], 1
}

// fusion is a layer with the work of those after it.
type fusion struct {
	first Layer
	Func
}

func (f fusion) String() string { return describe(f.first) }
