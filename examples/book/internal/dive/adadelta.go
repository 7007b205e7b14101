package dive

import (
	"fmt"
	"math"

	"descent/autograd"
	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/optimizers"
)

var adadeltaExperiments = []page.Experiment{
	{
		ID: "11.9.algorithm", Title: "The algorithm", Run: adadeltaAlgorithm,
		Controls: "adadelta", Formula: []string{`s ← ρ s + (1 − ρ) g^2`, `g′ = \frac{\sqrt{Δ + ε}}{\sqrt{s + ε}} g`, `x ← x − g′`, `Δ ← ρ Δ + (1 − ρ) g′^2`},
	},
	{ID: "11.9.airfoil", Title: "Adadelta on the airfoil data", Run: adadeltaAirfoil},
	{ID: "11.9.rho", Title: "Exercise 1: other ρ", Run: adadeltaRhos, Exercises: []int{1}},
	{ID: "11.9.inplace", Title: "Exercise 2: without g′", Run: adadeltaInPlace, Exercises: []int{2}},
	{ID: "11.9.break", Title: "Exercise 3: is it free of a learning rate?", Run: adadeltaBreak, Exercises: []int{3}},
	{ID: "11.9.compare", Title: "Exercise 4: against Adagrad and RMSProp", Run: adadeltaCompare, Exercises: []int{4}},
}

// adadeltaLoop is the algorithm written out for one number and its gradient,
// accumulating what (11.9.1) prints, x², or what the code does, g′².
func adadeltaLoop(x, rho, eps float64, steps int, gradient func(x float64) float64, printed bool) (path []float64) {
	s, delta := 0.0, 0.0
	path = append(path, x)
	for range steps {
		g := gradient(x)
		s = rho*s + (1-rho)*g*g
		step := math.Sqrt(delta+eps) / math.Sqrt(s+eps) * g
		x -= step
		if printed {
			step = x
		}
		delta = rho*delta + (1-rho)*step*step
		path = append(path, x)
	}
	return path
}

// unitBowl is ½x².
func unitBowl(x autograd.Var) autograd.Var { return autograd.Const(0.5).Mul(x.Index(0).Square()) }

func adadeltaAlgorithm(p *page.Page) error {
	p.Say("Like RMSProp, Adadelta divides by the root of a leaky average of squared gradients. It also multiplies by the root of a leaky average of its own squared steps. Formula (11.9.1) averages x² instead of these steps; the code below it does not. (The text sets “η = 10⁻⁵”; the constant with this value in its code is ε.)")
	const steps = 200
	right := adadeltaLoop(1, 0.9, 1e-5, steps, func(x float64) float64 { return x }, false)
	wrong := adadeltaLoop(1, 0.9, 1e-5, steps, func(x float64) float64 { return x }, true)
	path, err := paths.Descend(p.Ctx, unitBowl, []float64{1}, steps, optimizers.D2LAdadelta(), 1)
	if err != nil {
		return err
	}
	farthest := 0.0
	for t, x := range path.Points {
		farthest = max(farthest, math.Abs(x[0]-right[t]))
	}
	p.Check("largest distance between the library's rule and the book's code", page.Num(0), page.Num(farthest))
	as, code := paths.Against("formula (11.9.1) as printed", wrong), paths.Against("the book's code", right)
	as.Style, code.Style = figure.Solid, figure.Solid
	p.Figure("printed", "Adadelta on ½x² from 1: the printed formula and the code", figure.Figure{Panels: []figure.Panel{{
		Title: "Adadelta on ½x²", XLabel: "step", YLabel: "x", Series: []figure.Series{as, code},
	}}})
	p.Erratum("x after 3 steps: by the printed formula (11.9.1), which accumulates x², and by the code", page.Num(wrong[3]), page.Num(right[3]), math.Abs(wrong[3]-right[3]) > 0.1,
		page.Slip{
			Place: "(11.9.1)", Quote: "Δxₜ = ρΔxₜ₋₁ + (1 − ρ)xₜ²",
			Right: "(1 − ρ)g′ₜ², as in the code",
			Why:   "Δx averages the squared steps. With x² the step depends on x, wherever the minimum is.",
		})
	half := math.Log(0.5) / math.Log(0.9)
	p.Erratum("half-life at ρ = 0.9, in steps", page.Num(10), page.Num(half), math.Abs(math.Pow(0.9, half)-0.5) < 1e-12,
		page.Slip{
			Place: "11.9.2, before the code", Quote: "Choosing ρ = 0.9 amounts to a half-life time of 10",
			Right: "a half-life of log ½ / log ρ, 6.6 steps",
			Why:   "After 1/(1−ρ) = 10 steps a weight has decayed to 1/e, not to one half.",
		})

	return nil
}

var adadeltaAirfoilRuns = []airfoilRun{
	{"ρ 0.9", airfoil{rule: optimizers.D2LAdadelta(), rate: 1}, page.Num(0.245, 0.243), page.Num(0.089, 0.089)},
}

func adadeltaAirfoil(p *page.Page) error {
	p.Say("Linear regression on the airfoil data, batches of 10, two epochs, ρ = 0.9. Gluon's version is the same rule with the same ε.")
	return airfoilRuns(p, adadeltaAirfoilRuns...)
}

// adadelta is the book's rule with another ρ.
func adadelta(rho float64) optimizers.Adadelta {
	r := optimizers.D2LAdadelta()
	r.Rho = rho
	return r
}

func adadeltaRhos(p *page.Page) error {
	p.Say("A larger ρ averages over more steps. The first steps have a length of about √ε/√(1−ρ), whatever the gradient, so a larger ρ starts with longer steps. Near the minimum all runs oscillate, as RMSProp does.")
	panel := figure.Panel{Title: "Adadelta in the ravine", XLabel: "step", YLabel: "f(x)", LogY: true, YRange: figure.Range{Min: 1e-6, Max: 100}}
	for _, rho := range []float64{0.5, 0.9, 0.99} {
		path, err := paths.Descend(p.Ctx, paths.Ravine, paths.BookStart, 3000, adadelta(rho), 1)
		if err != nil {
			return err
		}
		s := paths.Against(fmt.Sprintf("ρ = %g", rho), path.Values)
		s.Style = figure.Solid
		panel.Series = append(panel.Series, s)
		first := paths.BookStart[1] - path.Points[1][1]
		const g = 8 // 4·x₂ at the start
		p.Check(fmt.Sprintf("ρ = %g: length of the first step in x₂, by |g|·√ε/√((1−ρ)g² + ε)", rho), page.Num(g*math.Sqrt(1e-5/((1-rho)*g*g+1e-5))), page.Num(math.Abs(first)))
	}
	p.Figure("rhos", "Value against steps for several ρ", figure.Figure{Panels: []figure.Panel{panel}})
	return nil
}

func adadeltaInPlace(p *page.Page) error {
	p.Say("With r = √(Δx + ε)/√(s + ε), x ← x − r·g and Δx ← ρΔx + (1−ρ)(r·g)² does not need a vector g′. This saves memory for one vector and a pass over it. The library's rule works this way.")
	x, s, delta := 1.0, 0.0, 0.0
	for range 100 {
		s = 0.9*s + 0.1*x*x // the gradient of ½x² is x
		r := math.Sqrt(delta+1e-5) / math.Sqrt(s+1e-5)
		g := x
		x -= r * g
		delta = 0.9*delta + 0.1*(r*g)*(r*g)
	}
	right := adadeltaLoop(1, 0.9, 1e-5, 100, func(x float64) float64 { return x }, false)
	p.Check("x after 100 steps: with the vector g′, and without", page.Num(right[100]), page.Num(x))
	return nil
}

func adadeltaBreak(p *page.Page) error {
	p.Say("Adadelta has no learning rate, but ε takes its place: the first steps have a length of about √ε/√(1−ρ), here 0.01, in any unit of x. Started at a distance of 10⁶ from the minimum of ½x², Adadelta with ε = 10⁻⁵ hardly moves in 1,000 steps, while descent with η = 1 arrives in one.")
	far, err := paths.Descend(p.Ctx, unitBowl, []float64{1e6}, 1000, optimizers.D2LAdadelta(), 1)
	if err != nil {
		return err
	}
	plain, err := paths.Descend(p.Ctx, unitBowl, []float64{1e6}, 1, optimizers.SGD{}, 1)
	if err != nil {
		return err
	}
	left := paths.End(far)[0] / 1e6
	p.Reply("fraction of the distance left after 1,000 steps of Adadelta, and after one step of descent", page.Num(left, paths.End(plain)[0]/1e6), left > 0.9 && paths.End(plain)[0] == 0,
		"No: ε sets the scale of the steps.")
	return nil
}

func adadeltaCompare(p *page.Page) error {
	p.Say("In the ravine, with the rates of 11.7 and 11.8, RMSProp arrives first and then oscillates with steps as long as its rate. Adagrad converges, as its divisor stops growing once the gradients are small. Adadelta starts with tiny steps, accelerates, and finally oscillates too.")
	panel := figure.Panel{Title: "Adagrad, RMSProp and Adadelta", XLabel: "step", YLabel: "f(x)", LogY: true, YRange: figure.Range{Min: 1e-8, Max: 100}}
	var ends page.Numbers
	for _, r := range []struct {
		name string
		rule optimizers.Rule
		rate float64
	}{{"Adagrad, η = 0.4", optimizers.D2LAdagrad(), 0.4}, {"RMSProp, η = 0.4", optimizers.D2LRMSProp(), 0.4}, {"Adadelta", optimizers.D2LAdadelta(), 1}} {
		path, err := paths.Descend(p.Ctx, paths.Ravine, paths.BookStart, 1000, r.rule, r.rate)
		if err != nil {
			return err
		}
		s := paths.Against(r.name, path.Values)
		s.Style = figure.Solid
		panel.Series = append(panel.Series, s)
		ends = append(ends, path.Values[100])
	}
	p.Figure("compare", "Value against steps in the ravine", figure.Figure{Panels: []figure.Panel{panel}})
	p.Info("value after 100 steps of Adagrad, RMSProp and Adadelta", nil, ends, "from (−5, −2)")
	return nil
}
