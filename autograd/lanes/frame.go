package lanes

import (
	"errors"
	"fmt"
	"slices"
	"unsafe"

	"descent/internal/graph"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// add makes the node of an operation, whose Pass holds the memory.
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
	var in gorgonia.Nodes
	var diff []bool
	for _, i := range s.there {
		in, diff = append(in, s.in[i]), append(diff, s.wants[i])
	}
	o := graph.NewOp(s.name, in, s.b.dtype, body.Shape, p.forward)
	o.Joins, o.Late = p.joins(), p.isLate
	if p.lanes {
		o.Sum = s.b.Sum
	}
	switch {
	case !s.Trains():
	case body.through:
		o.Diff, o.Sym = diff, func(in gorgonia.Nodes, _, grad *gorgonia.Node) (gorgonia.Nodes, error) {
			return slices.Repeat(gorgonia.Nodes{grad}, len(in)), nil
		}
	case body.Backward != nil:
		o.Diff, o.Sym = diff, p.gradients
	}
	return gorgonia.ApplyOp(o, in...)
}

func newPass[T Float](s Site, body Body[T]) (*Pass[T], error) {
	n := len(s.in)
	p := &Pass[T]{
		In: make([][]T, n), Grad: make([][]T, n), grads: make([]*tensor.Dense, n), Run: s.b.engine.workers.Run,
		site: s, body: body, values: make([]gorgonia.Value, n), sizes: make([]int, n), parts: make([][]T, n), lanes: s.b.inLanes(body.Shape),
	}
	for _, i := range s.there {
		p.sizes[i] = size(s.Shape(i))
	}
	p.call = func(i, worker int) { p.each(Group[T]{Index: i, worker: worker, p: p}) }
	if len(body.Shape) == 0 {
		p.out, p.Out = graph.NewValue[T](nil)
		return p, nil
	}
	var err error
	p.out, p.Out, err = p.buffer("the output", body.Shape...)
	return p, err
}

// take counts memory for an operation that is being added.
func take[E any](s Site, shape ...int) error {
	var zero E
	return s.b.memory.Take(int(unsafe.Sizeof(zero)), shape...)
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

// joins says which inputs may be late.
func (p *Pass[T]) joins() []bool {
	joins := make([]bool, len(p.site.there))
	for k, i := range p.site.there {
		joins[k] = p.body.Joins && p.site.inputs[i].Kind == InLanes
	}
	return joins
}

func (p *Pass[T]) isLate() bool { return p.late }

// read takes in the values of the inputs that are there.
func (p *Pass[T]) read(v []gorgonia.Value) error {
	if p.late {
		p.site.b.queue.flush()
	}
	p.OutGrad = nil
	for k, i := range p.site.there {
		p.values[i] = v[k]
		if p.site.in[i].Dtype() != p.site.b.dtype {
			continue
		}
		p.In[i] = graph.DataOf[T](v[k])
		if len(p.In[i]) < p.sizes[i] {
			return fmt.Errorf("%s has %d values: want %d, of shape %v", p.site.inputs[i].Name, len(p.In[i]), p.sizes[i], p.site.Shape(i))
		}
	}
	return nil
}

// gradients adds the backward pass. Its inputs are those of the operation, its
// output, to come after it, and the output's gradient.
func (p *Pass[T]) gradients(in gorgonia.Nodes, y, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	wanted := make([]bool, len(in))
	for k, i := range p.site.there {
		if wanted[k] = p.site.wants[i]; wanted[k] && !p.reuses(i) {
			if err := p.gradient(i); err != nil {
				return nil, err
			}
		}
	}
	all := append(append(gorgonia.Nodes{}, in...), y, grad)
	late := p.body.Joins && p.lanes
	value := func(k int) *tensor.Dense { return p.grads[p.site.there[k]] }
	nodes, err := graph.Backward(p.site.name+" backward", all, wanted, value, append(p.joins(), late, late), p.isLate, func(v []gorgonia.Value) error {
		if err := p.read(v); err != nil {
			return err
		}
		p.OutGrad = graph.DataOf[T](v[len(v)-1])
		p.poison()
		if err := p.body.Backward(p); err != nil {
			return err
		}
		if !p.late {
			p.end(true)
		}
		return p.inspect()
	})
	if err == nil {
		p.addSlots(nodes)
	}
	return nodes, err
}

// gradient makes the memory for the gradient of input i.
func (p *Pass[T]) gradient(i int) (err error) {
	input, shape := p.site.inputs[i], p.site.Shape(i)
	what := "the gradient of " + input.Name
	if input.Kind == Param {
		if _, p.parts[i], err = p.buffer(what, append([]int{p.site.Groups()}, shape...)...); err != nil {
			return err
		}
	}
	b, n := p.site.b, p.site.in[i]
	if data, ok := any(b.grads[n]).([]T); ok && data != nil && !b.engine.cfg.Check {
		delete(b.grads, n) // the first operation that takes the node has it
		p.Grad[i], p.grads[i] = data, graph.Dense(data, shape...)
		return nil
	}
	p.grads[i], p.Grad[i], err = p.buffer(what, shape...)
	return err
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
