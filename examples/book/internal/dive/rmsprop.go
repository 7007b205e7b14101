package dive

import (
	"errors"
	"fmt"
	"math"

	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"
)

var rmspropExperiments = []page.Experiment{
	{ID: "11.8.weights", Title: "Weights of past squared gradients", Run: rmspropWeights},
	{
		ID: "11.8.trace", Title: "RMSProp in the ravine", Run: rmspropTrace,
		Controls: "rmsprop", Formula: []string{`s ← γ s + (1 − γ) g^2`, `x ← x − \frac{η}{\sqrt{s + ε}} g`},
	},
	{
		ID: "11.8.airfoil", Title: "RMSProp on the airfoil data", Run: rmspropAirfoil,
		Formula: []string{`s ← γ s + (1 − γ) g^2`, `x ← x − \frac{η}{\sqrt{s + ε}} g`},
	},
	{ID: "11.8.one", Title: "Exercise 1: γ = 1", Run: rmspropOne, Exercises: []int{1}},
	{ID: "11.8.rotated", Title: "Exercise 2: the rotated ravine", Run: rmspropRotated, Exercises: []int{2}},
	{ID: "11.8.lenet", Title: "Exercise 3: Fashion-MNIST", LeNet: true, Run: rmspropLeNet, Exercises: []int{3}},
	{ID: "11.8.gamma", Title: "Exercise 4: other γ", Run: rmspropGammas, Exercises: []int{4}},
}

// rmsprop is the book's rule with another γ.
func rmsprop(gamma float64) optimizers.RMSProp {
	r := optimizers.D2LRMSProp()
	r.Rho = gamma
	return r
}

func rmspropWeights(p *page.Page) error {
	p.Say("The squared gradient of t steps ago has the weight (1−γ)γᵗ; the weights add up to 1.")
	panel := figure.Panel{Title: "Weight of past squared gradients", XLabel: "time", YLabel: "(1−γ)γᵗ"}
	for _, gamma := range []float64{0.95, 0.9, 0.8, 0.7} {
		var w []float64
		sum := 0.0
		for t := range 2000 {
			v := (1 - gamma) * math.Pow(gamma, float64(t))
			sum += v
			if t < 40 {
				w = append(w, v)
			}
		}
		s := paths.Against(fmt.Sprintf("γ = %.2f", gamma), w)
		s.Style = figure.Solid
		panel.Series = append(panel.Series, s)
		p.Check(fmt.Sprintf("sum of the weights for γ = %g", gamma), page.Num(1), page.Num(sum))
	}
	p.Figure("weights", "Weights of past squared gradients", figure.Figure{Panels: []figure.Panel{panel}})
	const gamma = 0.9
	half := math.Log(0.5) / math.Log(gamma)
	p.Erratum("half-life of an observation at γ = 0.9, in steps", page.Num(1/gamma), page.Num(half), math.Abs(math.Pow(gamma, half)-0.5) < 1e-12,
		page.Slip{
			Place: "11.8.1, after (11.8.2)", Quote: "a half-life time of an observation of γ⁻¹",
			Right: "log ½ / log γ",
			Why:   "γ⁻¹ is 1.1 for γ = 0.9. The weight halves in 6.6 steps, and is 1/e after 1/(1−γ) = 10.",
		})
	return nil
}

var ravineRMSProps = []ravineRun{
	{"γ = 0.9, η = 0.4", optimizers.D2LRMSProp(), 0.4, page.Num(-0.010599, 0)},
}

func rmspropTrace(p *page.Page) error {
	p.Say("In the ravine of 11.6 with a rate of 0.4, where Adagrad almost stopped: RMSProp forgets the first large gradients and continues.")
	return ravineRuns(p, "path", "RMSProp in the ravine, 20 steps from (−5, −2)", ravineRMSProps...)
}

// mxnetRMSProp is what Gluon's rmsprop with gamma1 = 0.9 computes, ε being its
// default of 1e-8, inside the root.
func mxnetRMSProp() optimizers.RMSProp {
	return optimizers.RMSProp{Rho: 0.9, Eps: 1e-8, EpsInside: true}
}

var rmspropAirfoilRuns = []airfoilRun{
	{"γ 0.9, from scratch", airfoil{rule: optimizers.D2LRMSProp(), rate: 0.01}, page.Num(0.244), page.Num(0.067)},
	{"γ 0.9, concise", airfoil{rule: mxnetRMSProp(), rate: 0.01}, page.Num(0.243), page.Num(0.036)},
}

func rmspropAirfoil(p *page.Page) error {
	p.Say("Linear regression on the airfoil data, batches of 10, two epochs, η = 0.01. The concise version is Gluon's, whose ε is 10⁻⁸.")
	return airfoilRuns(p, rmspropAirfoilRuns...)
}

func rmspropOne(p *page.Page) error {
	p.Say("With γ = 1 no gradient enters s, which stays zero. Every step is the gradient divided by √(s + ε) = √ε: plain descent with the rate η/√ε, a thousand times as large. With ordinary rates it explodes.")
	path, err := paths.Descend(p.Ctx, paths.Ravine, paths.BookStart, 20, rmsprop(1), 0.4)
	if err != nil && !errors.Is(err, optimizers.ErrNotFinite) {
		return err
	}
	tame, err := paths.Descend(p.Ctx, paths.Ravine, paths.BookStart, 20, rmsprop(1), 0.4e-3)
	if err != nil {
		return err
	}
	plain, err := paths.Descend(p.Ctx, paths.Ravine, paths.BookStart, 20, optimizers.SGD{}, 0.4)
	if err != nil {
		return err
	}
	panel := figure.Panel{
		Title: "γ = 1", XLabel: "step", YLabel: "f(x)", LogY: true,
		Series: []figure.Series{paths.Against("η = 0.4", path.Values), paths.Against("η = 0.0004", tame.Values)},
	}
	p.Figure("one", "RMSProp with γ = 1 in the ravine", figure.Figure{Panels: []figure.Panel{panel}})
	p.Check("x after 20 steps: of plain descent with η = 0.4 (expected), and of this rule with η = 0.4·√ε (computed)", paths.End(plain), paths.End(tame))
	growth := path.Values[len(path.Values)-1] / path.Values[0]
	p.Reply("η = 0.4: ratio of the final to the initial value", page.Num(growth), growth > 1e6, "It explodes: s stays 0, and the divisor √ε = 0.001.")
	return nil
}

func rmspropRotated(p *page.Page) error {
	p.Say("Like Adagrad, RMSProp has a rate for each coordinate and loses its advantage if the valley lies along a diagonal.")
	values, err := rotatedRuns(p, optimizers.D2LRMSProp(), 0.4)
	if err != nil {
		return err
	}
	p.Reply("RMSProp, η = 0.4: value after 20 steps in the ravine, in the rotated ravine, and on the function of the exercise", values, values[1] > 100*values[0],
		"It is much slower.")
	return nil
}

func rmspropLeNet(p *page.Page) error {
	p.Say("LeNet on Fashion-MNIST with RMSProp: constant rates of 0.001 and 0.01, and a rate that falls along a cosine.")
	data, err := findFashion(p)
	if err != nil {
		return err
	}
	fall := lrsched.Cosine{Base: 0.001, To: p.Epochs * data.train.Batches(lenetBatch)}
	return rateRuns(p, "lenet", "LeNet with RMSProp at several rates",
		lenetRun{"constant 0.001", lenet{rule: optimizers.D2LRMSProp(), schedule: lrsched.Constant(0.001)}},
		lenetRun{"constant 0.01", lenet{rule: optimizers.D2LRMSProp(), schedule: lrsched.Constant(0.01)}},
		lenetRun{"cosine from 0.001", lenet{rule: optimizers.D2LRMSProp(), schedule: fall}})
}

func rmspropGammas(p *page.Page) error {
	p.Say("With a small γ, a step is nearly η times the sign of the gradient. It does not get shorter near the minimum, and x oscillates about it. With γ = 0.99 the divisor still remembers the large initial gradients, which shortens the steps; with 0.9 it has forgotten them after forty steps, and the path leaves the minimum again. Raising γ during the optimization, or lowering η, keeps the steps short.")
	panel := figure.Panel{Title: "RMSProp in the ravine, η = 0.4", XLabel: "step", YLabel: "f(x)", LogY: true, YRange: figure.Range{Min: 1e-12, Max: 100}}
	var ends page.Numbers
	for _, gamma := range []float64{0.1, 0.5, 0.9, 0.99} {
		path, err := paths.Follow(p.Ctx, paths.Ravine, paths.BookStart, 60, minimize.Descent{Rule: rmsprop(gamma), Schedule: lrsched.Constant(0.4)})
		if err != nil {
			return err
		}
		s := paths.Against(fmt.Sprintf("γ = %g", gamma), path.Values)
		s.Style = figure.Solid
		panel.Series = append(panel.Series, s)
		ends = append(ends, path.Values[20])
	}
	p.Figure("gammas", "Value against steps for several γ", figure.Figure{Panels: []figure.Panel{panel}})
	p.Info("value after 20 steps for γ = 0.1, 0.5, 0.9 and 0.99", nil, ends, "the sensitivity to γ, which the exercise asks for")
	return nil
}
