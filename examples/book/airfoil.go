package main

import (
	"descent/datasets"
	"descent/internal/figure"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/trainer"
)

// airfoil is a linear regression on the airfoil data, as the book trains it from
// 11.5 on: 1,500 rows, half the mean squared error, initial weights from
// N(0, 0.01²), two epochs.
type airfoil struct {
	rule     optimizers.Rule
	rate     float64
	schedule lrsched.Schedule // if not nil, instead of rate
	batch    int              // if zero, 10
	epochs   int              // if zero, 2
	data     *datasets.Slices // if nil, the airfoil data
	test     *datasets.Slices // the data to measure the loss on; if nil, data
	seeds    int              // if zero, 200
}

// airfoilResult has the results of the seeds.
type airfoilResult struct {
	losses  []float64     // the final loss of each seed
	curve   figure.Series // loss against epochs, of the first seed
	seconds []float64     // per epoch, of each seed
}

// run trains a model for each seed.
func (a airfoil) run(p *page) (r airfoilResult, err error) {
	if a.data == nil {
		if a.data, err = datasets.Airfoil(); err != nil {
			return r, err
		}
	}
	if a.test == nil {
		a.test = a.data
	}
	for _, f := range []struct {
		value *int
		other int
	}{{&a.batch, 10}, {&a.epochs, 2}, {&a.seeds, 200}} {
		if *f.value == 0 {
			*f.value = f.other
		}
	}
	if a.schedule == nil {
		a.schedule = lrsched.Constant(a.rate)
	}
	for seed := range a.seeds {
		if err := a.fit(p, uint64(seed+1), &r); err != nil {
			return r, err
		}
	}
	return r, nil
}

func (a airfoil) fit(p *page, seed uint64, r *airfoilResult) error {
	model, err := nn.NewModel(nn.LinearRegression(), nn.Config{
		Input: a.data.InputShape(), Loss: nn.SquaredError{Half: true}, Seed: seed, Threads: 1,
	})
	if err != nil {
		return err
	}
	defer model.Close()
	updates := a.data.Batches(a.batch)
	t := trainer.Trainer{
		Model: model, Rule: a.rule, Schedule: a.schedule, Epochs: a.epochs, BatchSize: a.batch, Seed: seed,
	}
	if seed == 1 { // the book draws the loss at every two hundredth row
		t.EvalEverySteps = max(200/a.batch, 1)
	}
	history, err := t.Fit(p.ctx, a.data, a.test)
	if err != nil {
		return err
	}
	r.losses = append(r.losses, history.Last().Test.Loss)
	for _, e := range history.Evaluations {
		r.curve.X, r.curve.Y = append(r.curve.X, float64(e.Step)/float64(updates)), append(r.curve.Y, e.Test.Loss)
	}
	seconds := 0.0
	for _, e := range history.Epochs {
		seconds += e.Seconds / float64(a.epochs)
	}
	r.seconds = append(r.seconds, seconds)
	return nil
}

// airfoilRun is a training with its printed losses and times per epoch. Two losses
// are those from scratch and with the book's library.
type airfoilRun struct {
	title   string
	run     airfoil
	printed []float64
	seconds []float64
}

// judge checks the printed losses against those of the seeds.
func (a airfoilRun) judge(p *page, r airfoilResult) {
	for i, v := range a.printed {
		p.band(a.title+": loss"+a.how(i), 3, v, r.losses)
	}
}

// how names the i-th of two printed numbers.
func (a airfoilRun) how(i int) string {
	if len(a.printed) == 1 {
		return ""
	}
	return []string{" from scratch", ", concise"}[i]
}

// airfoilRuns runs all trainings, draws the loss of the first seed of each, and
// checks the printed losses against the range of all seeds. Times are not checked.
func airfoilRuns(p *page, runs ...airfoilRun) error {
	panel := figure.Panel{Title: "Airfoil", XLabel: "epoch", YLabel: "half the mean squared error", YRange: figure.Range{Min: 0.22, Max: 0.35}}
	for _, a := range runs {
		r, err := a.run.run(p)
		if err != nil {
			return err
		}
		r.curve.Name = a.title
		panel.Series = append(panel.Series, r.curve)
		a.judge(p, r)
		mean, _ := moments(r.seconds)
		for i, s := range a.seconds {
			p.info(a.title+": seconds per epoch"+a.how(i), num(s), num(mean), "the printed time is for 200 of 1,500 rows: see 11.5")
		}
	}
	p.figure("airfoil", "Loss over all 1,500 rows, one seed", figure.Figure{Panels: []figure.Panel{panel}})
	return nil
}
