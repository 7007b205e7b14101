package dive

import (
	"errors"
	"fmt"
	"math"

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

func orthogonalChange(p *page.Page) error {
	p.Say("An orthogonal U keeps lengths: ‖U(c − δ)‖² = (c − δ)ᵀUᵀU(c − δ) = ‖c − δ‖². So a perturbation of c has the same length in the new variables. We check this for 100 random U in 6 dimensions.")
	r := rng.New(1, "book", "orthogonal")
	worst := 0.0
	for range 100 {
		a, d := mat.NewDense(6, 6, nil), mat.NewVecDense(6, nil)
		for i := range 6 {
			d.SetVec(i, r.NormFloat64())
			for j := range 6 {
				a.Set(i, j, r.NormFloat64())
			}
		}
		var qr mat.QR
		qr.Factorize(a)
		var u mat.Dense
		qr.QTo(&u)
		var ud mat.VecDense
		ud.MulVec(&u, d)
		worst = max(worst, math.Abs(mat.Norm(&ud, 2)/mat.Norm(d, 2)-1))
	}
	p.Check("largest relative change of a length", page.Num(0), page.Num(worst))
	return nil
}

// rotated is the function of the exercises of 11.7 and 11.8, as printed,
// 0.1(x₁+x₂)² + 2(x₁−x₂)².
func rotated(x autograd.Var) autograd.Var {
	a, b := x.Index(0), x.Index(1)
	return autograd.Const(0.1).Mul(a.Add(b).Square()).Add(autograd.Const(2).Mul(a.Sub(b).Square()))
}

// turned is the ravine rotated by 45°, which is half of rotated.
func turned(x autograd.Var) autograd.Var { return autograd.Const(0.5).Mul(rotated(x)) }

// diagonalStart is the start of the book's paths, rotated with the ravine.
func diagonalStart() []float64 {
	u, v := paths.BookStart[0]/math.Sqrt2, paths.BookStart[1]/math.Sqrt2
	return []float64{u + v, u - v}
}

// rotatedRuns draws the paths of a rule in the ravine, in the rotated ravine from
// the rotated start, and on the function of the exercise from (−5, −2). It returns
// the values after 20 steps.
func rotatedRuns(p *page.Page, rule optimizers.Rule, rate float64) (values page.Numbers, err error) {
	wide := paths.Landscape{X: figure.Range{Min: -6, Max: 2}, Y: figure.Range{Min: -5, Max: 3}}
	var panels []figure.Panel
	for _, c := range []struct {
		title string
		f     autograd.Function
		start []float64
	}{
		{"0.1x₁² + 2x₂²", paths.Ravine, paths.BookStart},
		{"rotated by 45°", turned, diagonalStart()},
		{"0.1(x₁+x₂)² + 2(x₁−x₂)²", rotated, paths.BookStart},
	} {
		path, err := paths.Descend(p.Ctx, c.f, c.start, 20, rule, rate)
		if err != nil {
			return nil, err
		}
		window := wide
		window.F = c.f
		panel, err := window.Panel(c.title, paths.Labeled{Path: path})
		if err != nil {
			return nil, err
		}
		panels = append(panels, panel)
		values = append(values, path.Values[20])
	}
	p.Figure("rotated", fmt.Sprintf("η = %g: the ravine, the rotated ravine, and the function of the exercise", rate), figure.Figure{Panels: panels, Columns: 3})
	return values, nil
}

func adagradRotated(p *page.Page) error {
	p.Say("In a ravine along a diagonal, both coordinates have the same curvature. Adagrad has a rate for each coordinate and cannot tell the steep direction from the flat one, so it is much slower from the same place in the same ravine. Plain descent does not depend on the axes.")
	values, err := rotatedRuns(p, optimizers.D2LAdagrad(), 2)
	if err != nil {
		return err
	}
	p.Reply("Adagrad, η = 2: value after 20 steps in the ravine, in the rotated ravine, and on the function of the exercise", values, values[1] > 100*values[0] && values[2] > 100*values[0],
		"It is much slower. The function of the exercise is twice the rotated ravine, as the rotated coordinates are (x₁±x₂)/√2.")
	var ends [2]float64
	for i, c := range []struct {
		f     autograd.Function
		start []float64
	}{{paths.Ravine, paths.BookStart}, {turned, diagonalStart()}} {
		path, err := paths.Descend(p.Ctx, c.f, c.start, 20, optimizers.SGD{}, 0.4)
		if err != nil {
			return err
		}
		ends[i] = path.Values[20]
	}
	p.Check("plain descent, η = 0.4: value after 20 steps in the ravine (expected) and in the rotated ravine (computed)", page.Num(ends[0]), page.Num(ends[1]))

	curvature := func(f autograd.Function) (page.Numbers, error) {
		o, err := autograd.NewObjective(f, 2)
		if err != nil {
			return nil, err
		}
		h, err := o.Hessian([]float64{0, 0})
		if err != nil {
			return nil, err
		}
		var e mat.EigenSym
		if !e.Factorize(mat.NewSymDense(2, append(append([]float64(nil), h[0]...), h[1]...)), false) {
			return nil, errors.New("eigenvalues of a Hessian")
		}
		return e.Values(nil), nil
	}
	want, err := curvature(paths.Ravine)
	if err != nil {
		return err
	}
	got, err := curvature(rotated)
	if err != nil {
		return err
	}
	p.Check("eigenvalues of the Hessian of the exercise's function (computed), and twice those of the ravine (expected)", page.Num(2*want[0], 2*want[1]), got)
	return nil
}

func gerschgorin(p *page.Page) error {
	p.Say("Every eigenvalue of M lies within Σ|Mⱼₖ|, k ≠ j, of some Mⱼⱼ: for an eigenvector v with the largest element vⱼ, (λ − Mⱼⱼ)vⱼ = ΣMⱼₖvₖ, whose absolute value is at most Σ|Mⱼₖ||vⱼ|. " +
		"After preconditioning by the diagonal every Mⱼⱼ is 1: all eigenvalues lie within r of 1, where r is the largest of the sums, and if r < 1 the condition number is at most (1 + r)/(1 − r). We check this for 1,000 random positive definite 5×5 matrices.")
	r := rng.New(1, "book", "gerschgorin")
	outside, beyond, tighter := 0.0, 0.0, 0
	drawn := figure.Series{Name: "matrices", Style: figure.Points}
	for range 1000 {
		const n = 5
		a, m := mat.NewDense(n, 40, nil), mat.NewSymDense(n, nil)
		for i := range n {
			unit := math.Exp(1.5 * r.NormFloat64())
			for j := range 40 {
				a.Set(i, j, unit*r.NormFloat64())
			}
		}
		m.SymOuterK(1, a)
		for _, q := range []*mat.SymDense{m, preconditioned(m)} {
			var e mat.EigenSym
			if !e.Factorize(q, false) {
				return fmt.Errorf("eigenvalues of %v", mat.Formatted(q))
			}
			radius := 0.0
			for _, l := range e.Values(nil) {
				closest := math.Inf(1)
				for j := range n {
					sum := -math.Abs(q.At(j, j))
					for k := range n {
						sum += math.Abs(q.At(j, k))
					}
					radius = max(radius, sum)
					closest = min(closest, math.Abs(l-q.At(j, j))-sum)
				}
				outside = max(outside, closest/q.At(0, 0))
			}
			if q == m || radius >= 1 {
				continue
			}
			condition, err := conditionOf(q)
			if err != nil {
				return err
			}
			tighter++
			beyond = max(beyond, condition-(1+radius)/(1-radius))
			drawn.X, drawn.Y = append(drawn.X, radius), append(drawn.Y, condition)
		}
	}
	p.Check("largest distance of an eigenvalue from the circles; 0 if all are inside", page.Num(0), page.Num(max(outside, 0)))
	p.Check(fmt.Sprintf("largest excess of the condition number over (1 + r)/(1 − r), for %d matrices with r < 1", tighter), page.Num(0), page.Num(max(beyond, 0)))
	p.Figure("circles", "Condition number after preconditioning", figure.Figure{Panels: []figure.Panel{{
		Title: "Positive definite, preconditioned", XLabel: "r, the largest radius", YLabel: "condition number", LogY: true,
		XRange: figure.Range{Max: 1}, YRange: figure.Range{Min: 1, Max: 200},
		Series: []figure.Series{drawn, paths.Graph("(1 + r)/(1 − r)", 0, 0.99, func(r float64) float64 { return (1 + r) / (1 - r) })},
	}}})
	return nil
}

// growing is η·√(t+1), with which Adagrad divides by the mean of the squares
// in place of their sum.
type growing float64

func (g growing) At(step int) float64 { return float64(g) * math.Sqrt(float64(step+1)) }

func gentlerAdagrad(p *page.Page) error {
	p.Say("Two ways to make the decay less aggressive: the mean s/t of the squares instead of their sum, which is Adagrad with the rate η√t (the first idea of 11.8), and a leaky average, which is RMSProp, with a short or a long memory. The figures show the value in the ravine and the rate of x₁ (while its gradient is distinguishable from zero), with η = 0.4.")
	values := figure.Panel{Title: "Value in the ravine", XLabel: "step", YLabel: "f(x)", LogY: true, YRange: figure.Range{Min: 1e-6, Max: 20}}
	rates := figure.Panel{Title: "Rate of x₁", XLabel: "step", YLabel: "change of x₁ / gradient", LogY: true, YRange: figure.Range{Min: 0.05, Max: 10}}
	var ends page.Numbers
	for _, c := range []struct {
		name     string
		rule     optimizers.Rule
		schedule lrsched.Schedule
	}{
		{"Adagrad", optimizers.D2LAdagrad(), lrsched.Constant(0.4)},
		{"s/t", optimizers.D2LAdagrad(), growing(0.4)},
		{"leaky, γ 0.99", optimizers.RMSProp{Rho: 0.99, Eps: 1e-6, EpsInside: true}, lrsched.Constant(0.4)},
		{"leaky, γ 0.9", optimizers.D2LRMSProp(), lrsched.Constant(0.4)},
	} {
		path, err := paths.Follow(p.Ctx, paths.Ravine, paths.BookStart, 50, minimize.Descent{Rule: c.rule, Schedule: c.schedule})
		if err != nil {
			return err
		}
		s := paths.Against(c.name, path.Values)
		s.Style = figure.Solid
		values.Series = append(values.Series, s)
		s = figure.Series{Name: c.name, Style: figure.Solid}
		for t := range 50 {
			if g := 0.2 * path.Points[t][0]; math.Abs(g) > 1e-9 {
				s.X, s.Y = append(s.X, float64(t+1)), append(s.Y, (path.Points[t][0]-path.Points[t+1][0])/g)
			}
		}
		rates.Series = append(rates.Series, s)
		ends = append(ends, path.Values[20])
	}
	p.Figure("decay", "Adagrad and three less aggressive variants", figure.Figure{Panels: []figure.Panel{values, rates}})
	p.Info("value after 20 steps: Adagrad, s/t, leaky 0.99, leaky 0.9", nil, ends, "")
	p.YesNo("all three are lower than Adagrad after 20 steps", page.Num(1), page.Num(yes(max(ends[1], ends[2], ends[3]) < ends[0])))
	return nil
}
