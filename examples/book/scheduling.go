package main

import (
	"fmt"
	"math"

	"descent/internal/figure"
	"descent/lrsched"
)

var schedulingExperiments = []experiment{
	{id: "11.11.schedules", title: "Schedulers and policies", run: schedules},
	{id: "11.11.ticks", title: "How often a scheduler is called", run: schedulerTicks},
	{id: "11.11.constant", title: "Toy problem: a constant rate", lenet: true, run: trainConstant},
	{id: "11.11.square-root", title: "Training with the square root", lenet: true, run: trainSquareRoot},
	{id: "11.11.multi-factor", title: "Training with several factors", lenet: true, run: trainMultiFactor},
	{id: "11.11.cosine", title: "Training with the cosine", lenet: true, run: trainCosine},
	{id: "11.11.warmup", title: "Training with warmup", lenet: true, run: trainWarmup},
	{id: "11.11.rates", title: "Exercise 1: a fixed rate", lenet: true, run: fixedRates},
	{id: "11.11.poly", title: "Exercise 2: the exponent of the decrease", lenet: true, run: polyExponents},
	{id: "11.11.warmup-length", title: "Exercise 4: how long warmup should last", lenet: true, run: warmupLengths},
	{id: "11.11.langevin", title: "Exercise 5: optimization and sampling", run: langevin},
}

// rates are those of the first n ticks.
func rates(s lrsched.Schedule, n int) numbers {
	v := make(numbers, n)
	for t := range v {
		v[t] = s.At(t)
	}
	return v
}

// farthest is the largest distance of two lists of equal length.
func farthest(a, b []float64) (d float64) {
	for i := range a {
		d = max(d, math.Abs(a[i]-b[i]))
	}
	return d
}

// counting makes a list of what f has at 0, 1, …, one call after another: f
// may have a state.
func counting(n int, f func(t float64) float64) numbers {
	v := make(numbers, n)
	for t := range v {
		v[t] = f(float64(t))
	}
	return v
}

func schedules(p *page) error {
	p.say("The five schedules of the section, as in its figures: the results of calling the scheduler with 0, 1, 2, … In `lrsched`, a schedule is a plain value without state, and updates count from 0. MXNet's milestones are the last tick of the old rate, so its figure is `MultiFactor` one tick later: `Shift{By: -1}`. The book's `FactorScheduler` multiplies before it returns the first rate: `Shift{By: 1}`.")
	cosineFormula := func(t float64) float64 { return 0.01 + (0.5-0.01)/2*(1+math.Cos(math.Pi*t/40)) }
	factorRate := 2.0
	var f figure.Figure
	f.Columns = 3
	for _, s := range []struct {
		title    string
		schedule lrsched.Schedule
		ticks    int
		book     func(t float64) float64
		check    string
	}{
		{
			"Square root, base 1",
			lrsched.SquareRoot{Base: 1},
			40,
			func(t float64) float64 { return 1 * math.Pow(t+1, -0.5) }, "square root: distance to η₀/√(t+1)",
		},
		{
			"Factor 0.9 from 2 down to 0.01",
			lrsched.Shift{By: 1, Then: lrsched.Factor{Base: 2, Factor: 0.9, Every: 1, Floor: 0.01}},
			50,
			func(float64) float64 { factorRate = max(0.01, factorRate*0.9); return factorRate }, "factor: distance to the printed class, called 50 times",
		},
		{
			"Multi-factor 0.5 at 15 and 30",
			lrsched.Shift{By: -1, Then: multiFactorOver(40)},
			40,
			(&mxMultiFactor{step: []float64{15, 30}, factor: 0.5, rate: 0.5}).ask, "multi-factor: distance to MXNet's class",
		},
		{
			"Cosine from 0.5 to 0.01", cosineOver(40), 40, cosineFormula, "cosine: distance to (11.11.1)",
		},
		{
			"Cosine with warmup of 5", warmupOver(40), 40,
			func(t float64) float64 {
				if t < 5 {
					return 0.5 * t / 5
				}
				return 0.01 + (0.5-0.01)*(1+math.Cos(math.Pi*(t-5)/35))/2
			}, "warmup: distance to MXNet's CosineScheduler",
		},
	} {
		ours := rates(s.schedule, s.ticks)
		series := against("", ours)
		series.Style = figure.Solid
		f.Panels = append(f.Panels, figure.Panel{
			Title: s.title, XLabel: "tick", YLabel: "learning rate", Series: []figure.Series{series},
			YRange: figure.Range{Max: math.Ceil(ours[0]*10+0.5) / 10},
		})
		if ours[0] == 0 {
			f.Panels[len(f.Panels)-1].YRange.Max = 0.6
		}
		p.exact(s.check, num(0), num(farthest(ours, counting(s.ticks, s.book))))
	}
	p.figure("schedules", "The rate at each tick of a schedule", f)

	byHand := lrsched.Join{{Then: lrsched.Constant(0.5)}, {From: 100, Then: lrsched.Constant(0.1)}}
	p.rounded(2, "rate after setting it by hand, here at update 100", num(0.10), num(byHand.At(100)))
	var drops numbers
	multi := multiFactorOver(40)
	for t := 1; t < 40; t++ {
		if multi.At(t) != multi.At(t-1) {
			drops = append(drops, float64(t))
		}
	}
	p.erratum("milestones of the multi-factor schedule in the text", num(5, 10, 20), drops, farthest(drops, num(15, 30)) == 0,
		"printed “s = {5, 10, 20} … we can implement this as follows”, followed by step=[15, 30].")
	p.erratum("factor: first rate of the figure", num(2*0.9), num(lrsched.Factor{Base: 2, Factor: 0.9, Every: 1, Floor: 0.01}.At(0)), p.agree(),
		"the figure starts at base · factor, as the class multiplies before it returns, and counts calls instead of using its argument. In the text η₀ is the base.")
	return nil
}

// agree says that no row so far differs.
func (p *page) agree() bool {
	for _, r := range p.rows {
		if !r.OK {
			return false
		}
	}
	return true
}

// mxMultiFactor is MXNet's MultiFactorScheduler, with its state.
type mxMultiFactor struct {
	step         []float64
	factor, rate float64
}

func (m *mxMultiFactor) ask(update float64) float64 {
	for len(m.step) > 0 && update > m.step[0] {
		m.step = m.step[1:]
		m.rate *= m.factor
	}
	return m.rate
}

func schedulerTicks(p *page) error {
	const updates = 235 // of 60,000 images in batches of 256
	p.say("The book's figures run from 0 to 40, and its training has 40 epochs. But a Gluon trainer calls its scheduler once per minibatch, and an epoch has %d minibatches, so the schedules in the figures end after a sixth of the first epoch. Dashed lines are the schedules that the text describes, by `lrsched.ByEpoch`; solid lines are those of the training.", updates)
	var panels []figure.Panel
	for _, s := range scheduledRuns[1:] {
		panel := figure.Panel{Title: s.name, XLabel: "epoch", YLabel: "learning rate", LogY: true, YRange: figure.Range{Min: 0.005, Max: 1}}
		for i, r := range s.readings(lenetEpochs, updates) {
			curve := figure.Series{Name: []string{"per minibatch", "per epoch"}[i], Style: []figure.Style{figure.Solid, figure.Dashed}[i]}
			for t := 0; t < lenetEpochs*updates; t += 5 {
				curve.X, curve.Y = append(curve.X, float64(t)/updates), append(curve.Y, r.schedule.At(t))
			}
			panel.Series = append(panel.Series, curve)
		}
		panels = append(panels, panel)
	}
	p.figure("ticks", "The same schedules over 40 epochs, called per minibatch and per epoch", figure.Figure{Panels: panels})

	over := 0
	for cosineRun.update.At(over) > 0.01 {
		over++
	}
	p.erratum("epochs in which the cosine of max_update=40 falls", num(40), num(float64(over+1)/updates), over == 39,
		"its 40 updates are 40 minibatches; the remaining 9,360 updates have the rate 0.01.")
	used := &mxMultiFactor{step: []float64{15, 30}, factor: 0.5, rate: 0.5}
	counting(40, used.ask)
	trained := used.ask(1)
	p.erratum("multi-factor: rate of the first update", num(0.5), num(trained), trained == multiFactorRun.update.At(0),
		"MXNet's scheduler counts the milestones that it has passed. Plotting it for 0 to 39 passed both, so all training used a quarter of the base rate.")
	p.exact("square root: rate of update 1; the printed value is 1/√(1+1)", num(math.Sqrt(0.5)), num(squareRootRun.update.At(0)))
	p.info("square root: rate of the last update", nil, num(squareRootRun.update.At(lenetEpochs*updates-1)),
		fmt.Sprintf("update %d; called per epoch it would be %.3f", lenetEpochs*updates, lrsched.SquareRoot{Base: 1}.At(lenetEpochs-1)))
	return nil
}
