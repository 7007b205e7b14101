package dive

import (
	"fmt"
	"math"
	"slices"

	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/lrsched"
)

var schedulingExperiments = []page.Experiment{
	{
		ID: "11.11.schedules", Title: "Schedulers and policies", Run: schedules,
		Controls: "schedules", Formula: []string{`η_t = η_0 {(t + 1)}^{−\frac{1}{2}}`, `η_t = η_T + \frac{η_0 − η_T}{2} (1 + \cos(π t/T))`},
	},
	{ID: "11.11.ticks", Title: "How often a scheduler is called", Run: schedulerTicks},
	{ID: "11.11.constant", Title: "Toy problem: a constant rate", LeNet: true, Run: trainConstant},
	{ID: "11.11.square-root", Title: "Training with the square root", LeNet: true, Run: trainSquareRoot},
	{ID: "11.11.multi-factor", Title: "Training with several factors", LeNet: true, Run: trainMultiFactor},
	{ID: "11.11.cosine", Title: "Training with the cosine", LeNet: true, Run: trainCosine},
	{ID: "11.11.warmup", Title: "Training with warmup", LeNet: true, Run: trainWarmup},
	{ID: "11.11.rates", Title: "Exercise 1: a fixed rate", LeNet: true, Run: fixedRates, Exercises: []int{1}},
	{ID: "11.11.poly", Title: "Exercise 2: the exponent of the decrease", LeNet: true, Run: polyExponents, Exercises: []int{2}},
	{ID: "11.11.warmup-length", Title: "Exercise 4: how long warmup should last", LeNet: true, Run: warmupLengths, Exercises: []int{4}},
	{
		ID: "11.11.langevin", Title: "Exercise 5: optimization and sampling", Run: langevin,
		Exercises: []int{5}, Formula: []string{`x ← x − \frac{η}{2} N g + \sqrt{η} ξ`},
	},
}

// rates are those of the first n ticks.
func rates(s lrsched.Schedule, n int) page.Numbers {
	v := make(page.Numbers, n)
	for t := range v {
		v[t] = s.At(t)
	}
	return v
}

// counting returns the results of f for 0, 1, …, called in this order, as f may
// have state.
func counting(n int, f func(t float64) float64) page.Numbers {
	v := make(page.Numbers, n)
	for t := range v {
		v[t] = f(float64(t))
	}
	return v
}

func schedules(p *page.Page) error {
	p.Say("These are the five schedules of the section, and the second warmup mode that it names, as in its figures: the results of calling the scheduler with 0, 1, 2, … In `lrsched`, a schedule is a plain value without state, and updates count from 0. MXNet's milestones are the last tick of the old rate, so its figure is `MultiFactor` one tick later: `Shift{By: -1}`. The book's `FactorScheduler` multiplies before it returns the first rate, and counts calls instead of updates: `Shift{By: 1}`.")
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
		{
			"Cosine, constant warmup of 5 at 0.1",
			lrsched.Warmup{Steps: 5, Begin: 0.1, Constant: true, Then: lrsched.Cosine{Base: 0.5, Final: 0.01, From: 5, To: 40}},
			40,
			func(t float64) float64 {
				if t < 5 {
					return 0.1 // warmup_mode='constant', warmup_begin_lr=0.1
				}
				return 0.01 + (0.5-0.01)*(1+math.Cos(math.Pi*(t-5)/35))/2
			}, "constant warmup: distance to MXNet's CosineScheduler",
		},
	} {
		ours := rates(s.schedule, s.ticks)
		series := paths.Against("", ours)
		series.Style = figure.Solid
		f.Panels = append(f.Panels, figure.Panel{
			Title: s.title, XLabel: "tick", YLabel: "learning rate", Series: []figure.Series{series},
			YRange: figure.Range{Max: math.Ceil(slices.Max(ours)*10+0.5) / 10},
		})
		p.Check(s.check, page.Num(0), page.Num(paths.Farthest(ours, counting(s.ticks, s.book))))
	}
	p.Figure("schedules", "The rate at each tick of a schedule", f)

	var drops page.Numbers
	multi := multiFactorOver(40)
	for t := 1; t < 40; t++ {
		if multi.At(t) != multi.At(t-1) {
			drops = append(drops, float64(t))
		}
	}
	p.Erratum("milestones of the multi-factor schedule in the text", page.Num(5, 10, 20), drops, paths.Farthest(drops, page.Num(15, 30)) == 0,
		page.Slip{
			Place: "11.11.3, Multi Factor Scheduler", Quote: "s = {5, 10, 20}",
			Right: "s = {15, 30}",
			Why:   "The code that implements it has step=[15, 30].",
		})

	return nil
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

func schedulerTicks(p *page.Page) error {
	const updates = 235 // of 60,000 images in batches of 256
	p.Say("The book's figures run from 0 to 40, and its training has 40 epochs. But a Gluon trainer calls its scheduler once per minibatch, and an epoch has %d minibatches, so the schedules in the figures end after a sixth of the first epoch. Dashed lines are the schedules that the text describes, by `lrsched.ByEpoch`; solid lines are those that the training uses.", updates)
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
	p.Figure("ticks", "The same schedules over 40 epochs, called per minibatch and per epoch", figure.Figure{Panels: panels})

	over := 0
	for cosineRun.update.At(over) > 0.01 {
		over++
	}
	p.Erratum("epochs in which the cosine of max_update=40 falls", page.Num(40), page.Num(float64(over+1)/updates), over == 39,
		page.Slip{
			Place: "11.11.3, Cosine Scheduler", Quote: "we set the max update step T = 40",
			Right: "T = 9,400, the updates of 40 epochs",
			Why:   "The trainer calls the scheduler once per minibatch. So the cosine ends within the first epoch, and 9,360 updates have the rate 0.01.",
		})
	used := &mxMultiFactor{step: []float64{15, 30}, factor: 0.5, rate: 0.5}
	counting(40, used.ask)
	trained := used.ask(1)
	p.Erratum("multi-factor: rate of the first update", page.Num(0.5), page.Num(trained), trained == multiFactorRun.update.At(0),
		page.Slip{
			Place: "11.11.3, Multi Factor Scheduler, the code of the plot", Quote: "[scheduler(t) for t in range(num_epochs)]",
			Right: "a new scheduler for the training",
			Why:   "MXNet’s scheduler counts the milestones that it has passed. Plotting it for 0 to 39 passes both, so all training has a quarter of the base rate.",
		})
	p.Check("square root: rate of update 1; expected: 1/√(1+1)", page.Num(math.Sqrt(0.5)), page.Num(squareRootRun.update.At(0)))
	p.Info("square root: rate of the last update", nil, page.Num(squareRootRun.update.At(lenetEpochs*updates-1)),
		fmt.Sprintf("update %d; called per epoch it would be %.3f", lenetEpochs*updates, lrsched.SquareRoot{Base: 1}.At(lenetEpochs-1)))
	return nil
}
