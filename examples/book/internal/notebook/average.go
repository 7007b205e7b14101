package notebook

import (
	"fmt"
	"math"

	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/optimizers"
)

var notebookExperiments = []page.Experiment{
	{
		ID: "003.average", Title: "Exponentially weighted averages", Run: notebookAverage,
		Formula: []string{`z ← β z + (1 − β) y`, `\hat{z} = \frac{z}{1 − β^t}`},
	},
	{
		ID: "003.scalar", Title: "Momentum in 1D", Run: notebookScalar,
		Formula: []string{`v ← β v + (1 − β) g`, `x ← x − α \frac{v}{1 − β^t}`},
	},
	{
		ID: "003.descent", Title: "x₀² + 100x₁²: gradient descent with large step size", Run: notebookDescent,
		Formula: []string{`x ← x − α g`},
	},
	{
		ID: "003.momentum", Title: "x₀² + 100x₁²: momentum", Run: notebookMomentum,
		Formula: []string{`v ← β v + (1 − β) g`, `x ← x − α \frac{v}{1 − β^t}`},
	},
	{
		ID: "003.rmsprop", Title: "x₀² + 100x₁²: RMSprop", Run: notebookRMSProp,
		Formula: []string{`v ← β v + (1 − β) g^2`, `x ← x − α \frac{g}{ε + \sqrt{v}}`},
	},
	{
		ID: "003.adam", Title: "x₀² + 100x₁²: Adam", Run: notebookAdamRun,
		Formula: []string{`m ← β_1 m + (1 − β_1) g`, `v ← β_2 v + (1 − β_2) g^2`, `x ← x − α \frac{\hat{m}}{ε + \sqrt{\hat{v}}}`},
	},
	{ID: "003.conditioning", Title: "Rosenbrock's function and its condition number", Run: rosenbrockConditioning},
	{ID: "003.gradient", Title: "Checking a gradient", Run: rosenbrockGradient},
	{
		ID: "003.rosenbrock", Title: "Gradient descent on Rosenbrock's function", Run: rosenbrockDescent,
		Controls: "rosenbrock", Formula: []string{`x ← x − α ∇f(x)`},
	},
	{
		ID: "003.newton", Title: "Newton's step", Run: notebookNewton,
		Formula: []string{`x ← x − \frac{f′(x)}{f″(x)}`},
	},
	{ID: "003.neldermead", Title: "Nelder–Mead", Run: notebookNelderMead},
	{
		ID: "003.bfgs", Title: "BFGS", Run: notebookBFGS,
		Formula: []string{`p = −B ∇f(x)`, `x ← x + t p`},
	},
	{
		ID: "003.newtoncg", Title: "Newton-CG", Run: notebookNewtonCG,
		Formula: []string{`H p = −∇f(x)`, `x ← x + t p`},
	},
}

// The averages of the notebook, as it prints them, except for the length of y.

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

func notebookAverage(p *page.Page) error {
	const beta = 0.9
	p.Say("An exponentially weighted average of y, z ← βz + (1−β)y from z = 0, smooths. It starts too close to zero; dividing by 1 − βᵗ, the sum of its weights, corrects this. `optimizers.EWA` steps along such an average: with y as the gradients, its steps are the notebook's averages.")
	x, y := notebookSignal()
	plain, err := paths.Feed(optimizers.EWA{Beta: beta}, y)
	if err != nil {
		return err
	}
	corrected, err := paths.Feed(optimizers.EWA{Beta: beta, Correction: optimizers.CorrectionBias}, y)
	if err != nil {
		return err
	}
	asPrinted, err := paths.Feed(optimizers.EWA{Beta: beta, Correction: optimizers.CorrectionAsPrinted}, y)
	if err != nil {
		return err
	}
	panel := figure.Panel{XLabel: "x", YLabel: "y", Series: []figure.Series{
		{Name: "y", X: x, Y: y},
		{Name: "EWA", X: x, Y: plain, Style: figure.Solid},
		{Name: "EWA with bias correction", X: x, Y: corrected, Style: figure.Solid},
		{Name: "EWA / (1 + βᵗ), the printed momentum", X: x, Y: asPrinted, Style: figure.Dashed},
	}}
	p.Figure("averages", "Averages of y, β = 0.9", figure.Figure{Panels: []figure.Panel{panel}})
	p.Check("largest difference between the 50 averages of ewa and of optimizers.EWA", page.Num(0), page.Num(paths.Farthest(ewa(y, beta), plain)))
	p.Check("largest difference between the 50 averages of ewabc and of optimizers.EWA with correction", page.Num(0), page.Num(paths.Farthest(ewabc(y, beta), corrected)))
	p.Check("first corrected average (computed), and the first y (expected)", y[:1], corrected[:1])

	p.Say("The notebook's table gives the contributions of five iterations to the fifth average.")
	sum := 0.0
	for i := range 5 {
		one := make([]float64, 5)
		one[i] = 1
		z, err := paths.Feed(optimizers.EWA{Beta: beta}, one)
		if err != nil {
			return err
		}
		p.Check(fmt.Sprintf("contribution of iteration %d; expected: β^%d(1 − β)", i+1, 4-i), page.Num(math.Pow(beta, float64(4-i))*(1-beta)), page.Num(z[4]))
		sum += z[4]
	}
	p.Check("sum of the contributions, which is 1 − β⁵", page.Num(1-math.Pow(beta, 5)), page.Num(sum))

	first, err := paths.Feed(optimizers.EWA{Beta: beta}, []float64{1})
	if err != nil {
		return err
	}
	p.Erratum("fraction of the current value in the average", page.Num(beta), first, math.Abs(first[0]-(1-beta)) < 1e-12,
		page.Slip{
			Place: "Exponentially weighted average", Quote: "adds a fraction β of the current value",
			Right: "a fraction 1 − β",
			Why:   "As in the table and the code below it.",
		})

	// Both functions run over the n of the first cell, whatever y they are given.
	longer := append(append([]float64(nil), y...), y[:10]...)
	zs := make([]float64, len(longer))
	copy(zs, ewa(longer[:50], beta))
	right := ewa(longer, beta)
	p.Erratum("last average of a y of 60 values", page.Num(zs[59]), page.Num(right[59]), zs[59] == 0 && right[59] != 0,
		page.Slip{
			Place: "ewa and ewabc, cells 4 and 5", Quote: "for i in range(n)",
			Right: "for i in range(len(y))",
			Why:   "n is the 50 of another cell. Averages of a longer y stay zero after the fiftieth, and a shorter y is an error.",
		})
	return nil
}
