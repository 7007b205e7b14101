package notebook

import (
	"fmt"
	"math"
	"slices"

	"descent/autograd"
	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"
)

var rosenbrockStart = []float64{4, -4.1}

func rosenbrockConditioning(p *page.Page) error {
	p.Say("Rosenbrock's function 100(x₁ − x₀²)² + (1 − x₀)² has its minimum at (1, 1), on the floor of a curved valley. At the minimum, the curvature across the valley is 2,508 times the curvature along it: this is the condition number of the Hessian.")
	o, err := autograd.NewObjective(paths.Rosenbrock, 2)
	if err != nil {
		return err
	}
	h, err := o.Hessian([]float64{1, 1})
	if err != nil {
		return err
	}
	p.Exact("Hessian at (1, 1), by autograd", page.Num(802, -400, -400, 200), append(append(page.Numbers{}, h[0]...), h[1]...))
	dense := mat.NewDense(2, 2, append(append([]float64{}, h[0]...), h[1]...))
	var svd mat.SVD
	if !svd.Factorize(dense, mat.SVDNone) {
		return fmt.Errorf("singular values of %v", h)
	}
	s := svd.Values(nil)
	inClosedForm := (501 + math.Sqrt(250601)) * (501 + math.Sqrt(250601)) / 400 // λ₁² over λ₁λ₂ = det H
	p.Exact("condition number by np.linalg.cond, and by mat.Cond", page.Num(2508.009601277298), page.Num(mat.Cond(dense, 2)))
	p.Exact("condition number by s[0]/s[1], and by mat.SVD", page.Num(2508.0096012772983), page.Num(s[0]/s[1]))
	p.Check("condition number by np.linalg.cond (expected), and the exact (501 + √250601)²/400 (computed); digits after the 13th are rounding", page.Num(2508.009601277298), page.Num(inClosedForm))

	at := figure.Note{X: 1, Y: 1, Text: "(1, 1)", Dot: true}
	wide, err := indexed(paths.RosenbrockWindow, "The whole valley")
	if err != nil {
		return err
	}
	zoom := paths.Landscape{F: paths.Rosenbrock, X: figure.Range{Min: 0, Max: 2}, Y: figure.Range{Min: 0, Max: 2}}
	for _, k := range paths.Linspace(1, 1.5, 10) {
		level, err := o.Evaluate([]float64{k, k}, nil)
		if err != nil {
			return err
		}
		zoom.Levels = append(zoom.Levels, level)
	}
	near, err := indexed(zoom, "Near the minimum")
	if err != nil {
		return err
	}
	wide.Notes, near.Notes = []figure.Note{at}, []figure.Note{at}
	p.Figure("contours", "Contours of Rosenbrock's function", figure.Figure{Panels: []figure.Panel{wide, near}})
	return nil
}

func rosenbrockDescent(p *page.Page) error {
	const rate, limit, tol = 2e-4, 100_000, 1e-10
	p.Say("The notebook's `custmin` is plain descent at a rate of 0.0002, which follows the valley's floor for 100,000 iterations from (4, −4.1). With autograd, this takes about a tenth of a second.")
	path, err := paths.Descend(p.Ctx, paths.Rosenbrock, rosenbrockStart, limit, optimizers.SGD{}, rate)
	if err != nil {
		return err
	}
	p.ExactTo(1e-11, "f after 100,000 iterations", page.Num(1.060466347344834e-08), page.Num(path.Values[limit]))
	p.Rounded(8, "x", page.Num(0.9998971, 0.99979381), paths.End(path))
	p.Exact("evaluations", page.Num(100_001), page.Num(float64(path.Evaluations)))
	p.Exact("iterations", page.Num(100_000), page.Num(float64(len(path.Points)-1)))
	if err := rosenbrockFigure(p, "Gradient descent, α = 0.0002, 100,000 iterations", paths.Labeled{Path: path}); err != nil {
		return err
	}

	step := func(path minimize.Path, t int) float64 {
		a, b := path.Points[t-1], path.Points[t]
		return paths.Norm([]float64{b[0] - a[0], b[1] - a[1]})
	}
	const longer = 3 * limit
	further, err := paths.Descend(p.Ctx, paths.Rosenbrock, rosenbrockStart, longer, optimizers.SGD{}, rate)
	if err != nil {
		return err
	}
	enough := 1
	for enough < longer && step(further, enough) >= tol {
		enough++
	}
	p.Erratum("tol, the limit for the length of the last step (document), and the length of the last step (right)", page.Num(tol), page.Num(step(path, limit)), step(path, limit) >= tol,
		page.Slip{
			Place: "custmin, cell 30, and the result in cell 42", Quote: "success=(niter > 1)",
			Right: "success = not improved: the last step was shorter than tol",
			Why:   fmt.Sprintf("The run ended at its limit of 100,000 iterations. A step is shorter than tol only after %d iterations, when f is %.2g.", enough, further.Values[enough]),
		})

	p.Say("SciPy calls `custmin` as a method of `minimize`. In Go, a method is a value that implements an interface. `minimize.Method` makes one from any rule for gonum's `Minimize`, whose recorder is the callback and whose converger tests tol.")
	byMethod, _, err := byGonum(minimize.Method(optimizers.SGD{}, lrsched.Constant(rate)), optimize.Settings{MajorIterations: limit + 1, Converger: &shortStep{tol: tol}})
	if err != nil {
		return err
	}
	p.Check("f and x after as many iterations as a method of gonum's Minimize", append(page.Num(path.Values[limit]), paths.End(path)...),
		append(page.Num(byMethod.Values[limit]), paths.End(byMethod)...))

	p.Say("`custmin` uses the gradient `rosen_der` for every function. For x₀² + 100x₁² from (−1, −1), it uses that function's values and Rosenbrock's gradient.")
	values, err := autograd.NewObjective(steep, 2)
	if err != nil {
		return err
	}
	slopes, err := autograd.NewObjective(paths.Rosenbrock, 2)
	if err != nil {
		return err
	}
	custmin := func(x, grad []float64) (float64, error) {
		if grad != nil {
			if _, err := slopes.Evaluate(x, grad); err != nil {
				return 0, err
			}
		}
		return values.Evaluate(x, nil)
	}
	wrong, err := minimize.Run(p.Ctx, custmin, steepStart, limit, minimize.Descent{Rule: optimizers.SGD{}, Schedule: lrsched.Constant(rate)})
	if err != nil {
		return err
	}
	right, err := paths.Descend(p.Ctx, steep, steepStart, limit, optimizers.SGD{}, rate)
	if err != nil {
		return err
	}
	p.Erratum("x₀² + 100x₁² after 100,000 iterations of custmin (document), and of descent with its own gradient (right)", wrong.Values[limit:], right.Values[limit:],
		wrong.Values[limit] > 50 && right.Values[limit] < 1e-9, page.Slip{
			Place: "custmin, cell 30", Quote: "step = alpha * rosen_der(bestx)",
			Right: "the jac that minimize passes in options",
			Why:   fmt.Sprintf("It uses the gradient of Rosenbrock's function whatever fun is, and goes to (%.3f, %.3f) on x₀² + 100x₁².", paths.End(wrong)[0], paths.End(wrong)[1]),
		})
	return nil
}

// rosenbrockFigure draws paths through the valley, and their values.
func rosenbrockFigure(p *page.Page, caption string, ways ...paths.Labeled) error {
	var thin []paths.Labeled
	values := figure.Panel{Title: "Value", XLabel: "iteration", YLabel: "f(x)", LogY: true, YRange: figure.Range{Min: 1e-16, Max: 1e5}}
	if len(ways) == 1 {
		values.YRange.Min = max(values.YRange.Min, slices.Min(ways[0].Path.Values)/10)
	}
	for _, w := range ways {
		thin = append(thin, paths.Labeled{Name: w.Name, Path: thinned(w.Path)})
		s := figure.Series{Name: w.Name, Style: figure.Solid}
		every := max(len(w.Path.Values)/1000, 1)
		for i, v := range w.Path.Values {
			if i < 200 || i%every == 0 {
				s.X, s.Y = append(s.X, float64(i)), append(s.Y, v)
			}
		}
		values.Series = append(values.Series, s)
	}
	path, err := indexed(paths.RosenbrockWindow, "Path", thin...)
	if err != nil {
		return err
	}
	p.Figure("path", caption, figure.Figure{Panels: []figure.Panel{path, values}})
	return nil
}

// thinned leaves out points that cannot be told from the one before in a
// figure of some units' width.
func thinned(path minimize.Path) (few minimize.Path) {
	for i, x := range path.Points {
		if i > 0 && i < len(path.Points)-1 && paths.Farthest(x, paths.End(few)) < 0.01 {
			continue
		}
		few.Points, few.Values = append(few.Points, x), append(few.Values, path.Values[i])
	}
	return few
}
