package main

import (
	"fmt"
	"math"

	"descent/autograd"
	"descent/internal/figure"
	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"
)

var descentExperiments = []experiment{
	{id: "11.3.line", title: "Gradient descent in one dimension", run: descentOnLine},
	{id: "11.3.local", title: "Local minima", run: descentToLocalMinimum},
	{id: "11.3.plane", title: "Multivariate gradient descent", run: descentInPlane},
	{id: "11.3.newton", title: "Newton's method", run: newtonOnLine},
	{id: "11.3.convergence", title: "Convergence of Newton's method", run: newtonConvergence},
	{id: "11.3.precondition", title: "Preconditioning", run: preconditioning},
	{id: "11.3.search", title: "Gradient descent with line search", run: lineSearch},
	{id: "11.3.rates", title: "Exercise 1: other rates and functions", run: ratesAndFunctions},
	{id: "11.3.bisection", title: "Exercise 2: binary search in an interval", run: bisectionExercise},
	{id: "11.3.slow", title: "Exercises 3 and 4: a slow function and the diagonal of its Hessian", run: slowFunction},
	{id: "11.3.rotated", title: "Exercise 5: rotated by 45 degrees", run: rotatedFunctions},
}

// square is x².
func square(x autograd.Var) autograd.Var { return x.Index(0).Square() }

// cosineWave is x·cos(0.15πx).
func cosineWave(x autograd.Var) autograd.Var {
	v := x.Index(0)
	return v.Mul(autograd.Const(0.15 * math.Pi).Mul(v).Cos())
}

// oval is x₁² + 2x₂², the function of 11.3 and 11.4 in two dimensions.
func oval(x autograd.Var) autograd.Var {
	return x.Index(0).Square().Add(autograd.Const(2).Mul(x.Index(1).Square()))
}

// ovalWindow is where the book draws it.
var ovalWindow = landscape{f: oval, x: figure.Range{Min: -5.5, Max: 1}, y: figure.Range{Min: -3, Max: 1}}

// search goes a way that may need the Hessian, which autograd takes too.
func (p *page) search(f autograd.Function, start []float64, steps int, s minimize.Search) (minimize.Path, error) {
	o, err := autograd.NewObjective(f, len(start))
	if err != nil {
		return minimize.Path{}, err
	}
	s.Hessian = o.Hessian
	return minimize.Run(p.ctx, o.Evaluate, start, steps, s)
}

// symmetricTrace draws a path on its curve, from −n to n where n is the
// greatest |x| of the path, as the book does.
func symmetricTrace(f autograd.Function, title string, path minimize.Path) (figure.Panel, error) {
	n := 0.0
	for _, x := range path.Points {
		n = max(n, math.Abs(x[0]))
	}
	return trace(f, title, -n, n, path)
}

func descentOnLine(p *page) error {
	p.say("Ten steps of x ← x − ηf′(x) on f(x) = x² from x = 10. Each multiplies x by 1 − 2η: with a rate of 0.2 it almost arrives, with 0.05 it is slow, and with 1.1 it oscillates and diverges.")
	f := figure.Figure{Columns: 3}
	for _, r := range []struct{ rate, printed float64 }{{0.2, 0.06046617599999997}, {0.05, 3.4867844009999995}, {1.1, 61.917364224000096}} {
		path, err := p.descend(square, []float64{10}, 10, optimizers.SGD{}, r.rate)
		if err != nil {
			return err
		}
		title := fmt.Sprintf("η = %g", r.rate)
		panel, err := symmetricTrace(square, title, path)
		if err != nil {
			return err
		}
		f.Panels = append(f.Panels, panel)
		p.exact(title+": x after 10 steps", num(r.printed), endOf(path))
		if r.rate != 1.1 {
			continue
		}
		x, y := path.Points[0][0], path.Points[1][0]
		slope := 2 * x
		left := y*y - (x*x - r.rate*slope*slope)
		right := r.rate * r.rate * slope * slope // f″/2 is 1
		p.erratum("η = 1.1: the term that (11.3.2) omits, in the first step", num(r.rate*r.rate*2), num(left), math.Abs(left-right) < 1e-9*right,
			"printed as the term O(η²f″(x)) of (11.3.1): it is O(η²f′(x)²), of (11.3.2), here ½η²f′²f″ exactly. The newer version is correct.")
	}
	p.figure("traces", "Gradient descent on x² from x = 10, ten steps", f)
	return nil
}

func descentToLocalMinimum(p *page) error {
	p.say("x·cos(0.15πx) has infinitely many local minima. The end of descent from x = 10 depends on the rate: with a rate of 2 it jumps over the minimum near 7.3 and ends near a much shallower one.")
	var f figure.Figure
	var ends []minimize.Path
	for _, rate := range []float64{2, 0.2} {
		path, err := p.descend(cosineWave, []float64{10}, 10, optimizers.SGD{}, rate)
		if err != nil {
			return err
		}
		panel, err := trace(cosineWave, fmt.Sprintf("η = %g", rate), -10, 10, path)
		if err != nil {
			return err
		}
		f.Panels, ends = append(f.Panels, panel), append(ends, path)
	}
	p.exact("η = 2: x after 10 steps", num(-1.528165927635083), endOf(ends[0]))
	high, low := ends[0].Values[10], ends[1].Values[10]
	p.add(some, "f at the end with η = 2 and with η = 0.2", nil, num(high, low), exact, high > low, "the high rate ends at a higher value, as the text says")
	p.figure("traces", "Gradient descent on x·cos(0.15πx) from x = 10, ten steps", f)
	return nil
}

func descentInPlane(p *page) error {
	p.say("Twenty steps on x₁² + 2x₂² from (−5, −2) with η = 0.1: x₁ shrinks by 0.8 in each step and x₂ by 0.6.")
	path, err := p.descend(oval, bookStart, 20, optimizers.SGD{}, 0.1)
	if err != nil {
		return err
	}
	panel, err := ovalWindow.panel("η = 0.1", labeled{path: path})
	if err != nil {
		return err
	}
	p.rounded(6, "x after 20 steps", num(-0.057646, -0.000073), endOf(path))
	p.figure("path", "Gradient descent on x₁² + 2x₂², 20 steps from (−5, −2)", figure.Figure{Panels: []figure.Panel{panel}})
	return nil
}

func lineSearch(p *page) error {
	p.say("Instead of using a rate, each step searches for the length that minimizes f along the gradient: by bisection of the slope, as the text describes, or by backtracking, which takes the first of the lengths 1, 0.7, 0.49, … that lowers f by 0.3 of the decrease that the slope predicts.")
	window := ovalWindow
	window.y.Max = 2.5
	values := figure.Panel{Title: "Descent", XLabel: "step", YLabel: "f(x)", LogY: true, YRange: figure.Range{Min: 1e-9, Max: 100}}
	var paths []labeled
	counts := make(map[string]int)
	for _, r := range []struct {
		name string
		by   minimize.Stepper
	}{
		{"η = 0.1", minimize.Descent{Rule: optimizers.SGD{}, Schedule: lrsched.Constant(0.1)}},
		{"backtracking", minimize.Search{Direction: minimize.Steepest{}, Length: minimize.Backtracking{Shrink: 0.7, Decrease: 0.3}}},
		{"bisection", minimize.Search{Direction: minimize.Steepest{}, Length: minimize.Bisection{}}},
	} {
		path, err := p.follow(oval, bookStart, 10, r.by)
		if err != nil {
			return err
		}
		paths, counts[r.name] = append(paths, labeled{r.name, path}), path.Evaluations
		values.Series = append(values.Series, against(r.name, path.Values))
		if r.name == "bisection" {
			worst := 0.0
			for i := 1; i < len(path.Values); i++ {
				worst = max(worst, path.Values[i]/path.Values[i-1])
			}
			p.add(some, "bisection: largest f(xₖ₊₁)/f(xₖ) (ours), and its bound ((κ−1)/(κ+1))² with κ = 2 (printed)", num(1./9), num(worst), exact, worst <= 1./9*(1+1e-6),
				"the bound for quadratic functions (Boyd and Vandenberghe, 9.3)")
		}
	}
	p.say("Ten steps cost %d evaluations with a fixed rate, %d with backtracking and %d with bisection. In training, each evaluation would be a pass over all data.",
		counts["η = 0.1"], counts["backtracking"], counts["bisection"])
	p.add(some, "evaluations in ten steps with a fixed rate, backtracking and bisection", nil, num(float64(counts["η = 0.1"]), float64(counts["backtracking"]), float64(counts["bisection"])),
		exact, counts["η = 0.1"] < counts["backtracking"] && counts["backtracking"] < counts["bisection"], "a search makes each step more expensive, as the text says")
	drawn, err := window.panel("Paths", paths...)
	if err != nil {
		return err
	}
	p.figure("paths", "Line searches on x₁² + 2x₂² from (−5, −2), ten steps", figure.Figure{Panels: []figure.Panel{drawn, values}})
	return nil
}
