package dive

import (
	"math"

	"descent/autograd"
	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/internal/rng"
	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"

	"gonum.org/v1/gonum/mat"
)

// line is a straight line through points with noise of a known size. The mean
// of its negative log-likelihood is quadratic in the intercept and the slope,
// and the posterior, with a flat prior, a normal distribution.
type line struct {
	x, y  []float64
	noise float64
}

func newLine(n int) line {
	r := rng.New(1, "book", "langevin")
	l := line{noise: 0.5}
	for range n {
		x := 2*r.Float64() - 0.5
		l.x, l.y = append(l.x, x), append(l.y, 1+2*x+l.noise*r.NormFloat64())
	}
	return l
}

// loss is the mean over the points from i up to j of ½(y − a − bx)²/σ².
func (l line) loss(i, j int) autograd.Function {
	var sx, sxx, sy, sxy, syy float64
	for k := i; k < j; k++ {
		sx, sxx = sx+l.x[k], sxx+l.x[k]*l.x[k]
		sy, sxy, syy = sy+l.y[k], sxy+l.x[k]*l.y[k], syy+l.y[k]*l.y[k]
	}
	n := float64(j - i)
	return func(w autograd.Var) autograd.Var {
		a, b := w.Index(0), w.Index(1)
		k := autograd.Const
		sum := k(syy).Add(k(n).Mul(a.Square())).Add(k(sxx).Mul(b.Square())).
			Add(k(2 * sx).Mul(a).Mul(b)).Sub(k(2 * sy).Mul(a)).Sub(k(2 * sxy).Mul(b))
		return sum.Mul(k(1 / (2 * n * l.noise * l.noise)))
	}
}

// posterior is its mean and its covariance.
func (l line) posterior() (mean []float64, cov *mat.Dense, err error) {
	design := mat.NewDense(len(l.x), 2, nil)
	for i, x := range l.x {
		design.SetRow(i, []float64{1, x})
	}
	var w mat.VecDense
	if err := w.SolveVec(design, mat.NewVecDense(len(l.y), l.y)); err != nil {
		return nil, nil, err
	}
	var gram, inverse mat.Dense
	gram.Mul(design.T(), design)
	if err := inverse.Inverse(&gram); err != nil {
		return nil, nil, err
	}
	inverse.Scale(l.noise*l.noise, &inverse)
	return w.RawVector().Data, &inverse, nil
}

// chain takes steps with the gradients of minibatches of ten.
func (l line) chain(p *page.Page, rule optimizers.Rule, rate float64, start []float64, steps int, seed uint64) ([][]float64, error) {
	const size = 10
	var batches []*autograd.Objective
	for i := 0; i < len(l.x); i += size {
		o, err := autograd.NewObjective(l.loss(i, i+size), 2)
		if err != nil {
			return nil, err
		}
		batches = append(batches, o)
	}
	r := rng.New(seed, "book", "langevin", "batches")
	one := func(x, grad []float64) (float64, error) { return batches[r.IntN(len(batches))].Evaluate(x, grad) }
	path, err := minimize.Run(p.Ctx, one, start, steps, minimize.Descent{
		Rule: rule, Schedule: lrsched.Constant(rate), Config: optimizers.Config{Seed: seed},
	})
	return path.Points, err
}

func langevin(p *page.Page) error {
	const n, steps, chains, rate = 100, 30_000, 10, 3e-5
	p.Say("Stochastic gradient Langevin dynamics (Welling and Teh, 2011) adds normal noise to the steps of SGD: x ← x − η/2·N·g + √η·ξ, where g is the gradient of the mean negative log-likelihood of a minibatch and N the number of training examples. With this noise and a small rate, it does not converge to the minimum but samples from the posterior distribution. Here we fit a line to %d points. The posterior of its intercept and slope is known; the contours are its one, two and three standard deviations.", n)
	l := newLine(n)
	mean, cov, err := l.posterior()
	if err != nil {
		return err
	}
	whole, err := autograd.NewObjective(l.loss(0, n), 2)
	if err != nil {
		return err
	}
	lowest, err := whole.Evaluate(mean, nil)
	if err != nil {
		return err
	}
	window := paths.Landscape{F: l.loss(0, n), X: figure.Range{Min: mean[0] - 0.6, Max: mean[0] + 0.6}, Y: figure.Range{Min: mean[1] - 0.6, Max: mean[1] + 0.6}}
	for _, radius := range []float64{1, 2, 3} {
		window.Levels = append(window.Levels, lowest+radius*radius/(2*n))
	}
	var f figure.Figure
	f.Columns = 3
	for _, c := range []struct {
		title string
		rule  optimizers.Rule
		rate  float64
	}{
		{"SGLD", optimizers.SGLD{Examples: n}, rate},
		{"SGLD that forgets N", optimizers.SGLD{Examples: 1}, rate * n},
		{"SGD", optimizers.SGD{}, rate * n / 2}, // the same steps without noise
	} {
		points, err := l.chain(p, c.rule, c.rate, mean, steps, 1)
		if err != nil {
			return err
		}
		s := figure.Series{Style: figure.Points}
		for t := 60; t < len(points); t += 60 {
			s.X, s.Y = append(s.X, points[t][0]), append(s.Y, points[t][1])
		}
		panel, err := window.Panel(c.title)
		if err != nil {
			return err
		}
		panel.XLabel, panel.YLabel = "intercept", "slope"
		panel.Series = []figure.Series{s}
		f.Panels = append(f.Panels, panel)
	}
	p.Figure("samples", "Every sixtieth point of 30,000 steps, minibatches of 10", f)
	return judgeLangevin(p, l, mean, cov, chains, steps, rate)
}

// judgeLangevin compares the moments of the posterior with those of several
// chains.
func judgeLangevin(p *page.Page, l line, mean []float64, cov *mat.Dense, chains, steps int, rate float64) error {
	var means, deviations [2][]float64 // of each chain
	for seed := range uint64(chains) {
		points, err := l.chain(p, optimizers.SGLD{Examples: len(l.x)}, rate, mean, steps, seed+1)
		if err != nil {
			return err
		}
		for i := range means {
			var along []float64
			for _, x := range points {
				along = append(along, x[i])
			}
			m, sd := page.Moments(along)
			means[i], deviations[i] = append(means[i], m), append(deviations[i], sd)
		}
	}
	for i, name := range []string{"intercept", "slope"} {
		p.Expect(name+": mean of a chain (computed), and of the posterior (expected)", mean[i], means[i])
		p.Expect(name+": standard deviation of a chain (computed), and of the posterior (expected)", math.Sqrt(cov.At(i, i)), deviations[i])
	}
	return nil
}
