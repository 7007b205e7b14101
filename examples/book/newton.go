package main

import (
	"fmt"
	"math"

	"descent/autograd"
	"descent/internal/figure"
	"descent/optimizers"
	"descent/optimizers/minimize"
)

// coshHalf is cosh(x/2).
func coshHalf(x autograd.Var) autograd.Var { return autograd.Const(0.5).Mul(x.Index(0)).Cosh() }

// twoExponentials is log(eˣ + e^(−2x−3)), the convex function of exercise 2.
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
	printed numbers // none if the book has it not
}

var (
	wholeNewton    = minimize.Search{Direction: minimize.Newton{}}
	dampedNewton   = minimize.Search{Direction: minimize.Newton{}, Length: minimize.Fixed(0.5)}
	absoluteNewton = minimize.Search{Direction: minimize.Newton{Absolute: true}}
)

func newtonOnLine(p *page) error {
	p.say("Newton's method divides the gradient by the second derivative. On ½x² one step is enough, and on the convex function cosh(x/2) a few are. On x·cos(0.15πx) it converges to any point with zero derivative: from x = 10 it climbs to a maximum.")
	half, err := p.search(func(x autograd.Var) autograd.Var { return autograd.Const(0.5).Mul(square(x)) }, []float64{10}, 1, wholeNewton)
	if err != nil {
		return err
	}
	p.exact("½x²: x after one step from 10, where the book says ε = −x", num(0), endOf(half))
	p.say("The text names two remedies. Halving each step leads to the minimum near 7.27. The absolute value of the second derivative also leads to a minimum, here a deeper one further out, after a jump uphill from a point with a small second derivative: the direction descends, but the step can be too long.")
	f := figure.Figure{}
	for _, r := range []newtonRun{
		{"cosh(x/2)", coshHalf, wholeNewton, num(0)},
		{"x cos(cx)", cosineWave, wholeNewton, num(26.83413291324767)},
		{"x cos(cx), η = 0.5", cosineWave, dampedNewton, num(7.269860168684531)},
		{"x cos(cx), |f″|", cosineWave, absoluteNewton, nil},
	} {
		path, err := p.search(r.f, []float64{10}, 10, r.by)
		if err != nil {
			return err
		}
		if r.printed != nil {
			p.exact(r.title+": x after 10 steps", r.printed, endOf(path))
		}
		panel, err := symmetricTrace(r.f, r.title, path)
		if err != nil {
			return err
		}
		f.Panels = append(f.Panels, panel)
		slope, curvature, err := slopeAndCurvature(r.f, endOf(path)[0])
		if err != nil {
			return err
		}
		maximum := r.title == "x cos(cx)"
		note := "a minimum"
		if maximum {
			note = "a maximum: “this went spectacularly wrong”"
		}
		p.add(some, r.title+": f′ and f″ at that point", nil, num(slope, curvature), exact, math.Abs(slope) < 1e-3 && (curvature < 0) == maximum, note)
	}
	p.figure("traces", "Newton's method from x = 10, ten steps", f)
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

// orderOf estimates the order of convergence from three errors in a row:
// log(c/b)/log(b/a), which is 2 if each is the square of the one before, times
// a constant, and 1 if it is a fraction of it.
func orderOf(a, b, c float64) float64 { return math.Log(c/b) / math.Log(b/a) }

func newtonConvergence(p *page) error {
	p.say("How fast the error e = x − x* falls, on log(eˣ + e^(−2x−3)), whose minimum is at (ln 2 − 3)/3. With Newton's method, each error is about half the square of the previous one, so that the number of correct digits doubles, and after five steps the result is exact. With descent, each error is a fixed fraction of the previous one. The start matters: from x = 0 Newton's first steps overshoot more and more.")
	start := []float64{-0.4} // from 0, Newton's method diverges
	newton, err := p.search(twoExponentials, start, 5, wholeNewton)
	if err != nil {
		return err
	}
	descent, err := p.descend(twoExponentials, start, 20, optimizers.SGD{}, 0.2)
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
	p.figure("errors", "Distance from the minimum", figure.Figure{Panels: []figure.Panel{{
		Title: "log(eˣ + e^(−2x−3)) from x = −0.4", XLabel: "step", YLabel: "|x − x*|", LogY: true, YRange: figure.Range{Min: 1e-11, Max: 10},
		Series: []figure.Series{against("Newton", size), against("descent, η = 0.2", slow)},
	}}})

	const k = 3 // the errors before are too large for the limit, those after too small for float64
	second, third := derivativesOfTwoExponentials(newton.Points[k][0])
	slope, _, err := slopeAndCurvature(twoExponentials, newton.Points[k][0])
	if err != nil {
		return err
	}
	factor := e[k+1] / (e[k] * e[k])
	p.erratum("at k = 3: f‴/f′ (printed), and eₖ₊₁/eₖ² and ½f‴/f″ (ours)", num(third/slope), num(factor, third/(2*second)),
		math.Abs(factor/(third/(2*second))-1) < 0.01 && math.Abs(factor/(third/slope)-1) > 0.5,
		"printed eₖ₊₁ ≤ eₖ²f‴/f′: it follows from (11.3.10) that it is ½eₖ²f‴/f″. As f′ is about f″eₖ, the printed right-hand side is not quadratic in the error.")
	order := orderOf(size[k-1], size[k], size[k+1])
	p.erratum("order of convergence of Newton's method", num(1), num(order), math.Abs(order-2) < 0.05,
		"printed “researchers call this linear convergence”: it is called quadratic. The error is also in 000.")
	linear := orderOf(slow[18], slow[19], slow[20])
	p.erratum("order of convergence of e ← αe, here of descent", nil, num(linear), math.Abs(linear-1) < 0.05,
		"printed “constant rate”: this is called linear convergence.")
	p.erratum("|eₖ₊₁| at k = 3 (ours), and ceₖ² for c = 0, which satisfies f‴/f″ ≤ c (printed)", num(0), num(size[k+1]), third/second <= 0 && size[k+1] > 0,
		"printed without absolute values. If f‴ is negative, as here, the bound says nothing about the size of the error. It needs |eₖ₊₁| and |f‴|, as in the newer version.")
	p.erratum("length at k = 3 of [xₖ − eₖ, xₖ], which is said to contain ξₖ", num(e[k]), num(size[k]), e[k] < 0,
		"eₖ may be negative, as here; then the printed interval is empty. ξₖ is between x* and xₖ. The error is also in 000.")
	return nil
}

// derivativesOfTwoExponentials are f″ and f‴ in terms of the share s of eˣ in
// the sum: f′ = 3s − 2 and s′ = 3s(1−s).
func derivativesOfTwoExponentials(x float64) (second, third float64) {
	s := 1 / (1 + math.Exp(-3*x-3))
	return 9 * s * (1 - s), 27 * s * (1 - s) * (1 - 2*s)
}

// meters is ½a² + ½b² for two heights in meters, the first given in millimeters
// and the second in kilometers.
func meters(x autograd.Var) autograd.Var {
	a, b := autograd.Const(1e-3).Mul(x.Index(0)), autograd.Const(1e3).Mul(x.Index(1))
	return autograd.Const(0.5).Mul(a.Square().Add(b.Square()))
}

func preconditioning(p *page) error {
	p.say("Two heights of one meter, one given in millimeters and one in kilometers, in ½a² + ½b² with a and b in meters. No rate suits both: descent converges only below 2·10⁻⁶, and then the millimeters do not move. Divided by the diagonal of the Hessian, both shrink at the same speed, here with η = 0.5.")
	start := []float64{1e3, 1e-3}
	descent, err := p.descend(meters, start, 20, optimizers.SGD{}, 1e-6)
	if err != nil {
		return err
	}
	halved, err := p.search(meters, start, 20, minimize.Search{Direction: minimize.Diagonal{}, Length: minimize.Fixed(0.5)})
	if err != nil {
		return err
	}
	whole, err := p.search(meters, start, 1, minimize.Search{Direction: minimize.Diagonal{}})
	if err != nil {
		return err
	}
	p.exact("with the diagonal, η = 1: x after one step", num(0, 0), endOf(whole))
	p.exact("with the diagonal, η = 0.5: x after 20 steps (ours), and 2⁻²⁰ times the start (printed)", num(1e3*math.Pow(2, -20), 1e-3*math.Pow(2, -20)), endOf(halved))
	p.exact("descent: millimeters after 20 steps (ours), and 10³·(1 − 10⁻¹²)²⁰ (printed)", num(1e3*math.Pow(1-1e-12, 20)), num(endOf(descent)[0]))

	const x1, x2 = -5., -2. // one step on x₁² + 2x₂², whose diagonal is (2, 4)
	step, err := p.search(oval, []float64{x1, x2}, 1, minimize.Search{Direction: minimize.Diagonal{}})
	if err != nil {
		return err
	}
	p.erratum("(11.3.11) x after one step on x₁² + 2x₂² from (−5, −2)", num(x1-1./2, x2-1./4), num(endOf(step)...), norm(endOf(step)) < 1e-12,
		"printed x ← x − η diag(H)⁻¹∇x: it must be ∇f(x). The gradient of x itself is 1 in each coordinate, and gives the printed point.")
	p.figure("values", "Heights in different units", figure.Figure{Panels: []figure.Panel{{
		Title: "½a² + ½b²", XLabel: "step", YLabel: "f(x)", LogY: true, YRange: figure.Range{Min: 1e-13, Max: 10},
		Series: []figure.Series{against("descent, η = 10⁻⁶", descent.Values), against("diag(H), η = 0.5", halved.Values)},
	}}})
	return nil
}

// ratesAndFunctions is exercise 1.
func ratesAndFunctions(p *page) error {
	p.say("We plot the end of ten steps from x = 10 against the rate, from 0.02 on. On x² it is 10·(1 − 2η)¹⁰ in theory, with the minimum at η = 0.5. On cosh(x/2) only a narrow range of rates ends close to 0. On x·cos(0.15πx) the end depends on the rate irregularly.")
	f := figure.Figure{Columns: 3}
	for _, c := range []struct {
		title string
		f     autograd.Function
		most  float64
		log   figure.Range // of a logarithmic axis
	}{
		{"x²", square, 1.2, figure.Range{Min: 1e-6, Max: 1e3}},
		{"cosh(x/2)", coshHalf, 0.53, figure.Range{Min: 1e-2, Max: 1e2}},
		{"x cos(cx)", cosineWave, 2, figure.Range{}},
	} {
		s := figure.Series{Style: figure.Points}
		var theory, ours numbers
		for _, rate := range linspace(0.02, c.most, 60) {
			path, err := p.descend(c.f, []float64{10}, 10, optimizers.SGD{}, rate)
			if err != nil {
				return fmt.Errorf("%s, η = %g: %w", c.title, rate, err)
			}
			x := endOf(path)[0]
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
			p.exactTo(1e-10, "x²: largest distance from 10·(1 − 2η)¹⁰ over 60 rates", num(0), num(worst))
		}
	}
	p.figure("ends", "Result of ten steps of descent from x = 10", f)
	return nil
}
