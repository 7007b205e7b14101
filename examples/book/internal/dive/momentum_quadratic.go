package dive

import (
	"fmt"
	"math"

	"descent/autograd"
	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/optimizers"

	"gonum.org/v1/gonum/mat"
)

// quadraticFunctions shows that descent does not mix eigenspaces.
func quadraticFunctions(p *page.Page) error {
	p.Say("For h(x) = ½xᵀQx + xᵀc, descent decomposes along the eigenvectors of Q: each coordinate of z = O(x − x*) follows (1 − ηλ)ᵗ, and with momentum each follows a scalar recursion.")
	q := mat.NewSymDense(2, []float64{3, 1.2, 1.2, 1})
	c := []float64{1, -2}
	h := func(x autograd.Var) autograd.Var {
		a, b := x.Index(0), x.Index(1)
		k := autograd.Const
		return k(q.At(0, 0) / 2).Mul(a.Square()).Add(k(q.At(1, 1) / 2).Mul(b.Square())).Add(k(q.At(0, 1)).Mul(a).Mul(b)).
			Add(k(c[0]).Mul(a)).Add(k(c[1]).Mul(b))
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(q, true) {
		return fmt.Errorf("eigenvalues of %v", mat.Formatted(q))
	}
	var o mat.Dense
	eigen.VectorsTo(&o) // columns
	lambda := eigen.Values(nil)
	var best mat.VecDense
	if err := best.SolveVec(q, mat.NewVecDense(2, []float64{-c[0], -c[1]})); err != nil {
		return err
	}
	eigenspace := func(x []float64) []float64 {
		d := mat.NewVecDense(2, []float64{x[0] - best.AtVec(0), x[1] - best.AtVec(1)})
		var z mat.VecDense
		z.MulVec(o.T(), d)
		return z.RawVector().Data
	}

	const eta, steps = 0.4, 30
	var panels []figure.Panel
	for _, beta := range []float64{0, 0.5} {
		path, err := paths.Descend(p.Ctx, h, []float64{3, 3}, steps, optimizers.SGD{Momentum: beta}, eta)
		if err != nil {
			return err
		}
		z := eigenspace(path.Points[0])
		v, worst := []float64{0, 0}, 0.0
		panel := figure.Panel{Title: fmt.Sprintf("β = %g", beta), XLabel: "step", YLabel: "coordinate in the eigenbasis"}
		series := []figure.Series{{Name: fmt.Sprintf("λ = %.3f", lambda[0])}, {Name: fmt.Sprintf("λ = %.3f", lambda[1])}}
		for t, x := range path.Points {
			if t > 0 {
				for i := range z {
					v[i] = beta*v[i] + lambda[i]*z[i]
					z[i] -= eta * v[i]
				}
			}
			for i, got := range eigenspace(x) {
				worst = max(worst, math.Abs(got-z[i]))
				series[i].X, series[i].Y = append(series[i].X, float64(t)), append(series[i].Y, got)
			}
		}
		panel.Series = series
		panels = append(panels, panel)
		p.Check(fmt.Sprintf("β = %g: largest distance between the path and its two scalar recursions", beta), page.Num(0), page.Num(worst))
	}
	p.Figure("eigenspaces", "The coordinates in the eigenspaces, η = 0.4", figure.Figure{Panels: panels})
	p.Erratum("(11.6.9) z after one step from z = 1, with λ = 1 and η = 0.4", page.Num(0), page.Num(1-eta), 1-eta != 0,
		page.Slip{
			Place: "(11.6.9)", Quote: "zₜ = zₜ₋₁ − Λzₜ₋₁ = (I − Λ)zₜ₋₁",
			Right: "(I − ηΛ)zₜ₋₁",
			Why:   "The rate is missing; (11.6.10) has it.",
		})
	return nil
}

func scalarFunctions(p *page.Page) error {
	p.Say("For f(x) = ½λx² descent multiplies x by 1 − ηλ in every step. With η = 0.1, it arrives in one step for λ = 10 and oscillates for λ = 19.")
	powers := figure.Panel{Title: "Descent, η = 0.1", XLabel: "time", YLabel: "(1 − ηλ)ᵗ"}
	for _, lambda := range []float64{0.1, 1, 10, 19} {
		path, err := paths.Descend(p.Ctx, func(x autograd.Var) autograd.Var {
			return autograd.Const(lambda / 2).Mul(x.Index(0).Square())
		}, []float64{1}, 19, optimizers.SGD{}, 0.1)
		if err != nil {
			return err
		}
		var ours, power []float64
		for t, x := range path.Points {
			ours, power = append(ours, x[0]), append(power, math.Pow(1-float64(0.1*lambda), float64(t)))
		}
		powers.Series = append(powers.Series, paths.Against(fmt.Sprintf("λ = %.2f", lambda), ours))
		p.CheckTo(1e-12, fmt.Sprintf("λ = %g: x after 19 steps; expected: (1 − ηλ)ᵗ", lambda), page.Num(power[19]), page.Num(ours[19]))
	}

	p.Say("With momentum, each step multiplies x and v by the matrix R(β, η, λ) of (11.6.12). They converge if its eigenvalues are smaller than 1 in size, which holds up to ηλ = 2 + 2β, as the book says.")
	radius := figure.Panel{Title: "Largest eigenvalue of R", XLabel: "ηλ", YLabel: "size", Horizontal: []figure.Reference{{At: 1, Label: "diverges above"}}}
	for _, beta := range []float64{0, 0.25, 0.5, 0.9} {
		radius.Series = append(radius.Series, paths.Graph(fmt.Sprintf("β = %g", beta), 0, 4, func(x float64) float64 { return spectralRadius(beta, x) }))
		low, high := 1.0, 5.0 // bisection on ηλ
		for range 60 {
			if mid := (low + high) / 2; spectralRadius(beta, mid) < 1 {
				low = mid
			} else {
				high = mid
			}
		}
		p.Check(fmt.Sprintf("β = %g: ηλ above which momentum diverges; expected: 2 + 2β", beta), page.Num(2+2*beta), page.Num(low))
	}
	p.Erratum("ηλ above which descent diverges", page.Num(1), page.Num(2), spectralRadius(0, 1.5) < 1 && spectralRadius(0, 2.5) > 1,
		page.Slip{
			Place: "11.6.3, Scalar Functions", Quote: "beyond ηλ = 1 things diverge",
			Right: "beyond ηλ = 2",
			Why:   "Between 1 and 2 descent overshoots and converges. The same sentence has the right bound.",
		})
	p.Figure("scalar", "Descent and momentum on ½λx²", figure.Figure{Panels: []figure.Panel{powers, radius}})
	return nil
}

// spectralRadius is the size of the largest eigenvalue of R for λ = 1 and
// η = x: R depends on ηλ alone, up to a change of the unit of v.
func spectralRadius(beta, x float64) float64 {
	trace, det := beta+1-x, beta
	if d := trace*trace - 4*det; d >= 0 {
		return (math.Abs(trace) + math.Sqrt(d)) / 2
	}
	return math.Sqrt(det)
}

func manyEigenvalues(p *page.Page) error {
	p.Say("f(x) = ½Σλᵢxᵢ² with λᵢ = 2⁻ⁱ, from xᵢ = 1. Descent takes twice as many steps for each successive λᵢ. With momentum 0.9 all curves fall by √0.9 = 0.9487 per step, whatever λ, as every ηλ is between (1 − √β)² and (1 + √β)²: all coordinates oscillate, and the slow ones are no longer slow.")
	const n = 8
	f := func(x autograd.Var) autograd.Var {
		sum := autograd.Const(0)
		for i := range n {
			sum = sum.Add(autograd.Const(math.Pow(2, -float64(i+1)) / 2).Mul(x.Index(i).Square()))
		}
		return sum
	}
	start := make([]float64, n)
	for i := range start {
		start[i] = 1
	}
	var panels []figure.Panel
	for _, r := range []struct {
		title string
		rule  optimizers.Rule
	}{{"Descent, η = 1", optimizers.SGD{}}, {"Momentum 0.9, η = 1", optimizers.SGD{Momentum: 0.9}}} {
		path, err := paths.Descend(p.Ctx, f, start, 200, r.rule, 1)
		if err != nil {
			return err
		}
		panel := figure.Panel{Title: r.title, XLabel: "step", YLabel: "|x|", LogY: true, YRange: figure.Range{Min: 1e-6, Max: 2}}
		for i := range n {
			var v []float64
			for _, x := range path.Points {
				v = append(v, math.Abs(x[i]))
			}
			s := paths.Against(fmt.Sprintf("λ = 1/%d", 1<<(i+1)), v)
			s.Style = figure.Solid
			if i%2 == 0 {
				panel.Series = append(panel.Series, s)
			}
		}
		panels = append(panels, panel)
		if r.rule == (optimizers.SGD{}) {
			var ours, want page.Numbers
			for i := range n {
				ours, want = append(ours, paths.End(path)[i]), append(want, math.Pow(1-math.Pow(2, -float64(i+1)), 200))
			}
			p.Check("x after 200 steps of descent (computed), and (1 − ηλ)ᵗ (expected)", want, ours)
		}
	}
	var radii, roots page.Numbers
	for i := range n {
		radii, roots = append(radii, spectralRadius(0.9, math.Pow(2, -float64(i+1)))), append(roots, math.Sqrt(0.9))
	}
	p.Check("momentum: size of the largest eigenvalue of R for each λ (computed), and √β (expected)", roots, radii)
	p.Figure("decay", "Decrease of the coordinates", figure.Figure{Panels: panels})
	return nil
}

func quadraticMinimizer(p *page.Page) error {
	p.Say("The gradient Qx + c is zero at x* = −Q⁻¹c, where h is b − ½cᵀQ⁻¹c. We check this with Q = (3, 1.2; 1.2, 1), c = (1, −2), b = 0.5 and 400 steps of momentum.")
	h := func(x autograd.Var) autograd.Var {
		a, b := x.Index(0), x.Index(1)
		k := autograd.Const
		return k(1.5).Mul(a.Square()).Add(k(0.5).Mul(b.Square())).Add(k(1.2).Mul(a).Mul(b)).Add(a).Sub(k(2).Mul(b)).Add(k(0.5))
	}
	path, err := paths.Descend(p.Ctx, h, []float64{0, 0}, 400, optimizers.SGD{Momentum: 0.5}, 0.4)
	if err != nil {
		return err
	}
	const det = 3*1 - 1.2*1.2
	minimizer := page.Num((-1*1-1.2*2)/det, (1.2*1+3*2)/det) // −Q⁻¹c
	minimum := 0.5 + (1*minimizer[0]-2*minimizer[1])/2
	p.Check("minimizer −Q⁻¹c", minimizer, paths.End(path))
	p.Check("minimum b − ½cᵀQ⁻¹c", page.Num(minimum), page.Num(path.Values[len(path.Values)-1]))
	printed := func(x autograd.Var) autograd.Var { // ½(x − Q⁻¹c)ᵀQ(x − Q⁻¹c), with −Q⁻¹c the minimizer
		k := autograd.Const
		a, b := x.Index(0).Add(k(minimizer[0])), x.Index(1).Add(k(minimizer[1]))
		return k(1.5).Mul(a.Square()).Add(k(0.5).Mul(b.Square())).Add(k(1.2).Mul(a).Mul(b))
	}
	_, slope, err := autograd.Gradient(printed, minimizer)
	if err != nil {
		return err
	}
	p.Erratum("gradient of the printed form at the minimizer (document), and of h (right)", slope, page.Num(0, 0), paths.Farthest(slope, []float64{-2, 4}) < 1e-12, page.Slip{
		Place: "(11.6.7)", Quote: "(x − Q⁻¹c)ᵀQ(x − Q⁻¹c)",
		Right: "x + Q⁻¹c in all places",
		Why:   "The minimizer is −Q⁻¹c. The gradient of the printed form there is −2c.",
	})
	p.Erratum("value of (11.6.8) at z = 0", nil, page.Num(path.Values[len(path.Values)-1]), math.Abs(path.Values[len(path.Values)-1]-minimum) < 1e-12, page.Slip{
		Place: "(11.6.8) and the line after it", Quote: "Here c′ = b − ½cᵀQ⁻¹c",
		Right: "b′ = b − ½cᵀQ⁻¹c", Why: "The formula contains b′ and no c′.",
	})
	return nil
}
