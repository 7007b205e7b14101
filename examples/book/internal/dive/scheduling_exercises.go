package dive

import (
	"fmt"

	"descent/examples/book/internal/page"
	"descent/internal/figure"
	"descent/lrsched"
)

// variant is a schedule to compare with others.
type variant struct {
	name     string
	schedule lrsched.Schedule
}

// compare trains with each schedule and shows the results. It returns panels
// of the rates, the training loss and the test accuracy.
func compare(p *page.Page, epochs int, variants ...variant) ([]figure.Panel, error) {
	data, err := findFashion(p)
	if err != nil {
		return nil, err
	}
	batches := data.train.Batches(lenetBatch)
	length := figure.Range{Max: float64(epochs)}
	rate := figure.Panel{Title: "Learning rate", XLabel: "epoch", YLabel: "learning rate", XRange: length}
	loss := figure.Panel{Title: "Training loss", XLabel: "epoch", YLabel: "loss", XRange: length, YRange: figure.Range{Max: 1}}
	test := figure.Panel{Title: "Test accuracy", XLabel: "epoch", YLabel: "accuracy", XRange: length, YRange: figure.Range{Max: 1}}
	if data.whole() {
		test.YRange = figure.Range{Min: 0.7, Max: 0.95}
	}
	for i, v := range variants {
		r, err := lenet{schedule: v.schedule, epochs: epochs}.run(p)
		if err != nil {
			return nil, err
		}
		s := figure.Series{Name: v.name, Style: figure.Solid, Color: i + 1}
		updates := epochs * batches
		for t := 0; t < updates; t += max(updates/500, 1) {
			s.X, s.Y = append(s.X, float64(t)/float64(batches)), append(s.Y, v.schedule.At(t))
		}
		r.loss.Name, r.loss.Style, r.loss.Color = v.name, figure.Solid, i+1
		r.test.Name, r.test.Style, r.test.Color = v.name, figure.Solid, i+1
		rate.Series, loss.Series, test.Series = append(rate.Series, s), append(loss.Series, r.loss), append(test.Series, r.test)
		note := fmt.Sprintf("train loss, train accuracy, test accuracy after %d epochs, one seed", epochs)
		if r.stuck > 0 {
			note += fmt.Sprintf("; dead for %d of them", r.stuck)
		}
		p.Info(v.name, nil, r.numbers(), note)
	}
	return []figure.Panel{rate, loss, test}, nil
}

func fixedRates(p *page.Page) error {
	p.Say("One rate for the whole run. With one seed, differences in test accuracy below about 0.015 are noise.")
	var variants []variant
	for _, rate := range []float64{0.05, 0.125, 0.25, 0.5} {
		variants = append(variants, variant{fmt.Sprintf("η = %g", rate), lrsched.Constant(rate)})
	}
	variants[1].schedule = multiFactorRun.update // which is this rate, and trained already
	panels, err := compare(p, p.Epochs, variants...)
	if err != nil {
		return err
	}
	p.Figure("rates", "Constant rates", figure.Figure{Panels: panels[1:]})
	best, of := 0.0, ""
	for _, v := range variants {
		r, err := lenet{schedule: v.schedule}.run(p)
		if err != nil {
			return err
		}
		for i, a := range r.test.Y {
			if a > best {
				best, of = a, fmt.Sprintf("with %s after epoch %d of %d; chosen on the test data, so it is biased upwards", v.name, i+1, p.Epochs)
			}
		}
	}
	p.Info("best test accuracy at any fixed rate", nil, page.Num(best), of)
	return nil
}

// halfRun is the number of epochs for exercises 2 and 4: half of that of the
// others, to save time.
func halfRun(p *page.Page) int { return max(p.Epochs/2, 1) }

func polyExponents(p *page.Page) error {
	data, err := findFashion(p)
	if err != nil {
		return err
	}
	batches := data.train.Batches(lenetBatch)
	epochs := halfRun(p)
	p.Say("`lrsched.Poly` falls from 0.25 to 0.0025 as (1 − t/T)ᵖ over the whole run, per minibatch. With a larger exponent it falls earlier, like MXNet's `PolyScheduler` with `pwr`. With one seed, differences in test accuracy below about 0.015 are noise.")
	var variants []variant
	for _, power := range []float64{0.5, 1, 2} {
		variants = append(variants, variant{fmt.Sprintf("p = %g", power), lrsched.Poly{Base: 0.25, Final: 0.0025, Power: power, To: epochs * batches}})
	}
	panels, err := compare(p, epochs, variants...)
	if err != nil {
		return err
	}
	p.Figure("poly", "Polynomial decrease", figure.Figure{Panels: panels, Columns: 3})
	return nil
}

func warmupLengths(p *page.Page) error {
	data, err := findFashion(p)
	if err != nil {
		return err
	}
	batches := data.train.Batches(lenetBatch)
	epochs := halfRun(p)
	updates := epochs * batches
	p.Say("A ramp from 0 to 0.5 over a fraction of the run, then a cosine down to 0.005, all per minibatch. This small network trains without warmup, so a longer ramp mainly delays the first epochs. With one seed, final differences in test accuracy below about 0.015 are noise. Warmup is long enough if the loss no longer jumps at the maximum rate.")
	var variants []variant
	for _, part := range []float64{0, 0.01, 0.1, 0.3} {
		w := int(part * float64(updates))
		variants = append(variants, variant{
			fmt.Sprintf("%g %% of the run", 100*part),
			lrsched.Warmup{Steps: w, Then: lrsched.Cosine{Base: 0.5, Final: 0.005, From: w, To: updates}},
		})
	}
	panels, err := compare(p, epochs, variants...)
	if err != nil {
		return err
	}
	p.Figure("warmup", "Warmup before a cosine", figure.Figure{Panels: panels, Columns: 3})
	return nil
}
