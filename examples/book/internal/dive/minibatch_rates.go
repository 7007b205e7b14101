package dive

import (
	"descent/examples/book/internal/page"
	"descent/internal/figure"
	"descent/lrsched"
	"descent/optimizers"
	"descent/trainer"
)

// settable is a schedule whose rate is set while it is used.
type settable struct{ rate float64 }

func (s *settable) At(int) float64 { return s.rate }

func rateByEpoch(p *page.Page) error {
	p.Say("With minibatches of 10, we divide the rate by ten after each epoch: `lrsched.ByEpoch` evaluates an `Exponential` schedule once per epoch. A hook that sets the rate of a custom schedule, as `set_learning_rate` does, gives the same result. With less noise, the loss of a run gets closer to the least-squares minimum of 0.24169.")
	panel := figure.Panel{Title: "Batches of 10, η 0.05", XLabel: "epoch", YLabel: "half the mean squared error", YRange: figure.Range{Min: 0.24, Max: 0.26}}
	var spread, last page.Numbers
	for _, c := range []struct {
		name     string
		schedule lrsched.Schedule
	}{
		{"constant", lrsched.Constant(0.05)},
		{"a tenth each epoch", lrsched.ByEpoch{Updates: 150, Then: lrsched.Exponential{Base: 0.05, Gamma: 0.1}}},
	} {
		r, err := airfoil{rule: optimizers.SGD{}, schedule: c.schedule, epochs: 4}.run(p)
		if err != nil {
			return err
		}
		r.curve.Name, r.curve.Style = c.name, figure.Solid
		panel.Series = append(panel.Series, r.curve)
		mean, sd := page.Moments(r.losses)
		spread, last = append(spread, sd), r.losses[:1]
		p.Info(c.name+": loss after four epochs, mean and deviation over 200 seeds", nil, page.Num(mean, sd), "")
	}
	set := &settable{0.05}
	byHand, err := airfoil{rule: optimizers.SGD{}, schedule: set, epochs: 4, seeds: 1, hooks: []trainer.Hook{{
		Name: "set_learning_rate", EpochEnd: func(*trainer.State) error { set.rate /= 10; return nil },
	}}}.run(p)
	if err != nil {
		return err
	}
	p.CheckTo(1e-6, "loss of one seed if a hook sets the rate after each epoch (computed), and with the schedule (expected)", last, byHand.losses)
	p.Figure("decay", "Four epochs, one seed", figure.Figure{Panels: []figure.Panel{panel}})
	p.YesNo("the decay at least halves the standard deviation over seeds", page.Num(1), page.Num(yes(spread[1] < spread[0]/2)))
	return nil
}
