package main

import (
	"fmt"
	"math"

	"descent/autograd"
	"descent/internal/figure"
	"descent/internal/rng"
	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"
)

var stochasticExperiments = []experiment{
	{id: "11.4.noise", title: "Stochastic gradient updates", run: noisyGradient},
	{id: "11.4.decay", title: "Dynamic learning rate", run: decayingRates},
	{id: "11.4.piecewise", title: "The three kinds of decay of (11.4.5)", run: kindsOfDecay},
	{id: "11.4.bound", title: "The averaged point and its bound", run: averagedPoint},
	{id: "11.4.analysis", title: "Convergence analysis, checked on |w − 10|", run: analysisChecked},
	{id: "11.4.samples", title: "Sampling with and without replacement", run: sampling},
	{id: "11.4.distance", title: "Exercise 1: distance from the optimum", run: distanceBySchedule},
	{id: "11.4.equivalent", title: "Exercise 2: noise on the gradient is noise on the data", run: noiseAsData},
	{id: "11.4.replacement", title: "Exercise 3: convergence with and without replacement", run: replacementCompared},
	{id: "11.4.minima", title: "Exercise 5: the minima of x²(1 + sin x)", run: equalMinima},
}

// noise is added to each coordinate of the gradient.
type noise struct{ mean, sd float64 }

var (
	noiseAsPrinted = noise{0.1, 1} // np.random.normal(0.1)
	noiseAsMeant   = noise{0, 0.1} // np.random.normal(0, 0.1)
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
func (p *page) noisyRuns(n noise, schedule lrsched.Schedule, steps, seeds int) ([]minimize.Path, error) {
	o, err := autograd.NewObjective(oval, 2)
	if err != nil {
		return nil, err
	}
	var paths []minimize.Path
	for seed := range seeds {
		path, err := minimize.Run(p.ctx, o.Evaluate, bookStart, steps, minimize.Descent{
			Rule: optimizers.SGD{}, Schedule: schedule, Noise: n.hook(uint64(seed + 1)),
		})
		if err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}

// ends are the last values of a coordinate.
func ends(paths []minimize.Path, coordinate int) (v []float64) {
	for _, path := range paths {
		v = append(v, endOf(path)[coordinate])
	}
	return v
}

// expect judges the mean of many samples: it lies within four of its standard
// errors of what theory has.
func (p *page) expect(quantity string, theory float64, samples []float64) {
	m, sd := moments(samples)
	se := sd / math.Sqrt(float64(len(samples)))
	p.add(some, quantity, num(theory), num(m), band, math.Abs(m-theory) <= 4*se, fmt.Sprintf("mean of %d, standard error %.2g", len(samples), se))
}

// inBand reports whether a number lies within four standard deviations of the
// mean of samples.
func inBand(v float64, samples []float64) bool {
	m, sd := moments(samples)
	return math.Abs(v-m) <= 4*sd
}

const stochasticSeeds = 400

// noisyPanels draws the first seed of each set of runs.
func noisyPanels(titles []string, runs ...[]minimize.Path) (panels []figure.Panel, err error) {
	for i, paths := range runs {
		panel, err := ovalWindow.panel(titles[i], labeled{path: paths[0]})
		if err != nil {
			return nil, err
		}
		panels = append(panels, panel)
	}
	return panels, nil
}

func noisyGradient(p *page) error {
	p.say("To simulate stochastic gradients, the text adds noise to the gradient of x₁² + 2x₂², with mean 0 as it says. But its program draws from `np.random.normal(0.1)`, with mean 0.1 and standard deviation 1. The printed point is from the program. We run both kinds of noise for 50 steps with η = 0.1.")
	rate := lrsched.Constant(0.1)
	printed, err := p.noisyRuns(noiseAsPrinted, rate, 50, stochasticSeeds)
	if err != nil {
		return err
	}
	meant, err := p.noisyRuns(noiseAsMeant, rate, 50, stochasticSeeds)
	if err != nil {
		return err
	}
	p.band("normal(0.1): x₁ after 50 steps", 6, -0.522513, ends(printed, 0))
	p.band("normal(0.1): x₂ after 50 steps", 6, 0.085780, ends(printed, 1))
	// x ← (1 − ηλ)x − η·noise has the fixed point −mean/λ.
	for i, lambda := range []float64{2, 4} {
		keep := math.Pow(1-0.1*lambda, 50)
		name := []string{"x₁", "x₂"}[i]
		p.expect("normal(0.1): mean of "+name+" (ours), and by theory from the mean of the noise (printed)", bookStart[i]*keep-0.1/lambda*(1-keep), ends(printed, i))
		p.expect("normal(0, 0.1): mean of "+name+" (ours), and by theory (printed)", bookStart[i]*keep, ends(meant, i))
	}
	m, _ := moments(ends(meant, 0))
	p.erratum("x₁ after 50 steps: printed, and mean with the intended noise (ours)", num(-0.522513), num(m), inBand(-0.522513, ends(printed, 0)) && !inBand(-0.522513, ends(meant, 0)),
		"for “random noise with a mean of 0” the program has normal(0.1), with mean 0.1 and standard deviation 1. It must be normal(0, 0.1), with standard deviation 0.1. The printed point is plausible only with normal(0.1).")
	panels, err := noisyPanels([]string{"As printed, normal(0.1)", "As meant, normal(0, 0.1)"}, printed, meant)
	if err != nil {
		return err
	}
	p.figure("paths", "Stochastic gradient descent with a constant rate, 50 steps, one seed", figure.Figure{Panels: panels})

	long, err := p.noisyRuns(noiseAsPrinted, rate, 500, 200)
	if err != nil {
		return err
	}
	early, late := distances(long, 50), distances(long, 500)
	a, sa := moments(early)
	b, sb := moments(late)
	p.add(some, "mean distance from 0 after 50 and 500 steps", nil, num(a, b), band, math.Abs(a-b) < 4*math.Hypot(sa, sb)/math.Sqrt(200), "“it will not improve after additional steps”: no difference beyond chance")
	return nil
}

// distances are those from 0 at a step.
func distances(paths []minimize.Path, step int) (d []float64) {
	for _, path := range paths {
		d = append(d, norm(path.Points[step]))
	}
	return d
}
