package dive

import (
	"descent/autograd"
	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"
)

// unequal is ½(100x₁² + x₂²).
func unequal(x autograd.Var) autograd.Var {
	k := autograd.Const
	return k(50).Mul(x.Index(0).Square()).Add(k(0.5).Mul(x.Index(1).Square()))
}

// scaledGradients is exercise 4.
func scaledGradients(p *page.Page) error {
	p.Say("On ½(100x₁² + x₂²) with noise of a tenth of the curvature, the gradient along x₁ is a hundred times that along x₂. One rate for both must be small for x₁, and x₂ hardly moves. With a rate for each coordinate, a hundredth along x₁, or with Adagrad, which finds the scale by itself, both coordinates arrive.")
	panel := figure.Panel{Title: "½(100x₁² + x₂²) from (1, 1)", XLabel: "step", YLabel: "|x₂|, mean of 50 seeds", LogY: true}
	var ends page.Numbers
	for _, c := range []struct {
		name  string
		rule  optimizers.Rule
		rate  float64
		scale float64 // of the gradient along x₁
	}{{"one rate, 0.01", optimizers.SGD{}, 0.01, 1}, {"own rates, 0.005 and 0.5", optimizers.SGD{}, 0.5, 0.01}, {"Adagrad, η = 0.5", optimizers.D2LAdagrad(), 0.5, 1}} {
		const steps, seeds = 100, 50
		mean := make([]float64, steps+1)
		for seed := range seeds {
			draw := noise{sd: 0.1}.hook(uint64(seed + 1))
			path, err := paths.Follow(p.Ctx, unequal, []float64{1, 1}, steps, minimize.Descent{
				Rule: c.rule, Schedule: lrsched.Constant(c.rate), Noise: func(grad []float64, step int) {
					e := []float64{0, 0}
					draw(e, step)
					grad[0], grad[1] = c.scale*(grad[0]+100*e[0]), grad[1]+e[1]
				},
			})
			if err != nil {
				return err
			}
			for t, x := range path.Points {
				mean[t] += max(x[1], -x[1]) / seeds
			}
		}
		s := paths.Against(c.name, mean)
		s.Style = figure.Solid
		panel.Series = append(panel.Series, s)
		ends = append(ends, mean[20])
	}
	p.Figure("scales", "One rate, and a rate for each coordinate", figure.Figure{Panels: []figure.Panel{panel}})
	p.Reply("|x₂| after 20 steps: one rate, own rates, Adagrad", ends, ends[1] < ends[0]/3 && ends[2] < ends[0]/3, "A rate for each coordinate.")
	return nil
}
