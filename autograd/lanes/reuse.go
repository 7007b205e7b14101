package lanes

import (
	"slices"

	"descent/internal/graph"
	"gorgonia.org/gorgonia"
)

// slot is the gradient of an input in lanes, which gets no memory until it is known
// which others are in use at the same time.
type slot struct {
	of     *gorgonia.Node // the gradient
	size   int
	settle func(memory any) (any, error) // gives it the memory of another, or if nil its own, and returns that
}

// settle gives memory to the gradients in lanes that the targets depend on. A gradient
// whose readers have all run leaves its memory to a later one of the same size, in which
// each group has the same part, so that a queue keeps their order.
func (b *Builder) settle(targets gorgonia.Nodes) error {
	e, err := graph.Below(targets...)
	if err != nil {
		return err
	}
	kept, last := map[*gorgonia.Node]bool{}, map[*gorgonia.Node]*gorgonia.Node{}
	for _, t := range targets {
		kept[t] = true
	}
	order := e.Order()
	for _, n := range order {
		o, ok := n.Op().(*graph.Op)
		for _, c := range e[n] {
			last[c] = n
			kept[c] = kept[c] || !ok || o.Joins == nil // another's result may be in the memory of c
		}
	}
	free := map[int][]any{}
	done := map[*gorgonia.Node][]func(){}
	for _, n := range order {
		for _, s := range b.slots[n] {
			var memory any
			if f := free[s.size]; len(f) > 0 {
				memory, free[s.size] = f[len(f)-1], f[:len(f)-1]
			}
			if memory, err = s.settle(memory); err != nil {
				return err
			}
			if reader := last[s.of]; !kept[s.of] && reader != nil {
				done[reader] = append(done[reader], func() { free[s.size] = append(free[s.size], memory) })
			}
		}
		for _, leave := range done[n] {
			leave()
		}
	}
	b.slots = nil
	return nil
}

// reuses reports whether the gradient of input i is a slot.
func (p *Pass[T]) reuses(i int) bool {
	b := p.site.b
	return p.site.inputs[i].Kind == InLanes && b.slots != nil && b.grads[p.site.in[i]] == nil && !b.engine.cfg.Check
}

// addSlots notes the slots of a backward pass, whose gradients are nodes.
func (p *Pass[T]) addSlots(nodes gorgonia.Nodes) {
	var by *gorgonia.Node
	for k, n := range nodes {
		if n == nil {
			continue
		}
		if by == nil {
			by = n
		}
		if i := p.site.there[k]; p.Grad[i] == nil {
			s := slot{of: n, size: p.sizes[i], settle: func(memory any) (any, error) { return p.settle(i, memory) }}
			p.site.b.slots[by] = append(p.site.b.slots[by], s)
		}
	}
}

// settle makes the gradient of input i in the memory of another, or its own if nil.
func (p *Pass[T]) settle(i int, memory any) (any, error) {
	shape := p.site.Shape(i)
	if memory == nil {
		var err error
		p.grads[i], p.Grad[i], err = p.buffer("the gradient of "+p.site.inputs[i].Name, shape...)
		return p.Grad[i], err
	}
	p.Grad[i] = memory.([]T)
	p.grads[i] = graph.Dense(p.Grad[i], slices.Clone(shape)...)
	return memory, nil
}
