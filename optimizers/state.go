package optimizers

import (
	"fmt"
	"slices"
)

// State is everything that an [Optimizer] keeps from step to step: what must
// be saved beside the parameters to go on exactly.
type State[T Float] struct {
	Step  int       // updates done
	Slots []Slot[T] // by parameter, then by slot, in the optimizer's order
}

// Slot is one state vector of one parameter.
type Slot[T Float] struct {
	Param  string // name of the parameter
	Name   string // name of the slot, one of [Rule].Slots
	Values []T
}

// State returns a copy of the optimizer's state.
func (o *Optimizer[T]) State() State[T] {
	s := State[T]{Step: o.step}
	names := o.rule.Slots()
	for _, u := range o.updates {
		for k, v := range u.Slots {
			s.Slots = append(s.Slots, Slot[T]{Param: u.Name, Name: names[k], Values: slices.Clone(v)})
		}
	}
	return s
}

// Restore sets the optimizer's state to a copy of s, in whatever order its
// slots come. If s lacks a slot of the optimizer, has one that it does not
// know, or one of another length, Restore changes nothing and returns an error
// that says which.
func (o *Optimizer[T]) Restore(s State[T]) error {
	if s.Step < 0 {
		return fmt.Errorf("optimizers: Restore: Step = %d: want zero or more", s.Step)
	}
	type key struct{ param, slot string }
	given := make(map[key][]T, len(s.Slots))
	for _, v := range s.Slots {
		k := key{v.Param, v.Name}
		if _, dup := given[k]; dup {
			return fmt.Errorf("optimizers: Restore: parameter %q: slot %q is there twice", v.Param, v.Name)
		}
		given[k] = v.Values
	}
	known := make(map[key]bool, len(s.Slots))
	names := o.rule.Slots()
	for _, u := range o.updates {
		for i, slot := range u.Slots {
			k := key{u.Name, names[i]}
			known[k] = true
			values, ok := given[k]
			if !ok {
				return fmt.Errorf("optimizers: Restore: parameter %q: slot %q is missing", u.Name, names[i])
			}
			if len(values) != len(slot) {
				return fmt.Errorf("optimizers: Restore: parameter %q: slot %q has %d elements: want %d", u.Name, names[i], len(values), len(slot))
			}
		}
	}
	for _, v := range s.Slots { // in the order given, not a map's
		if !known[key{v.Param, v.Name}] {
			return fmt.Errorf("optimizers: Restore: parameter %q: slot %q is unknown: this rule has the slots %q and %d parameters", v.Param, v.Name, names, len(o.params))
		}
	}
	for _, u := range o.updates {
		for i, slot := range u.Slots {
			copy(slot, given[key{u.Name, names[i]}])
		}
	}
	o.step = s.Step
	return nil
}
