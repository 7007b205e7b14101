package dive

import (
	"fmt"
	"math"

	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"
)

var adamExperiments = []page.Experiment{
	{
		ID: "11.10.algorithm", Title: "The algorithm", Run: adamAlgorithm,
		Controls: "adam", Formula: []string{`v ← β_1 v + (1 − β_1) g`, `s ← β_2 s + (1 − β_2) g^2`, `\hat{v} = \frac{v}{1 − {β_1}^t} , \hat{s} = \frac{s}{1 − {β_2}^t}`, `x ← x − η \frac{\hat{v}}{\sqrt{\hat{s}} + ε}`},
	},
	{
		ID: "11.10.airfoil", Title: "Adam and Yogi on the airfoil data", Run: adamAirfoil,
		Formula: []string{`s ← s + (1 − β_2) \sign(g^2 − s) g^2`},
	},
	{ID: "11.10.rates", Title: "Exercise 1: other rates", Run: adamRates, Exercises: []int{1}},
	{ID: "11.10.bias", Title: "Exercise 2: without a bias correction", Run: adamBias, Exercises: []int{2}},
	{ID: "11.10.decay", Title: "Exercise 3: why the rate has to fall", Run: adamDecay, Exercises: []int{3}},
	{ID: "11.10.diverge", Title: "Exercise 4: Adam diverges, Yogi converges", Run: adamDiverges, Exercises: []int{4}},
}

func adamAlgorithm(p *page.Page) error {
	p.Say("Adam keeps leaky averages of the gradient and of its square, and corrects both for their start at zero. Its first step is as long as the rate, whatever the gradient.")
	path, err := paths.Descend(p.Ctx, paths.Ravine, paths.BookStart, 20, optimizers.D2LAdam(), 0.4)
	if err != nil {
		return err
	}
	window := paths.RavineWindow
	window.X.Max = 2 // Adam overshoots
	panel, err := window.Panel("Adam, η = 0.4", paths.Labeled{Path: path})
	if err != nil {
		return err
	}
	p.Figure("path", "Adam in the ravine, 20 steps from (−5, −2)", figure.Figure{Panels: []figure.Panel{panel}})
	// η·g/(|g| + ε) for g = (−1, −8)
	p.Check("x after the first step, by η·g/(|g| + ε)", page.Num(-5+0.4/(1+1e-6), -2+0.4*8/(8+1e-6)), path.Points[1])
	const sHat, eps = 1e-8, 1e-6
	p.Erratum("factor of RMSProp's gradient for ŝ = 10⁻⁸: 1/√ŝ as printed, and by (11.8.1)", page.Num(1/math.Sqrt(sHat)), page.Num(1/math.Sqrt(sHat+eps)),
		math.Abs(1/math.Sqrt(sHat)-1/math.Sqrt(sHat+eps)) > 1000,
		page.Slip{
			Place: "11.10.1, after (11.10.3)", Quote: "1/(√ŝ + ε) instead of 1/√ŝ",
			Right: "in place of RMSProp’s 1/√(ŝ + ε)",
			Why:   "(11.8.1) has ε within the root.",
		})
	sum, beta := 0.0, 0.9
	for i := range 11 {
		sum += math.Pow(beta, float64(i))
	}
	p.Check("Σβⁱ for i = 0 to 10 and β = 0.9; expected: (1 − β¹¹)/(1 − β)", page.Num((1-math.Pow(beta, 11))/(1-beta)), page.Num(sum))
	return nil
}

var adamAirfoilRuns = []airfoilRun{
	{"Adam, from scratch", airfoil{rule: optimizers.D2LAdam(), rate: 0.01}, page.Num(0.244), page.Num(0.091)},
	{"Adam, concise", airfoil{rule: optimizers.MXNetAdam(), rate: 0.01}, page.Num(0.244), page.Num(0.039)},
	{"Yogi", airfoil{rule: optimizers.DefaultYogi(), rate: 0.01}, page.Num(0.244), page.Num(0.092)},
}

func adamAirfoil(p *page.Page) error {
	p.Say("Linear regression on the airfoil data, batches of 10, two epochs, η = 0.01: Adam from scratch (ε = 10⁻⁶), the concise version (Gluon's, which adds ε before the correction), and Yogi (ε = 10⁻³).")
	return airfoilRuns(p, adamAirfoilRuns...)
}

func adamRates(p *page.Page) error {
	p.Say("With a rate of 0.0001 the loss is still high after two epochs; with 0.1 it falls at once but keeps jumping.")
	panel := figure.Panel{Title: "Adam on the airfoil data", XLabel: "epoch", YLabel: "half the mean squared error", LogY: true}
	for _, rate := range []float64{0.0001, 0.001, 0.01, 0.1} {
		r, err := airfoil{rule: optimizers.D2LAdam(), rate: rate, seeds: 20}.run(p)
		if err != nil {
			return err
		}
		s := r.curve
		s.Name, s.Style = fmt.Sprintf("η = %g", rate), figure.Solid
		panel.Series = append(panel.Series, s)
		mean, sd := page.Moments(r.losses)
		p.Info(fmt.Sprintf("η = %g: loss after two epochs, and its standard deviation over seeds", rate), nil, page.Num(mean, sd), "20 seeds")
	}
	p.Figure("rates", "Loss over all 1,500 rows for several rates, one seed", figure.Figure{Panels: []figure.Panel{panel}})
	return nil
}

func adamBias(p *page.Page) error {
	p.Say("An average with β(t) = (β − βᵗ)/(1 − βᵗ) instead of β starts with v = g and needs no correction: it equals v̂ at every step.")
	const beta = 0.9
	v, own, worst := 0.0, 0.0, 0.0
	for t := 1; t <= 50; t++ {
		g := math.Sin(float64(t)) + 0.3
		v = beta*v + (1-beta)*g
		power := math.Pow(beta, float64(t))
		b := (beta - power) / (1 - power)
		own = b*own + (1-b)*g
		worst = max(worst, math.Abs(own-v/(1-power)))
	}
	p.Check("largest difference between this average and v̂ over 50 steps", page.Num(0), page.Num(worst))
	return nil
}

func adamDecay(p *page.Page) error {
	p.Say("Near the minimum the gradients are noise, and Adam divides them by their size. So its steps stay as long as the rate, and x does not come closer. On ½x² with normal noise, a rate that falls like 1/√t gets closer.")
	panel := figure.Panel{Title: "Adam on noisy ½x²", XLabel: "step", YLabel: "|x|, mean of 50 seeds", LogY: true}
	var ends page.Numbers
	for _, s := range []struct {
		name     string
		schedule lrsched.Schedule
	}{{"constant 0.1", lrsched.Constant(0.1)}, {"0.1/√t", lrsched.SquareRoot{Base: 0.1}}} {
		const steps = 4000
		mean := make([]float64, steps+1)
		for seed := range 50 {
			path, err := paths.Follow(p.Ctx, unitBowl, []float64{1}, steps, minimize.Descent{
				Rule: optimizers.D2LAdam(), Schedule: s.schedule, Noise: noise{sd: 1}.hook(uint64(seed)),
			})
			if err != nil {
				return err
			}
			for t, x := range path.Points {
				mean[t] += math.Abs(x[0]) / 50
			}
		}
		curve := figure.Series{Name: s.name, Style: figure.Solid}
		for t := 0; t <= steps; t += 20 {
			curve.X, curve.Y = append(curve.X, float64(t)), append(curve.Y, mean[t])
		}
		panel.Series = append(panel.Series, curve)
		tail := 0.0
		for _, v := range mean[steps-1000:] {
			tail += v / 1001
		}
		ends = append(ends, tail)
	}
	p.Figure("decay", "Distance from the minimum with noisy gradients", figure.Figure{Panels: []figure.Panel{panel}})
	p.Reply("mean distance over the last 1,000 of 4,000 steps, with a constant and with a falling rate", ends, ends[1] < ends[0]/2,
		"With a constant rate the distance does not shrink.")
	return nil
}

func adamDiverges(p *page.Page) error {
	p.Say("An example of Reddi et al. (2018): on [−1, 1] the slope is +3 in every third step and −1 in the others, so the best x is −1. Adam without momentum and with β₂ = 1/(1+9) divides the rare large gradient by its size and forgets it before the small ones come. It converges to +1, the worst point. Yogi and AMSGrad converge to −1.")
	slope := func(t int) float64 {
		if t%3 == 0 {
			return 3
		}
		return -1
	}
	const steps = 3000
	panel := figure.Panel{Title: "x kept in [−1, 1]", XLabel: "step", YLabel: "x"}
	ends := map[string]float64{}
	for _, r := range []struct {
		name string
		rule optimizers.Rule
	}{
		{"Adam", optimizers.Adam{Beta2: 0.1, Eps: 1e-8}},
		{"AMSGrad", optimizers.Adam{Beta2: 0.1, Eps: 1e-8, AMSGrad: true}},
		{"Yogi", optimizers.Yogi{Beta2: 0.99, Eps: 1e-3}},
	} {
		x, g := []float64{0}, []float64{0}
		o, err := optimizers.New(r.rule, []optimizers.Param[float64]{{Name: "x", Shape: []int{1}, Value: x, Grad: g}}, optimizers.Config{})
		if err != nil {
			return err
		}
		s := figure.Series{Name: r.name, Style: figure.Solid}
		for t := range steps {
			g[0] = slope(t)
			if err := o.Step(0.1 / math.Sqrt(float64(t+1))); err != nil {
				return err
			}
			x[0] = min(max(x[0], -1), 1)
			if t%10 == 0 {
				s.X, s.Y = append(s.X, float64(t)), append(s.Y, x[0])
			}
		}
		panel.Series = append(panel.Series, s)
		ends[r.name] = x[0]
	}
	p.Figure("diverge", "A convex problem on which Adam goes to the worst point, η = 0.1/√t", figure.Figure{Panels: []figure.Panel{panel}})
	p.Check("x after 3,000 steps of Adam: the worst point", page.Num(1), page.Num(ends["Adam"]))
	p.CheckTo(0.01, "x after 3,000 steps of AMSGrad: the best point", page.Num(-1), page.Num(ends["AMSGrad"]))
	p.CheckTo(0.01, "x after 3,000 steps of Yogi: the best point", page.Num(-1), page.Num(ends["Yogi"]))
	return nil
}
