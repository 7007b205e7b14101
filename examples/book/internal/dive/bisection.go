package dive

import (
	"math"

	"descent/autograd"
	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/optimizers/minimize"
)

// bisect searches for the minimum of a convex function in [a, b] by the sign of
// its derivative, and returns the middle of the interval before the first
// halving and after each.
func bisect(o *autograd.Objective, a, b float64, steps int) (middles []float64, err error) {
	grad := make([]float64, 1)
	middles = append(middles, (a+b)/2)
	for range steps {
		m := (a + b) / 2
		if _, err := o.Evaluate([]float64{m}, grad); err != nil {
			return nil, err
		}
		if grad[0] > 0 {
			b = m
		} else {
			a = m
		}
		middles = append(middles, (a+b)/2)
	}
	return middles, nil
}

// goldenSection does the same by values alone: of two points within the
// interval the higher one becomes an end.
func goldenSection(o *autograd.Objective, a, b float64, steps int) (middles []float64, err error) {
	ratio := (math.Sqrt(5) - 1) / 2
	middles = append(middles, (a+b)/2)
	for range steps {
		low, err := o.Evaluate([]float64{b - ratio*(b-a)}, nil)
		if err != nil {
			return nil, err
		}
		high, err := o.Evaluate([]float64{a + ratio*(b-a)}, nil)
		if err != nil {
			return nil, err
		}
		if low < high {
			b = a + ratio*(b-a)
		} else {
			a = b - ratio*(b-a)
		}
		middles = append(middles, (a+b)/2)
	}
	return middles, nil
}

func bisectionExercise(p *page.Page) error {
	p.Say("One value in the middle does not tell which half contains the minimum. The sign of the derivative does, and so do values at two interior points. With the derivative the interval halves in each step; with values (golden section) it shrinks by a factor of 0.618. So the error falls linearly or faster. Near the minimum f is flat, and the accuracy of values is limited to about the square root of the machine precision.")
	o, err := autograd.NewObjective(twoExponentials, 1)
	if err != nil {
		return err
	}
	const a, b, steps = -5., 5., 60
	halves, err := bisect(o, a, b, steps)
	if err != nil {
		return err
	}
	golden, err := goldenSection(o, a, b, steps)
	if err != nil {
		return err
	}
	distance := func(middles []float64) (d []float64) {
		for _, m := range middles {
			d = append(d, math.Abs(m-twoExponentialsMinimum))
		}
		return d
	}
	byDerivative, byValues := distance(halves), distance(golden)
	within := true
	for k, d := range byDerivative[:49] {
		within = within && d <= (b-a)/math.Pow(2, float64(k+1))
	}
	p.Check("log(eˣ + e⁻²ˣ⁻³): minimum in [−5, 5] by bisection (computed), and (ln 2 − 3)/3 (expected)", page.Num(twoExponentialsMinimum), page.Num(halves[steps]))
	p.CheckTo(1e-7, "log(eˣ + e⁻²ˣ⁻³): minimum by golden section (computed), and (ln 2 − 3)/3 (expected)", page.Num(twoExponentialsMinimum), page.Num(golden[steps]))
	p.Holds("bisection: error after 1 and 48 halvings (computed), and the bound (b − a)/2ᵏ⁺¹ (expected)", page.Num((b-a)/4, (b-a)/math.Pow(2, 49)), page.Num(byDerivative[1], byDerivative[48]), within,
		"holds after each of the first 48 halvings")
	found, err := paths.Follow(p.Ctx, twoExponentials, []float64{2}, 1, minimize.Search{Direction: minimize.Steepest{}, Length: minimize.Bisection{Tolerance: 1e-12}})
	if err != nil {
		return err
	}
	p.CheckTo(1e-10, "log(eˣ + e⁻²ˣ⁻³): minimum by one step of minimize.Search with Bisection from x = 2", page.Num(twoExponentialsMinimum), paths.End(found))
	curve, err := paths.CurveOf(twoExponentials, "", a, b)
	if err != nil {
		return err
	}
	bound := paths.Graph("(b − a)/2ᵏ⁺¹", 0, steps, func(k float64) float64 { return (b - a) / math.Pow(2, k+1) })
	bound.Style = figure.Dashed
	p.Figure("errors", "Binary search for the minimum of log(eˣ + e⁻²ˣ⁻³)", figure.Figure{Panels: []figure.Panel{
		{Title: "log(eˣ + e⁻²ˣ⁻³)", XLabel: "x", YLabel: "f(x)", Series: []figure.Series{curve}, Vertical: []figure.Reference{{At: twoExponentialsMinimum, Label: "x*"}}},
		{
			Title: "Error", XLabel: "step", YLabel: "|x − x*|", LogY: true, YRange: figure.Range{Min: 1e-17, Max: 10},
			Series: []figure.Series{paths.Against("derivative", byDerivative), paths.Against("values", byValues), bound},
		},
	}})
	return nil
}
