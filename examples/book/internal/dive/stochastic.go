package dive

import (
	"math"
	"sync"

	"descent/autograd"
	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/internal/rng"
	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"
)

var stochasticExperiments = []page.Experiment{
	{
		ID: "11.4.noise", Title: "Stochastic gradient updates", Run: noisyGradient,
		Controls: "noise", Formula: []string{`x ← x − η (∇f(x) + e)`},
	},
	{
		ID: "11.4.decay", Title: "Dynamic learning rate", Run: decayingRates,
		Formula: []string{`η(t) = η_0 e^{−λ t}`, `η(t) = η_0 {(β t + 1)}^{−α}`},
	},
	{ID: "11.4.piecewise", Title: "The three kinds of decay of (11.4.5)", Run: kindsOfDecay},
	{ID: "11.4.bound", Title: "The averaged point and its bound", Run: averagedPoint},
	{ID: "11.4.analysis", Title: "Convergence analysis, checked on |w − 10|", Run: analysisChecked},
	{ID: "11.4.samples", Title: "Sampling with and without replacement", Run: sampling},
	{ID: "11.4.distance", Title: "Exercise 1: distance from the optimum", Run: distanceBySchedule, Exercises: []int{1}},
	{ID: "11.4.equivalent", Title: "Exercise 2: noise on the gradient is noise on the data", Run: noiseAsData, Exercises: []int{2}},
	{ID: "11.4.replacement", Title: "Exercise 3: convergence with and without replacement", Run: replacementCompared, Exercises: []int{3}},
	{ID: "11.4.scales", Title: "Exercise 4: one large coordinate of the gradient", Run: scaledGradients, Exercises: []int{4}},
	{ID: "11.4.minima", Title: "Exercise 5: the minima of x²(1 + sin x)", Run: equalMinima, Exercises: []int{5}},
}

// noise is added to each coordinate of the gradient.
type noise struct{ mean, sd float64 }

var (
	noiseAsPrinted = noise{0.1, 1} // np.random.normal(0.1)
	noiseAsMeant   = noise{0, 1}   // np.random.normal()
)

// hook draws from a stream of its own for each seed.
func (n noise) hook(seed uint64) func(grad []float64, step int) {
	r := rng.New(seed, "book", "11.4.noise")
	return func(grad []float64, _ int) {
		for i := range grad {
			grad[i] += n.mean + n.sd*r.NormFloat64()
		}
	}
}

// noisyRuns are runs of stochastic gradient descent on x₁² + 2x₂² from
// (−5, −2), one for each seed from 1 on.
func noisyRuns(p *page.Page, n noise, schedule lrsched.Schedule, steps, seeds int) ([]minimize.Path, error) {
	idle := sync.Pool{}
	runs := make([]minimize.Path, seeds)
	err := eachSeed(seeds, func(k int) (err error) {
		o, ok := idle.Get().(*autograd.Objective) // one for each worker
		if !ok {
			if o, err = autograd.NewObjective(paths.Oval, 2); err != nil {
				return err
			}
		}
		defer idle.Put(o)
		runs[k], err = minimize.Run(p.Ctx, o.Evaluate, paths.BookStart, steps, minimize.Descent{
			Rule: optimizers.SGD{}, Schedule: schedule, Noise: n.hook(uint64(k + 1)),
		})
		return err
	})
	return runs, err
}

// ends are the last values of a coordinate.
func ends(walks []minimize.Path, coordinate int) (v []float64) {
	for _, path := range walks {
		v = append(v, paths.End(path)[coordinate])
	}
	return v
}

const stochasticSeeds = bandSeeds

// noisyPanels draws the first seed of each set of runs.
func noisyPanels(titles []string, runs ...[]minimize.Path) (panels []figure.Panel, err error) {
	for i, walks := range runs {
		panel, err := paths.OvalWindow.Panel(titles[i], paths.Labeled{Path: walks[0]})
		if err != nil {
			return nil, err
		}
		panels = append(panels, panel)
	}
	return panels, nil
}

// noisyOthers returns the runs that a printed point should exclude, by coordinate:
// other noise, a rate wrong by a fifth, and the schedules in more.
func noisyOthers(p *page.Page, schedule lrsched.Schedule, steps, seeds int, more ...lrsched.Schedule) (others [2][]page.Alternative, err error) {
	type other struct {
		name     string
		noise    noise
		schedule lrsched.Schedule
	}
	list := []other{
		{"noise of mean 0", noiseAsMeant, schedule},
		{"noise of deviation 0.1", noise{0.1, 0.1}, schedule},
		{"η·1.2", noiseAsPrinted, lrsched.Scale{By: 1.2, Then: schedule}},
		{"η/1.2", noiseAsPrinted, lrsched.Scale{By: 1 / 1.2, Then: schedule}},
	}
	for _, s := range more {
		list = append(list, other{"constant rate", noiseAsPrinted, s})
	}
	for _, o := range list {
		runs, err := noisyRuns(p, o.noise, o.schedule, steps, seeds)
		if err != nil {
			return others, err
		}
		for i := range others {
			others[i] = append(others[i], page.Alternative{Name: o.name, Values: ends(runs, i)})
		}
	}
	return others, nil
}

func noisyGradient(p *page.Page) error {
	p.Say("To simulate stochastic gradients, the text adds noise to the gradient of x₁² + 2x₂², and says that its mean is 0. Its program draws from `np.random.normal(0.1)`, with mean 0.1 and standard deviation 1. The printed point is that of the program. We run both kinds of noise for 50 steps with η = 0.1.")
	rate := lrsched.Constant(0.1)
	printed, err := noisyRuns(p, noiseAsPrinted, rate, 50, stochasticSeeds)
	if err != nil {
		return err
	}
	meant, err := noisyRuns(p, noiseAsMeant, rate, 50, stochasticSeeds)
	if err != nil {
		return err
	}
	others, err := noisyOthers(p, rate, 50, stochasticSeeds)
	if err != nil {
		return err
	}
	for i, lambda := range []float64{2, 4} {
		name := []string{"x₁", "x₂"}[i]
		p.Band(page.Band{Quantity: "normal(0.1): " + name + " after 50 steps", Printed: []float64{-0.522513, 0.085780}[i], Decimals: 6, Ours: ends(printed, i), Others: others[i]})
		// x ← (1 − ηλ)x − η·noise has the fixed point −mean/λ.
		keep := math.Pow(1-0.1*lambda, 50)
		p.Expect("normal(0.1): mean of "+name+" (computed), and by theory from the mean of the noise (expected)", paths.BookStart[i]*keep-0.1/lambda*(1-keep), ends(printed, i))
		p.Expect("normal(): mean of "+name+" (computed), and by theory (expected)", paths.BookStart[i]*keep, ends(meant, i))
	}
	draws := make([]float64, 10_000) // of the noise alone
	noiseAsPrinted.hook(1)(draws, 0)
	m, sd := page.Moments(draws)
	p.Erratum("mean of 10,000 draws of normal(0.1) (document), and of the noise that the text describes (right)", page.Num(m), page.Num(0), m > 4*sd/100, page.Slip{
		Place: "11.4.1, the function sgd", Quote: "np.random.normal(0.1)",
		Right: "np.random.normal(), with mean 0 and standard deviation 1, as in later editions",
		Why:   "The text adds “random noise with a mean of 0”. The first argument is the mean, which pulls x away from the minimum by 0.1/λ. The standard deviation of 1 is intended: the path is “much more noisy” than before.",
	})
	panels, err := noisyPanels([]string{"As printed, normal(0.1)", "As meant, normal()"}, printed, meant)
	if err != nil {
		return err
	}
	p.Figure("paths", "Stochastic gradient descent with a constant rate, 50 steps, one seed", figure.Figure{Panels: panels})

	long, err := noisyRuns(p, noiseAsPrinted, rate, 500, 200)
	if err != nil {
		return err
	}
	early, late := distances(long, 50), distances(long, 500)
	a, sa := page.Moments(early)
	b, sb := page.Moments(late)
	p.Holds("mean distance from 0 after 50 and 500 steps", nil, page.Num(a, b), math.Abs(a-b) < 4*math.Hypot(sa, sb)/math.Sqrt(200), "“it will not improve after additional steps”: no difference beyond chance")
	return nil
}

// distances are those from 0 at a step.
func distances(walks []minimize.Path, step int) (d []float64) {
	for _, path := range walks {
		d = append(d, paths.Norm(path.Points[step]))
	}
	return d
}
