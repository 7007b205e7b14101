package lrsched

import "fmt"

// Chain multiplies a schedule by others, which are factors instead of rates. For
// update t = 0, 1, …:
//
//	η(t) = Base(t)·Factors[0](t)·Factors[1](t)·…
//
// Any schedule can be a factor, such as Linear{Base: 0.25, Final: 1, To: 500}.
// It is PyTorch's ChainedScheduler for schedulers that multiply the rate:
// ConstantLR, LinearLR, StepLR, MultiStepLR, ExponentialLR, PolynomialLR. Base
// is then [Constant], the optimizer's lr, and the factors are those schedules
// with an lr of 1. CosineAnnealingLR multiplies too if its eta_min is 0; otherwise
// it behaves differently in a chain.
type Chain struct {
	Base    Schedule   // a rate
	Factors []Schedule // may be empty
}

var _ Combinator = Chain{}

func (c Chain) At(step int) float64 {
	rate := at(c.Base, step)
	for _, f := range c.Factors {
		rate = product(rate, at(f, step))
	}
	return rate
}

func (c Chain) Parts(updates int) []Part {
	all := []Part{{"Chain: Base", c.Base, updates}}
	for i, f := range c.Factors {
		all = append(all, Part{fmt.Sprintf("Chain: Factors[%d]", i), f, updates})
	}
	return all
}
