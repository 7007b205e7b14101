package dive

import (
	"math"

	"descent/autograd"
	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/internal/rng"

	"gonum.org/v1/gonum/mat"
)

func derivativesAndConvexity(p *page.Page) error {
	p.Say("For a < x < b on ½x² the mean value theorem gives points α in [a, x] and β in [x, b] where f′ equals the slopes of the two pieces. As f″ ≥ 0, the second slope is the larger, and f(x) is below the chord from a to b.")
	curve, err := paths.CurveOf(halfSquare, "f(x)", -2, 2)
	if err != nil {
		return err
	}
	line, err := chord(halfSquare, -1.5, 1)
	if err != nil {
		return err
	}
	broken := figure.Series{Name: "a, x, b", Style: figure.Marked, X: page.Num(-1.5, -0.5, 1)}
	var slopes page.Numbers
	for _, x := range broken.X {
		broken.Y = append(broken.Y, x*x/2)
	}
	for i := range 2 {
		slopes = append(slopes, (broken.Y[i+1]-broken.Y[i])/(broken.X[i+1]-broken.X[i]))
	}
	p.Figure("mean", "Three points of ½x²", figure.Figure{Panels: []figure.Panel{{
		XLabel: "x", YLabel: "f(x)", Series: []figure.Series{curve, broken, line},
		Notes: []figure.Note{
			{X: -1.5, Y: broken.Y[0], Text: "a"}, {X: -0.5, Y: broken.Y[1], Text: "x"}, {X: 1, Y: broken.Y[2], Text: "b"},
		},
	}}})
	_, atAlpha, err := autograd.Gradient(halfSquare, []float64{-1})
	if err != nil {
		return err
	}
	_, atBeta, err := autograd.Gradient(halfSquare, []float64{0.25})
	if err != nil {
		return err
	}
	p.Check("slopes of the two pieces (computed), and f′(α) and f′(β) with α = −1 and β = ¼ (expected)", page.Num(atAlpha[0], atBeta[0]), slopes)
	p.YesNo("f(x) is below the chord from a to b", page.Num(1), page.Num(yes(broken.Y[1] < line.Y[0]+(line.Y[1]-line.Y[0])*0.4)))
	const eps = 1e-3
	quotient := (math.Exp(eps/2) + math.Exp(-eps/2) - 2) / (eps * eps)
	second, err := curvatures(expHalf, []float64{0})
	if err != nil {
		return err
	}
	p.CheckTo(1e-6, "(11.2.8) for exp(x/2) at 0: the quotient at ε = 0.001, by autograd", second, page.Num(quotient))
	half, err := curvatures(func(x autograd.Var) autograd.Var { return autograd.Const(0.5).Mul(x.Square().Sum()) }, []float64{1, -2, 3})
	if err != nil {
		return err
	}
	p.Check("eigenvalues of the Hessian of ½‖x‖² at (1, −2, 3)", page.Num(1, 1, 1), half)
	return nil
}

func logSumExp(p *page.Page) error {
	p.Say("The Hessian of log Σ exp(xᵢ) is diag(q) − qqᵀ with q the softmax of x. Its eigenvalues, by autograd at 200 points of four dimensions, are never negative. One is always zero, as adding a number to each xᵢ adds it to f.")
	f := func(x autograd.Var) autograd.Var { return x.Exp().Sum().Log() }
	o, err := autograd.NewObjective(f, 4)
	if err != nil {
		return err
	}
	r := rng.New(1, "book", "11.2.exercise4")
	least, away, different := math.Inf(1), 0.0, 0.0
	q := make([]float64, 4)
	for range 200 {
		x := normals(r, 4)
		if _, err := o.Evaluate(x, q); err != nil { // the gradient is the softmax
			return err
		}
		rows, err := o.Hessian(x)
		if err != nil {
			return err
		}
		h := mat.NewSymDense(4, nil)
		for i := range 4 {
			for j := i; j < 4; j++ {
				h.SetSym(i, j, rows[i][j])
				want := -q[i] * q[j]
				if i == j {
					want += q[i]
				}
				different = max(different, math.Abs(want-rows[i][j]))
			}
		}
		values, err := eigenvalues(h)
		if err != nil {
			return err
		}
		least, away = min(least, values[1]), max(away, math.Abs(values[0]))
	}
	p.Check("largest absolute value of the smallest eigenvalue", page.Num(0), page.Num(away))
	p.YesNo("the three other eigenvalues are positive at all points", page.Num(1), page.Num(yes(least > 0)))
	p.Check("largest difference between the Hessian and diag(q) − qqᵀ", page.Num(0), page.Num(different))
	return nil
}

func taylorRemainder(p *page.Page) error {
	p.Say("For f = exp(x/2) at x = 0 there is a ξ in [0, ε] with f(ε) = f(0) + εf′(0) + ½ε²f″(ξ). Found by bisection on f″, it is about ε/3.")
	o, err := autograd.NewObjective(expHalf, 1)
	if err != nil {
		return err
	}
	grad := []float64{0}
	f0, err := o.Evaluate([]float64{0}, grad)
	if err != nil {
		return err
	}
	var ratios, within, ones page.Numbers
	for _, eps := range []float64{1, 0.1, 0.01} {
		f, err := o.Evaluate([]float64{eps}, nil)
		if err != nil {
			return err
		}
		want := (f - f0 - eps*grad[0]) / (eps * eps / 2)
		var failed error
		xi := zeroOf(func(x float64) float64 {
			h, err := o.Hessian([]float64{x})
			if err != nil {
				failed = err
				return 0
			}
			return h[0][0] - want
		}, -1, 2)
		if failed != nil {
			return failed
		}
		ratios, within, ones = append(ratios, xi/eps), append(within, yes(xi >= 0 && xi <= eps)), append(ones, 1)
	}
	p.YesNo("ξ is within [0, ε] for ε = 1, 0.1, 0.01", ones, within)
	p.CheckTo(0.05, "ξ/ε for ε = 1, 0.1, 0.01 (computed), and its limit ⅓ (expected)", page.Num(1./3, 1./3, 1./3), ratios)
	return nil
}
