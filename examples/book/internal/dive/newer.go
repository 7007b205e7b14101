package dive

import (
	"fmt"
	"math"

	"descent/autograd"
	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/optimizers"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

var newerExperiments = []page.Experiment{
	{ID: "000.line", Title: "One dimension, rounded", Run: newerLine},
	{ID: "000.plane", Title: "Two dimensions", Run: newerPlane},
	{ID: "000.newton", Title: "Newton's method in float32", Run: newerNewton},
}

// float32Function is a function of one variable in float32, with two derivatives.
type float32Function struct {
	x          []float32
	machine    *autograd.Machine
	g, h       *gorgonia.Node
	gradients  []float32
	parameters []optimizers.Param[float32]
}

// newFloat32Function builds the graph of an expression in float32.
func newFloat32Function(f autograd.Function) (*float32Function, error) {
	s := &float32Function{x: make([]float32, 1), gradients: make([]float32, 1)}
	graph := gorgonia.NewGraph()
	x := gorgonia.NewVector(graph, tensor.Float32, gorgonia.WithName("x"), gorgonia.WithShape(1),
		gorgonia.WithValue(tensor.New(tensor.WithShape(1), tensor.WithBacking(s.x))))
	y, err := f(autograd.Wrap(x, nil)).Node()
	if err != nil {
		return nil, err
	}
	for _, d := range []**gorgonia.Node{&s.g, &s.h} {
		grad, err := autograd.Grad(y, x)
		if err != nil {
			return nil, err
		}
		*d = grad[0]
		if y, err = autograd.Wrap(grad[0], nil).Sum().Node(); err != nil {
			return nil, err
		}
	}
	if s.machine, err = autograd.NewMachine(s.g, s.h); err != nil {
		return nil, err
	}
	s.parameters = []optimizers.Param[float32]{{Name: "x", Shape: []int{1}, Value: s.x, Grad: s.gradients}}
	return s, nil
}

// run takes ten steps from x = 10 at a constant rate, along the gradient or, for
// Newton's method, the gradient divided by the second derivative.
func (s *float32Function) run(rule optimizers.Rule, rate float64, newton bool) ([]float64, error) {
	o, err := optimizers.New(rule, s.parameters, optimizers.Config{})
	if err != nil {
		return nil, err
	}
	s.x[0] = 10
	points := []float64{10}
	for range 10 {
		if err := s.machine.RunAll(); err != nil {
			return nil, err
		}
		s.gradients[0] = s.machine.Value(s.g).Data().([]float32)[0]
		if newton {
			s.gradients[0] /= s.machine.Value(s.h).Data().([]float32)[0]
		}
		if err := o.Step(rate); err != nil {
			return nil, err
		}
		points = append(points, float64(s.x[0]))
	}
	return points, nil
}

// float32Run is a run in float32, with the numbers that the program of the text prints.
type float32Run struct {
	title    string
	f        autograd.Function
	rate     float64
	newton   bool
	decimals int
	printed  float64
}

// float32Runs draws runs side by side, on the curve in float64.
func float32Runs(p *page.Page, name, caption string, runs ...float32Run) error {
	var f figure.Figure
	for _, r := range runs {
		s, err := newFloat32Function(r.f)
		if err != nil {
			return err
		}
		points, err := s.run(optimizers.SGD{}, r.rate, r.newton)
		if err != nil {
			return err
		}
		n := 0.0
		for _, x := range points {
			n = max(n, math.Abs(x))
		}
		quantity := r.title + ": x after 10 steps in float32"
		if r.decimals <= 4 {
			p.CheckRounded(r.decimals, quantity, page.Num(r.printed), page.Num(points[10]))
		} else { // six decimals are too many for float32 here: each step rounds
			limit := 10 * n * math.Pow(2, -24)
			p.Holds(quantity, page.Num(r.printed), page.Num(points[10]), math.Abs(points[10]-r.printed) < limit,
				fmt.Sprintf("within %.1g, the rounding errors of ten steps up to x = 10", limit))
		}
		curve, err := paths.CurveOf(r.f, "f(x)", -n, n)
		if err != nil {
			return err
		}
		steps := figure.Series{Name: "steps, float32", Style: figure.Path, X: points}
		o, err := autograd.NewObjective(r.f, 1)
		if err != nil {
			return err
		}
		for _, x := range points {
			y, err := o.Evaluate([]float64{x}, nil)
			if err != nil {
				return err
			}
			steps.Y = append(steps.Y, y)
		}
		f.Panels = append(f.Panels, figure.Panel{Title: r.title, XLabel: "x", YLabel: "f(x)", XRange: figure.Range{Min: -n, Max: n}, Series: []figure.Series{curve, steps}})
	}
	p.Figure(name, caption, f)
	return nil
}

func newerLine(p *page.Page) error {
	p.Say("The newer version of the section shows programs without their output. Here the expected numbers are the output of its PyTorch programs with PyTorch 1.13. On x² they use Python's float64 numbers and print six decimals.")
	f := figure.Figure{Columns: 3}
	for _, r := range []struct{ rate, printed float64 }{{0.2, 0.060466}, {0.05, 3.486784}, {1.1, 61.917364}} {
		path, err := paths.Descend(p.Ctx, paths.Square, []float64{10}, 10, optimizers.SGD{}, r.rate)
		if err != nil {
			return err
		}
		title := fmt.Sprintf("η = %g", r.rate)
		p.CheckRounded(6, title+": x after 10 steps", page.Num(r.printed), paths.End(path))
		s, err := newFloat32Function(paths.Square)
		if err != nil {
			return err
		}
		points, err := s.run(optimizers.SGD{}, r.rate, false)
		if err != nil {
			return err
		}
		worst := 0.0
		for k, x := range points {
			worst = max(worst, math.Abs(x/path.Points[k][0]-1))
		}
		// Three roundings in each step, of 2x, the product with η and the difference,
		// in addition to that of η itself.
		limit := 10 * 8 * math.Pow(2, -24)
		p.Holds(title+": largest relative difference of ten steps in float32", nil, page.Num(worst), worst > 0 && worst < limit, fmt.Sprintf("below %.2g, a few rounding errors per step", limit))
		panel, err := symmetricTrace(paths.Square, title, path)
		if err != nil {
			return err
		}
		f.Panels = append(f.Panels, panel)
	}
	p.Figure("traces", "Gradient descent on x² from x = 10, ten steps", f)
	path, err := paths.Descend(p.Ctx, paths.CosineWave, []float64{10}, 10, optimizers.SGD{}, 2)
	if err != nil {
		return err
	}
	p.CheckRounded(6, "x cos(cx), η = 2: x after 10 steps in float64", page.Num(-1.528166), paths.End(path))
	p.Say("From here on c is a tensor, so PyTorch computes in float32. We do the same, with the gradients of `autograd` and the rules of `optimizers` in float32.")
	return float32Runs(p, "local", "Gradient descent on x·cos(0.15πx), η = 2, in float32", float32Run{"x cos(cx), η = 2", paths.CosineWave, 2, false, 6, -1.528166})
}

func newerPlane(p *page.Page) error {
	p.Say("Twenty steps on x₁² + 2x₂² from (−5, −2), as in the older version. The printed result is the same.")
	path, err := paths.Descend(p.Ctx, paths.Oval, paths.BookStart, 20, optimizers.SGD{}, 0.1)
	if err != nil {
		return err
	}
	panel, err := paths.OvalWindow.Panel("η = 0.1", paths.Labeled{Path: path})
	if err != nil {
		return err
	}
	p.CheckRounded(6, "x after 20 steps", page.Num(-0.057646, -0.000073), paths.End(path))
	p.Figure("path", "Gradient descent on x₁² + 2x₂², 20 steps from (−5, −2)", figure.Figure{Panels: []figure.Panel{panel}})
	// The last numbers of np.arange(-55, 1, 1)·0.1 and torch.arange(-5.5, 1.0, 0.1).
	end := func(from, to, step float64) float64 { return from + step*(math.Ceil((to-from)/step-1e-9)-1) }
	mxnet, pytorch := end(-55, 1, 1)*0.1, end(-5.5, 1, 0.1)
	p.Erratum("right end of the contours, MXNet's program", page.Num(mxnet), page.Num(pytorch), math.Abs(mxnet) < 1e-9 && math.Abs(pytorch-0.9) < 1e-9,
		page.Slip{
			Place: "000, the MXNet tab of show_trace_2d", Quote: "np.arange(-55, 1, 1)",
			Right: "np.arange(-55, 10, 1), and 10 also for x₂",
			Why:   "Multiplied by 0.1, the printed range ends at 0, at the minimum. The ranges of the other two programs extend to 0.9.",
		})
	return nil
}

func newerNewton(p *page.Page) error {
	p.Say("Newton's method as PyTorch computes it, in float32; PyTorch prints such tensors with four decimals. A step is the rule SGD in float32 with the gradient divided by the second derivative.")
	if err := float32Runs(p, "traces", "Newton's method from x = 10 in float32, ten steps",
		float32Run{"cosh(x/2)", coshHalf, 1, true, 4, 0},
		float32Run{"x cos(cx)", paths.CosineWave, 1, true, 4, 26.8341},
		float32Run{"x cos(cx), η = 0.5", paths.CosineWave, 0.5, true, 4, 7.2699}); err != nil {
		return err
	}
	path, err := paths.Search(p.Ctx, twoExponentials, []float64{-0.4}, 4, wholeNewton)
	if err != nil {
		return err
	}
	var e [5]float64
	for k, x := range path.Points {
		e[k] = x[0] - twoExponentialsMinimum
	}
	order := orderOf(math.Abs(e[2]), math.Abs(e[3]), math.Abs(e[4]))
	p.Erratum("order of convergence of Newton's method on log(eˣ + e⁻²ˣ⁻³)", page.Num(1), page.Num(order), math.Abs(order-2) < 0.05,
		page.Slip{
			Place: "000, Convergence Analysis", Quote: "optimization researchers call this linear convergence",
			Right: "quadratic, and linear for |eₖ₊₁| ≤ α|eₖ|",
			Why:   "As in 11.3.",
		})
	p.Erratum("e at step 3, where ξ is said to be in [x − e, x]", page.Num(math.Abs(e[3])), page.Num(e[3]), e[3] < 0,
		page.Slip{
			Place: "000, Convergence Analysis", Quote: "ξ ∈ [x − e, x]",
			Right: "ξ between x* and x",
			Why:   "e is called the distance from optimality and has a sign. If it is negative, as here, the interval is empty.",
		})
	return nil
}
