package lanes

import (
	"fmt"
	"unsafe"

	"descent/internal/graph"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// frame runs the two passes of an operation in a graph: it has its memory.
type frame[T Float] struct {
	body    Body[T]
	pass    *Pass[T]
	inputs  []Input
	present gorgonia.Nodes // the inputs that are there
	index   []int          // of present in inputs
	out     gorgonia.Value
	guards  []guard[T]
}

func newFrame[T Float](s Site, inputs []Input, body Body[T]) (*frame[T], error) {
	if err := take[T](s, s.Threads(), body.Scratch); err != nil {
		return nil, err
	}
	p := newPass[T](s, inputs, body)
	f := &frame[T]{body: body, pass: p, inputs: inputs}
	for i, n := range s.in {
		if n != nil {
			f.present, f.index = append(f.present, n), append(f.index, i)
		}
	}
	if len(body.Shape) == 0 {
		f.out, p.Out = graph.NewValue[T](nil)
		return f, nil
	}
	var err error
	f.out, p.Out, err = f.buffer("the output", false, body.Shape)
	return f, err
}

// take counts memory for an operation that is being added.
func take[E any](s Site, shape ...int) error {
	var zero E
	return s.b.memory.Take(int(unsafe.Sizeof(zero)), shape...)
}

// buffer returns zeroed memory of a shape, with guards if the engine wants to
// know who writes beside it.
func (f *frame[T]) buffer(what string, filled bool, shape []int) (*tensor.Dense, []T, error) {
	if err := take[T](f.pass.site, shape...); err != nil {
		return nil, nil, err
	}
	if !f.pass.site.b.engine.check {
		d, data := graph.NewDense[T](shape...)
		return d, data, nil
	}
	g := newGuard[T](what, filled, size(shape))
	f.guards = append(f.guards, g)
	return graph.Dense(g.data(), shape...), g.data(), nil
}

// forward is what the node computes.
func (f *frame[T]) forward(v []gorgonia.Value) (gorgonia.Value, error) {
	if err := f.read(v); err != nil {
		return nil, err
	}
	if err := f.body.Forward(f.pass); err != nil {
		return nil, err
	}
	return f.out, f.inspect()
}

// read takes in the values of the inputs.
func (f *frame[T]) read(v []gorgonia.Value) error {
	p := f.pass
	for k, i := range f.index {
		p.values[i] = v[k]
		if n := f.present[k]; n.Dtype() == p.site.b.dtype {
			p.In[i] = graph.DataOf[T](v[k])
			if len(p.In[i]) < p.sizes[i] {
				return fmt.Errorf("%s has %d values: want %d, of shape %v", f.inputs[i].Name, len(p.In[i]), p.sizes[i], []int(n.Shape()))
			}
		}
	}
	p.OutGrad = nil
	return nil
}

// gradients adds the backward pass. Its inputs are those of the operation, its
// output, to come after it, and the output's gradient.
func (f *frame[T]) gradients(name string, in gorgonia.Nodes, y, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	p := f.pass
	bufs := make([]*tensor.Dense, len(in))
	for k, i := range f.index {
		if !p.site.wants[i] {
			continue
		}
		what := "the gradient of " + f.inputs[i].Name
		var err error
		if bufs[k], p.Grad[i], err = f.buffer(what, f.inputs[i].Kind != Param, in[k].Shape()); err != nil {
			return nil, err
		}
		if f.inputs[i].Kind == Param {
			if _, p.parts[i], err = f.buffer(what, true, append([]int{p.site.Groups()}, in[k].Shape()...)); err != nil {
				return nil, err
			}
		}
	}
	all := append(append(gorgonia.Nodes{}, in...), y, grad)
	return graph.Backward(name+" backward", all, bufs, func(v []gorgonia.Value) error {
		if err := f.read(v[:len(in)]); err != nil {
			return err
		}
		p.OutGrad = graph.DataOf[T](v[len(v)-1])
		f.poison()
		if err := f.body.Backward(p); err != nil {
			return err
		}
		for i, parts := range p.parts {
			sumParts(p.Grad[i], parts)
		}
		return f.inspect()
	})
}

// sumParts sets dst to the sum of the parts of its length, in order: the same
// bits with any number of threads.
func sumParts[T Float](dst, parts []T) {
	if len(parts) == 0 {
		return
	}
	copy(dst, parts)
	for p := parts[len(dst):]; len(p) > 0; p = p[len(dst):] {
		for i, v := range p[:len(dst)] {
			dst[i] += v
		}
	}
}
