package main

import (
	"fmt"
	"math"

	"descent/autograd"
	"descent/internal/figure"
	"descent/optimizers"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

var newerExperiments = []experiment{
	{id: "000.line", title: "One dimension, rounded", run: newerLine},
	{id: "000.plane", title: "Two dimensions", run: newerPlane},
	{id: "000.newton", title: "Newton's method in float32", run: newerNewton},
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

// run goes ten steps from x = 10 at a constant rate, along the gradient or, for
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

// float32Run is a run in float32, and what the program of the text prints of it.
type float32Run struct {
	title    string
	f        autograd.Function
	rate     float64
	newton   bool
	decimals int
	printed  float64
}

// float32Runs draws them beside each other, on the curve in float64.
func float32Runs(p *page, name, caption string, runs ...float32Run) error {
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
			p.rounded(r.decimals, quantity, num(r.printed), num(points[10]))
		} else { // float32 has not six decimals here: a rounding in each step
			limit := 10 * n * math.Pow(2, -24)
			p.add(r.decimals, quantity, num(r.printed), num(points[10]), exact, math.Abs(points[10]-r.printed) < limit,
				fmt.Sprintf("within %.1g, the rounding errors of ten steps up to x = 10", limit))
		}
		curve, err := curveOf(r.f, "f(x)", -n, n)
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
	p.figure(name, caption, f)
	return nil
}

func newerLine(p *page) error {
	p.say("The newer version of the section shows programs without their output. Here “printed” is the output of its PyTorch programs with PyTorch 1.13. On x² they use Python's float64 numbers and print six decimals.")
	f := figure.Figure{Columns: 3}
	for _, r := range []struct{ rate, printed float64 }{{0.2, 0.060466}, {0.05, 3.486784}, {1.1, 61.917364}} {
		path, err := p.descend(square, []float64{10}, 10, optimizers.SGD{}, r.rate)
		if err != nil {
			return err
		}
		title := fmt.Sprintf("η = %g", r.rate)
		p.rounded(6, title+": x after 10 steps", num(r.printed), endOf(path))
		s, err := newFloat32Function(square)
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
		// Three roundings a step: 2x, the product with η, and the difference,
		// besides that of η itself.
		limit := 10 * 8 * math.Pow(2, -24)
		p.add(some, title+": largest relative difference of ten steps in float32", nil, num(worst), exact, worst > 0 && worst < limit, fmt.Sprintf("below %.2g, a few rounding errors per step", limit))
		panel, err := symmetricTrace(square, title, path)
		if err != nil {
			return err
		}
		f.Panels = append(f.Panels, panel)
	}
	p.figure("traces", "Gradient descent on x² from x = 10, ten steps", f)
	path, err := p.descend(cosineWave, []float64{10}, 10, optimizers.SGD{}, 2)
	if err != nil {
		return err
	}
	p.rounded(6, "x cos(cx), η = 2: x after 10 steps in float64", num(-1.528166), endOf(path))
	p.say("From here on c is a tensor, so PyTorch computes in float32. We do the same, with the gradients of `autograd` and the rules of `optimizers` in float32.")
	return float32Runs(p, "local", "Gradient descent on x·cos(0.15πx), η = 2, in float32", float32Run{"x cos(cx), η = 2", cosineWave, 2, false, 6, -1.528166})
}

func newerPlane(p *page) error {
	p.say("Twenty steps on x₁² + 2x₂² from (−5, −2), as in the older version. The printed result is the same.")
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
	// The last numbers of np.arange(-55, 1, 1)·0.1 and torch.arange(-5.5, 1.0, 0.1).
	end := func(from, to, step float64) float64 { return from + step*(math.Ceil((to-from)/step-1e-9)-1) }
	mxnet, pytorch := end(-55, 1, 1)*0.1, end(-5.5, 1, 0.1)
	p.erratum("right end of the contours, MXNet's program", num(mxnet), num(pytorch), math.Abs(mxnet) < 1e-9 && math.Abs(pytorch-0.9) < 1e-9,
		"its “np.arange(-55, 1, 1)”, times 0.1, ends at 0, at the minimum; the other two programs continue to 0.9. It must be “np.arange(-55, 10, 1)”, with 10 also for x₂.")
	return nil
}

func newerNewton(p *page) error {
	p.say("Newton's method as PyTorch computes it, in float32; PyTorch prints such tensors with four decimals. A step is the rule SGD in float32 with the gradient divided by the second derivative.")
	if err := float32Runs(p, "traces", "Newton's method from x = 10 in float32, ten steps",
		float32Run{"cosh(x/2)", coshHalf, 1, true, 4, 0},
		float32Run{"x cos(cx)", cosineWave, 1, true, 4, 26.8341},
		float32Run{"x cos(cx), η = 0.5", cosineWave, 0.5, true, 4, 7.2699}); err != nil {
		return err
	}
	path, err := p.search(twoExponentials, []float64{-0.4}, 4, wholeNewton)
	if err != nil {
		return err
	}
	var e [5]float64
	for k, x := range path.Points {
		e[k] = x[0] - twoExponentialsMinimum
	}
	order := orderOf(math.Abs(e[2]), math.Abs(e[3]), math.Abs(e[4]))
	p.erratum("order of convergence of Newton's method on log(eˣ + e^(−2x−3))", num(1), num(order), math.Abs(order-2) < 0.05,
		"called linear, and e ← αe constant, as in 11.3. The correct terms are quadratic and linear.")
	p.erratum("e at step 3, where ξ is said to be in [x − e, x]", num(math.Abs(e[3])), num(e[3]), e[3] < 0,
		"e is called the distance from x*, but has a sign. If it is negative, as here, the interval is empty. ξ is between x* and x.")
	return nil
}
