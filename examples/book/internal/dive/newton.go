package dive

import (
	"fmt"
	"math"

	"descent/autograd"
	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/optimizers"
	"descent/optimizers/minimize"
)

// coshHalf is cosh(x/2).
func coshHalf(x autograd.Var) autograd.Var { return autograd.Const(0.5).Mul(x.Index(0)).Cosh() }

// twoExponentials is log(eˣ + e⁻²ˣ⁻³), the convex function of exercise 2.
// Its minimum is at (ln 2 − 3)/3.
func twoExponentials(x autograd.Var) autograd.Var {
	v := x.Index(0)
	return v.Exp().Add(autograd.Const(-3).Sub(autograd.Const(2).Mul(v)).Exp()).Log()
}

var twoExponentialsMinimum = (math.Ln2 - 3) / 3

// newtonRun is ten steps of Newton's method from x = 10.
type newtonRun struct {
	title   string
	f       autograd.Function
	by      minimize.Search
	printed page.Numbers // nil if the book prints none
}

var (
	wholeNewton    = minimize.Search{Direction: minimize.Newton{}}
	dampedNewton   = minimize.Search{Direction: minimize.Newton{}, Length: minimize.Fixed(0.5)}
	absoluteNewton = minimize.Search{Direction: minimize.Newton{Absolute: true}}
)

func newtonOnLine(p *page.Page) error {
	p.Say("Newton's method divides the gradient by the second derivative. On ½x² one step is enough, and on the convex function cosh(x/2) a few are. On x·cos(0.15πx) it converges to any point with zero derivative: from x = 10 it climbs to a maximum.")
	half, err := paths.Search(p.Ctx, func(x autograd.Var) autograd.Var { return autograd.Const(0.5).Mul(paths.Square(x)) }, []float64{10}, 1, wholeNewton)
	if err != nil {
		return err
	}
	p.Check("½x²: x after one step from 10, where the book says ε = −x", page.Num(0), paths.End(half))
	p.Say("The text names two remedies. Halving each step leads to the minimum near 7.27. The absolute value of the second derivative also leads to a minimum, here a deeper one further out, after a jump uphill from a point with a small second derivative: the direction descends, but the step can be too long.")
	f := figure.Figure{}
	for _, r := range []newtonRun{
		{"cosh(x/2)", coshHalf, wholeNewton, page.Num(0)},
		{"x cos(cx)", paths.CosineWave, wholeNewton, page.Num(26.83413291324767)},
		{"x cos(cx), η = 0.5", paths.CosineWave, dampedNewton, page.Num(7.269860168684531)},
		{"x cos(cx), |f″|", paths.CosineWave, absoluteNewton, nil},
	} {
		path, err := paths.Search(p.Ctx, r.f, []float64{10}, 10, r.by)
		if err != nil {
			return err
		}
		if r.printed != nil {
			p.Exact(r.title+": x after 10 steps", r.printed, paths.End(path))
		}
		panel, err := symmetricTrace(r.f, r.title, path)
		if err != nil {
			return err
		}
		f.Panels = append(f.Panels, panel)
		slope, curvature, err := slopeAndCurvature(r.f, paths.End(path)[0])
		if err != nil {
			return err
		}
		maximum := r.title == "x cos(cx)"
		note := "a minimum"
		if maximum {
			note = "a maximum: “this went spectacularly wrong”"
		}
		p.Holds(r.title+": f′ and f″ at that point", nil, page.Num(slope, curvature), math.Abs(slope) < 1e-3 && (curvature < 0) == maximum, note)
	}
	p.Figure("traces", "Newton's method from x = 10, ten steps", f)
	return nil
}

// slopeAndCurvature are the first two derivatives in one dimension.
func slopeAndCurvature(f autograd.Function, x float64) (slope, curvature float64, err error) {
	_, g, err := autograd.Gradient(f, []float64{x})
	if err != nil {
		return 0, 0, err
	}
	h, err := autograd.Hessian(f, []float64{x})
	if err != nil {
		return 0, 0, err
	}
	return g[0], h[0][0], nil
}

// orderOf estimates the order of convergence from three successive errors as
// log(c/b)/log(b/a). This is 2 if each error is a constant times the square of
// the previous one, and 1 if it is a constant times the previous one.
func orderOf(a, b, c float64) float64 { return math.Log(c/b) / math.Log(b/a) }

func newtonConvergence(p *page.Page) error {
	p.Say("How fast the error e = x − x* falls, on log(eˣ + e⁻²ˣ⁻³), whose minimum is at (ln 2 − 3)/3. With Newton's method, each error is about half the square of the previous one, so that the number of correct digits doubles, and after five steps the result is exact. With descent, each error is a fixed fraction of the previous one. The start matters: from x = 0 Newton's first steps overshoot more and more.")
	start := []float64{-0.4} // from 0, Newton's method diverges
	newton, err := paths.Search(p.Ctx, twoExponentials, start, 5, wholeNewton)
	if err != nil {
		return err
	}
	descent, err := paths.Descend(p.Ctx, twoExponentials, start, 20, optimizers.SGD{}, 0.2)
	if err != nil {
		return err
	}
	errorsOf := func(path minimize.Path) (signed, size []float64) {
		for _, x := range path.Points {
			e := x[0] - twoExponentialsMinimum
			signed, size = append(signed, e), append(size, math.Abs(e))
		}
		return signed, size
	}
	e, size := errorsOf(newton)
	_, slow := errorsOf(descent)
	p.Figure("errors", "Distance from the minimum", figure.Figure{Panels: []figure.Panel{{
		Title: "log(eˣ + e⁻²ˣ⁻³) from x = −0.4", XLabel: "step", YLabel: "|x − x*|", LogY: true, YRange: figure.Range{Min: 1e-11, Max: 10},
		Series: []figure.Series{paths.Against("Newton", size), paths.Against("descent, η = 0.2", slow)},
	}}})

	const k = 3 // the errors before are too large for the limit, those after too small for float64
	second, third := derivativesOfTwoExponentials(newton.Points[k][0])
	slope, _, err := slopeAndCurvature(twoExponentials, newton.Points[k][0])
	if err != nil {
		return err
	}
	factor := e[k+1] / (e[k] * e[k])
	p.Erratum("at k = 3: f‴/f′ (document), and eₖ₊₁/eₖ² and ½f‴/f″ (right)", page.Num(third/slope), page.Num(factor, third/(2*second)),
		math.Abs(factor/(third/(2*second))-1) < 0.01 && math.Abs(factor/(third/slope)-1) > 0.5,
		page.Slip{
			Place: "11.3, after (11.3.10)", Quote: "eₖ₊₁ ≤ eₖ²f‴(ξₖ)/f′(xₖ)",
			Right: "½eₖ²f‴(ξₖ)/f″(xₖ)",
			Why:   "This is what (11.3.10) gives. As f′ is about f″eₖ, the printed bound is not quadratic in the error.",
		})
	order := orderOf(size[k-1], size[k], size[k+1])
	p.Erratum("order of convergence of Newton's method", page.Num(1), page.Num(order), math.Abs(order-2) < 0.05,
		page.Slip{
			Place: "11.3, Convergence Analysis; also in 000", Quote: "optimization researchers call this linear convergence",
			Right: "quadratic convergence",
			Why:   "Each error is a constant times the square of the previous one.",
		})
	linear := orderOf(slow[18], slow[19], slow[20])
	p.Erratum("order of convergence of e ← αe, here of descent", nil, page.Num(linear), math.Abs(linear-1) < 0.05,
		page.Slip{
			Place: "11.3, Convergence Analysis; also in 000", Quote: "would be called a constant rate of convergence",
			Right: "linear convergence",
			Why:   "Each error is a fixed fraction of the previous one.",
		})
	p.Erratum("|eₖ₊₁| at k = 3 (right), and ceₖ² for c = 0, which satisfies f‴/f″ ≤ c (document)", page.Num(0), page.Num(size[k+1]), third/second <= 0 && size[k+1] > 0,
		page.Slip{
			Place: "11.3, after (11.3.10)", Quote: "eₖ₊₁ ≤ ceₖ²",
			Right: "|eₖ₊₁| ≤ ceₖ² for |f‴|/f″ ≤ c",
			Why:   "If f‴ is negative, as here, the bound without absolute values says nothing about the size of the error. The newer version has them.",
		})
	p.Erratum("length at k = 3 of [xₖ − eₖ, xₖ], which is said to contain ξₖ", page.Num(e[k]), page.Num(size[k]), e[k] < 0,
		page.Slip{
			Place: "11.3, after (11.3.9); also in 000", Quote: "ξₖ ∈ [xₖ − eₖ, xₖ]",
			Right: "ξₖ between x* and xₖ",
			Why:   "eₖ has a sign. If it is negative, as here, the printed interval is empty.",
		})
	return nil
}

// derivativesOfTwoExponentials are f″ and f‴ in terms of the share s of eˣ in
// the sum: f′ = 3s − 2 and s′ = 3s(1−s).
func derivativesOfTwoExponentials(x float64) (second, third float64) {
	s := 1 / (1 + math.Exp(-3*x-3))
	return 9 * s * (1 - s), 27 * s * (1 - s) * (1 - 2*s)
}

// ratesAndFunctions is exercise 1.
func ratesAndFunctions(p *page.Page) error {
	p.Say("We plot x after ten steps from x = 10 against the rate, starting at 0.02. On x² it is 10·(1 − 2η)¹⁰ in theory, with the minimum at η = 0.5. On cosh(x/2) only a narrow range of rates ends close to 0. On x·cos(0.15πx) the end depends on the rate irregularly.")
	f := figure.Figure{Columns: 3}
	for _, c := range []struct {
		title string
		f     autograd.Function
		most  float64
		log   figure.Range // of a logarithmic axis
	}{
		{"x²", paths.Square, 1.2, figure.Range{Min: 1e-6, Max: 1e3}},
		{"cosh(x/2)", coshHalf, 0.53, figure.Range{Min: 1e-2, Max: 1e2}},
		{"x cos(cx)", paths.CosineWave, 2, figure.Range{}},
	} {
		s := figure.Series{Style: figure.Points}
		var theory, ours page.Numbers
		for _, rate := range paths.Linspace(0.02, c.most, 60) {
			path, err := paths.Descend(p.Ctx, c.f, []float64{10}, 10, optimizers.SGD{}, rate)
			if err != nil {
				return fmt.Errorf("%s, η = %g: %w", c.title, rate, err)
			}
			x := paths.End(path)[0]
			if ours, theory = append(ours, x), append(theory, 10*math.Pow(1-2*rate, 10)); c.log.Max > 0 {
				x = math.Abs(x)
			}
			s.X, s.Y = append(s.X, rate), append(s.Y, x)
		}
		panel := figure.Panel{Title: c.title, XLabel: "η", YLabel: "x after 10 steps", Series: []figure.Series{s}}
		if c.log.Max > 0 {
			panel.YLabel, panel.LogY, panel.YRange = "|x| after 10 steps", true, c.log
		}
		f.Panels = append(f.Panels, panel)
		if c.title == "x²" {
			worst := 0.0
			for i := range ours {
				worst = max(worst, math.Abs(ours[i]-theory[i]))
			}
			p.CheckTo(1e-10, "x²: largest distance from 10·(1 − 2η)¹⁰ over 60 rates", page.Num(0), page.Num(worst))
		}
	}
	p.Figure("ends", "Result of ten steps of descent from x = 10", f)
	return nil
}
