package optimizers

// Swap replaces the training point of an [Evaluator] in Param.Value with its point
// of evaluation, which for most is an average of the parameters. A second call
// restores the training point, bit for bit. In between, [Optimizer.Step] returns an
// error, and changes to Value are lost.
//
// Swap changes nothing for other rules or before the first update of a parameter.
// Other state of a model, such as the statistics of batch normalization, stays that
// of the training point and should be recomputed.
func (o *Optimizer[T]) Swap() {
	if !o.swapped {
		o.evaluate()
	}
	for i := range o.parts {
		p := &o.parts[i]
		if !p.average.ok {
			continue
		}
		for _, m := range p.members {
			if m.count == 0 {
				continue
			}
			value, aside := o.params[m.param].Value, o.aside[m.param]
			for x := range value {
				value[x], aside[x] = aside[x], value[x]
			}
		}
	}
	o.swapped = !o.swapped
}

// evaluate stores the points of evaluation in o.aside. The parameters stay
// unchanged if a rule from outside this package panics.
func (o *Optimizer[T]) evaluate() {
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
			if o.aside == nil {
				o.aside = make([][]T, len(o.params))
			}
			if o.aside[k] == nil {
				o.aside[k] = make([]T, len(u.Value))
			}
			copy(o.aside[k], u.Value)
			u.Step, u.RuleStep, u.Grad = count, p.steps, nil
			u.Slots = u.Slots[:p.average.slots]
			evaluate(p.average.rule, &u, o.aside[k])
		}
	}
}

// Swapped reports whether the parameters are at the point of evaluation.
func (o *Optimizer[T]) Swapped() bool { return o.swapped }
