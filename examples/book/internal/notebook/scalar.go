package notebook

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/optimizers"
	"descent/optimizers/minimize"
)

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
			Why:   "The weights of the average add up to 1 − βᵗ. With this divisor, the first step equals that of plain descent; the printed one is 19 times shorter.",
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
	p.Erratum("limit of the step under a constant gradient of 1: of the leaky sum (document), and of the notebook's average (right)", page.Num(sum[399]), page.Num(mean[399]),
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
