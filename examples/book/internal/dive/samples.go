package dive

import (
	"fmt"
	"math"

	"descent/autograd"
	"descent/datasets"
	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/internal/rng"
	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"
)

// occurrences draws n of n with replacement and returns the fractions that occur
// at least once and exactly once.
func occurrences(n int, seed uint64) (atLeastOnce, once float64) {
	r := rng.New(seed, "book", "11.4.samples", fmt.Sprint(n))
	count := make([]int, n)
	for range n {
		count[r.IntN(n)]++
	}
	for _, c := range count {
		if c > 0 {
			atLeastOnce += 1 / float64(n)
		}
		if c == 1 {
			once += 1 / float64(n)
		}
	}
	return atLeastOnce, once
}

func sampling(p *page.Page) error {
	p.Say("When drawing n of n examples with replacement, only about 63%% of the examples occur, and 37%% occur exactly once. In a pass in random order, as with `datasets.Loader`, each occurs exactly once.")
	draw := func(n, seeds int) (atLeastOnce, once []float64) {
		for seed := range seeds {
			a, b := occurrences(n, uint64(seed+1))
			atLeastOnce, once = append(atLeastOnce, a), append(once, b)
		}
		return atLeastOnce, once
	}
	const n = 1500 // rows of the airfoil data
	atLeastOnce, _ := draw(n, 400)

	p.Expect("n = 1500: mean fraction that occurs at least once (computed), and 1 − (1 − 1/n)ⁿ (expected)", 1-math.Pow(1-1./n, n), atLeastOnce)
	p.Rounded(2, "1 − 1/e and 1/e", page.Num(0.63, 0.37), page.Num(1-math.Exp(-1), math.Exp(-1)))

	_, few := draw(5, 4000)
	printed, right := 4./5*math.Pow(4./5, 5), 5./4*math.Pow(4./5, 5)
	m, sd := page.Moments(few)
	se := sd / math.Sqrt(4000)
	p.Erratum("n = 5: probability of exactly once", page.Num(printed), page.Num(right), math.Abs(m-right) <= 4*se && math.Abs(m-printed) > 4*se,
		page.Slip{
			Place: "11.4.4, after (11.4.17)", Quote: "(N−1)/N·(1 − N⁻¹)ᴺ",
			Right: "N/(N−1)·(1 − N⁻¹)ᴺ",
			Why:   fmt.Sprintf("The factor is inverted. The mean of 4,000 draws is %.4f, standard error %.2g.", m, se),
		})

	data, err := datasets.Airfoil()
	if err != nil {
		return err
	}
	loader := datasets.Loader{Dataset: data, BatchSize: 1, Seed: 1, Shuffle: true}
	seen, same := map[string]int{}, 0
	var first []string
	for epoch := range 2 {
		i := 0
		for batch, err := range loader.Epoch(p.Ctx, epoch) {
			if err != nil {
				return err
			}
			row := fmt.Sprint(batch.Inputs, batch.Targets)
			if epoch == 0 {
				seen[row]++
				first = append(first, row)
			} else if first[i] == row {
				same++
			}
			i++
		}
	}
	most := 0
	for _, c := range seen {
		most = max(most, c)
	}
	p.Check("datasets.Loader, one epoch: number of distinct rows, and the maximum count of a row", page.Num(n, 1), page.Num(float64(len(seen)), float64(most)))
	p.Holds("rows at the same place in the next epoch", nil, page.Num(float64(same)), same < n/100, "“repeated passes traverse it in a different random order”")
	var a, b, sizes []float64
	for _, size := range []int{2, 3, 5, 10, 20, 50, 100, 200, 500, 1000} {
		x := float64(size)
		sizes = append(sizes, x)
		a, b = append(a, 1-math.Pow(1-1/x, x)), append(b, x/(x-1)*math.Pow(1-1/x, x))
	}
	var drawnA, drawnB []float64
	for _, size := range sizes {
		u, v := draw(int(size), 4000)
		mu, _ := page.Moments(u)
		mv, _ := page.Moments(v)
		drawnA, drawnB = append(drawnA, mu), append(drawnB, mv)
	}
	p.Figure("occurrences", "n draws with replacement from n: probability (lines), and mean fraction of 4,000 repetitions (points)", figure.Figure{Panels: []figure.Panel{{
		Title: "Occurrences", XLabel: "n", YLabel: "fraction", LogX: true, YRange: figure.Range{Min: 0.2, Max: 0.8},
		Series: []figure.Series{
			{Name: "at least once", X: sizes, Y: a, Style: figure.Solid},
			{Name: "exactly once", X: sizes, Y: b, Style: figure.Solid},
			{X: sizes, Y: drawnA, Style: figure.Points, Color: 1},
			{X: sizes, Y: drawnB, Style: figure.Points, Color: 2},
		},
	}}})
	return nil
}

// lineFit is the least-squares fit of y = w₁ + w₂x to some examples.
type lineFit struct {
	x, y []float64
	best []float64
}

// newLineFit draws 50 examples of y = 1 + 2x + noise, and solves the normal
// equations.
func newLineFit() lineFit {
	const n = 50
	var f lineFit
	r := rng.New(1, "book", "11.4.replacement", "data")
	var sx, sy, sxx, sxy float64
	for range n {
		x := r.NormFloat64()
		y := 1 + 2*x + 0.5*r.NormFloat64()
		f.x, f.y = append(f.x, x), append(f.y, y)
		sx, sy, sxx, sxy = sx+x/n, sy+y/n, sxx+x*x/n, sxy+x*y/n
	}
	slope := (sxy - sx*sy) / (sxx - sx*sx)
	f.best = []float64{sy - slope*sx, slope}
	return f
}

// exampleLoss is the loss ½(w₁ + w₂x − y)² of one example, for the vector
// (w₁, w₂, x, y).
func exampleLoss(v autograd.Var) autograd.Var {
	return autograd.Const(0.5).Mul(v.Index(0).Add(v.Index(1).Mul(v.Index(2))).Sub(v.Index(3)).Square())
}

// run makes epochs of single examples, and returns the squared distance from
// the best fit after each.
func (f lineFit) run(p *page.Page, o *autograd.Objective, replace bool, rate float64, epochs int, seed uint64) ([]float64, error) {
	n := len(f.x)
	r := rng.New(seed, "book", "11.4.replacement", fmt.Sprint(replace))
	var order []int
	four := make([]float64, 4)
	objective := func(w, grad []float64) (float64, error) {
		if len(order) == 0 {
			order = r.Perm(n)
			for i := range order {
				if replace {
					order[i] = r.IntN(n)
				}
			}
		}
		at := []float64{w[0], w[1], f.x[order[0]], f.y[order[0]]}
		if grad == nil {
			return o.Evaluate(at, nil)
		}
		order = order[1:]
		value, err := o.Evaluate(at, four)
		copy(grad, four[:2])
		return value, err
	}
	path, err := minimize.Run(p.Ctx, objective, []float64{0, 0}, epochs*n, minimize.Descent{Rule: optimizers.SGD{}, Schedule: lrsched.Constant(rate)})
	if err != nil {
		return nil, err
	}
	var d []float64
	for k := 0; k <= epochs; k++ {
		w := path.Points[k*n]
		e := paths.Norm([]float64{w[0] - f.best[0], w[1] - f.best[1]})
		d = append(d, e*e)
	}
	return d, nil
}

func replacementCompared(p *page.Page) error {
	p.Say("We fit a line to 50 points, one example per step, with a constant rate: in random order, or drawn with replacement. Both get near the least-squares fit. Without replacement the remaining distance is much smaller, as the errors of the examples in a pass nearly cancel.")
	const epochs, seeds = 10, 200
	f := newLineFit()
	o, err := autograd.NewObjective(exampleLoss, 4)
	if err != nil {
		return err
	}
	fig := figure.Figure{}
	for _, rate := range []float64{0.05, 0.02} {
		panel := figure.Panel{Title: fmt.Sprintf("η = %g", rate), XLabel: "epoch", YLabel: "mean of ‖w − w*‖²", LogY: true, YRange: figure.Range{Min: 1e-5, Max: 10}}
		var final [2][]float64
		for i, replace := range []bool{true, false} {
			mean := make([]float64, epochs+1)
			for seed := range seeds {
				d, err := f.run(p, o, replace, rate, epochs, uint64(seed+1))
				if err != nil {
					return err
				}
				for k := range d {
					mean[k] += d[k] / seeds
				}
				final[i] = append(final[i], d[epochs])
			}
			panel.Series = append(panel.Series, paths.Against([]string{"with replacement", "without"}[i], mean))
		}
		a, sa := page.Moments(final[0])
		b, sb := page.Moments(final[1])
		p.Holds(fmt.Sprintf("η = %g: mean squared distance after 10 epochs, with and without replacement", rate), nil, page.Num(a, b), a-b > 4*math.Hypot(sa, sb)/math.Sqrt(seeds),
			"without replacement is better by more than four standard errors of 200 seeds each")
		fig.Panels = append(fig.Panels, panel)
	}
	p.Figure("distance", "Squared distance from the least-squares fit, mean of 200 seeds", fig)
	return nil
}
