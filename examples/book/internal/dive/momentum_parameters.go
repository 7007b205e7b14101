package dive

import (
	"fmt"
	"math"

	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/internal/rng"
	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"
)

// momentumParameters are exercises 1 and 4: other pairs of momentum and rate, without
// noise and with it.
func momentumParameters(p *page.Page) error {
	p.Say("In the ravine, the best rate for 20 steps grows with β up to 0.5. The limit above which momentum diverges, η = (1 + β)/2 for the curvature 4 of x₂, grows as well. With a larger β, oscillations die out more slowly: with 0.9, 20 steps are too few at any rate.")
	panel := figure.Panel{Title: "Value after 20 steps in the ravine", XLabel: "η", YLabel: "f(x)", LogY: true, YRange: figure.Range{Min: 1e-7, Max: 1e2}}
	stays, leaves := page.Numbers{}, page.Numbers{}
	for _, beta := range []float64{0, 0.25, 0.5, 0.9} {
		s := figure.Series{Name: fmt.Sprintf("β = %g", beta), Style: figure.Solid}
		for _, eta := range paths.Linspace(0.02, 1, 99) {
			path, err := paths.Descend(p.Ctx, paths.Ravine, paths.BookStart, 20, optimizers.SGD{Momentum: beta}, eta)
			if err != nil {
				return err
			}
			s.X, s.Y = append(s.X, eta), append(s.Y, path.Values[20])
		}
		panel.Series = append(panel.Series, s)
		for by, list := range map[float64]*page.Numbers{0.99: &stays, 1.01: &leaves} {
			path, err := paths.Descend(p.Ctx, paths.Ravine, paths.BookStart, 1000, optimizers.SGD{Momentum: beta}, by*(1+beta)/2)
			if err != nil {
				return err
			}
			*list = append(*list, yes(path.Values[1000] > path.Values[0]))
		}
	}
	p.YesNo("diverges at 0.99 of the limit, for β = 0, 0.25, 0.5 and 0.9", page.Num(0, 0, 0, 0), stays)
	p.YesNo("diverges at 1.01 of the limit", page.Num(1, 1, 1, 1), leaves)

	p.Say("With noise of standard deviation σ on the gradient of ½x², x settles around 0 with the variance σ²η(1 + β)/((1 − β)(2(1 + β) − η)): about 1/(1−β) times that of SGD at the same rate. At the rate (1−β)η the variance is that of SGD, and so is the speed. The right part of the figure shows minibatches: at the same η/(1−β), all β train alike.")
	for _, c := range []struct{ eta, beta float64 }{{0.1, 0}, {0.1, 0.9}, {0.01, 0.9}} {
		squares := make([]float64, 4000)
		err := eachSeed(len(squares), func(k int) error {
			r := rng.New(uint64(k+1), "book", "11.6.parameters")
			normal := func(x, grad []float64) (float64, error) {
				if grad != nil {
					grad[0] = x[0] + r.NormFloat64()
				}
				return x[0] * x[0] / 2, nil
			}
			path, err := minimize.Run(p.Ctx, normal, []float64{0}, 1000, minimize.Descent{Rule: optimizers.SGD{Momentum: c.beta}, Schedule: lrsched.Constant(c.eta)})
			if err != nil {
				return err
			}
			squares[k] = math.Pow(paths.End(path)[0], 2)
			return nil
		})
		if err != nil {
			return err
		}
		p.Expect(fmt.Sprintf("η = %g, β = %g: variance after 1,000 steps (computed), and by the formula (expected)", c.eta, c.beta),
			c.eta*(1+c.beta)/((1-c.beta)*(2*(1+c.beta)-c.eta)), squares)
	}
	loss, err := airfoilLoss()
	if err != nil {
		return err
	}
	trained := figure.Panel{Title: "Loss after two epochs, batches of 10, mean of 50 seeds", XLabel: "η/(1 − β)", YLabel: "half the mean squared error", LogX: true, YRange: figure.Range{Min: 0.24, Max: 0.3}}
	for _, beta := range []float64{0, 0.5, 0.9} {
		s := figure.Series{Name: fmt.Sprintf("β = %g", beta)}
		for _, rate := range []float64{0.01, 0.02, 0.05, 0.1, 0.2, 0.4} {
			losses, err := loss.losses(airfoil{rule: optimizers.SGD{Momentum: beta}, rate: rate * (1 - beta)}, 50)
			if err != nil {
				return err
			}
			mean, _ := page.Moments(losses)
			s.X, s.Y = append(s.X, rate), append(s.Y, mean)
		}
		trained.Series = append(trained.Series, s)
	}
	p.Figure("parameters", "Momentum and rate: without noise on the left, with minibatches on the right", figure.Figure{Panels: []figure.Panel{panel, trained}})
	return nil
}
