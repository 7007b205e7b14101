package dive

import (
	"fmt"
	"math"

	"descent/autograd"
	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/optimizers"
)

var challengeExperiments = []page.Experiment{
	{ID: "11.1.risk", Title: "Empirical and expected risk", Run: risks},
	{ID: "11.1.minima", Title: "Local minima", Run: localMinima},
	{ID: "11.1.saddles", Title: "Saddle points", Run: saddlePoints},
	{ID: "11.1.test", Title: "The second-derivative test", Run: secondOrderTest},
	{ID: "11.1.vanishing", Title: "Vanishing gradients", Run: vanishingGradient},
	{ID: "11.1.permutations", Title: "Exercise 1: equivalent minima of a network", Run: permutedMinima, Exercises: []int{1}},
	{ID: "11.1.symmetric", Title: "Exercise 2: eigenvalues of random matrices", Run: randomMatrices, Exercises: []int{2}},
	{ID: "11.1.ball", Title: "Exercise 4: a ball on a saddle", Run: ballOnSaddle, Exercises: []int{4}},
}

// xcos is x·cos(πx), the expected risk of 11.1 and its example of minima.
func xcos(x autograd.Var) autograd.Var {
	x = x.Index(0)
	return x.Mul(autograd.Const(math.Pi).Mul(x).Cos())
}

// wavy is the empirical risk, xcos + 0.2·cos(5πx).
func wavy(x autograd.Var) autograd.Var {
	return xcos(x).Add(autograd.Const(0.2).Mul(autograd.Const(5 * math.Pi).Mul(x.Index(0)).Cos()))
}

// saddleOf is x² − y².
func saddleOf(x autograd.Var) autograd.Var { return x.Index(0).Square().Sub(x.Index(1).Square()) }

// lowest returns the end of the best descent from the starts.
func lowest(p *page.Page, f autograd.Function, starts []float64, rate float64) (at, value float64, err error) {
	value = math.Inf(1)
	for _, start := range starts {
		path, err := paths.Descend(p.Ctx, f, []float64{start}, 500, optimizers.SGD{}, rate)
		if err != nil {
			return 0, 0, err
		}
		if v := path.Values[500]; v < value {
			at, value = paths.End(path)[0], v
		}
	}
	return at, value, nil
}

func risks(p *page.Page) error {
	p.Say("Training minimizes the empirical risk, the loss on the training data, but the goal is a small expected risk, the loss on all data. Their minima are at different points. We find both by gradient descent from eleven starts.")
	panel := figure.Panel{XLabel: "x", YLabel: "risk", YRange: figure.Range{Min: -1.4, Max: 0.1}}
	var at, values page.Numbers
	for _, r := range []struct {
		name string
		f    autograd.Function
	}{{"empirical risk", wavy}, {"expected risk", xcos}} {
		curve, err := paths.CurveOf(r.f, r.name, 0.5, 1.5)
		if err != nil {
			return err
		}
		x, y, err := lowest(p, r.f, paths.Linspace(0.5, 1.5, 11), 0.005)
		if err != nil {
			return err
		}
		panel.Series = append(panel.Series, curve)
		panel.Notes = append(panel.Notes, figure.Note{X: x, Y: y, Text: r.name, Dot: true})
		at, values = append(at, x), append(values, y)
	}
	p.Figure("risk", "Two risks and their minima", figure.Figure{Panels: []figure.Panel{panel}})
	p.Rounded(1, "x of the minima of the empirical and the expected risk, at the book's arrows", page.Num(1.0, 1.1), at)
	p.Rounded(1, "minimum of the empirical risk", page.Num(-1.2), values[:1])
	p.Rounded(2, "minimum of the expected risk", page.Num(-1.05), values[1:])
	return nil
}

func localMinima(p *page.Page) error {
	p.Say("Gradient descent on f(x) = x·cos(πx) ends at the minimum of the valley where it starts: the local one from the left of the maximum at x = 0.27, the global one from the right. The minima are where πx·tan(πx) = 1. (The ends of the book's arrows, −0.25 and −0.95, are not on the curve.)")
	curve, err := paths.CurveOf(xcos, "f(x)", -1, 2)
	if err != nil {
		return err
	}
	panel := figure.Panel{XLabel: "x", YLabel: "f(x)", YRange: figure.Range{Min: -1.4, Max: 2.1}, Series: []figure.Series{curve}}
	valleys := []figure.Series{
		{Name: "starts that end at the local minimum", Style: figure.Points},
		{Name: "at the global minimum", Style: figure.Points},
	}
	low := page.Num(math.Inf(1), math.Inf(1))
	at := page.Num(0, 0)
	for _, start := range paths.Linspace(-1, 2, 16) {
		path, err := paths.Descend(p.Ctx, xcos, []float64{start}, 500, optimizers.SGD{}, 0.02)
		if err != nil {
			return err
		}
		k := 0
		if paths.End(path)[0] > 0 {
			k = 1
		}
		at[k], low[k] = paths.End(path)[0], path.Values[500]
		valleys[k].X, valleys[k].Y = append(valleys[k].X, start), append(valleys[k].Y, path.Values[0])
	}
	panel.Series = append(panel.Series, valleys...)
	panel.Notes = []figure.Note{
		{X: at[0], Y: low[0], Text: "local minimum", Dot: true},
		{X: at[1], Y: low[1], Text: "global minimum", Dot: true},
	}
	p.Figure("minima", "Minima of x·cos(πx)", figure.Figure{Panels: []figure.Panel{panel}})

	condition := func(u float64) float64 { return u*math.Sin(u) - math.Cos(u) }
	want := page.Num(-zeroOf(condition, 0, math.Pi/2)/math.Pi, zeroOf(condition, math.Pi, 1.5*math.Pi)/math.Pi)
	p.Check("x of the minima, by πx·tan(πx) = 1", want, at)
	p.Rounded(1, "x of the minima, at the book's arrows", page.Num(-0.3, 1.1), at)

	return nil
}

// zeroOf returns a zero of f between low and high, where f has different signs.
func zeroOf(f func(float64) float64, low, high float64) float64 {
	sign := f(low)
	for range 100 {
		if mid := (low + high) / 2; f(mid)*sign > 0 {
			low = mid
		} else {
			high = mid
		}
	}
	return (low + high) / 2
}

func saddlePoints(p *page.Page) error {
	p.Say("At x = 0 both derivatives of x³ vanish, although it is not a minimum. Descent from x = 1 slows down and converges to it like 1/(3ηt). x² − y² has a minimum along x and a maximum along y at the same point.")
	cube := func(x autograd.Var) autograd.Var { return x.Index(0).Pow(autograd.Const(3)) }
	curve, err := paths.CurveOf(cube, "f(x)", -2, 2)
	if err != nil {
		return err
	}
	path, err := paths.Descend(p.Ctx, cube, []float64{1}, 1000, optimizers.SGD{}, 0.1)
	if err != nil {
		return err
	}
	stalled := figure.Panel{Title: "Descent on x³ from 1, η = 0.1", XLabel: "step", YLabel: "x", LogX: true, LogY: true}
	ours, law := figure.Series{Name: "descent", Style: figure.Solid}, figure.Series{Name: "1/(3ηt)", Style: figure.Dashed}
	for t := 1; t <= 1000; t++ {
		ours.X, ours.Y = append(ours.X, float64(t)), append(ours.Y, path.Points[t][0])
		law.X, law.Y = append(law.X, float64(t)), append(law.Y, 1/(0.3*float64(t)))
	}
	stalled.Series = []figure.Series{ours, law}
	p.Figure("cube", "The saddle point of x³", figure.Figure{Panels: []figure.Panel{{
		Title: "x³", XLabel: "x", YLabel: "f(x)", Series: []figure.Series{curve},
		Notes: []figure.Note{{X: 0, Y: 0, Text: "saddle point", Dot: true}},
	}, stalled}})

	s, err := surfaceOf(saddleOf, 1)
	if err != nil {
		return err
	}
	p.Figure("surface", "The saddle of x² − y²", figure.Figure{Panels: []figure.Panel{{
		XLabel: "x", YLabel: "y", Surface: s,
		Series: []figure.Series{{Name: "saddle point", X: []float64{0}, Y: []float64{0}, Style: figure.Points, Color: 2}},
	}}})

	_, gradient, err := autograd.Gradient(cube, []float64{0})
	if err != nil {
		return err
	}
	second, err := curvatures(cube, []float64{0})
	if err != nil {
		return err
	}
	p.Check("first and second derivative of x³ at 0, by autograd", page.Num(0, 0), page.Num(gradient[0], second[0]))
	p.CheckTo(0.05, "x³: x after 1,000 steps, by 1/(3ηt)", page.Num(1/(0.3*1000)), paths.End(path))
	_, gradient, err = autograd.Gradient(saddleOf, []float64{0, 0})
	if err != nil {
		return err
	}
	p.Check("gradient of x² − y² at (0, 0)", page.Num(0, 0), gradient)
	return nil
}

// surfaceOf is the surface of f over the square [−side, side]².
func surfaceOf(f autograd.Function, side float64) (*figure.Surface, error) {
	o, err := autograd.NewObjective(f, 2)
	if err != nil {
		return nil, err
	}
	s := &figure.Surface{X: paths.Linspace(-side, side, 21), Y: paths.Linspace(-side, side, 21), ZLabel: "f"}
	for _, y := range s.Y {
		row := make([]float64, len(s.X))
		for i, x := range s.X {
			if row[i], err = o.Evaluate([]float64{x, y}, nil); err != nil {
				return nil, err
			}
		}
		s.Z = append(s.Z, row)
	}
	return s, nil
}

func vanishingGradient(p *page.Page) error {
	p.Say("tanh is flat at x = 4: its gradient there is 0.0013. Descent from 4 with η = 1 needs hundreds of steps to leave the plateau, and then falls within a few. (There is no minimum: tanh falls towards −1.)")
	tanh := func(x autograd.Var) autograd.Var { return x.Index(0).Tanh() }
	curve, err := paths.CurveOf(tanh, "f(x)", -2, 5)
	if err != nil {
		return err
	}
	path, err := paths.Descend(p.Ctx, tanh, []float64{4}, 500, optimizers.SGD{}, 1)
	if err != nil {
		return err
	}
	var x []float64
	left := 0
	for t, at := range path.Points {
		x = append(x, at[0])
		if left == 0 && at[0] < 0 {
			left = t
		}
	}
	stuck := figure.Panel{Title: "Descent from 4, η = 1", XLabel: "step", YLabel: "x", Series: []figure.Series{paths.Against("", x)}}
	p.Figure("tanh", "A vanishing gradient", figure.Figure{Panels: []figure.Panel{{
		Title: "tanh", XLabel: "x", YLabel: "f(x)", Series: []figure.Series{curve},
		Notes: []figure.Note{{X: 4, Y: math.Tanh(4), Text: "vanishing gradient", Dot: true}},
	}, stuck}})
	_, gradient, err := autograd.Gradient(tanh, []float64{4})
	if err != nil {
		return err
	}
	p.Rounded(4, "tanh′(4), by autograd", page.Num(0.0013), gradient)
	p.Check("tanh′(4) by 1 − tanh²(4)", page.Num(1-math.Pow(math.Tanh(4), 2)), gradient)
	p.CheckTo(0.02, fmt.Sprintf("steps from 4 until x < 0, by the time %s of dx/dt = −tanh′(x)", "2 + ¼·sinh 8"), page.Num(2+math.Sinh(8)/4), page.Num(float64(left)))
	return nil
}
