package optimizers

import (
	"fmt"
	"iter"
)

// guard saves what a step changes if the step might leave the range of T. Steps with
// gradients and rates of the usual size are not checked. If a finite state still
// overflows, it has grown over many steps, as values do with a weight decay λ at a
// rate above 2/λ, and that shows in the loss.
type guard[T Float] struct {
	vectors  []T
	globals  []float64
	lingers  bool    // the last step left numbers near the end of T
	maxScale float64 // the largest multiplier of a learning rate
}

// guarded reports whether a step must be watched, given the sum of all squared
// gradients: whether the square of one could overflow, with a wide margin for sums
// over many steps.
func (g *guard[T]) guarded(squares, lr float64) bool {
	large := float64(bound[T](0x1p40, 0x1p400))
	return g.lingers || !(squares < large*large) || lr*g.maxScale > large
}

// bound is the number for the type.
func bound[T Float](of32, of64 float64) T {
	if T(0x1p-1000) == 0 {
		return T(of32)
	}
	return T(of64)
}

// vectors are the values and slots of the parameters that are not frozen. The
// values have no name.
func (o *Optimizer[T]) vectors() iter.Seq2[*Update[T], vector[T]] {
	return func(yield func(*Update[T], vector[T]) bool) {
		for i := range o.parts {
			p := &o.parts[i]
			for j := range p.updates {
				u := &p.updates[j]
				if o.params[p.members[j].param].frozen() {
					continue
				}
				if !yield(u, vector[T]{"", u.Value}) {
					return
				}
				for k, s := range u.Slots {
					if !yield(u, vector[T]{p.slots[k], s}) {
						return
					}
				}
				for k, s := range u.Shaped {
					if !yield(u, vector[T]{p.members[j].shapes[k].Name, s}) {
						return
					}
				}
			}
		}
	}
}

// vector is the value of a parameter, or a slot by name.
type vector[T Float] struct {
	slot   string
	values []T
}

// keep copies what the next step will change.
func (o *Optimizer[T]) keep() {
	g := &o.guard
	g.vectors, g.globals = g.vectors[:0], g.globals[:0]
	for _, v := range o.vectors() {
		g.vectors = append(g.vectors, v.values...)
	}
	for i := range o.parts {
		g.globals = append(g.globals, o.parts[i].globals...)
	}
}

// undo puts back what keep has copied, after one step.
func (o *Optimizer[T]) undo() {
	vectors, globals := o.guard.vectors, o.guard.globals
	for _, v := range o.vectors() {
		vectors = vectors[copy(v.values, vectors):]
	}
	for i := range o.parts {
		p := &o.parts[i]
		globals = globals[copy(p.globals, globals):]
		if len(p.due) > 0 {
			p.steps--
		}
		for j := range p.members {
			if m := &p.members[j]; !o.params[m.param].frozen() {
				m.count--
			}
		}
	}
}

// inspect returns an error if the last step left the range of T.
func (o *Optimizer[T]) inspect(step int) error {
	largest := T(0)
	for u, v := range o.vectors() {
		for i, x := range v.values {
			if x-x != 0 {
				what := "value"
				if v.slot != "" {
					what = fmt.Sprintf("slot %q", v.slot)
				}
				return fmt.Errorf("optimizers: step %d: parameter %q: update makes %s[%d] = %v: %w", step, u.Name, what, i, x, ErrNotFinite)
			}
			largest = max(largest, x, -x)
		}
	}
	for i := range o.parts {
		p := &o.parts[i]
		for k, x := range p.globals {
			if x-x != 0 {
				return fmt.Errorf("optimizers: step %d: the rule of parameter %q: update makes global %q = %v: %w", step, p.first(), p.names[k], x, ErrNotFinite)
			}
		}
	}
	o.guard.lingers = largest > bound[T](0x1p100, 0x1p1000)
	return nil
}
