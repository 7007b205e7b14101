package main

import (
	"fmt"
	"math"
	"slices"

	"descent/autograd"
	"descent/optimizers/minimize"
	"gonum.org/v1/gonum/optimize"
)

// gonumRecorder keeps the path of a method of gonum's.
type gonumRecorder struct{ minimize.Path }

func (*gonumRecorder) Init() error { return nil }

func (r *gonumRecorder) Record(at *optimize.Location, op optimize.Operation, _ *optimize.Stats) error {
	switch {
	case op != optimize.MajorIteration && op != optimize.PostIteration: // which is the last one
	case len(r.Points) == 1 && slices.Equal(at.X, r.Points[0]): // the start: some methods begin with it
	default:
		r.Points, r.Values = append(r.Points, slices.Clone(at.X)), append(r.Values, at.F)
	}
	return nil
}

// byGonum minimizes Rosenbrock's function from the notebook's start.
func byGonum(method optimize.Method, settings optimize.Settings) (minimize.Path, optimize.Stats, error) {
	o, err := autograd.NewObjective(rosenbrock, 2)
	if err != nil {
		return minimize.Path{}, optimize.Stats{}, err
	}
	start, err := o.Evaluate(rosenbrockStart, nil)
	if err != nil {
		return minimize.Path{}, optimize.Stats{}, err
	}
	r := gonumRecorder{minimize.Path{Points: [][]float64{rosenbrockStart}, Values: []float64{start}}}
	settings.Recorder = &r
	result, err := optimize.Minimize(minimize.Problem(o.Evaluate, o.Hessian), rosenbrockStart, &settings, method)
	if err != nil {
		return minimize.Path{}, optimize.Stats{}, err
	}
	return r.Path, result.Stats, nil
}

// until follows the way on Rosenbrock's function for as many steps as it takes
// until there is enough of it.
func (p *page) until(by func(*autograd.Objective) minimize.Search, enough func(o *autograd.Objective, from, to []float64) (bool, error)) (minimize.Path, error) {
	const limit = 200
	o, err := autograd.NewObjective(rosenbrock, 2)
	if err != nil {
		return minimize.Path{}, err
	}
	path, err := minimize.Run(p.ctx, o.Evaluate, rosenbrockStart, limit, by(o))
	if err != nil {
		return path, err
	}
	for t := 1; t <= limit; t++ {
		stop, err := enough(o, path.Points[t-1], path.Points[t])
		if err != nil {
			return path, err
		}
		if stop { // again, for the counts
			return minimize.Run(p.ctx, o.Evaluate, rosenbrockStart, t, by(o))
		}
	}
	return path, fmt.Errorf("not at the minimum after %d steps", limit)
}

// flatEnough reports whether no element of the gradient is larger than SciPy's gtol.
func flatEnough(o *autograd.Objective, _, x []float64) (bool, error) {
	g := make([]float64, len(x))
	_, err := o.Evaluate(x, g)
	return furthest(g, []float64{0, 0}) <= 1e-5, err
}

// still reports whether the step was as short as SciPy's Newton-CG wants it.
func still(_ *autograd.Objective, from, to []float64) (bool, error) {
	return math.Abs(to[0]-from[0])+math.Abs(to[1]-from[1]) <= 2e-5, nil
}

func notebookNewton(p *page) error {
	p.say("The step h that minimizes the Taylor polynomial f(x) + hf′(x) + ½h²f″(x) is −f′/f″, Newton's step. It reaches the minimum of a quadratic function at once. The notebook's derivation, whose formulas are missing from its text, ends with \u201cletting Δx = h/2\u201d.")
	o, err := autograd.NewObjective(square, 1)
	if err != nil {
		return err
	}
	path, err := minimize.Run(p.ctx, o.Evaluate, []float64{3}, 1, minimize.Search{Direction: minimize.Newton{}, Hessian: o.Hessian})
	if err != nil {
		return err
	}
	half, err := minimize.Run(p.ctx, o.Evaluate, []float64{3}, 1, minimize.Search{Direction: minimize.Newton{}, Hessian: o.Hessian, Length: minimize.Fixed(0.5)})
	if err != nil {
		return err
	}
	// (f(3+h) − f(3))/h = 6 + h is zero at h = −6, where f is what it was.
	same, err := o.Evaluate([]float64{3 - 6}, nil)
	if err != nil {
		return err
	}
	p.erratum("x² from 3: x after half of the minimizing step h (printed), and after h (ours)", endOf(half), endOf(path), endOf(path)[0] == 0 && endOf(half)[0] == 1.5 && same == path.Values[0],
		"h/2 is correct only if h is the step to the point beyond the minimum where f equals f(x) again, here −6. At the minimum, f′ + hf″ = 0, and Δx is h.")
	return nil
}

func notebookBFGS(p *page) error {
	p.say("BFGS estimates the inverse Hessian from successive gradients. The notebook's cell with that title calls Newton-CG, with a Hessian. Here we run BFGS: gonum's, and our own `Direction` with the library's line search.")
	theirs, stats, err := byGonum(&optimize.BFGS{}, optimize.Settings{GradientThreshold: 1e-5})
	if err != nil {
		return err
	}
	ours, err := p.until(func(*autograd.Objective) minimize.Search {
		return minimize.Search{Direction: &bfgs{}, Length: minimize.Backtracking{}}
	}, flatEnough)
	if err != nil {
		return err
	}
	if err := rosenbrockFigure(p, "BFGS, until the gradient is below 1e-5", labeled{"gonum's BFGS", theirs}, labeled{"our BFGS", ours}); err != nil {
		return err
	}
	p.erratum("evaluations of the Hessian under the title BFGS", num(26), num(float64(ours.Hessians+stats.HessEvaluations)), ours.Hessians == 0 && stats.HessEvaluations == 0,
		"the cell runs method='Newton-CG', and shows the next section's result: it must be method='BFGS', jac=rosen_der.")
	p.info("gonum's BFGS: iterations, evaluations of f, evaluations of its gradient, f", nil,
		num(float64(len(theirs.Points)-1), float64(stats.FuncEvaluations), float64(stats.GradEvaluations), theirs.Values[len(theirs.Values)-1]),
		"not printed; SciPy 1.10 needs 55 iterations and 72 evaluations of each with method='BFGS', jac=rosen_der.")
	p.info("our BFGS: iterations, evaluations of f, evaluations of its gradient, f", nil, num(float64(len(ours.Points)-1), float64(ours.Evaluations), float64(ours.Gradients), ours.Values[len(ours.Values)-1]), "")
	return nil
}

func notebookNewtonCG(p *page) error {
	p.say("Newton-CG solves for Newton's step by conjugate gradients. `minimize.NewtonCG` stops them like SciPy and halves the step until f falls enough. SciPy uses another line search, so the counts differ. Gonum's `Newton` solves directly.")
	printed := []float64{0.99999963, 0.99999926}
	o, err := autograd.NewObjective(rosenbrock, 2)
	if err != nil {
		return err
	}
	var values, first, second []float64
	for _, x := range roundingTo(printed, 1000, "newtoncg") {
		g := make([]float64, 2)
		v, err := o.Evaluate(x, g)
		if err != nil {
			return err
		}
		values, first, second = append(values, v), append(first, g[0]), append(second, g[1])
	}
	p.near("f at the printed x, averaged over points that round to it", 1.3642782750354208e-13, values)
	// Near the minimum f is ½gᵀH⁻¹g.
	g := []float64{1.21204353e-04, -6.08502470e-05}
	h, err := o.Hessian([]float64{1, 1})
	if err != nil {
		return err
	}
	det := h[0][0]*h[1][1] - h[0][1]*h[1][0]
	there := (g[0]*g[0]*h[1][1] - 2*g[0]*g[1]*h[0][1] + g[1]*g[1]*h[0][0]) / det / 2
	m0, sd0 := moments(first)
	m1, sd1 := moments(second)
	p.erratum("gradient at x, printed as jac", g, num(m0, m1), math.Abs(g[0]-m0) > 10*sd0 && math.Abs(g[1]-m1) > 10*sd1 && there > 10*1.3642782750354208e-13,
		fmt.Sprintf("SciPy's jac is the gradient at the previous iterate, where f is %.2g. Ours is the mean over points that round to x.", there))

	ours, err := p.until(func(o *autograd.Objective) minimize.Search {
		return minimize.Search{Direction: minimize.NewtonCG{}, Length: minimize.Backtracking{}, Hessian: o.Hessian}
	}, still)
	if err != nil {
		return err
	}
	theirs, stats, err := byGonum(&optimize.Newton{}, optimize.Settings{GradientThreshold: 1e-5})
	if err != nil {
		return err
	}
	if err := rosenbrockFigure(p, "Newton's method", labeled{"minimize.NewtonCG", ours}, labeled{"gonum's Newton", theirs}); err != nil {
		return err
	}
	p.info("iterations, evaluations of f, Hessians, f: SciPy's (printed), and minimize.NewtonCG (ours)", num(26, 38, 26, 1.3642782750354208e-13),
		num(float64(len(ours.Points)-1), float64(ours.Evaluations), float64(ours.Hessians), ours.Values[len(ours.Values)-1]), "both stop when the mean of a step's coordinates is below 1e-5.")
	p.info("iterations, evaluations of f, Hessians, f: SciPy's (printed), and gonum's Newton (ours)", num(26, 38, 26, 1.3642782750354208e-13),
		num(float64(len(theirs.Points)-1), float64(stats.FuncEvaluations), float64(stats.HessEvaluations), theirs.Values[len(theirs.Values)-1]), "stops when no component of the gradient is larger than 1e-5.")
	p.exact("minimum that NewtonCG reaches, printed as (1, 1)", num(1, 1), endOf(ours))
	return nil
}
