package optimizers

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// State is everything that an [Optimizer] keeps from step to step. Save it along
// with the parameters to resume exactly. The parameters are those of training, not
// those between two calls of [Optimizer.Swap].
type State[T Float] struct {
	Step    int       // steps done
	Slots   []Slot[T] // by rule, parameter and slot, in the optimizer's order, with those of a [Shaper]
	Globals []Global  // by rule, in the order of the rule's names
	Counts  []Count   // for the parameters and rules that missed steps; nil if none did
}

// Slot is one state vector of one parameter.
type Slot[T Float] struct {
	Param  string // name of the parameter
	Name   string // name of the slot, one of [Rule].Slots or of a [Shaper]
	Shape  []int  // of the slot; [Optimizer.Restore] accepts nil for any
	Values []T
}

// Global is one number that a rule keeps for all of its parameters.
type Global struct {
	Param string // name of the rule's first parameter, which distinguishes the rules of groups
	Name  string // name of the number, one of [Preparer].Globals
	Value float64
}

// Count is the number of steps in which a parameter or a rule took part, if
// freezing made it miss some.
type Count struct {
	Param string // name of the parameter, or of the rule's first parameter
	Rule  bool   // the count is that of the rule's own steps ([Preparation])
	Steps int
}

// State returns a copy of the optimizer's state.
func (o *Optimizer[T]) State() State[T] {
	s := State[T]{Step: o.step}
	for _, p := range o.parts {
		for j, u := range p.updates {
			if n := p.members[j].count; n != o.step {
				s.Counts = append(s.Counts, Count{Param: u.Name, Steps: n})
			}
			for slot, v := range p.stateOf(j) {
				s.Slots = append(s.Slots, Slot[T]{Param: u.Name, Name: slot.Name, Shape: slices.Clone(slot.Shape), Values: slices.Clone(v)})
			}
		}
		for k, v := range p.globals {
			s.Globals = append(s.Globals, Global{Param: p.first(), Name: p.names[k], Value: v})
		}
		if p.globals != nil && p.steps != o.step {
			s.Counts = append(s.Counts, Count{Param: p.first(), Rule: true, Steps: p.steps})
		}
	}
	return s
}

// first is the name of the rule's parameters that sorts first.
func (p *part[T]) first() string {
	name := p.updates[0].Name
	for _, u := range p.updates {
		name = min(name, u.Name)
	}
	return name
}

// entry is a slot or a global, by name.
type entry struct{ param, name string }

// Restore sets the optimizer's state to a copy of s. The order of the slots does
// not matter. Restore changes nothing and returns an error if a slot or a global
// is missing, unknown or duplicate, if a slot has another length or shape, if a
// number is not finite (the error wraps [ErrNotFinite]), out of the range of a
// [Bounded] rule, or not an integer where a [Shaper] requires one, or if the call
// is between two calls of [Optimizer.Swap]. After a step in which a rule panicked,
// the caller must restore the parameters as well.
func (o *Optimizer[T]) Restore(s State[T]) error {
	if o.swapped {
		return errors.New("optimizers: Restore: the parameters are swapped: call Swap before Restore")
	}
	if s.Step < 0 || s.Step > mostSteps {
		return fmt.Errorf("optimizers: Restore: Step = %d: want 0 or more, up to %d", s.Step, mostSteps)
	}
	slots, err := o.givenSlots(s.Slots)
	if err != nil {
		return err
	}
	globals, err := o.givenGlobals(s.Globals)
	if err != nil {
		return err
	}
	counts, err := o.givenCounts(s)
	if err != nil {
		return err
	}
	if err := o.possible(slots, globals); err != nil {
		return err
	}
	for i := range o.parts {
		p := &o.parts[i]
		for j, u := range p.updates {
			p.members[j].count = counts(u.Name, false)
			for slot, v := range p.stateOf(j) {
				copy(v, slots[entry{u.Name, slot.Name}])
			}
		}
		p.steps = counts(p.first(), true)
		for k := range p.globals {
			p.globals[k] = globals[entry{p.first(), p.names[k]}]
		}
	}
	o.step, o.failed = s.Step, nil
	return nil
}

// mostSteps is the largest count that can be restored; no run reaches it.
const mostSteps = math.MaxInt / 2

// givenSlots are the values for every slot of the optimizer.
func (o *Optimizer[T]) givenSlots(slots []Slot[T]) (map[entry][]T, error) {
	given, shapes := make(map[entry][]T, len(slots)), make(map[entry][]int, len(slots))
	for _, v := range slots {
		e := entry{v.Param, v.Name}
		if _, dup := given[e]; dup {
			return nil, fmt.Errorf("optimizers: Restore: parameter %q: duplicate slot %q", v.Param, v.Name)
		}
		given[e], shapes[e] = v.Values, v.Shape
	}
	known := make(map[entry]bool, len(slots))
	var all []string
	for i := range o.parts {
		p := &o.parts[i]
		all = append(all, p.slots...)
		for j, u := range p.updates {
			for s, slot := range p.stateOf(j) {
				e := entry{u.Name, s.Name}
				known[e] = true
				values, ok := given[e]
				if !ok {
					return nil, fmt.Errorf("optimizers: Restore: parameter %q: slot %q is missing", e.param, e.name)
				}
				if len(values) != len(slot) {
					return nil, fmt.Errorf("optimizers: Restore: parameter %q: slot %q has %d elements: want %d", e.param, e.name, len(values), len(slot))
				}
				if shape := shapes[e]; shape != nil && !slices.Equal(shape, s.Shape) {
					return nil, fmt.Errorf("optimizers: Restore: parameter %q: slot %q has shape %v: want %v", e.param, e.name, shape, s.Shape)
				}
			}
		}
	}
	for _, v := range slots { // in the order given, not a map's
		if !known[entry{v.Param, v.Name}] {
			return nil, fmt.Errorf("optimizers: Restore: parameter %q: slot %q is unknown: this rule has the slots %q and %d parameters", v.Param, v.Name, all, len(o.params))
		}
	}
	return given, nil
}

// givenGlobals are the values for every global of the optimizer.
func (o *Optimizer[T]) givenGlobals(globals []Global) (map[entry]float64, error) {
	given := make(map[entry]float64, len(globals))
	for _, g := range globals {
		e := entry{g.Param, g.Name}
		if _, dup := given[e]; dup {
			return nil, fmt.Errorf("optimizers: Restore: the rule of parameter %q: duplicate global %q", g.Param, g.Name)
		}
		given[e] = g.Value
	}
	known := make(map[entry]bool, len(globals))
	for _, p := range o.parts {
		for _, name := range p.names {
			e := entry{p.first(), name}
			known[e] = true
			if _, ok := given[e]; !ok {
				return nil, fmt.Errorf("optimizers: Restore: the rule of parameter %q: global %q is missing", e.param, e.name)
			}
		}
	}
	for _, g := range globals {
		if !known[entry{g.Param, g.Name}] {
			return nil, fmt.Errorf("optimizers: Restore: the rule of parameter %q: global %q is unknown", g.Param, g.Name)
		}
	}
	return given, nil
}

// givenCounts returns the count of every parameter and rule of the optimizer.
func (o *Optimizer[T]) givenCounts(s State[T]) (func(param string, rule bool) int, error) {
	type owner struct {
		param string
		rule  bool
	}
	given, known := make(map[owner]int), make(map[owner]bool)
	for i := range o.parts {
		p := &o.parts[i]
		known[owner{p.first(), true}] = p.globals != nil
		for _, u := range p.updates {
			known[owner{u.Name, false}] = true
		}
	}
	for _, c := range s.Counts {
		of, what := owner{c.Param, c.Rule}, fmt.Sprintf("parameter %q", c.Param)
		if c.Rule {
			what = "the rule of " + what
		}
		_, dup := given[of]
		switch {
		case dup:
			return nil, fmt.Errorf("optimizers: Restore: %s: duplicate count of steps", what)
		case !known[of]:
			return nil, fmt.Errorf("optimizers: Restore: %s: unknown count of steps", what)
		case c.Steps < 0 || c.Steps > s.Step:
			return nil, fmt.Errorf("optimizers: Restore: %s: %d steps: want 0 or more, up to Step, %d", what, c.Steps, s.Step)
		}
		given[of] = c.Steps
	}
	return func(param string, rule bool) int {
		if n, ok := given[owner{param, rule}]; ok {
			return n
		}
		return s.Step
	}, nil
}
