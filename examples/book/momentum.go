package main

import (
	"fmt"
	"math"

	"descent/autograd"
	"descent/internal/figure"
	"descent/optimizers"
)

var momentumExperiments = []experiment{
	{id: "11.6.ravine", title: "An ill-conditioned problem", run: ravine},
	{id: "11.6.method", title: "The momentum method", run: momentumMethod},
	{id: "11.6.weight", title: "Effective sample weight", run: sampleWeight},
	{id: "11.6.airfoil", title: "Practical experiments", run: momentumAirfoil},
	{id: "11.6.quadratic", title: "Quadratic convex functions", run: quadraticFunctions},
	{id: "11.6.scalar", title: "Scalar functions", run: scalarFunctions},
	{id: "11.6.eigenvalues", title: "Exercise 2: many eigenvalues", run: manyEigenvalues},
	{id: "11.6.minimizer", title: "Exercise 3: minimizer and minimum of a quadratic function", run: quadraticMinimizer},
}

// stretched is the ravine of 11.6 to 11.9, 0.1x₁² + 2x₂².
func stretched(x autograd.Var) autograd.Var {
	a, b := x.Index(0), x.Index(1)
	return autograd.Const(0.1).Mul(a.Square()).Add(autograd.Const(2).Mul(b.Square()))
}

// bookWindow is where the book draws its two-dimensional paths from (−5, −2).
var bookWindow = landscape{f: stretched, x: figure.Range{Min: -5.5, Max: 1}, y: figure.Range{Min: -3, Max: 2}}

var bookStart = []float64{-5, -2}

// ravineRun is a run of twenty steps in the ravine and what the book prints of it.
type ravineRun struct {
	title   string
	rule    optimizers.Rule
	rate    float64
	printed []float64
}

// ravineRuns draws runs side by side and judges where they end.
func ravineRuns(p *page, name, caption string, runs ...ravineRun) error {
	var f figure.Figure
	for _, r := range runs {
		path, err := p.descend(stretched, bookStart, 20, r.rule, r.rate)
		if err != nil {
			return err
		}
		panel, err := bookWindow.panel(r.title, labeled{path: path})
		if err != nil {
			return err
		}
		f.Panels = append(f.Panels, panel)
		p.rounded(6, r.title+": x after 20 steps", r.printed, endOf(path))
	}
	p.figure(name, caption, f)
	return nil
}

func ravine(p *page) error {
	p.say("The function 0.1x₁² + 2x₂² is flat along x₁ and steep along x₂. With a rate of 0.4 descent creeps along x₁; with 0.6 it diverges along x₂.")
	return ravineRuns(p, "descent", "Gradient descent in the ravine, 20 steps from (−5, −2)",
		ravineRun{"η = 0.4", optimizers.SGD{}, 0.4, num(-0.943467, -0.000073)},
		ravineRun{"η = 0.6", optimizers.SGD{}, 0.6, num(-0.387814, -1673.365109)})
}

func momentumMethod(p *page) error {
	p.say("A leaky sum of the gradients, v ← βv + g, accumulates along x₁ and cancels along x₂, so that momentum converges with a rate of 0.6.")
	return ravineRuns(p, "paths", "Momentum in the ravine, η = 0.6",
		ravineRun{"β = 0.5", optimizers.SGD{Momentum: 0.5}, 0.6, num(0.007188, 0.002553)},
		ravineRun{"β = 0.25", optimizers.SGD{Momentum: 0.25}, 0.6, num(-0.126340, -0.186632)})
}

func sampleWeight(p *page) error {
	p.say("The gradient of t steps ago has the weight γᵗ. The weights add up to 1/(1−γ).")
	panel := figure.Panel{Title: "Weight of past gradients", XLabel: "time", YLabel: "γᵗ"}
	for _, gamma := range []float64{0.95, 0.9, 0.6, 0} {
		var w []float64
		sum := 0.0
		for t := range 40 {
			w = append(w, math.Pow(gamma, float64(t)))
		}
		for t := range 10_000 {
			sum += math.Pow(gamma, float64(t))
		}
		s := against(fmt.Sprintf("γ = %.2f", gamma), w)
		s.Style = figure.Solid
		panel.Series = append(panel.Series, s)
		p.exact(fmt.Sprintf("sum of the weights for γ = %g; the printed value is 1/(1−γ)", gamma), num(1/(1-gamma)), num(sum))
	}
	p.figure("weights", "How long a gradient is remembered", figure.Figure{Panels: []figure.Panel{panel}})
	return nil
}

func momentumAirfoil(p *page) error {
	p.say("Linear regression on the airfoil data, batches of 10, two epochs. The printed loss is from one seed; ours are from 200.")
	return airfoilRuns(p,
		airfoilRun{"η 0.02, β 0.5", airfoil{rule: optimizers.SGD{Momentum: 0.5}, rate: 0.02}, num(0.244), num(0.053)},
		airfoilRun{"η 0.01, β 0.9", airfoil{rule: optimizers.SGD{Momentum: 0.9}, rate: 0.01}, num(0.249), num(0.054)},
		airfoilRun{"η 0.005, β 0.9", airfoil{rule: optimizers.SGD{Momentum: 0.9}, rate: 0.005}, num(0.243, 0.246), num(0.053, 0.035)})
}
