package main

import (
	"fmt"
	"math"

	"descent/autograd"
	"descent/internal/figure"
	"descent/optimizers"
)

var adadeltaExperiments = []experiment{
	{id: "11.9.algorithm", title: "The algorithm", run: adadeltaAlgorithm},
	{id: "11.9.airfoil", title: "Adadelta on the airfoil data", run: adadeltaAirfoil},
	{id: "11.9.rho", title: "Exercise 1: other ρ", run: adadeltaRhos},
	{id: "11.9.inplace", title: "Exercise 2: without g′", run: adadeltaInPlace},
	{id: "11.9.break", title: "Exercise 3: is it free of a learning rate?", run: adadeltaBreak},
	{id: "11.9.compare", title: "Exercise 4: against Adagrad and RMSProp", run: adadeltaCompare},
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

func adadeltaAlgorithm(p *page) error {
	p.say("Like RMSProp, Adadelta divides by the root of a leaky average of squared gradients. It also multiplies by the root of a leaky average of its own squared steps. Formula (11.9.1) averages x² instead of these steps; the code below it does not.")
	const steps = 200
	right := adadeltaLoop(1, 0.9, 1e-5, steps, func(x float64) float64 { return x }, false)
	wrong := adadeltaLoop(1, 0.9, 1e-5, steps, func(x float64) float64 { return x }, true)
	path, err := p.descend(unitBowl, []float64{1}, steps, optimizers.D2LAdadelta(), 1)
	if err != nil {
		return err
	}
	farthest := 0.0
	for t, x := range path.Points {
		farthest = max(farthest, math.Abs(x[0]-right[t]))
	}
	p.exact("largest distance between the library's rule and the book's code", num(0), num(farthest))
	as, code := against("formula (11.9.1) as printed", wrong), against("the book's code", right)
	as.Style, code.Style = figure.Solid, figure.Solid
	p.figure("printed", "Adadelta on ½x² from 1: the printed formula and the code", figure.Figure{Panels: []figure.Panel{{
		Title: "Adadelta on ½x²", XLabel: "step", YLabel: "x", Series: []figure.Series{as, code},
	}}})
	p.erratum("x after 3 steps: by the printed formula (11.9.1), which accumulates x², and by the code", num(wrong[3]), num(right[3]), math.Abs(wrong[3]-right[3]) > 0.1,
		"Δx must accumulate the square of the step g′. With x² the step length depends on x, wherever the minimum is.")
	half := math.Log(0.5) / math.Log(0.9)
	p.erratum("half-life at ρ = 0.9, in steps", num(10), num(half), math.Abs(math.Pow(0.9, half)-0.5) < 1e-12,
		"printed as 10, which is 1/(1−ρ): after that many steps a weight has decayed to e⁻¹.")
	p.erratum("the constant with the value 10⁻⁵", num(1e-5), num(optimizers.D2LAdadelta().Eps), optimizers.D2LAdadelta().Eps == 1e-5,
		"printed \u201cη = 10⁻⁵\u201d, but the formula has no η. The constant is ε, as in the code.")
	return nil
}

func adadeltaAirfoil(p *page) error {
	p.say("Linear regression on the airfoil data, batches of 10, two epochs, ρ = 0.9. Gluon's version is the same rule with the same ε.")
	return airfoilRuns(p, airfoilRun{"ρ 0.9", airfoil{rule: optimizers.D2LAdadelta(), rate: 1}, num(0.245, 0.243), num(0.089, 0.089)})
}

// adadelta is the book's rule with another ρ.
func adadelta(rho float64) optimizers.Adadelta {
	r := optimizers.D2LAdadelta()
	r.Rho = rho
	return r
}

func adadeltaRhos(p *page) error {
	p.say("A larger ρ averages over more steps. The first steps have a length of about √ε/√(1−ρ), whatever the gradient, so a larger ρ starts with longer steps. Near the minimum all runs oscillate, as RMSProp does.")
	panel := figure.Panel{Title: "Adadelta in the ravine", XLabel: "step", YLabel: "f(x)", LogY: true, YRange: figure.Range{Min: 1e-6, Max: 100}}
	for _, rho := range []float64{0.5, 0.9, 0.99} {
		path, err := p.descend(stretched, bookStart, 3000, adadelta(rho), 1)
		if err != nil {
			return err
		}
		s := against(fmt.Sprintf("ρ = %g", rho), path.Values)
		s.Style = figure.Solid
		panel.Series = append(panel.Series, s)
		first := bookStart[1] - path.Points[1][1]
		const g = 8 // 4·x₂ at the start
		p.exact(fmt.Sprintf("ρ = %g: length of the first step in x₂, by |g|·√ε/√((1−ρ)g² + ε)", rho), num(g*math.Sqrt(1e-5/((1-rho)*g*g+1e-5))), num(math.Abs(first)))
	}
	p.figure("rhos", "Value against steps for several ρ", figure.Figure{Panels: []figure.Panel{panel}})
	return nil
}

func adadeltaInPlace(p *page) error {
	p.say("With r = √(Δx + ε)/√(s + ε), x ← x − r·g and Δx ← ρΔx + (1−ρ)(r·g)² does not need a vector g′. This saves memory for one vector and a pass over it. The library's rule works this way.")
	x, s, delta := 1.0, 0.0, 0.0
	for range 100 {
		s = 0.9*s + 0.1*x*x // the gradient of ½x² is x
		r := math.Sqrt(delta+1e-5) / math.Sqrt(s+1e-5)
		g := x
		x -= r * g
		delta = 0.9*delta + 0.1*(r*g)*(r*g)
	}
	right := adadeltaLoop(1, 0.9, 1e-5, 100, func(x float64) float64 { return x }, false)
	p.exact("x after 100 steps: with the vector g′, and without", num(right[100]), num(x))
	return nil
}

func adadeltaBreak(p *page) error {
	p.say("Adadelta has no learning rate, but ε takes its place: the first steps have the length √ε in any unit of x. Started at a distance of 10⁶ from the minimum of ½x², Adadelta with ε = 10⁻⁵ hardly moves in 1,000 steps, while descent with η = 1 arrives in one.")
	far, err := p.descend(unitBowl, []float64{1e6}, 1000, optimizers.D2LAdadelta(), 1)
	if err != nil {
		return err
	}
	plain, err := p.descend(unitBowl, []float64{1e6}, 1, optimizers.SGD{}, 1)
	if err != nil {
		return err
	}
	left := endOf(far)[0] / 1e6
	p.erratum("fraction of the distance left after 1,000 steps of Adadelta, and after one step of descent", nil, num(left, endOf(plain)[0]/1e6), left > 0.9 && endOf(plain)[0] == 0,
		"“Is Adadelta really learning rate free?” No: ε sets the scale of its steps and must fit the scale of x.")
	return nil
}

func adadeltaCompare(p *page) error {
	p.say("In the ravine, with the rates of 11.7 and 11.8, RMSProp arrives first and then oscillates with steps as long as its rate. Adagrad converges, as its divisor stops growing once the gradients are small. Adadelta starts with tiny steps, accelerates, and finally oscillates too.")
	panel := figure.Panel{Title: "Adagrad, RMSProp and Adadelta", XLabel: "step", YLabel: "f(x)", LogY: true, YRange: figure.Range{Min: 1e-8, Max: 100}}
	var ends numbers
	for _, r := range []struct {
		name string
		rule optimizers.Rule
		rate float64
	}{{"Adagrad, η = 0.4", optimizers.D2LAdagrad(), 0.4}, {"RMSProp, η = 0.4", optimizers.D2LRMSProp(), 0.4}, {"Adadelta", optimizers.D2LAdadelta(), 1}} {
		path, err := p.descend(stretched, bookStart, 1000, r.rule, r.rate)
		if err != nil {
			return err
		}
		s := against(r.name, path.Values)
		s.Style = figure.Solid
		panel.Series = append(panel.Series, s)
		ends = append(ends, path.Values[100])
	}
	p.figure("compare", "Value against steps in the ravine", figure.Figure{Panels: []figure.Panel{panel}})
	p.info("value after 100 steps of Adagrad, RMSProp and Adadelta", nil, ends, "from (−5, −2)")
	return nil
}
