package main

import (
	"errors"
	"fmt"
	"math"

	"descent/internal/figure"
	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"
)

var rmspropExperiments = []experiment{
	{id: "11.8.weights", title: "Weights of past squared gradients", run: rmspropWeights},
	{id: "11.8.trace", title: "RMSProp in the ravine", run: rmspropTrace},
	{id: "11.8.airfoil", title: "RMSProp on the airfoil data", run: rmspropAirfoil},
	{id: "11.8.one", title: "Exercise 1: γ = 1", run: rmspropOne},
	{id: "11.8.rotated", title: "Exercise 2: the rotated ravine", run: rmspropRotated},
	{id: "11.8.lenet", title: "Exercise 3: Fashion-MNIST", lenet: true, run: rmspropLeNet},
	{id: "11.8.gamma", title: "Exercise 4: other γ", run: rmspropGammas},
}

// rmsprop is the book's rule with another γ.
func rmsprop(gamma float64) optimizers.RMSProp {
	r := optimizers.D2LRMSProp()
	r.Rho = gamma
	return r
}

func rmspropWeights(p *page) error {
	p.say("The squared gradient of t steps ago has the weight (1−γ)γᵗ; the weights add up to 1.")
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
		s := against(fmt.Sprintf("γ = %.2f", gamma), w)
		s.Style = figure.Solid
		panel.Series = append(panel.Series, s)
		p.exact(fmt.Sprintf("sum of the weights for γ = %g", gamma), num(1), num(sum))
	}
	p.figure("weights", "Weights of past squared gradients", figure.Figure{Panels: []figure.Panel{panel}})
	const gamma = 0.9
	half := math.Log(0.5) / math.Log(gamma)
	p.erratum("half-life of an observation at γ = 0.9, in steps", num(1/gamma), num(half), math.Abs(math.Pow(gamma, half)-0.5) < 1e-12,
		"printed as γ⁻¹, which is 1.1. The weight halves in log ½ / log γ steps; after 1/(1−γ) = 10 steps it has fallen to about 1/e.")
	return nil
}

func rmspropTrace(p *page) error {
	p.say("In the ravine of 11.6 with a rate of 0.4, where Adagrad almost stopped: RMSProp forgets the first large gradients and continues.")
	return ravineRuns(p, "path", "RMSProp in the ravine, 20 steps from (−5, −2)",
		ravineRun{"γ = 0.9, η = 0.4", optimizers.D2LRMSProp(), 0.4, num(-0.010599, 0)})
}

// mxnetRMSProp is what Gluon's rmsprop with gamma1 = 0.9 computes, ε being its
// default of 1e-8, inside the root.
func mxnetRMSProp() optimizers.RMSProp {
	return optimizers.RMSProp{Rho: 0.9, Eps: 1e-8, EpsInside: true}
}

func rmspropAirfoil(p *page) error {
	p.say("Linear regression on the airfoil data, batches of 10, two epochs, η = 0.01. The concise version is Gluon's, whose ε is 10⁻⁸. The two curves coincide.")
	return airfoilRuns(p,
		airfoilRun{"γ 0.9, from scratch", airfoil{rule: optimizers.D2LRMSProp(), rate: 0.01}, num(0.244), num(0.067)},
		airfoilRun{"γ 0.9, concise", airfoil{rule: mxnetRMSProp(), rate: 0.01}, num(0.243), num(0.036)})
}

func rmspropOne(p *page) error {
	p.say("With γ = 1 no gradient enters s, which stays zero. Every step is the gradient divided by √ε: plain descent with the rate η/√ε, a thousand times as large. With ordinary rates it explodes.")
	path, err := p.descend(stretched, bookStart, 20, rmsprop(1), 0.4)
	if err != nil && !errors.Is(err, optimizers.ErrNotFinite) {
		return err
	}
	tame, err := p.descend(stretched, bookStart, 20, rmsprop(1), 0.4e-3)
	if err != nil {
		return err
	}
	plain, err := p.descend(stretched, bookStart, 20, optimizers.SGD{}, 0.4)
	if err != nil {
		return err
	}
	panel := figure.Panel{
		Title: "γ = 1", XLabel: "step", YLabel: "f(x)", LogY: true,
		Series: []figure.Series{against("η = 0.4", path.Values), against("η = 0.0004", tame.Values)},
	}
	p.figure("one", "RMSProp with γ = 1 in the ravine", figure.Figure{Panels: []figure.Panel{panel}})
	p.exact("x after 20 steps: of plain descent with η = 0.4 (printed), and of this rule with η = 0.4·√ε (ours)", endOf(plain), endOf(tame))
	growth := path.Values[len(path.Values)-1] / path.Values[0]
	p.erratum("η = 0.4: ratio of the final to the initial value", nil, num(growth), growth > 1e6,
		"“What happens experimentally?” It explodes, because the divisor √(s + ε) stays √ε = 0.001.")
	return nil
}

func rmspropRotated(p *page) error {
	p.say("Like Adagrad, RMSProp has a rate for each coordinate and loses its advantage if the valley lies along a diagonal.")
	values, err := rotatedRuns(p, optimizers.D2LRMSProp(), 0.4)
	if err != nil {
		return err
	}
	p.erratum("RMSProp, η = 0.4: value after 20 steps in the ravine, in the rotated ravine, and on the function of the exercise", nil, values, values[1] > 100*values[0],
		"“What happens to the convergence?” It is much slower if the ravine is rotated by 45 degrees.")
	return nil
}

func rmspropLeNet(p *page) error {
	p.say("LeNet on Fashion-MNIST with RMSProp: constant rates of 0.001 and 0.01, and a rate that falls along a cosine.")
	data, err := p.fashion()
	if err != nil {
		return err
	}
	fall := lrsched.Cosine{Base: 0.001, To: p.epochs * data.train.Batches(lenetBatch)}
	return rateRuns(p, "lenet", "LeNet with RMSProp at several rates",
		lenetRun{"constant 0.001", lenet{rule: optimizers.D2LRMSProp(), schedule: lrsched.Constant(0.001)}},
		lenetRun{"constant 0.01", lenet{rule: optimizers.D2LRMSProp(), schedule: lrsched.Constant(0.01)}},
		lenetRun{"cosine from 0.001", lenet{rule: optimizers.D2LRMSProp(), schedule: fall}})
}

func rmspropGammas(p *page) error {
	p.say("With a small γ, a step is nearly η times the sign of the gradient. It does not get shorter near the minimum, and x oscillates about it. With γ = 0.99 the divisor still remembers the large initial gradients, which shortens the steps; with 0.9 it has forgotten them after forty steps, and the path leaves the minimum again. Raising γ during the optimization, or lowering η, keeps the steps short.")
	panel := figure.Panel{Title: "RMSProp in the ravine, η = 0.4", XLabel: "step", YLabel: "f(x)", LogY: true, YRange: figure.Range{Min: 1e-12, Max: 100}}
	var ends numbers
	for _, gamma := range []float64{0.1, 0.5, 0.9, 0.99} {
		path, err := p.follow(stretched, bookStart, 60, minimize.Descent{Rule: rmsprop(gamma), Schedule: lrsched.Constant(0.4)})
		if err != nil {
			return err
		}
		s := against(fmt.Sprintf("γ = %g", gamma), path.Values)
		s.Style = figure.Solid
		panel.Series = append(panel.Series, s)
		ends = append(ends, path.Values[20])
	}
	p.figure("gammas", "Value against steps for several γ", figure.Figure{Panels: []figure.Panel{panel}})
	p.info("value after 20 steps for γ = 0.1, 0.5, 0.9 and 0.99", nil, ends, "the sensitivity to γ, which the exercise asks for")
	return nil
}
