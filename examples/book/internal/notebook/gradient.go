package notebook

import (
	"fmt"
	"math"

	"descent/autograd"
	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/internal/rng"
	"descent/optimizers/minimize"
)

// printedChecks are the ten random points of the notebook, and the results of
// check_grad there.
var printedChecks = []struct {
	x     []float64
	error float64
}{
	{[]float64{1.52226677, 0.65004796}, 1.489680875137234e-05},
	{[]float64{0.52565945, -0.97450204}, 5.561538106652017e-06},
	{[]float64{-1.90395551, -1.40865775}, 4.959629801043568e-06},
	{[]float64{1.56241883, 0.02916979}, 1.1141498255202488e-05},
	{[]float64{1.41686433, 0.97694193}, 1.2788749325180071e-05},
	{[]float64{1.67198246, -1.43445961}, 4.925842873021741e-05},
	{[]float64{1.50075383, 1.26752343}, 1.646225036670931e-05},
	{[]float64{0.12793507, -0.8359048}, 3.0161708019548927e-06},
	{[]float64{0.35530784, 0.59406072}, 1.7619515805981918e-06},
	{[]float64{-0.01477088, -1.9624893}, 6.263297131400611e-06},
}

func rosenbrockGradient(p *page.Page) error {
	p.Say("SciPy's `check_grad` compares a gradient with forward differences, step 1.49e-8, and returns the norm of the difference. The points are printed with eight decimals, and further digits change the rounding errors of the quotients. So we use 10,000 points that round to the printed point. The error cannot be negative, so its logarithm is judged. Central differences, as in `autograd.CheckGradient`, are a hundred times more accurate.")
	o, err := autograd.NewObjective(paths.Rosenbrock, 2)
	if err != nil {
		return err
	}
	var forward, central, shown figure.Series
	forward.Name, central.Name, shown.Name = "forward differences", "central differences", "printed"
	forward.Style, central.Style, shown.Style = figure.Points, figure.Points, figure.Points
	for i, c := range printedChecks {
		var errors, best, longer []float64 // by forward and central differences, and by a longer step
		for k, x := range roundingTo(c.x, 10_000, "gradient") {
			e, err := gradientError(o.Evaluate, x, forwardStep, false)
			if err != nil {
				return err
			}
			errors = append(errors, e)
			if k >= 400 {
				continue
			}
			if e, err = gradientError(o.Evaluate, x, centralStep, true); err != nil {
				return err
			}
			best = append(best, e)
			if e, err = gradientError(o.Evaluate, x, 1.2*forwardStep, false); err != nil {
				return err
			}
			longer = append(longer, e)
		}
		if err := autograd.CheckGradient(o.Evaluate, c.x, 1e-8); err != nil {
			return err
		}
		mean, _ := page.Moments(best)
		p.Band(page.Band{
			Quantity: fmt.Sprintf("error at (%g, %g)", c.x[0], c.x[1]), Printed: c.error, Decimals: -1, Ours: errors, Scale: page.Above(0, "norm of the error"),
			Others: []page.Alternative{{Name: "central differences", Values: best}, {Name: "a step 1.2 times as long", Values: longer}},
		})
		at := float64(i + 1)
		all, _ := page.Moments(errors)
		forward.X, forward.Y = append(forward.X, at), append(forward.Y, all)
		central.X, central.Y = append(central.X, at), append(central.Y, mean)
		shown.X, shown.Y = append(shown.X, at), append(shown.Y, c.error)
	}
	p.Figure("errors", "Errors of difference quotients at the ten printed points", figure.Figure{Panels: []figure.Panel{{
		XLabel: "point", YLabel: "norm of the error", LogY: true, XRange: figure.Range{Min: 0, Max: 11}, Series: []figure.Series{forward, central, shown},
	}}})
	return nil
}

// forwardStep is SciPy's, the root of the machine's precision, and centralStep the
// cube root.
const (
	forwardStep = 0x1p-26
	centralStep = 0x1.965fea53d6e3dp-18
)

// gradientError is the norm of the difference between the gradient and forward or
// central differences.
func gradientError(f minimize.Objective, x []float64, step float64, central bool) (float64, error) {
	grad, at := make([]float64, len(x)), append([]float64(nil), x...)
	y, err := f(x, grad)
	if err != nil {
		return 0, err
	}
	for i := range x {
		h, low := step, y
		if central {
			h *= math.Max(1, math.Abs(x[i]))
			at[i] = x[i] - h
			if low, err = f(at, nil); err != nil {
				return 0, err
			}
		}
		at[i] = x[i] + h
		high, err := f(at, nil)
		if err != nil {
			return 0, err
		}
		at[i] = x[i]
		if central {
			h *= 2
		}
		grad[i] -= (high - low) / h
	}
	return paths.Norm(grad), nil
}

// roundingTo returns n random points whose first eight decimals are those of x.
func roundingTo(x []float64, n int, label string) (points [][]float64) {
	r := rng.New(1, "book", "003", label)
	for range n {
		at := make([]float64, len(x))
		for i := range x {
			at[i] = x[i] + (r.Float64()-0.5)*1e-8
		}
		points = append(points, at)
	}
	return points
}
