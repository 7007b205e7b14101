package optimizers

import "slices"

// Swap replaces, in Param.Value, the training point of an [Evaluator] by its
// point of evaluation, which for most is an average of the parameters. A
// second call puts the training point back, bit for bit. In between,
// [Optimizer.Step] returns an error, and changes of Value are lost.
//
// Swap changes nothing for other rules, nor before the first update of a
// parameter. Other state of a model, such as the statistics of batch
// normalization, stays that of the training point and should be computed again.
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

// Swapped reports whether the parameters are at the point of evaluation.
func (o *Optimizer[T]) Swapped() bool { return o.swapped }
