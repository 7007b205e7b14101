package main

import (
	"fmt"
	"math"

	"descent/internal/figure"
	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"
)

// The rates of 11.4 with η₀ = 0.1, as formulas and as its programs have them,
// whose counter is 2 at the first step.
var (
	exponentialRate  = lrsched.ExponentialDecay(0.1, 0.1)
	polynomialRate   = lrsched.Polynomial{Base: 0.1, Beta: 0.1, Alpha: 0.5}
	exponentialCoded = lrsched.Shift{By: 2, Then: exponentialRate}
	polynomialCoded  = lrsched.Shift{By: 2, Then: polynomialRate}
)

func decayingRates(p *page) error {
	p.say("With an exponentially falling rate, the path stops before the minimum, however many steps there are. With a rate that falls like the root of the number of steps, it continues. We compare the printed points with the program as printed, with its noise and its counter, which is 2 at the first step.")
	titles := []string{"exponential, 1000 steps", "polynomial, 50 steps"}
	exponential, err := p.noisyRuns(noiseAsPrinted, exponentialCoded, 1000, 200)
	if err != nil {
		return err
	}
	polynomial, err := p.noisyRuns(noiseAsPrinted, polynomialCoded, 50, stochasticSeeds)
	if err != nil {
		return err
	}
	p.band(titles[0]+": x₁", 6, -0.862200, ends(exponential, 0))
	p.band(titles[0]+": x₂", 6, -0.019736, ends(exponential, 1))
	p.band(titles[1]+": x₁", 6, -0.024847, ends(polynomial, 0))
	p.band(titles[1]+": x₂", 6, 0.090820, ends(polynomial, 1))
	_, wide := moments(ends(polynomial, 0))
	constant, err := p.noisyRuns(noiseAsPrinted, lrsched.Constant(0.1), 50, 200)
	if err != nil {
		return err
	}
	_, widest := moments(ends(constant, 0))
	_, narrow := moments(ends(exponential, 0))
	p.add(some, "standard deviation of x₁: constant, polynomial, exponential", nil, num(widest, wide, narrow), exact, wide < widest && narrow < widest,
		"“the variance in the parameters is significantly reduced”")
	panels, err := noisyPanels(titles, exponential, polynomial)
	if err != nil {
		return err
	}
	p.figure("printed", "Decaying rates as printed, one seed", figure.Figure{Panels: panels})

	meantExponential, err := p.noisyRuns(noiseAsMeant, exponentialRate, 1000, 1)
	if err != nil {
		return err
	}
	meantPolynomial, err := p.noisyRuns(noiseAsMeant, polynomialRate, 50, 1)
	if err != nil {
		return err
	}
	if panels, err = noisyPanels(titles, meantExponential, meantPolynomial); err != nil {
		return err
	}
	p.say("The same with the intended noise, of standard deviation 0.1, and the rates of (11.4.5), which start at η₀.")
	p.figure("meant", "Decaying rates as intended, one seed", figure.Figure{Panels: panels})

	// Without noise x₁ ends at −5·Π(1 − 2η(t)).
	var stops [2]float64
	for i, s := range []lrsched.Schedule{exponentialCoded, exponentialRate} {
		path, err := p.follow(oval, bookStart, 1000, minimize.Descent{Rule: optimizers.SGD{}, Schedule: s})
		if err != nil {
			return err
		}
		stops[i] = endOf(path)[0]
	}
	keep := 1.
	for t := range 1000 {
		keep *= 1 - 0.2*math.Exp(-0.1*float64(t+2))
	}
	p.exact("exponential, without noise: the limit of x₁ (ours), and −5·Π(1 − 0.2e^(−0.1t)) from t = 2 (printed)", num(-5*keep), num(stops[0]))
	p.erratum("exponential: rate of the first step", num(0.1*math.Exp(-0.2)), num(exponentialRate.At(0)),
		exponentialCoded.At(0) == exponentialRate.At(2) && exponentialRate.At(0) == 0.1 && math.Abs(stops[0]) > math.Abs(stops[1])+0.1,
		fmt.Sprintf("The counter “ctr” starts at 1 and is incremented before it is used. So the rates of t = 0 and 1 in (11.4.5) are skipped, also in the polynomial decay. Without noise x₁ stops at %.3f instead of %.3f.", stops[0], stops[1]))
	return nil
}

func kindsOfDecay(p *page) error {
	p.say("The three kinds of decay, from η₀ = 0.1: piecewise constant (a tenth each time at t = 50 and 100), exponential with λ = 0.1, and polynomial with β = 0.1 and α = ½.")
	pieces := lrsched.MultiFactor{Base: 0.1, Factor: 0.1, Milestones: []int{50, 100}}
	list := []struct {
		name     string
		schedule lrsched.Schedule
		formula  func(t float64) float64
	}{
		{"piecewise constant", pieces, func(t float64) float64 {
			switch {
			case t < 50:
				return 0.1
			case t < 100:
				return 0.01
			}
			return 0.001
		}},
		{"exponential", exponentialRate, func(t float64) float64 { return 0.1 * math.Exp(-0.1*t) }},
		{"polynomial", polynomialRate, func(t float64) float64 { return 0.1 / math.Sqrt(0.1*t+1) }},
	}
	rates := figure.Panel{Title: "Rate", XLabel: "step", YLabel: "η", LogY: true, YRange: figure.Range{Min: 1e-5, Max: 0.2}}
	var panels []figure.Panel
	for _, l := range list {
		var values []float64
		worst := 0.0
		for t := range 150 {
			v := l.schedule.At(t)
			values = append(values, v)
			worst = max(worst, math.Abs(v/l.formula(float64(t))-1))
		}
		p.exact(l.name+": largest relative difference from (11.4.5) over 150 steps", num(0), num(worst))
		s := against(l.name, values)
		s.Style = figure.Solid
		rates.Series = append(rates.Series, s)
	}
	paths, err := p.noisyRuns(noiseAsMeant, pieces, 150, stochasticSeeds)
	if err != nil {
		return err
	}
	panels, err = noisyPanels([]string{"Piecewise constant, 150 steps"}, paths)
	if err != nil {
		return err
	}
	_, before := moments(coordinates(paths, 50))
	_, after := moments(coordinates(paths, 150))
	p.add(some, "piecewise constant: standard deviation of x₁ after 50 and 150 steps", nil, num(before, after), band, after < before/2, "each drop of the rate lets the noise average out")
	p.erratum("rate at t = t₁ = 50: both values by (11.4.5), and ours", num(0.1, 0.01), num(pieces.At(50)), pieces.At(49) == 0.1 && math.Abs(pieces.At(50)-0.01) < 1e-15,
		"printed tᵢ ≤ t ≤ tᵢ₊₁, which gives two rates at a milestone: one ≤ must be <. Ours drops at the milestone.")
	p.figure("rates", "Piecewise constant, exponential and polynomial decay", figure.Figure{Panels: append([]figure.Panel{rates}, panels...)})
	return nil
}

// coordinates are x₁ at a step.
func coordinates(paths []minimize.Path, step int) (v []float64) {
	for _, path := range paths {
		v = append(v, path.Points[step][0])
	}
	return v
}
