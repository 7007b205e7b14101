package dive

import (
	"fmt"
	"math"

	"descent/autograd"
	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"
)

var descentExperiments = []page.Experiment{
	{
		ID: "11.3.line", Title: "Gradient descent in one dimension", Run: descentOnLine,
		Controls: "descent", Formula: []string{`x ← x − η f′(x)`},
	},
	{ID: "11.3.local", Title: "Local minima", Run: descentToLocalMinimum, Controls: "wave"},
	{
		ID: "11.3.plane", Title: "Multivariate gradient descent", Run: descentInPlane,
		Formula: []string{`x ← x − η ∇f(x)`},
	},
	{
		ID: "11.3.newton", Title: "Newton's method", Run: newtonOnLine,
		Controls: "newton", Formula: []string{`x ← x − η \frac{f′(x)}{f″(x)}`},
	},
	{ID: "11.3.convergence", Title: "Convergence of Newton's method", Run: newtonConvergence},
	{
		ID: "11.3.precondition", Title: "Preconditioning", Run: preconditioning,
		Formula: []string{`x ← x − η {\diag(H)}^{−1} ∇f(x)`},
	},
	{ID: "11.3.search", Title: "Gradient descent with line search", Run: lineSearch},
	{ID: "11.3.rates", Title: "Exercise 1: other rates and functions", Run: ratesAndFunctions, Exercises: []int{1}},
	{ID: "11.3.bisection", Title: "Exercise 2: binary search in an interval", Run: bisectionExercise, Exercises: []int{2}},
	{ID: "11.3.slow", Title: "Exercises 3 and 4: a slow function and the diagonal of its Hessian", Run: slowFunction, Exercises: []int{3, 4}},
	{ID: "11.3.rotated", Title: "Exercise 5: rotated by 45 degrees", Run: rotatedFunctions, Exercises: []int{5}},
}

// symmetricTrace draws a path on its curve, from −n to n where n is the
// greatest |x| of the path, as the book does.
func symmetricTrace(f autograd.Function, title string, path minimize.Path) (figure.Panel, error) {
	n := 0.0
	for _, x := range path.Points {
		n = max(n, math.Abs(x[0]))
	}
	return paths.Trace(f, title, -n, n, path)
}

func descentOnLine(p *page.Page) error {
	p.Say("Ten steps of x ← x − ηf′(x) on f(x) = x² from x = 10. Each multiplies x by 1 − 2η: with a rate of 0.2 it almost arrives, with 0.05 it is slow, and with 1.1 it oscillates and diverges.")
	f := figure.Figure{Columns: 3}
	for _, r := range []struct{ rate, printed float64 }{{0.2, 0.06046617599999997}, {0.05, 3.4867844009999995}, {1.1, 61.917364224000096}} {
		path, err := paths.Descend(p.Ctx, paths.Square, []float64{10}, 10, optimizers.SGD{}, r.rate)
		if err != nil {
			return err
		}
		title := fmt.Sprintf("η = %g", r.rate)
		panel, err := symmetricTrace(paths.Square, title, path)
		if err != nil {
			return err
		}
		f.Panels = append(f.Panels, panel)
		p.Exact(title+": x after 10 steps", page.Num(r.printed), paths.End(path))
		if r.rate != 1.1 {
			continue
		}
		x, y := path.Points[0][0], path.Points[1][0]
		slope := 2 * x
		left := y*y - (x*x - r.rate*slope*slope)
		right := r.rate * r.rate * slope * slope // f″/2 is 1
		p.Erratum("η = 1.1: the term that (11.3.2) omits, in the first step", page.Num(r.rate*r.rate*2), page.Num(left), math.Abs(left-right) < 1e-9*right,
			page.Slip{
				Place: "11.3, Learning Rate", Quote: "the term O(η²f″(x)) in (11.3.1) might become significant",
				Right: "the term O(η²f′(x)²) in (11.3.2)",
				Why:   "(11.3.1) has no η. Here the term is ½η²f′²f″ exactly. The newer version has it right.",
			})
	}
	p.Figure("traces", "Gradient descent on x² from x = 10, ten steps", f)
	return nil
}

func descentToLocalMinimum(p *page.Page) error {
	p.Say("x·cos(0.15πx) has infinitely many local minima. The end of descent from x = 10 depends on the rate: with a rate of 2 it jumps over the minimum near 7.3 and ends near a much shallower one.")
	var f figure.Figure
	var ends []minimize.Path
	for _, rate := range []float64{2, 0.2} {
		path, err := paths.Descend(p.Ctx, paths.CosineWave, []float64{10}, 10, optimizers.SGD{}, rate)
		if err != nil {
			return err
		}
		panel, err := paths.Trace(paths.CosineWave, fmt.Sprintf("η = %g", rate), -10, 10, path)
		if err != nil {
			return err
		}
		f.Panels, ends = append(f.Panels, panel), append(ends, path)
	}
	p.Exact("η = 2: x after 10 steps", page.Num(-1.528165927635083), paths.End(ends[0]))
	high, low := ends[0].Values[10], ends[1].Values[10]
	p.Holds("f at the end with η = 2 and with η = 0.2", nil, page.Num(high, low), high > low, "the high rate ends at a higher value, as the text says")
	p.Figure("traces", "Gradient descent on x·cos(0.15πx) from x = 10, ten steps", f)
	return nil
}

func descentInPlane(p *page.Page) error {
	p.Say("Twenty steps on x₁² + 2x₂² from (−5, −2) with η = 0.1: x₁ shrinks by 0.8 in each step and x₂ by 0.6.")
	path, err := paths.Descend(p.Ctx, paths.Oval, paths.BookStart, 20, optimizers.SGD{}, 0.1)
	if err != nil {
		return err
	}
	panel, err := paths.OvalWindow.Panel("η = 0.1", paths.Labeled{Path: path})
	if err != nil {
		return err
	}
	p.Rounded(6, "x after 20 steps", page.Num(-0.057646, -0.000073), paths.End(path))
	p.Figure("path", "Gradient descent on x₁² + 2x₂², 20 steps from (−5, −2)", figure.Figure{Panels: []figure.Panel{panel}})
	return nil
}

func lineSearch(p *page.Page) error {
	p.Say("Instead of using a rate, each step searches for the length that minimizes f along the gradient: by bisection of the slope, as the text describes, or by backtracking, which takes the first of the lengths 1, 0.7, 0.49, … that lowers f by 0.3 of the decrease that the slope predicts.")
	window := paths.OvalWindow
	window.Y.Max = 2.5
	values := figure.Panel{Title: "Descent", XLabel: "step", YLabel: "f(x)", LogY: true, YRange: figure.Range{Min: 1e-9, Max: 100}}
	var walks []paths.Labeled
	counts := make(map[string]int)
	for _, r := range []struct {
		name string
		by   minimize.Stepper
	}{
		{"η = 0.1", minimize.Descent{Rule: optimizers.SGD{}, Schedule: lrsched.Constant(0.1)}},
		{"backtracking", minimize.Search{Direction: minimize.Steepest{}, Length: minimize.Backtracking{Shrink: 0.7, Decrease: 0.3}}},
		{"bisection", minimize.Search{Direction: minimize.Steepest{}, Length: minimize.Bisection{}}},
	} {
		path, err := paths.Follow(p.Ctx, paths.Oval, paths.BookStart, 10, r.by)
		if err != nil {
			return err
		}
		walks, counts[r.name] = append(walks, paths.Labeled{Name: r.name, Path: path}), path.Evaluations
		values.Series = append(values.Series, paths.Against(r.name, path.Values))
		if r.name == "bisection" {
			worst := 0.0
			for i := 1; i < len(path.Values); i++ {
				worst = max(worst, path.Values[i]/path.Values[i-1])
			}
			p.Holds("bisection: largest f(xₖ₊₁)/f(xₖ) (computed), and its bound ((κ−1)/(κ+1))² with κ = 2 (expected)", page.Num(1./9), page.Num(worst), worst <= 1./9*(1+1e-6),
				"the bound for quadratic functions (Boyd and Vandenberghe, 9.3)")
		}
	}
	p.Say("Ten steps cost %d evaluations with a fixed rate, %d with backtracking and %d with bisection. In training, each evaluation would be a pass over all data.",
		counts["η = 0.1"], counts["backtracking"], counts["bisection"])
	p.Holds("evaluations in ten steps with a fixed rate, backtracking and bisection", nil, page.Num(float64(counts["η = 0.1"]), float64(counts["backtracking"]), float64(counts["bisection"])),
		counts["η = 0.1"] < counts["backtracking"] && counts["backtracking"] < counts["bisection"], "a search makes each step more expensive, as the text says")
	drawn, err := window.Panel("Paths", walks...)
	if err != nil {
		return err
	}
	p.Figure("paths", "Line searches on x₁² + 2x₂² from (−5, −2), ten steps", figure.Figure{Panels: []figure.Panel{drawn, values}})
	return nil
}
