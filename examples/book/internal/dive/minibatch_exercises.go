package dive

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"descent/datasets"
	"descent/examples/book/internal/page"
	"descent/internal/figure"
	"descent/internal/rng"
	"descent/lrsched"
	"descent/optimizers"
)

// deviation is the root of the mean squared distance between the mean of b
// gradients and the mean of all, over the given number of batches.
func deviation(gradients [][]float64, b int, replacement bool, batches int) float64 {
	n, d, all := len(gradients), len(gradients[0]), meanOf(gradients)
	r := rng.New(uint64(b), "book", "minibatch noise", fmt.Sprint(replacement))
	rows, sum := make([]int, n), 0.0
	for i := range rows {
		rows[i] = i
	}
	for range batches {
		mean := make([]float64, d)
		for i := range b {
			row := r.IntN(n)
			if !replacement { // the next of a permutation
				k := i + r.IntN(n-i)
				rows[i], rows[k] = rows[k], rows[i]
				row = rows[i]
			}
			for j, v := range gradients[row] {
				mean[j] += v / float64(b)
			}
		}
		for j := range mean {
			sum += (mean[j] - all[j]) * (mean[j] - all[j])
		}
	}
	return math.Sqrt(sum / float64(batches))
}

// deviationOfOne is deviation for b = 1 over all gradients.
func deviationOfOne(gradients [][]float64) float64 {
	all, sum := meanOf(gradients), 0.0
	for _, g := range gradients {
		for j, v := range g {
			sum += (v - all[j]) * (v - all[j]) / float64(len(gradients))
		}
	}
	return math.Sqrt(sum)
}

// meanOf is the mean of vectors of one length.
func meanOf(vectors [][]float64) []float64 {
	mean := make([]float64, len(vectors[0]))
	for _, g := range vectors {
		for j, v := range g {
			mean[j] += v / float64(len(vectors))
		}
	}
	return mean
}

// rowsOf is a data set of these rows of the airfoil data, in this order.
func rowsOf(data *datasets.Slices, rows []int) (*datasets.Slices, error) {
	var b datasets.Batch
	if err := data.Gather(&b, rows); err != nil {
		return nil, err
	}
	return datasets.FromSlices(datasets.Arrays{Shape: data.InputShape(), Inputs: slices.Clone(b.Inputs), Targets: slices.Clone(b.Targets)})
}

func batchesAndRates(p *page.Page) error {
	p.Say("The loss after two epochs for batches of several sizes, each with rates from a thousandth to 3; the mean of ten seeds. A larger batch needs a larger rate; rates beyond the right end of a curve diverge. With suitable rates, batches of 1 to 100 reach about the same loss in different times. The whole batch, with only two steps, does not get as low.")
	panel := figure.Panel{Title: "Loss after two epochs", XLabel: "rate", YLabel: "half the mean squared error", LogX: true, YRange: figure.Range{Min: 0.22, Max: 0.5}}
	for _, batch := range []int{1, 10, 100, 1500} {
		curve := figure.Series{Name: fmt.Sprintf("batch %d", batch)}
		best, at, seconds := math.Inf(1), 0.0, 0.0
		for _, rate := range []float64{0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.9, 3} {
			r, err := airfoil{rule: optimizers.SGD{}, rate: rate, batch: batch, seeds: 10}.run(p)
			if errors.Is(err, optimizers.ErrNotFinite) {
				continue
			}
			if err != nil {
				return err
			}
			mean, _ := page.Moments(r.losses)
			if mean < best {
				best, at = mean, rate
				seconds = r.seconds
			}
			curve.X, curve.Y = append(curve.X, rate), append(curve.Y, mean)
		}
		panel.Series = append(panel.Series, curve)
		p.Info(fmt.Sprintf("batch %d: best rate, its loss, seconds per epoch", batch), nil, page.Num(at, best, seconds), "")
	}
	p.Figure("rates", "Loss against rate, mean of ten seeds", figure.Figure{Panels: []figure.Panel{panel}})
	return nil
}

func withReplacement(p *page.Page) error {
	p.Say("We replace two epochs by 300 batches of 10 rows drawn with replacement. 1,500 draws miss a fraction of about e⁻¹ of the rows. The losses of 200 seeds are a little higher on average, as some rows are not seen and others count several times.")
	data, err := datasets.Airfoil()
	if err != nil {
		return err
	}
	shuffled, err := airfoil{rule: optimizers.SGD{}, rate: 0.05}.run(p)
	if err != nil {
		return err
	}
	// Two epochs' worth of independent draws, in one epoch.
	const seeds = airfoilSeeds
	drawn := airfoilResult{losses: make([]float64, seeds)}
	fractions := make([]float64, seeds)
	err = eachSeed(seeds, func(k int) error {
		rows := draw(rng.New(uint64(k+1), "book", "with replacement"), 2*data.Len(), data.Len())
		fractions[k] = distinct(rows[:data.Len()]) / float64(data.Len())
		sample, err := rowsOf(data, rows)
		if err != nil {
			return err
		}
		a := airfoil{rule: optimizers.SGD{}, schedule: lrsched.Constant(0.05), batch: 10, epochs: 1, data: sample, test: data}
		var curve *figure.Series
		if k == 0 {
			curve = &drawn.curve
		}
		drawn.losses[k], _, err = a.fit(p, uint64(k+1), curve)
		return err
	})
	if err != nil {
		return err
	}
	seen, _ := page.Moments(fractions)
	for i := range drawn.curve.X {
		drawn.curve.X[i] *= 2
	}
	panel := figure.Panel{Title: "Batches of 10, η 0.05", XLabel: "passes over 1,500 rows", YLabel: "half the mean squared error", YRange: figure.Range{Min: 0.22, Max: 0.35}}
	for _, c := range []struct {
		name   string
		result *airfoilResult
	}{{"permutation", &shuffled}, {"with replacement", &drawn}} {
		c.result.curve.Name, c.result.curve.Style = c.name, figure.Solid
		panel.Series = append(panel.Series, c.result.curve)
		mean, sd := page.Moments(c.result.losses)
		p.Info(c.name+": loss, mean and deviation over 200 seeds", nil, page.Num(mean, sd), "")
	}
	p.Figure("replacement", "Loss over all 1,500 rows, one seed", figure.Figure{Panels: []figure.Panel{panel}})
	const n = 1500.0
	p.Within(0.005, "fraction of the rows seen in 1,500 draws (computed), and 1 − (1 − 1/n)ⁿ (expected)", page.Num(1-math.Pow(1-1/n, n)), page.Num(seen))
	return nil
}

// draw returns count random numbers below n.
func draw(r *rand.Rand, count, n int) []int {
	rows := make([]int, count)
	for i := range rows {
		rows[i] = r.IntN(n)
	}
	return rows
}

// distinct counts the values of a slice.
func distinct(v []int) float64 {
	v = slices.Sorted(slices.Values(v))
	return float64(len(slices.Compact(v)))
}

func doubledData(p *page.Page) error {
	p.Say("We duplicate each of the 1,500 rows. The mean gradient stays the same, so batch descent takes the same steps at twice the cost. For batches of 1 and 10 an epoch has twice as many steps, so one epoch of the doubled data is about equal to two epochs of the original data.")
	data, err := datasets.Airfoil()
	if err != nil {
		return err
	}
	rows := make([]int, 2*data.Len())
	for i := range rows {
		rows[i] = i % data.Len()
	}
	doubled, err := rowsOf(data, rows)
	if err != nil {
		return err
	}
	var panels []figure.Panel
	for _, c := range []struct {
		title string
		run   airfoil
		twice int // the batch and the epochs with the doubled data
		once  int
	}{
		{"all rows at once, η 0.9", airfoil{rate: 0.9, batch: 1500, epochs: 10, seeds: 1}, 3000, 10},
		{"batch 10, η 0.05", airfoil{rate: 0.05, batch: 10, epochs: 2, seeds: 50}, 10, 1},
		{"batch 1, η 0.005", airfoil{rate: 0.005, batch: 1, epochs: 2, seeds: 50}, 1, 1},
	} {
		c.run.rule = optimizers.SGD{}
		plain, err := c.run.run(p)
		if err != nil {
			return err
		}
		updates := data.Batches(c.run.batch)
		again := c.run
		again.data, again.test, again.batch, again.epochs = doubled, data, c.twice, c.once
		twice, err := again.run(p)
		if err != nil {
			return err
		}
		panel := figure.Panel{Title: c.title, XLabel: "step", YLabel: "half the mean squared error", YRange: figure.Range{Min: 0.22, Max: 0.35}}
		for _, s := range []struct {
			name  string
			of    figure.Series
			scale int // steps in an epoch
			style figure.Style
		}{{"1,500 rows", plain.curve, updates, figure.Solid}, {"each twice", twice.curve, doubled.Batches(c.twice), figure.Dashed}} {
			for i := range s.of.X {
				s.of.X[i] *= float64(s.scale)
			}
			s.of.Name, s.of.Style = s.name, s.style
			panel.Series = append(panel.Series, s.of)
		}
		panels = append(panels, panel)
		if c.run.seeds == 1 {
			p.CheckTo(1e-5, c.title+": loss after each of 10 steps, with the original data (expected) and the doubled data (computed)", plain.curve.Y, twice.curve.Y)
			continue
		}
		m0, sd0 := page.Moments(plain.losses)
		m1, sd1 := page.Moments(twice.losses)
		p.Info(c.title+", same number of steps: mean and deviation over 50 seeds, with the original data (printed) and the doubled data (ours)", page.Num(m0, sd0), page.Num(m1, sd1), "")
	}
	p.Figure("genie", "The same number of steps, one seed", figure.Figure{Panels: panels})
	return nil
}
