package main

import (
	"fmt"
	"math"
	"slices"

	"descent/autograd"
	"descent/internal/figure"
	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"
	"gonum.org/v1/gonum/mat"
)

// rosenbrock is 100(x₁ − x₀²)² + (1 − x₀)².
func rosenbrock(x autograd.Var) autograd.Var {
	a, b, k := x.Index(0), x.Index(1), autograd.Const
	return k(100).Mul(b.Sub(a.Square()).Square()).Add(k(1).Sub(a).Square())
}

// rosenbrockWindow has the notebook's levels, np.arange(10)**5.
var (
	rosenbrockWindow = landscape{
		f: rosenbrock, x: figure.Range{Min: -5, Max: 5}, y: figure.Range{Min: -5, Max: 5},
		levels: []float64{0, 1, 32, 243, 1024, 3125, 7776, 16807, 32768, 59049},
	}
	rosenbrockStart = []float64{4, -4.1}
)

func rosenbrockConditioning(p *page) error {
	p.say("Rosenbrock's function 100(x₁ − x₀²)² + (1 − x₀)² has its minimum at (1, 1), on the floor of a curved valley. At the minimum, the curvature across the valley is 2,508 times the curvature along it: this is the condition number of the Hessian.")
	o, err := autograd.NewObjective(rosenbrock, 2)
	if err != nil {
		return err
	}
	h, err := o.Hessian([]float64{1, 1})
	if err != nil {
		return err
	}
	p.exact("Hessian at (1, 1), by autograd", num(802, -400, -400, 200), append(append(numbers{}, h[0]...), h[1]...))
	dense := mat.NewDense(2, 2, append(append([]float64{}, h[0]...), h[1]...))
	var svd mat.SVD
	if !svd.Factorize(dense, mat.SVDNone) {
		return fmt.Errorf("singular values of %v", h)
	}
	s := svd.Values(nil)
	inClosedForm := (501 + math.Sqrt(250601)) * (501 + math.Sqrt(250601)) / 400 // λ₁² over λ₁λ₂ = det H
	p.exact("condition number by np.linalg.cond, and by mat.Cond", num(2508.009601277298), num(mat.Cond(dense, 2)))
	p.exact("condition number by s[0]/s[1], and by mat.SVD", num(2508.0096012772983), num(s[0]/s[1]))
	p.exact("condition number by np.linalg.cond (printed), and the exact (501 + √250601)²/400 (ours); digits after the 13th are rounding", num(2508.009601277298), num(inClosedForm))

	at := figure.Note{X: 1, Y: 1, Text: "(1, 1)", Dot: true}
	wide, err := indexed(rosenbrockWindow, "The whole valley")
	if err != nil {
		return err
	}
	zoom := landscape{f: rosenbrock, x: figure.Range{Min: 0, Max: 2}, y: figure.Range{Min: 0, Max: 2}}
	for _, k := range linspace(1, 1.5, 10) {
		level, err := o.Evaluate([]float64{k, k}, nil)
		if err != nil {
			return err
		}
		zoom.levels = append(zoom.levels, level)
	}
	near, err := indexed(zoom, "Near the minimum")
	if err != nil {
		return err
	}
	wide.Notes, near.Notes = []figure.Note{at}, []figure.Note{at}
	p.figure("contours", "Contours of Rosenbrock's function", figure.Figure{Panels: []figure.Panel{wide, near}})

	highest := 0.0
	for _, x := range linspace(0, 2, 201) {
		v, err := o.Evaluate([]float64{x, x * x}, nil)
		if err != nil {
			return err
		}
		highest = math.Max(highest, v)
	}
	p.erratum("lowest visible contour (printed), and the largest value on the valley's floor from (0, 0) to (2, 4) (ours)", num(1), num(highest), highest <= 1,
		"a comment puts the minimum \u201cin a tiny contour island\u201d: the figure's grid splits that contour into islands, but f < 1 is one strip from (0, 0) to (2, 4).")
	return nil
}

func rosenbrockDescent(p *page) error {
	const rate, limit, tol = 2e-4, 100_000, 1e-10
	p.say("The notebook's `custmin` is plain descent at a rate of 0.0002, which follows the valley's floor for 100,000 iterations from (4, −4.1). With autograd, this takes about a tenth of a second.")
	path, err := p.descend(rosenbrock, rosenbrockStart, limit, optimizers.SGD{}, rate)
	if err != nil {
		return err
	}
	p.exactTo(1e-11, "f after 100,000 iterations", num(1.060466347344834e-08), num(path.Values[limit]))
	p.rounded(8, "x", num(0.9998971, 0.99979381), endOf(path))
	p.exact("evaluations", num(100_001), num(float64(path.Evaluations)))
	p.exact("iterations", num(100_000), num(float64(len(path.Points)-1)))
	if err := rosenbrockFigure(p, "Gradient descent, α = 0.0002, 100,000 iterations", labeled{path: path}); err != nil {
		return err
	}

	step := func(path minimize.Path, t int) float64 {
		a, b := path.Points[t-1], path.Points[t]
		return norm([]float64{b[0] - a[0], b[1] - a[1]})
	}
	const longer = 3 * limit
	further, err := p.descend(rosenbrock, rosenbrockStart, longer, optimizers.SGD{}, rate)
	if err != nil {
		return err
	}
	enough := 1
	for enough < longer && step(further, enough) >= tol {
		enough++
	}
	p.erratum("tol, the limit for the length of the last step (printed), and the length of the last step (ours)", num(tol), num(step(path, limit)), step(path, limit) >= tol,
		"printed success: True, as custmin returns success=(niter > 1). The run ended at its limit of iterations.")
	p.erratum("iterations until a step is shorter than tol", num(limit), num(float64(enough)), enough > limit && enough < longer,
		fmt.Sprintf("f is then %.2g.", further.Values[enough]))

	p.say("`custmin` uses the gradient `rosen_der` for every function. For x₀² + 100x₁² from (−1, −1), it uses that function's values and Rosenbrock's gradient.")
	values, err := autograd.NewObjective(steep, 2)
	if err != nil {
		return err
	}
	slopes, err := autograd.NewObjective(rosenbrock, 2)
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
	wrong, err := minimize.Run(p.ctx, custmin, steepStart, limit, minimize.Descent{Rule: optimizers.SGD{}, Schedule: lrsched.Constant(rate)})
	if err != nil {
		return err
	}
	right, err := p.descend(steep, steepStart, limit, optimizers.SGD{}, rate)
	if err != nil {
		return err
	}
	p.erratum("x₀² + 100x₁² after 100,000 iterations of custmin (printed), and of descent with its own gradient (ours)", wrong.Values[limit:], right.Values[limit:],
		wrong.Values[limit] > 50 && right.Values[limit] < 1e-9, fmt.Sprintf("custmin goes to (%.3f, %.3f). It must use the jac that minimize passes in its options.", endOf(wrong)[0], endOf(wrong)[1]))
	return nil
}

// rosenbrockFigure draws ways through the valley, and their values.
func rosenbrockFigure(p *page, caption string, ways ...labeled) error {
	var thin []labeled
	values := figure.Panel{Title: "Value", XLabel: "iteration", YLabel: "f(x)", LogY: true, YRange: figure.Range{Min: 1e-16, Max: 1e5}}
	if len(ways) == 1 {
		values.YRange.Min = max(values.YRange.Min, slices.Min(ways[0].path.Values)/10)
	}
	for _, w := range ways {
		thin = append(thin, labeled{name: w.name, path: thinned(w.path)})
		s := figure.Series{Name: w.name, Style: figure.Solid}
		every := max(len(w.path.Values)/1000, 1)
		for i, v := range w.path.Values {
			if i < 200 || i%every == 0 {
				s.X, s.Y = append(s.X, float64(i)), append(s.Y, v)
			}
		}
		values.Series = append(values.Series, s)
	}
	path, err := indexed(rosenbrockWindow, "Path", thin...)
	if err != nil {
		return err
	}
	p.figure("path", caption, figure.Figure{Panels: []figure.Panel{path, values}})
	return nil
}

// thinned leaves out points that cannot be told from the one before in a
// figure of some units' width.
func thinned(path minimize.Path) (few minimize.Path) {
	for i, x := range path.Points {
		if i > 0 && i < len(path.Points)-1 && furthest(x, endOf(few)) < 0.01 {
			continue
		}
		few.Points, few.Values = append(few.Points, x), append(few.Values, path.Values[i])
	}
	return few
}
