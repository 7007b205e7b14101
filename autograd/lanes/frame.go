package lanes

import (
	"errors"
	"fmt"
	"unsafe"

	"descent/internal/graph"
	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// add makes the node of an operation, whose Pass has the memory.
func add[T Float, C any](s Site, design func(Site, C) (Body[T], error), settings C) (*gorgonia.Node, error) {
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
	p, err := newPass(s, body)
	if err != nil {
		return nil, err
	}
	var present gorgonia.Nodes
	var diff []bool
	for i, n := range s.in {
		if n != nil {
			present, diff = append(present, n), append(diff, s.wants[i])
		}
	}
	o := graph.NewOp(s.name, present, s.b.dtype, body.Shape, p.forward)
	if body.Backward != nil && s.Trains() {
		o.Diff, o.Sym = diff, p.gradients
	}
	return gorgonia.ApplyOp(o, present...)
}

func newPass[T Float](s Site, body Body[T]) (*Pass[T], error) {
	n := len(s.in)
	p := &Pass[T]{
		In: make([][]T, n), Grad: make([][]T, n), Run: s.b.engine.workers.Run,
		site: s, body: body, values: make([]gorgonia.Value, n), parts: make([][]T, n), lanes: s.b.inLanes(body.Shape),
	}
	p.call = func(i, worker int) { p.each(Group[T]{Index: i, worker: worker, p: p}) }
	if err := take[T](s, s.Threads(), body.Scratch); err != nil {
		return nil, err
	}
	for range s.Threads() {
		p.scratch = append(p.scratch, kernel.Alloc[T](body.Scratch))
	}
	if len(body.Shape) == 0 {
		p.out, p.Out = graph.NewScalar[T]()
		return p, nil
	}
	var err error
	p.out, p.Out, err = p.buffer("the output", false, body.Shape...)
	return p, err
}

// take counts memory for an operation that is being added.
func take[E any](s Site, shape ...int) error {
	var zero E
	return s.b.memory.Take(int(unsafe.Sizeof(zero)), shape...)
}

// buffer returns zeroed memory of a shape, with guards if the engine wants to
// know who writes beside it.
func (p *Pass[T]) buffer(what string, filled bool, shape ...int) (*tensor.Dense, []T, error) {
	if err := take[T](p.site, shape...); err != nil {
		return nil, nil, err
	}
	if !p.site.b.engine.check {
		d, data := graph.NewDense[T](shape...)
		return d, data, nil
	}
	g := newGuard[T](what, filled, size(shape))
	p.guards = append(p.guards, g)
	return graph.Dense(g.data(), shape...), g.data(), nil
}

// forward is what the node computes.
func (p *Pass[T]) forward(v []gorgonia.Value) (gorgonia.Value, error) {
	if err := p.read(v); err != nil {
		return nil, err
	}
	if err := p.body.Forward(p); err != nil {
		return nil, err
	}
	return p.out, p.inspect()
}

// read takes in the values of the inputs that are there.
func (p *Pass[T]) read(v []gorgonia.Value) error {
	p.OutGrad = nil
	for i, n := range p.site.in {
		if n == nil {
			continue
		}
		p.values[i], v = v[0], v[1:]
		if n.Dtype() != p.site.b.dtype {
			continue
		}
		p.In[i] = graph.DataOf[T](p.values[i])
		if want := size(n.Shape()); len(p.In[i]) < want {
			return fmt.Errorf("%s has %d values: want %d, of shape %v", p.site.inputs[i].Name, len(p.In[i]), want, []int(n.Shape()))
		}
	}
	return nil
}

// gradients adds the backward pass. Its inputs are those of the operation, its
// output, to come after it, and the output's gradient.
func (p *Pass[T]) gradients(in gorgonia.Nodes, y, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	var grads []*tensor.Dense
	for i, n := range p.site.in {
		if n == nil {
			continue
		}
		var d *tensor.Dense
		if p.site.wants[i] {
			var err error
			if d, err = p.gradient(i, n.Shape()); err != nil {
				return nil, err
			}
		}
		grads = append(grads, d)
	}
	all := append(append(gorgonia.Nodes{}, in...), y, grad)
	return graph.Backward(p.site.name+" backward", all, grads, func(v []gorgonia.Value) error {
		if err := p.read(v); err != nil {
			return err
		}
		p.OutGrad = graph.DataOf[T](v[len(v)-1])
		p.poison()
		if err := p.body.Backward(p); err != nil {
			return err
		}
		for i, parts := range p.parts {
			sumParts(p.Grad[i], parts)
		}
		return p.inspect()
	})
}

// gradient makes the memory for the gradient of input i.
func (p *Pass[T]) gradient(i int, shape []int) (d *tensor.Dense, err error) {
	input := p.site.inputs[i]
	what := "the gradient of " + input.Name
	if input.Kind == Param {
		if _, p.parts[i], err = p.buffer(what, true, append([]int{p.site.Groups()}, shape...)...); err != nil {
			return nil, err
		}
	}
	d, p.Grad[i], err = p.buffer(what, input.Kind != Param, shape...)
	return d, err
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
