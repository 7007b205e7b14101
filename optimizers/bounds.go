package optimizers

import (
	"errors"
	"fmt"
	"math"
)

// Bounded is implemented by a [Rule] whose slots or globals have ranges.
// [Optimizer.Restore] rejects numbers outside them.
type Bounded interface {
	// Bounds returns the ranges by the name of the slot or global. A slot or
	// global without a range accepts any finite number.
	Bounds() (slots, globals map[string]Range)
}

// Range is the closed interval from Min to Max.
type Range struct{ Min, Max float64 }

// everything is the range without bounds.
var everything = Range{math.Inf(-1), math.Inf(1)}

// notNegative are the bounds of slots or globals such as averages of squares.
func notNegative(names ...string) map[string]Range {
	bounds := make(map[string]Range, len(names))
	for _, name := range names {
		bounds[name] = Range{0, everything.Max}
	}
	return bounds
}

// check returns an error if a number is out of range.
func (r Range) check(v float64) error {
	switch {
	case v-v != 0:
		return ErrNotFinite
	case v < r.Min && r.Min == 0:
		return fmt.Errorf("want 0 or more")
	case v < r.Min || v > r.Max:
		return fmt.Errorf("want [%v, %v]", r.Min, r.Max)
	}
	return nil
}

// possible returns an error for the first number that is impossible in a state.
func (o *Optimizer[T]) possible(slots map[entry][]T, globals map[entry]float64) error {
	largest := T(0)
	for i := range o.parts {
		p := &o.parts[i]
		ofSlots, ofGlobals := boundsOf(p.rule)
		for j, u := range p.updates {
			for slot := range p.stateOf(j) {
				r := rangeOf(ofSlots, slot.Name)
				for k, v := range slots[entry{u.Name, slot.Name}] {
					largest = max(largest, v, -v)
					err := r.check(float64(v))
					if err == nil && slot.Integer && T(math.Trunc(float64(v))) != v {
						err = errors.New("want a whole number")
					}
					if err != nil {
						return fmt.Errorf("optimizers: Restore: parameter %q: slot %q: element %d = %v: %w", u.Name, slot.Name, k, v, err)
					}
				}
			}
		}
		for _, name := range p.names {
			v := globals[entry{p.first(), name}]
			if err := rangeOf(ofGlobals, name).check(v); err != nil {
				return fmt.Errorf("optimizers: Restore: the rule of parameter %q: global %q = %v: %w", p.first(), name, v, err)
			}
		}
	}
	o.guard.lingers = largest > bound[T](0x1p100, 0x1p1000)
	return nil
}

// boundsOf are those of a rule's slots and globals.
func boundsOf(rule Rule) (slots, globals map[string]Range) {
	if b, ok := As[Bounded](rule); ok {
		return b.Bounds()
	}
	return nil, nil
}

func rangeOf(bounds map[string]Range, name string) Range {
	if r, ok := bounds[name]; ok {
		return r
	}
	return everything
}
