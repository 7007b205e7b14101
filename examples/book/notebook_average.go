package main

import (
	"fmt"
	"math"

	"descent/internal/figure"
	"descent/optimizers"
)

var notebookExperiments = []experiment{
	{id: "003.average", title: "Exponentially weighted averages", run: notebookAverage},
	{id: "003.scalar", title: "Momentum in 1D", run: notebookScalar},
	{id: "003.descent", title: "x₀² + 100x₁²: gradient descent with large step size", run: notebookDescent},
	{id: "003.momentum", title: "x₀² + 100x₁²: momentum", run: notebookMomentum},
	{id: "003.rmsprop", title: "x₀² + 100x₁²: RMSprop", run: notebookRMSProp},
	{id: "003.adam", title: "x₀² + 100x₁²: Adam", run: notebookAdamRun},
	{id: "003.conditioning", title: "Rosenbrock's function and its condition number", run: rosenbrockConditioning},
	{id: "003.gradient", title: "Checking a gradient", run: rosenbrockGradient},
	{id: "003.rosenbrock", title: "Gradient descent on Rosenbrock's function", run: rosenbrockDescent},
	{id: "003.newton", title: "Newton's step", run: notebookNewton},
	{id: "003.neldermead", title: "Nelder–Mead", run: notebookNelderMead},
	{id: "003.bfgs", title: "BFGS", run: notebookBFGS},
	{id: "003.newtoncg", title: "Newton-CG", run: notebookNewtonCG},
}

// The averages of the notebook, as it prints them but for the length of y.

func ewa(y []float64, beta float64) []float64 {
	zs := make([]float64, len(y))
	z := 0.0
	for i := range y {
		z = beta*z + (1-beta)*y[i]
		zs[i] = z
	}
	return zs
}

func ewabc(y []float64, beta float64) []float64 {
	zs := make([]float64, len(y))
	z := 0.0
	for i := range y {
		z = beta*z + (1-beta)*y[i]
		zs[i] = z / (1 - math.Pow(beta, float64(i+1)))
	}
	return zs
}

// notebookSignal is the notebook's y, at x = 0, π, 2π, …
func notebookSignal() (x, y []float64) {
	for i := range 50 {
		v := float64(i) * math.Pi
		x, y = append(x, v), append(y, math.Cos(v)*math.Exp(v/100)-10*math.Exp(-0.01*v))
	}
	return x, y
}

func notebookAverage(p *page) error {
	const beta = 0.9
	p.say("An exponentially weighted average of y, z ← βz + (1−β)y from z = 0, smooths. It starts too close to zero; dividing by 1 − βᵗ, the sum of its weights, corrects this. `optimizers.EWA` steps along such an average: with y as the gradients, its steps are the notebook's averages.")
	x, y := notebookSignal()
	plain, err := feedRule(optimizers.EWA{Beta: beta}, y)
	if err != nil {
		return err
	}
	corrected, err := feedRule(optimizers.EWA{Beta: beta, Correction: optimizers.CorrectionBias}, y)
	if err != nil {
		return err
	}
	asPrinted, err := feedRule(optimizers.EWA{Beta: beta, Correction: optimizers.CorrectionAsPrinted}, y)
	if err != nil {
		return err
	}
	panel := figure.Panel{XLabel: "x", YLabel: "y", Series: []figure.Series{
		{Name: "y", X: x, Y: y},
		{Name: "EWA", X: x, Y: plain, Style: figure.Solid},
		{Name: "EWA with bias correction", X: x, Y: corrected, Style: figure.Solid},
		{Name: "EWA / (1 + βᵗ), the printed momentum", X: x, Y: asPrinted, Style: figure.Dashed},
	}}
	p.figure("averages", "Averages of y, β = 0.9", figure.Figure{Panels: []figure.Panel{panel}})
	p.exact("largest difference between the 50 averages of ewa and of optimizers.EWA", num(0), num(furthest(ewa(y, beta), plain)))
	p.exact("largest difference between the 50 averages of ewabc and of optimizers.EWA with correction", num(0), num(furthest(ewabc(y, beta), corrected)))
	p.exact("first corrected average (ours), and the first y (printed)", y[:1], corrected[:1])

	p.say("The notebook's table gives the contributions of five iterations to the fifth average.")
	sum := 0.0
	for i := range 5 {
		one := make([]float64, 5)
		one[i] = 1
		z, err := feedRule(optimizers.EWA{Beta: beta}, one)
		if err != nil {
			return err
		}
		p.exact(fmt.Sprintf("contribution of iteration %d; the printed value is β^%d(1 − β)", i+1, 4-i), num(math.Pow(beta, float64(4-i))*(1-beta)), num(z[4]))
		sum += z[4]
	}
	p.exact("sum of the contributions, which is 1 − β⁵", num(1-math.Pow(beta, 5)), num(sum))

	first, err := feedRule(optimizers.EWA{Beta: beta}, []float64{1})
	if err != nil {
		return err
	}
	p.erratum("fraction of the current value in the average", num(beta), first, math.Abs(first[0]-(1-beta)) < 1e-12,
		"printed \u201cadds a fraction β of the current value\u201d: it adds a fraction 1 − β, as in the table and the code.")

	// Both functions run over the n of the first cell, whatever y they are given.
	longer := append(append([]float64(nil), y...), y[:10]...)
	zs := make([]float64, len(longer))
	copy(zs, ewa(longer[:50], beta))
	right := ewa(longer, beta)
	p.erratum("last average of a y of 60 values", num(zs[59]), num(right[59]), zs[59] == 0 && right[59] != 0,
		"ewa and ewabc loop to the global n = 50 instead of len(y): averages after the fiftieth stay zero, and a shorter y is an error.")
	return nil
}

// furthest is the largest difference of two vectors, element by element.
func furthest(a, b []float64) (d float64) {
	for i := range a {
		d = math.Max(d, math.Abs(a[i]-b[i]))
	}
	return d
}
