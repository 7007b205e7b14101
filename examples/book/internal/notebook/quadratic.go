package notebook

import (
	"math"

	"descent/autograd"
	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/optimizers"
	"descent/optimizers/minimize"
)

// notebookBeta is β of all averages in these runs.
const notebookBeta = 0.9

// The two forms of the notebook's momentum, dividing by 1 + βᵗ as printed, and
// by 1 − βᵗ.
var (
	printedMomentum   = optimizers.EWA{Beta: notebookBeta, Correction: optimizers.CorrectionAsPrinted}
	correctedMomentum = optimizers.EWA{Beta: notebookBeta, Correction: optimizers.CorrectionBias}
)

// steep is the notebook's f2, x₀² + 100x₁².
func steep(x autograd.Var) autograd.Var {
	return x.Index(0).Square().Add(autograd.Const(100).Mul(x.Index(1).Square()))
}

var (
	steepStart  = []float64{-1, -1}
	steepWindow = paths.Landscape{
		F: steep, X: figure.Range{Min: -1.2, Max: 1.2}, Y: figure.Range{Min: -1.2, Max: 1.2},
		Levels: []float64{0.1, 1, 2, 4, 9, 16, 25, 36, 49, 64, 81, 100},
	}
)

// steepPanel draws a path in the window.
func steepPanel(title string, path minimize.Path) (figure.Panel, error) {
	return indexed(steepWindow, title, paths.Labeled{Path: path})
}

// indexed is the panel of a paths.Landscape whose coordinates count from 0.
func indexed(l paths.Landscape, title string, walks ...paths.Labeled) (figure.Panel, error) {
	panel, err := l.Panel(title, walks...)
	panel.XLabel, panel.YLabel = "x₀", "x₁"
	return panel, err
}

// gd2 is the notebook's loop on f2. Its body returns the change of x, given the
// gradient and the number t of the step, from 1.
func gd2(steps int, inside func(g []float64, t int) (dx []float64)) []float64 {
	x := []float64{-1, -1}
	for t := 1; t <= steps; t++ {
		for i, d := range inside([]float64{2 * x[0], 200 * x[1]}, t) {
			x[i] += d
		}
	}
	return x
}

func notebookDescent(p *page.Page) error {
	p.Say("The function x₀² + 100x₁² is a hundred times steeper along x₁. With α = 0.01 a step multiplies x₀ by 0.98 and x₁ by 1 − 200·0.01 = −1: x₁ alternates between −1 and 1 and neither converges nor diverges.")
	empty, err := indexed(steepWindow, "Contours of x₀² + 100x₁²")
	if err != nil {
		return err
	}
	path, err := paths.Descend(p.Ctx, steep, steepStart, 75, optimizers.SGD{}, 0.01)
	if err != nil {
		return err
	}
	panel, err := steepPanel("Vanilla gradient descent", path)
	if err != nil {
		return err
	}
	p.Figure("path", "Gradient descent, α = 0.01, 75 steps", figure.Figure{Panels: []figure.Panel{empty, panel}})
	p.Check("x after 75 steps; expected: −0.98⁷⁵ and −(−1)⁷⁵", page.Num(-math.Pow(0.98, 75), 1), paths.End(path))
	p.Check("largest | |x₁| − 1 | of all steps", page.Num(0), page.Num(func() (d float64) {
		for _, x := range path.Points {
			d = math.Max(d, math.Abs(math.Abs(x[1])-1))
		}
		return d
	}()))
	return nil
}

func notebookMomentum(p *page.Page) error {
	p.Say("The same rate with momentum, β = 0.9. The oscillation along x₁ dies out with both forms of the correction; with 1 + βᵗ the first steps are too short.")
	printed, err := paths.Descend(p.Ctx, steep, steepStart, 75, printedMomentum, 0.01)
	if err != nil {
		return err
	}
	corrected, err := paths.Descend(p.Ctx, steep, steepStart, 75, correctedMomentum, 0.01)
	if err != nil {
		return err
	}
	left, err := steepPanel("As printed, v/(1 + βᵗ)", printed)
	if err != nil {
		return err
	}
	right, err := steepPanel("Corrected, v/(1 − βᵗ)", corrected)
	if err != nil {
		return err
	}
	p.Figure("paths", "Gradient descent with momentum, α = 0.01, β = 0.9, 75 steps", figure.Figure{Panels: []figure.Panel{left, right}})

	loop := func(sign float64) []float64 {
		v := []float64{0, 0}
		return gd2(75, func(g []float64, t int) []float64 {
			dx := make([]float64, 2)
			for i := range v {
				v[i] = notebookBeta*v[i] + (1-notebookBeta)*g[i]
				dx[i] = -0.01 * v[i] / (1 + sign*math.Pow(notebookBeta, float64(t)))
			}
			return dx
		})
	}
	p.Check("x after 75 steps of the printed gd2_momentum (expected), and of optimizers.EWA in that form (computed)", loop(1), paths.End(printed))
	p.Check("x after 75 steps of gd2_momentum with 1 − βᵗ (expected), and of optimizers.EWA (computed)", loop(-1), paths.End(corrected))
	p.Erratum("x after 75 steps", paths.End(printed), paths.End(corrected), paths.Farthest(paths.End(printed), paths.End(corrected)) > 0.01,
		page.Slip{
			Place: "gd2_momentum, cell 18", Quote: "vc = v/(1+beta**(i+1))",
			Right: "v/(1−beta**(i+1))",
			Why:   "As in gd_momentum.",
		})
	return nil
}

func notebookRMSProp(p *page.Page) error {
	p.Say("RMSprop divides each gradient by the root of the average of its squares, so the scale of a coordinate does not matter: both coordinates move equally, along the diagonal, except for a difference in the eighth decimal due to ε = 1e-8.")
	path, err := paths.Descend(p.Ctx, steep, steepStart, 10, optimizers.RMSProp{Rho: notebookBeta, Eps: 1e-8}, 0.1)
	if err != nil {
		return err
	}
	panel, err := steepPanel("Gradient descent with RMSprop", path)
	if err != nil {
		return err
	}
	p.Figure("path", "RMSprop, α = 0.1, β = 0.9, 10 steps", figure.Figure{Panels: []figure.Panel{panel}})
	v := []float64{0, 0}
	p.Check("x after 10 steps of gd2_rmsprop, and of optimizers.RMSProp", gd2(10, func(g []float64, _ int) []float64 {
		dx := make([]float64, 2)
		for i := range v {
			v[i] = notebookBeta*v[i] + (1-notebookBeta)*g[i]*g[i]
			dx[i] = -0.1 * g[i] / (1e-8 + math.Sqrt(v[i]))
		}
		return dx
	}), paths.End(path))
	worst := 0.0
	for _, x := range path.Points {
		worst = math.Max(worst, math.Abs(x[0]-x[1]))
	}
	p.Info("largest |x₀ − x₁| on the way", nil, page.Num(worst), "with ε = 0 only rounding errors would remain.")
	return nil
}
