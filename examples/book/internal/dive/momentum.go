package dive

import (
	"fmt"
	"math"

	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/optimizers"
	"descent/optimizers/minimize"
)

var momentumExperiments = []page.Experiment{
	{
		ID: "11.6.ravine", Title: "An ill-conditioned problem", Run: ravine,
		Controls: "ravine", Formula: []string{`x ← x − η ∇f(x)`},
	},
	{
		ID: "11.6.method", Title: "The momentum method", Run: momentumMethod,
		Controls: "momentum", Formula: []string{`v ← β v + ∇f(x)`, `x ← x − η v`},
	},
	{ID: "11.6.weight", Title: "Effective sample weight", Run: sampleWeight},
	{
		ID: "11.6.airfoil", Title: "Practical experiments", Run: momentumAirfoil,
		Formula: []string{`v ← β v + g`, `x ← x − η v`},
	},
	{ID: "11.6.quadratic", Title: "Quadratic convex functions", Run: quadraticFunctions},
	{ID: "11.6.scalar", Title: "Scalar functions", Run: scalarFunctions},
	{ID: "11.6.parameters", Title: "Exercises 1 and 4: momentum, rate and noise", Run: momentumParameters, Exercises: []int{1, 4}},
	{ID: "11.6.eigenvalues", Title: "Exercise 2: many eigenvalues", Run: manyEigenvalues, Exercises: []int{2}},
	{ID: "11.6.minimizer", Title: "Exercise 3: minimizer and minimum of a quadratic function", Run: quadraticMinimizer, Exercises: []int{3}},
}

// ravineRun is a run of twenty steps in the ravine and what the book prints of it.
type ravineRun struct {
	title   string
	rule    optimizers.Rule
	rate    float64
	printed []float64
}

// ravineRuns draws runs side by side and judges where they end.
func ravineRuns(p *page.Page, name, caption string, runs ...ravineRun) error {
	var f figure.Figure
	for _, r := range runs {
		path, err := paths.Descend(p.Ctx, paths.Ravine, paths.BookStart, 20, r.rule, r.rate)
		if err != nil {
			return err
		}
		panel, err := fitted(paths.RavineWindow, path).Panel(r.title, paths.Labeled{Path: path})
		if err != nil {
			return err
		}
		f.Panels = append(f.Panels, panel)
		p.Rounded(6, r.title+": x after 20 steps", r.printed, paths.End(path))
	}
	p.Figure(name, caption, f)
	return nil
}

// fitted is a window that a path does not leave, unless it goes far.
func fitted(l paths.Landscape, path minimize.Path) paths.Landscape {
	const far = 8
	for _, x := range path.Points {
		if paths.Norm(x) < far {
			l.X = figure.Range{Min: min(l.X.Min, x[0]-0.2), Max: max(l.X.Max, x[0]+0.2)}
			l.Y = figure.Range{Min: min(l.Y.Min, x[1]-0.2), Max: max(l.Y.Max, x[1]+0.2)}
		}
	}
	return l
}

var ravineDescents = []ravineRun{
	{"η = 0.4", optimizers.SGD{}, 0.4, page.Num(-0.943467, -0.000073)},
	{"η = 0.6", optimizers.SGD{}, 0.6, page.Num(-0.387814, -1673.365109)},
}

func ravine(p *page.Page) error {
	p.Say("The function 0.1x₁² + 2x₂² is flat along x₁ and steep along x₂. With a rate of 0.4 descent creeps along x₁; with 0.6 it diverges along x₂.")
	return ravineRuns(p, "descent", "Gradient descent in the ravine, 20 steps from (−5, −2)", ravineDescents...)
}

var ravineMomenta = []ravineRun{
	{"β = 0.5", optimizers.SGD{Momentum: 0.5}, 0.6, page.Num(0.007188, 0.002553)},
	{"β = 0.25", optimizers.SGD{Momentum: 0.25}, 0.6, page.Num(-0.126340, -0.186632)},
}

func momentumMethod(p *page.Page) error {
	p.Say("A leaky sum of the gradients, v ← βv + g, accumulates along x₁ and cancels along x₂, so that momentum converges with a rate of 0.6.")
	return ravineRuns(p, "paths", "Momentum in the ravine, η = 0.6", ravineMomenta...)
}

func sampleWeight(p *page.Page) error {
	p.Say("The gradient of t steps ago has the weight γᵗ. The weights add up to 1/(1−γ).")
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
		s := paths.Against(fmt.Sprintf("γ = %.2f", gamma), w)
		s.Style = figure.Solid
		panel.Series = append(panel.Series, s)
		p.Check(fmt.Sprintf("sum of the weights for γ = %g; expected: 1/(1−γ)", gamma), page.Num(1/(1-gamma)), page.Num(sum))
	}
	p.Figure("weights", "How long a gradient is remembered", figure.Figure{Panels: []figure.Panel{panel}})
	return nil
}

var momentumAirfoilRuns = []airfoilRun{
	{"η 0.02, β 0.5", airfoil{rule: optimizers.SGD{Momentum: 0.5}, rate: 0.02}, page.Num(0.244), page.Num(0.053)},
	{"η 0.01, β 0.9", airfoil{rule: optimizers.SGD{Momentum: 0.9}, rate: 0.01}, page.Num(0.249), page.Num(0.054)},
	{"η 0.005, β 0.9", airfoil{rule: optimizers.SGD{Momentum: 0.9}, rate: 0.005}, page.Num(0.243, 0.246), page.Num(0.053, 0.035)},
}

func momentumAirfoil(p *page.Page) error {
	p.Say("Linear regression on the airfoil data, batches of 10, two epochs. The printed loss is from one seed; ours are from 999.")
	return airfoilRuns(p, momentumAirfoilRuns...)
}
