package optimizers

import "slices"

// Swap exchanges, in Param.Value, the point that a rule trains at with the one
// that it is to be evaluated at, if it is an [Evaluator]: an average of the
// parameters, for most. A second call puts the first point back, bit for bit.
// In between there can be no [Optimizer.Step], and changes of Value are lost.
//
// Other rules train where they are evaluated, and Swap changes nothing.
// Before the first update of a parameter the two points are the same.
func (o *Optimizer[T]) Swap() {
	o.swapped = !o.swapped
	for i := range o.parts {
		p := &o.parts[i]
		if !p.average.ok {
			continue
		}
		for j := range p.updates {
			u, k, count := p.updates[j], p.members[j].param, p.members[j].count
			if count == 0 {
				continue
			}
			if !o.swapped {
				copy(u.Value, o.aside[k])
				continue
			}
			if o.aside == nil {
				o.aside = make([][]T, len(o.params))
			}
			if o.aside[k] == nil {
				o.aside[k] = slices.Clone(u.Value)
			}
			copy(o.aside[k], u.Value)
			u.Step, u.RuleStep, u.Grad = count, p.steps, nil
			u.Value = o.aside[k]
			u.Slots = u.Slots[:p.average.slots]
			evaluate(p.average.rule, &u, o.params[k].Value)
		}
	}
}

// Swapped reports whether the parameters are at the point of evaluation: that
// the number of calls of [Optimizer.Swap] was odd.
func (o *Optimizer[T]) Swapped() bool { return o.swapped }
