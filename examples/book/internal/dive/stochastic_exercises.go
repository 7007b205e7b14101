package dive

import (
	"errors"

	"descent/autograd"
	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/internal/rng"
	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"

	"gonum.org/v1/gonum/mat"
)

func distanceBySchedule(p *page.Page) error {
	p.Say("The mean distance from (0, 0) over 200 seeds, with noise of mean 0 and standard deviation 1. With a constant rate, progress ends where the noise pushes away as fast as the gradient pulls; with the exponential rate, it ends before the minimum. With rates that fall like 1/√t or 1/t, and after each drop of the piecewise constant rate, it continues.")
	const steps, seeds = 1000, 200
	panel := figure.Panel{Title: "x₁² + 2x₂² from (−5, −2), noise of deviation 1", XLabel: "step", YLabel: "mean of ‖x‖", LogX: true, LogY: true, YRange: figure.Range{Min: 1e-2, Max: 10}}
	marks := []int{1, 2, 3, 5, 7, 10, 14, 20, 30, 40, 50, 60, 80, 100, 120, 150, 200, 250, 300, 400, 500, 600, 800, 1000}
	value := map[string][2]float64{} // mean of f after 100 and 1000 steps
	for _, c := range []struct {
		name     string
		schedule lrsched.Schedule
	}{
		{"constant", lrsched.Constant(0.1)},
		{"exponential", exponentialRate},
		{"polynomial", polynomialRate},
		{"piecewise constant", lrsched.MultiFactor{Base: 0.1, Factor: 0.1, Milestones: []int{50, 200}}},
		{"1/(2t)", lrsched.InverseTime{Base: 0.5, Decay: 1}},
	} {
		walks, err := noisyRuns(p, noiseAsMeant, c.schedule, steps, seeds)
		if err != nil {
			return err
		}
		s := figure.Series{Name: c.name}
		for _, k := range marks {
			m, _ := page.Moments(distances(walks, k))
			s.X, s.Y = append(s.X, float64(k)), append(s.Y, m)
		}
		panel.Series = append(panel.Series, s)
		var v [2]float64
		for i, k := range []int{100, steps} {
			for _, path := range walks {
				v[i] += path.Values[k] / seeds
			}
		}
		value[c.name] = v
	}
	p.Figure("distance", "Distance from the optimum", figure.Figure{Panels: []figure.Panel{panel}})
	constant, polynomial := value["constant"], value["polynomial"]
	p.Holds("constant: mean of f after 100 and 1000 steps", nil, page.Num(constant[:]...), constant[1] > constant[0]/2, "no further progress")
	p.Holds("polynomial: mean of f after 100 and 1000 steps", nil, page.Num(polynomial[:]...), polynomial[1] < polynomial[0]/2, "“convergence is good”: it keeps falling")
	exponential, inverse := value["exponential"], value["1/(2t)"]
	p.Erratum("strongly convex: mean of f after 1000 steps, exponential rate and 1/(λt) with λ = 2", page.Num(exponential[1]), page.Num(inverse[1]),
		exponential[1] > 0.9*exponential[0] && inverse[1] < inverse[0]/4,
		page.Slip{
			Place: "11.4.3, strongly convex losses", Quote: "an exponential decay in η leads to a bound of the form O(log T/T)",
			Right: "a decay like η = 1/(λt)",
			Why:   "With an exponential rate the path stops before the minimum, as 11.4.2 itself shows.",
		})
	return nil
}

// dataLoss is l(x, w) = (x₁ − w₁)² + 2(x₂ − w₂)² for the vector (w, x).
func dataLoss(v autograd.Var) autograd.Var {
	return v.Index(0).Sub(v.Index(2)).Square().Add(autograd.Const(2).Mul(v.Index(1).Sub(v.Index(3)).Square()))
}

func noiseAsData(p *page.Page) error {
	p.Say("The gradient of l(x, w) = (x₁ − w₁)² + 2(x₂ − w₂)² with respect to w is (2w₁ − 2x₁, 4w₂ − 4x₂): that of w₁² + 2w₂² with −2x₁ and −4x₂ added. So noise e ~ N(m, s²) on the gradient is equivalent to data x = (−e₁/2, −e₂/4) with mean (−m/2, −m/4) and variance (s²/4, s²/16). Both give the same path from the same draws.")
	const steps = 200
	n := noiseAsPrinted
	noisy, err := noisyRuns(p, n, lrsched.Constant(0.1), steps, 1)
	if err != nil {
		return err
	}
	o, err := autograd.NewObjective(dataLoss, 4)
	if err != nil {
		return err
	}
	r := rng.New(1, "book", "11.4.noise") // the draws of noisyRuns' first seed
	four := make([]float64, 4)
	var x1, x2 []float64
	objective := func(w, grad []float64) (float64, error) {
		if grad == nil {
			return 0, nil // of the last point, which no step follows
		}
		x := []float64{-(n.mean + n.sd*r.NormFloat64()) / 2, -(n.mean + n.sd*r.NormFloat64()) / 4}
		x1, x2 = append(x1, x[0]), append(x2, x[1])
		v, err := o.Evaluate([]float64{w[0], w[1], x[0], x[1]}, four)
		copy(grad, four[:2])
		return v, err
	}
	byData, err := minimize.Run(p.Ctx, objective, paths.BookStart, steps, minimize.Descent{Rule: optimizers.SGD{}, Schedule: lrsched.Constant(0.1)})
	if err != nil {
		return err
	}
	worst := 0.0
	for k, x := range noisy[0].Points {
		worst = max(worst, paths.Norm([]float64{x[0] - byData.Points[k][0], x[1] - byData.Points[k][1]}))
	}
	p.Check("largest distance between the two walks over 200 steps", page.Num(0), page.Num(worst))
	p.Expect("mean of x₁ (computed), and −m/2 (expected)", -n.mean/2, x1)
	p.Expect("mean of x₂ (computed), and −m/4 (expected)", -n.mean/4, x2)
	p.Expect("variance of x₁ (computed), and s²/4 (expected)", n.sd*n.sd/4, squaresAbout(x1, -n.mean/2))
	p.Expect("variance of x₂ (computed), and s²/16 (expected)", n.sd*n.sd/16, squaresAbout(x2, -n.mean/4))
	panel, err := paths.OvalWindow.Panel("Gradient noise", paths.Labeled{Path: noisy[0]})
	if err != nil {
		return err
	}
	other, err := paths.OvalWindow.Panel("Data noise", paths.Labeled{Path: byData})
	if err != nil {
		return err
	}
	p.Figure("paths", "The same path with gradient noise and with data noise", figure.Figure{Panels: []figure.Panel{panel, other}})

	p.Say("In general, for ½(x − μ)ᵀQ(x − μ) noise e on the gradient Q(w − μ) is the gradient of ½(w − x)ᵀQ(w − x) for x = μ − Q⁻¹e, with covariance s²Q⁻². We check this with Q = (3, 1.2; 1.2, 1) and μ = (1, −2).")
	q := mat.NewSymDense(2, []float64{3, 1.2, 1.2, 1})
	mu, w := mat.NewVecDense(2, []float64{1, -2}), mat.NewVecDense(2, []float64{0.3, 0.7})
	draws := rng.New(1, "book", "11.4.equivalent")
	worst = 0
	for range 100 {
		e := mat.NewVecDense(2, []float64{draws.NormFloat64(), draws.NormFloat64()})
		var x, d, direct, byX mat.VecDense
		if err := x.SolveVec(q, e); err != nil {
			return err
		}
		x.SubVec(mu, &x)
		d.SubVec(w, mu)
		direct.MulVec(q, &d)
		direct.AddVec(&direct, e)
		d.SubVec(w, &x)
		byX.MulVec(q, &d)
		direct.SubVec(&direct, &byX)
		worst = max(worst, mat.Norm(&direct, 2))
	}
	p.Check("largest difference of the two gradients over 100 draws", page.Num(0), page.Num(worst))
	var inverse mat.Dense
	singular := mat.NewSymDense(2, []float64{1, 0, 0, 0}) // Q ⪰ 0
	err = inverse.Inverse(singular)
	var condition mat.Condition
	p.Erratum("determinant of Q = (1, 0; 0, 0), which satisfies Q ⪰ 0", nil, page.Num(mat.Det(singular)), errors.As(err, &condition),
		page.Slip{
			Place: "11.4, exercise 2", Quote: "for Q ⪰ 0",
			Right: "for Q ≻ 0",
			Why:   "The data are μ − Q⁻¹e. If Qv = 0, no data give noise along v.",
		})
	return nil
}

// squaresAbout are (x − m)².
func squaresAbout(v []float64, m float64) (s []float64) {
	for _, x := range v {
		s = append(s, (x-m)*(x-m))
	}
	return s
}
