package notebook

import (
	"fmt"
	"math"
	"slices"

	"descent/autograd"
	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/optimizers/minimize"

	"gonum.org/v1/gonum/optimize"
)

// scipyNewtonCG is SciPy's method "Newton-CG" with its defaults: conjugate gradients
// for Newton's step, then the search of MINPACK-2. It counts as SciPy does.
type scipyNewtonCG struct {
	minimize.Path
	Jac []float64 // the gradient that SciPy returns: that of the last point but one

	of *autograd.Objective
}

// run stops when the coordinates change by at most 1e-5 on average.
func (n *scipyNewtonCG) run(start []float64) error {
	x := slices.Clone(start)
	value, err := n.value(x)
	if err != nil {
		return err
	}
	n.Points, n.Values = [][]float64{slices.Clone(x)}, []float64{value}
	previous := math.NaN() // the value before the last step
	for moved := math.Inf(1); moved > 1e-5*float64(len(x)); {
		if n.Jac, err = n.gradient(x); err != nil {
			return err
		}
		d, err := n.direction(x)
		if err != nil {
			return err
		}
		first := sample{0, value, innerProduct(n.Jac, d)}
		t := 1.0
		if guess := 1.01 * 2 * (value - previous) / first.slope; guess >= 0 {
			t = min(1, guess)
		}
		l := lineSearch{decrease: 1e-4, slope: 0.9, accuracy: 1e-14, shortest: 1e-8, longest: 50}
		l.start(first, t)
		previous = value
		at := make([]float64, len(x))
		for good := false; !good; {
			for i := range x {
				at[i] = x[i] + float64(t*d[i])
			}
			if value, err = n.value(at); err != nil {
				return err
			}
			g, err := n.gradient(at)
			if err != nil {
				return err
			}
			tried := t
			if t, good = l.next(sample{t, value, innerProduct(g, d)}); !good && t == tried {
				return fmt.Errorf("line search: no step from %v", x)
			}
		}
		moved = 0
		for i := range x {
			moved += math.Abs(at[i] - x[i])
		}
		x = at
		n.Points, n.Values = append(n.Points, slices.Clone(x)), append(n.Values, value)
	}
	return nil
}

func (n *scipyNewtonCG) value(x []float64) (float64, error) {
	n.Evaluations++
	return n.of.Evaluate(x, nil)
}

func (n *scipyNewtonCG) gradient(x []float64) ([]float64, error) {
	n.Gradients++
	g := make([]float64, len(x))
	_, err := n.of.Evaluate(x, g)
	return g, err
}

// direction solves Hd = −g by conjugate gradients until the residual is small.
func (n *scipyNewtonCG) direction(x []float64) ([]float64, error) {
	n.Hessians++
	h, err := n.of.Hessian(x)
	if err != nil {
		return nil, err
	}
	size := 0.0
	for _, g := range n.Jac {
		size += math.Abs(g)
	}
	enough := min(0.5, math.Sqrt(size)) * size
	d, rest := make([]float64, len(x)), slices.Clone(n.Jac)
	along := minus(d, n.Jac)
	for square, first := innerProduct(rest, rest), true; ; first = false {
		left := 0.0
		for _, r := range rest {
			left += math.Abs(r)
		}
		if left <= enough {
			return d, nil
		}
		var ha []float64
		for _, row := range h {
			ha = append(ha, innerProduct(row, along))
		}
		curvature := innerProduct(along, ha)
		if curvature <= 3*0x1p-52 {
			if curvature < 0 && first { // downhill as far as the curvature says
				for i := range d {
					d[i] = square / curvature * n.Jac[i]
				}
			}
			return d, nil
		}
		t := square / curvature
		for i := range d {
			d[i] += float64(t * along[i])
			rest[i] += float64(t * ha[i])
		}
		next := innerProduct(rest, rest)
		for i := range along {
			along[i] = float64(next/square*along[i]) - rest[i]
		}
		square = next
	}
}

func notebookNewtonCG(p *page.Page) error {
	p.Say("Newton-CG solves for Newton's step by conjugate gradients. The first part of the figure is SciPy's algorithm, with its line search, in about 260 lines of this program; its counts and points are the printed ones. `minimize.NewtonCG` uses the same directions and halves the step until f falls enough. Gonum's `Newton` solves directly.")
	o, err := autograd.NewObjective(paths.Rosenbrock, 2)
	if err != nil {
		return err
	}
	scipy := scipyNewtonCG{of: o}
	if err := scipy.run(rosenbrockStart); err != nil {
		return err
	}
	p.Exact("iterations, evaluations of f, of its gradient and of its Hessian", page.Num(26, 38, 63, 26),
		page.Num(float64(len(scipy.Points)-1), float64(scipy.Evaluations), float64(scipy.Gradients), float64(scipy.Hessians)))
	p.Rounded(8, "x", page.Num(0.99999963, 0.99999926), paths.End(scipy.Path))
	p.ExactTo(1e-6, "f; the printed digits after the sixth depend on the order of roundings", page.Num(1.3642782750354208e-13), page.Num(scipy.Values[len(scipy.Values)-1]))
	g := []float64{1.21204353e-04, -6.08502470e-05}
	p.ExactTo(1e-6, "jac", g, scipy.Jac)
	_, at, err := autograd.Gradient(paths.Rosenbrock, paths.End(scipy.Path))
	if err != nil {
		return err
	}
	before := scipy.Values[len(scipy.Values)-2]
	p.Erratum("gradient at the printed x", g, at, paths.Farthest(g, at) > 0.9*g[0], page.Slip{
		Place: "Newton-CG, the result in cell 50", Quote: "jac: array([ 1.21204353e-04, -6.08502470e-05])",
		Right: "the gradient at x",
		Why:   fmt.Sprintf("SciPy returns the gradient of the previous iterate, where f is %.2g.", before),
	})

	ours, err := until(p, func(o *autograd.Objective) minimize.Search {
		return minimize.Search{Direction: minimize.NewtonCG{}, Length: minimize.Backtracking{}, Hessian: o.Hessian}
	}, still)
	if err != nil {
		return err
	}
	theirs, stats, err := byGonum(&optimize.Newton{}, optimize.Settings{GradientThreshold: 1e-5})
	if err != nil {
		return err
	}
	if err := rosenbrockFigure(p, "Newton's method", paths.Labeled{Name: "SciPy's Newton-CG", Path: scipy.Path}, paths.Labeled{Name: "minimize.NewtonCG", Path: ours}, paths.Labeled{Name: "gonum's Newton", Path: theirs}); err != nil {
		return err
	}
	p.Info("minimize.NewtonCG: iterations, evaluations of f, Hessians, f", nil,
		page.Num(float64(len(ours.Points)-1), float64(ours.Evaluations), float64(ours.Hessians), ours.Values[len(ours.Values)-1]), "it stops as SciPy does")
	p.Info("gonum's Newton: iterations, evaluations of f, Hessians, f", nil,
		page.Num(float64(len(theirs.Points)-1), float64(stats.FuncEvaluations), float64(stats.HessEvaluations), theirs.Values[len(theirs.Values)-1]), "it stops when no component of the gradient is larger than 1e-5")
	p.Check("minimum that minimize.NewtonCG reaches", page.Num(1, 1), paths.End(ours))
	return nil
}
