package notebook

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

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

// gd2 is the notebook's loop on f2, with what it does inside: the change of x,
// given the gradient and the number t of the step, from 1.
func gd2(steps int, inside func(g []float64, t int) (dx []float64)) []float64 {
	x := []float64{-1, -1}
	for t := 1; t <= steps; t++ {
		for i, d := range inside([]float64{2 * x[0], 200 * x[1]}, t) {
			x[i] += d
		}
	}
	return x
}

// stepNumbers are the numbers of the points from 1, as the notebook has them. Points
// close to each other have one note.
func stepNumbers(path minimize.Path) (notes []figure.Note) {
	for i, x := range path.Points {
		y := path.Values[i]
		near := slices.IndexFunc(notes, func(n figure.Note) bool { return math.Hypot(n.X-x[0], n.Y-y) < 0.1 })
		if near < 0 {
			notes = append(notes, figure.Note{X: x[0], Y: y, Text: fmt.Sprint(i + 1)})
			continue
		}
		n := &notes[near]
		before, run := strings.CutSuffix(n.Text, fmt.Sprint(i))
		if first, _, _ := strings.Cut(before, "–"); run && near == len(notes)-1 { // 5–6, and on
			n.Text = fmt.Sprintf("%s–%d", strings.TrimSuffix(cmp.Or(first, n.Text), "–"), i+1)
		} else {
			n.Text += fmt.Sprintf(", %d", i+1)
		}
	}
	return notes
}

func notebookScalar(p *page.Page) error {
	p.Say("Ten steps on x² from 1. With a rate of 0.1, each step multiplies x by 0.8; with 0.95, by −0.9, so that x oscillates about zero.")
	var panels []figure.Panel
	draw := func(title string, rule optimizers.Rule, rate float64) (minimize.Path, error) {
		path, err := paths.Descend(p.Ctx, paths.Square, []float64{1}, 10, rule, rate)
		if err != nil {
			return path, err
		}
		panel, err := paths.Trace(paths.Square, title, -1.2, 1.2, path)
		panel.Notes = stepNumbers(path)
		panels = append(panels, panel)
		return path, err
	}
	for _, rate := range []float64{0.1, 0.95} {
		path, err := draw(fmt.Sprintf("Descent, α = %g", rate), optimizers.SGD{}, rate)
		if err != nil {
			return err
		}
		p.Check(fmt.Sprintf("α %g: x after ten steps; expected: (1 − 2α)¹⁰", rate), page.Num(math.Pow(1-2*rate, 10)), paths.End(path))
	}
	p.Say("Momentum, an average of the gradients, with a rate of 0.95. The text corrects the average, as `ewabc` does, but `gd_momentum` divides by 1 + βᵗ. So the first steps are 19, 9.5, … times too small, which is part of the reason for the smooth path in the printed figure.")
	printed, err := draw("Momentum, α = 0.95, as printed", printedMomentum, 0.95)
	if err != nil {
		return err
	}
	corrected, err := draw("Momentum, α = 0.95, corrected", correctedMomentum, 0.95)
	if err != nil {
		return err
	}
	p.Figure("steps", "Ten steps on x²", figure.Figure{Panels: panels})

	x, v := 1.0, 0.0
	for i := range 10 {
		v = notebookBeta*v + (1-notebookBeta)*2*x
		x -= 0.95 * v / (1 + math.Pow(notebookBeta, float64(i+1)))
	}
	p.Check("x after ten steps of the printed gd_momentum (expected), and of optimizers.EWA in that form (computed)", page.Num(x), paths.End(printed))
	one := func(path minimize.Path) float64 { return path.Points[1][0] }
	p.Erratum("momentum: x after one step", page.Num(one(printed)), page.Num(one(corrected)), math.Abs((1-one(corrected))/(1-one(printed))-19) < 1e-9,
		page.Slip{
			Place: "gd_momentum, cell 10", Quote: "vc = v/(1+beta**(i+1))",
			Right: "v/(1−beta**(i+1)), as in ewabc",
			Why:   "The weights of the average add up to 1 − βᵗ. With it the first step equals that of plain descent; the printed one is 19 times shorter.",
		})

	p.Say("The notebook says that momentum amplifies changes in the same direction. This is true of the leaky sum in other texts, but not of an average, whose weights never add up to more than 1.")
	mean, err := paths.Feed(optimizers.EWA{Beta: notebookBeta}, paths.Constant(1, 400))
	if err != nil {
		return err
	}
	sum, err := paths.Feed(optimizers.SGD{Momentum: notebookBeta}, paths.Constant(1, 400))
	if err != nil {
		return err
	}
	p.Erratum("limit of the step under a constant gradient of 1: of the leaky sum (printed), and of the notebook's average (ours)", page.Num(sum[399]), page.Num(mean[399]),
		mean[399] <= 1+1e-12 && sum[399] > 9.99, page.Slip{
			Place: "Gradient descent with momentum", Quote: "amplifying consistent changes in the same direction",
			Right: "keeping them",
			Why:   "The weights of an average add up to 1. Amplification is a property of the leaky sum v ← βv + g.",
		})

	average, err := paths.Descend(p.Ctx, paths.Square, []float64{1}, 10, optimizers.EWA{Beta: notebookBeta}, 0.95)
	if err != nil {
		return err
	}
	classical, err := paths.Descend(p.Ctx, paths.Square, []float64{1}, 10, optimizers.SGD{Momentum: notebookBeta}, 0.95*(1-notebookBeta))
	if err != nil {
		return err
	}
	p.Check("\u201cthe same with some rescaling of constants\u201d: x after ten steps of the leaky sum at α(1−β), and of the uncorrected average at α", paths.End(classical), paths.End(average))
	return nil
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
