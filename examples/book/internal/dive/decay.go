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

// The rates of 11.4 with η₀ = 0.1, as in its formulas and as in its programs,
// whose counter is 2 at the first step.
var (
	exponentialRate  = lrsched.ExponentialDecay(0.1, 0.1)
	polynomialRate   = lrsched.Polynomial{Base: 0.1, Beta: 0.1, Alpha: 0.5}
	exponentialCoded = lrsched.Shift{By: 2, Then: exponentialRate}
	polynomialCoded  = lrsched.Shift{By: 2, Then: polynomialRate}
)

func decayingRates(p *page.Page) error {
	p.Say("With an exponentially falling rate, the path stops before the minimum, however many steps there are. With a rate that falls like the inverse root of the number of steps, it continues. We compare the printed points with the program as printed, with its noise and its counter, which is 2 at the first step.")
	titles := []string{"exponential, 1000 steps", "polynomial, 50 steps"}
	const enough = 200 // steps of the exponential rate: the others are shorter than 1e-9
	exponential, err := noisyRuns(p, noiseAsPrinted, exponentialCoded, enough, stochasticSeeds)
	if err != nil {
		return err
	}
	polynomial, err := noisyRuns(p, noiseAsPrinted, polynomialCoded, 50, stochasticSeeds)
	if err != nil {
		return err
	}
	for _, c := range []struct {
		title    string
		schedule lrsched.Schedule
		steps    int
		runs     []minimize.Path
		printed  [2]float64
	}{
		{titles[0], exponentialCoded, enough, exponential, [2]float64{-0.862200, -0.019736}},
		{titles[1], polynomialCoded, 50, polynomial, [2]float64{-0.024847, 0.090820}},
	} {
		others, err := noisyOthers(p, c.schedule, c.steps, len(c.runs), lrsched.Constant(0.1))
		if err != nil {
			return err
		}
		for i, v := range c.printed {
			p.Band(page.Band{Quantity: c.title + ": " + []string{"x₁", "x₂"}[i], Printed: v, Decimals: 6, Ours: ends(c.runs, i), Others: others[i]})
		}
	}
	_, wide := page.Moments(ends(polynomial, 0))
	constant, err := noisyRuns(p, noiseAsPrinted, lrsched.Constant(0.1), 50, 200)
	if err != nil {
		return err
	}
	_, widest := page.Moments(ends(constant, 0))
	_, narrow := page.Moments(ends(exponential, 0))
	p.Holds("standard deviation of x₁: constant, polynomial, exponential", nil, page.Num(widest, wide, narrow), wide < widest && narrow < widest,
		"“the variance in the parameters is significantly reduced”")
	panels, err := noisyPanels(titles, exponential, polynomial)
	if err != nil {
		return err
	}
	p.Figure("printed", "Decaying rates as printed, one seed", figure.Figure{Panels: panels})

	meantExponential, err := noisyRuns(p, noiseAsMeant, exponentialRate, 1000, 1)
	if err != nil {
		return err
	}
	meantPolynomial, err := noisyRuns(p, noiseAsMeant, polynomialRate, 50, 1)
	if err != nil {
		return err
	}
	if panels, err = noisyPanels(titles, meantExponential, meantPolynomial); err != nil {
		return err
	}
	p.Say("The same with noise of mean 0, and the rates of (11.4.5), which start at η₀.")
	p.Figure("meant", "Decaying rates as intended, one seed", figure.Figure{Panels: panels})

	// Without noise x₁ ends at −5·Π(1 − 2η(t)).
	var stops [2]float64
	for i, s := range []lrsched.Schedule{exponentialCoded, exponentialRate} {
		path, err := paths.Follow(p.Ctx, paths.Oval, paths.BookStart, 1000, minimize.Descent{Rule: optimizers.SGD{}, Schedule: s})
		if err != nil {
			return err
		}
		stops[i] = paths.End(path)[0]
	}
	keep := 1.
	for t := range 1000 {
		keep *= 1 - 0.2*math.Exp(-0.1*float64(t+2))
	}
	p.Check("exponential, without noise: the limit of x₁ (computed), and −5·Π(1 − 0.2e^(−0.1t)) from t = 2 (expected)", page.Num(-5*keep), page.Num(stops[0]))
	p.Erratum("exponential: rate of the first step", page.Num(0.1*math.Exp(-0.2)), page.Num(exponentialRate.At(0)),
		exponentialCoded.At(0) == exponentialRate.At(2) && exponentialRate.At(0) == 0.1 && math.Abs(stops[0]) > math.Abs(stops[1])+0.1,
		page.Slip{
			Place: "11.4.2, the code of exponential and polynomial", Quote: "ctr = 1",
			Right: "ctr = −1, or an increment after the use",
			Why:   fmt.Sprintf("The counter is incremented before its first use. So the rates of t = 0 and 1 in (11.4.5) are skipped. Without noise x₁ stops at %.3f instead of %.3f.", stops[0], stops[1]),
		})
	return nil
}

func kindsOfDecay(p *page.Page) error {
	p.Say("The three kinds of decay, from η₀ = 0.1: piecewise constant (divided by ten at t = 50 and at t = 100), exponential with λ = 0.1, and polynomial with β = 0.1 and α = ½.")
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
		p.Check(l.name+": largest relative difference from (11.4.5) over 150 steps", page.Num(0), page.Num(worst))
		s := paths.Against(l.name, values)
		s.Style = figure.Solid
		rates.Series = append(rates.Series, s)
	}
	walks, err := noisyRuns(p, noiseAsMeant, pieces, 150, stochasticSeeds)
	if err != nil {
		return err
	}
	panels, err = noisyPanels([]string{"Piecewise constant, 150 steps"}, walks)
	if err != nil {
		return err
	}
	_, before := page.Moments(coordinates(walks, 50))
	_, after := page.Moments(coordinates(walks, 150))
	p.Holds("piecewise constant: standard deviation of x₁ after 50 and 150 steps", nil, page.Num(before, after), after < before/2, "each drop of the rate lets the noise average out")
	p.Erratum("rate at t = t₁ = 50: both values by (11.4.5), and ours", page.Num(0.1, 0.01), page.Num(pieces.At(50)), pieces.At(49) == 0.1 && math.Abs(pieces.At(50)-0.01) < 1e-15,
		page.Slip{
			Place: "(11.4.5)", Quote: "if tᵢ ≤ t ≤ tᵢ₊₁",
			Right: "if tᵢ ≤ t < tᵢ₊₁",
			Why:   "At a milestone the printed formula has two rates. Ours drops there.",
		})
	p.Figure("rates", "Piecewise constant, exponential and polynomial decay", figure.Figure{Panels: append([]figure.Panel{rates}, panels...)})
	return nil
}

// coordinates are x₁ at a step.
func coordinates(walks []minimize.Path, step int) (v []float64) {
	for _, path := range walks {
		v = append(v, path.Points[step][0])
	}
	return v
}
