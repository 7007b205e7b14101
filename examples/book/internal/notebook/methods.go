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

// gonumRecorder records the path of one of gonum's methods.
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
	o, err := autograd.NewObjective(paths.Rosenbrock, 2)
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

// shortStep ends a run of gonum's after a step shorter than tol.
type shortStep struct {
	tol  float64
	last []float64
}

func (s *shortStep) Init(int) { s.last = nil }

func (s *shortStep) Converged(at *optimize.Location) optimize.Status {
	before := s.last
	s.last = slices.Clone(at.X)
	if before != nil && paths.Norm(minus(s.last, before)) < s.tol {
		return optimize.StepConvergence
	}
	return optimize.NotTerminated
}

// until takes steps on Rosenbrock's function until enough is true of the last one.
func until(p *page.Page, by func(*autograd.Objective) minimize.Search, enough func(o *autograd.Objective, from, to []float64) (bool, error)) (minimize.Path, error) {
	const limit = 200
	o, err := autograd.NewObjective(paths.Rosenbrock, 2)
	if err != nil {
		return minimize.Path{}, err
	}
	path, err := minimize.Run(p.Ctx, o.Evaluate, rosenbrockStart, limit, by(o))
	if err != nil {
		return path, err
	}
	for t := 1; t <= limit; t++ {
		stop, err := enough(o, path.Points[t-1], path.Points[t])
		if err != nil {
			return path, err
		}
		if stop { // again, for the counts
			return minimize.Run(p.Ctx, o.Evaluate, rosenbrockStart, t, by(o))
		}
	}
	return path, fmt.Errorf("not at the minimum after %d steps", limit)
}

// flatEnough reports whether no element of the gradient is larger than SciPy's gtol.
func flatEnough(o *autograd.Objective, _, x []float64) (bool, error) {
	g := make([]float64, len(x))
	_, err := o.Evaluate(x, g)
	return paths.Farthest(g, []float64{0, 0}) <= 1e-5, err
}

// still reports whether the step was short enough for SciPy's Newton-CG to stop.
func still(_ *autograd.Objective, from, to []float64) (bool, error) {
	return math.Abs(to[0]-from[0])+math.Abs(to[1]-from[1]) <= 2e-5, nil
}

func notebookNewton(p *page.Page) error {
	p.Say("The step h that minimizes the Taylor polynomial f(x) + hf′(x) + ½h²f″(x) is −f′/f″, Newton's step. It reaches the minimum of a quadratic function at once. The notebook's derivation, whose formulas are missing from its text, ends with \u201cletting Δx = h/2\u201d: the step to the minimum is h itself, or half the way to the point beyond it where f has its old value.")
	o, err := autograd.NewObjective(paths.Square, 1)
	if err != nil {
		return err
	}
	path, err := minimize.Run(p.Ctx, o.Evaluate, []float64{3}, 1, minimize.Search{Direction: minimize.Newton{}, Hessian: o.Hessian})
	if err != nil {
		return err
	}
	half, err := minimize.Run(p.Ctx, o.Evaluate, []float64{3}, 1, minimize.Search{Direction: minimize.Newton{}, Hessian: o.Hessian, Length: minimize.Fixed(0.5)})
	if err != nil {
		return err
	}
	p.Check("x² from 3: x after the step h = −f′/f″, and after half of it", page.Num(0, 1.5), append(paths.End(path), paths.End(half)...))
	return nil
}

func notebookBFGS(p *page.Page) error {
	p.Say("BFGS estimates the inverse Hessian from successive gradients. The notebook's cell with that title calls Newton-CG, with a Hessian. Here we run BFGS: gonum's, and our own `Direction` with the library's line search.")
	theirs, stats, err := byGonum(&optimize.BFGS{}, optimize.Settings{GradientThreshold: 1e-5})
	if err != nil {
		return err
	}
	ours, err := until(p, func(*autograd.Objective) minimize.Search {
		return minimize.Search{Direction: &bfgs{}, Length: minimize.Backtracking{}}
	}, flatEnough)
	if err != nil {
		return err
	}
	if err := rosenbrockFigure(p, "BFGS, until the gradient is below 1e-5", paths.Labeled{Name: "gonum's BFGS", Path: theirs}, paths.Labeled{Name: "our BFGS", Path: ours}); err != nil {
		return err
	}
	p.Erratum("evaluations of the Hessian under the title BFGS", page.Num(26), page.Num(float64(ours.Hessians+stats.HessEvaluations)), ours.Hessians == 0 && stats.HessEvaluations == 0,
		page.Slip{
			Place: "BFGS, cell 48", Quote: "method='Newton-CG', jac=rosen_der, hess=rosen_hess",
			Right: "method='BFGS', jac=rosen_der",
			Why:   "The cell under the title BFGS repeats that of the next section, with its result.",
		})
	p.Info("gonum's BFGS: iterations, evaluations of f, evaluations of its gradient, f", nil,
		page.Num(float64(len(theirs.Points)-1), float64(stats.FuncEvaluations), float64(stats.GradEvaluations), theirs.Values[len(theirs.Values)-1]),
		"not printed; SciPy 1.10 needs 55 iterations and 72 evaluations of each with method='BFGS', jac=rosen_der.")
	p.Info("our BFGS: iterations, evaluations of f, evaluations of its gradient, f", nil, page.Num(float64(len(ours.Points)-1), float64(ours.Evaluations), float64(ours.Gradients), ours.Values[len(ours.Values)-1]), "")
	return nil
}
