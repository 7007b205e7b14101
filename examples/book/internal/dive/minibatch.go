package dive

import (
	"fmt"
	"math"

	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/optimizers"

	"gonum.org/v1/gonum/mat"
)

var minibatchExperiments = []page.Experiment{
	{ID: "11.5.product", Title: "Vectorization and caches", Run: matrixProduct},
	{ID: "11.5.noise", Title: "Minibatches", Run: minibatchNoise},
	{ID: "11.5.data", Title: "The data", Run: airfoilRows},
	{
		ID: "11.5.airfoil", Title: "Batches of 1500, 1, 100 and 10", Run: batchSizes,
		Formula: []string{`w ← w − \frac{η}{b} Σ_{i∈B} ∇l_i(w)`},
	},
	{ID: "11.5.stalls", Title: "Why descent with the whole batch stalls", Run: wholeBatch},
	{ID: "11.5.rates", Title: "Exercise 1: batch size and rate", Run: batchesAndRates, Exercises: []int{1}},
	{ID: "11.5.decay", Title: "Exercise 2: a tenth of the rate after each epoch", Run: rateByEpoch, Exercises: []int{2}},
	{ID: "11.5.replacement", Title: "Exercise 3: sampling with replacement", Run: withReplacement, Exercises: []int{3}},
	{ID: "11.5.genie", Title: "Exercise 4: every row twice", Run: doubledData, Exercises: []int{4}},
}

// squaredLoss is half the mean squared error of a linear regression over some
// rows: inputs with a 1 appended, for the bias, and targets.
type squaredLoss struct {
	x *mat.Dense
	y []float64
}

// airfoilLoss is that of the airfoil data.
func airfoilLoss() (*squaredLoss, error) {
	b, err := paths.Airfoil()
	if err != nil {
		return nil, err
	}
	inputs := len(b.Inputs) / b.Rows
	l := &squaredLoss{x: mat.NewDense(b.Rows, inputs+1, nil)}
	for i := range b.Rows {
		for j, v := range b.Inputs[i*inputs : (i+1)*inputs] {
			l.x.Set(i, j, float64(v))
		}
		l.x.Set(i, inputs, 1)
		l.y = append(l.y, float64(b.Targets[i]))
	}
	return l, nil
}

// curvature is the largest eigenvalue of the Hessian XᵀX/n.
func (l *squaredLoss) curvature() (float64, error) {
	n, d := l.x.Dims()
	h := mat.NewSymDense(d, nil)
	h.SymOuterK(1/float64(n), l.x.T())
	var e mat.EigenSym
	if !e.Factorize(h, false) {
		return 0, fmt.Errorf("eigenvalues of %v", mat.Formatted(h))
	}
	return e.Values(nil)[d-1], nil
}

// gradients are those of the rows at w = 0: −y·x.
func (l *squaredLoss) gradients() [][]float64 {
	n, d := l.x.Dims()
	g := make([][]float64, n)
	for i := range g {
		g[i] = make([]float64, d)
		for j := range d {
			g[i][j] = -l.y[i] * l.x.At(i, j)
		}
	}
	return g
}

// batchRuns are the four runs of the book, and the concise one.
var batchRuns = []airfoilRun{
	{"batch 1500, η 1", airfoil{rule: optimizers.SGD{}, rate: 1, batch: 1500, epochs: 10}, page.Num(0.248), page.Num(0.070)},
	{"batch 1, η 0.005", airfoil{rule: optimizers.SGD{}, rate: 0.005, batch: 1}, page.Num(0.244), page.Num(0.379)},
	{"batch 100, η 0.4", airfoil{rule: optimizers.SGD{}, rate: 0.4, batch: 100}, page.Num(0.244), page.Num(0.008)},
	{"batch 10, η 0.05", airfoil{rule: optimizers.SGD{}, rate: 0.05, batch: 10}, page.Num(0.243, 0.245), page.Num(0.042, 0.038)},
}

// interval is the number of rows between two stops of the book's timer, which
// are where rows·k is a multiple of 200.
func interval(batch int) float64 {
	rows := batch
	for rows%200 != 0 {
		rows += batch
	}
	return float64(rows)
}

func batchSizes(p *page.Page) error {
	p.Say("Linear regression on the airfoil data by plain descent, with four sizes of batches. The printed loss is from one seed; ours are from 999. Batches of 10 with ten times the rate of single rows, and batches of 100 with eighty times, give almost the same curve. " +
		"The last figure shows the losses against the training time, without evaluation: an epoch of single rows takes longest. Our times are much shorter than the book's, so the axis starts earlier.")
	const label = "half the mean squared error"
	y := figure.Range{Min: 0.22, Max: 0.35}
	var losses []figure.Panel // one each: the curves of batches of 1, 10 and 100 coincide
	times := figure.Panel{Title: "Loss against time", XLabel: "time, s", YLabel: label, LogX: true, YRange: y}
	var seconds, printed, right page.Numbers
	ok := true
	for i, a := range batchRuns {
		a.run.seeds = 1
		r, err := a.run.run(p)
		if err != nil {
			return err
		}
		seconds, printed = append(seconds, r.seconds), append(printed, a.seconds[0])
		right = append(right, a.seconds[0]*1500/interval(a.run.batch))
		ok = ok && interval(a.run.batch) != 1500
		if err := a.judge(p); err != nil {
			return err
		}
		r.curve.Name, r.curve.Color = a.title, i+1
		losses = append(losses, figure.Panel{Title: a.title, XLabel: "epoch", YLabel: label, YRange: y, Series: []figure.Series{r.curve}})
		losses[i].Series[0].Name = ""
		timed := figure.Series{Name: r.curve.Name, Y: r.curve.Y, Color: i + 1}
		for _, epoch := range r.curve.X {
			timed.X = append(timed.X, epoch*r.seconds)
		}
		times.Series = append(times.Series, timed)
	}
	if err := loopChecked(p, batchRuns[3].run); err != nil {
		return err
	}
	p.Figure("loss", "Loss over all 1,500 rows, one seed", figure.Figure{Panels: losses})
	p.Figure("time", "Loss against the time for training, one seed", figure.Figure{Panels: []figure.Panel{times}})
	p.Info("seconds per epoch: batch 1500, 1, 100, 10", printed, seconds, "the printed times; the concise run with batch 10 took 0.038")
	p.Erratum("seconds per epoch, from the printed times: batch 1500, 1, 100, 10", printed, right, ok,
		page.Slip{
			Place: "11.5.4, the printed times of all trainings", Quote: "sec/epoch",
			Right: "seconds between two evaluations",
			Why:   "Evaluations are 200 rows apart, or 3,000 for the whole batch. So an epoch takes 7.5 times as long, or half as long.",
		})
	p.Erratum("batch 100: time of an epoch relative to that of batch 1 and of batch 1500, by the printed times", nil, page.Num(right[2]/right[1], right[2]/right[0]), right[2] < right[1] && right[2] > right[0],
		page.Slip{
			Place: "11.5.4, batch size 100", Quote: "longer than the time needed for SGD and the time for batch gradient descent",
			Right: "shorter than that of SGD",
			Why:   fmt.Sprintf("The printed time is shorter than both. By epochs it is between them. Here the ratios are %.2g and %.2g.", seconds[2]/seconds[1], seconds[2]/seconds[0]),
		})
	return nil
}

func wholeBatch(p *page.Page) error {
	loss, err := airfoilLoss()
	if err != nil {
		return err
	}
	lambda, err := loss.curvature()
	if err != nil {
		return err
	}
	p.Say("The Hessian of the loss is XᵀX/n, whatever the weights. Its largest eigenvalue is %.3f: with η = 1 the error along its eigenvector is multiplied by %.3f in each step. "+
		"This error is small at first, so the loss falls for some steps; then it grows. A rate of 0.9 converges.", lambda, 1-lambda)
	panel := figure.Panel{Title: "All 1,500 rows at once", XLabel: "step", YLabel: "half the mean squared error", LogY: true}
	ends := map[float64]float64{}
	var ten float64
	for _, rate := range []float64{1, 0.9} {
		r, err := airfoil{rule: optimizers.SGD{}, rate: rate, batch: 1500, epochs: 60, seeds: 1}.run(p)
		if err != nil {
			return err
		}
		r.curve.Name, r.curve.Style = fmt.Sprintf("η = %g", rate), figure.Solid
		panel.Series = append(panel.Series, r.curve)
		ends[rate] = r.losses[0]
		if rate == 1 {
			ten = r.curve.Y[9]
		}
	}
	p.Figure("steps", "Sixty steps of descent", figure.Figure{Panels: []figure.Panel{panel}})
	p.Reply("η = 1: loss after 10 and 60 steps", page.Num(ten, ends[1]), lambda > 2 && ends[1] > 2*ten && ends[0.9] < ten,
		fmt.Sprintf("“After 6 steps progress stalls”: it does, and then descent diverges, as ηλ = %.3f is more than 2. With η = 0.9 the loss after 60 steps is %.4f.", lambda, ends[0.9]))
	return nil
}

func minibatchNoise(p *page.Page) error {
	p.Say("The standard deviation of the mean of b gradients, at w = 0 on the airfoil data, from 5,000 batches of each size. With independent rows it falls like 1/√b. With rows from a permutation, as from every loader, there is an additional factor √((n−b)/(n−1)), which is zero at b = n = 1500.")
	loss, err := airfoilLoss()
	if err != nil {
		return err
	}
	g := loss.gradients()
	panel := figure.Panel{Title: "Gradient of a minibatch", XLabel: "b, rows in a batch", YLabel: "standard deviation", LogX: true, LogY: true}
	one := deviationOfOne(g)
	for _, way := range []struct {
		name        string
		replacement bool
	}{{"with replacement", true}, {"without", false}} {
		drawn := figure.Series{Name: way.name, Style: figure.Points}
		var ours, law page.Numbers
		for _, b := range []int{1, 3, 10, 30, 100, 300, 1000} {
			want := one / math.Sqrt(float64(b))
			if !way.replacement {
				want *= math.Sqrt(float64(len(g)-b) / float64(len(g)-1))
			}
			v := deviation(g, b, way.replacement, 5000)
			ours, law = append(ours, v), append(law, want)
			drawn.X, drawn.Y = append(drawn.X, float64(b)), append(drawn.Y, v)
		}
		panel.Series = append(panel.Series, drawn)
		p.Within(0.06, way.name+": deviation for 1, 3, 10, 30, 100, 300, 1000 rows (computed), and by the law (expected)", law, ours)
	}
	panel.Series = append(panel.Series, paths.Graph("1/√b", 1, 1000, func(b float64) float64 { return one / math.Sqrt(b) }))
	p.Figure("noise", "The noise of a minibatch gradient", figure.Figure{Panels: []figure.Panel{panel}})
	return nil
}
