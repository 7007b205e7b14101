package dive

import (
	"fmt"
	"math"

	"descent/examples/book/internal/page"
	"descent/internal/figure"
)

// airfoilRun is a training with its printed losses and times per epoch. Two losses
// are those from scratch and with the book's library.
type airfoilRun struct {
	title   string
	run     airfoil
	printed []float64
	seconds []float64
}

// bands judges the printed losses by the given number of seeds. If alone is set, no
// alternatives are trained.
func (a airfoilRun) bands(loss *squaredLoss, floor float64, seeds int, alone bool) (bands []page.Band, err error) {
	ours, err := loss.losses(a.run, seeds)
	if err != nil {
		return nil, err
	}
	var others []page.Alternative
	for _, m := range a.run.mutants(len(loss.y)) {
		if alone {
			break
		}
		values, err := loss.losses(m.run, seeds)
		if err != nil {
			return nil, err
		}
		others = append(others, page.Alternative{Name: m.name, Values: values})
	}
	for i, v := range a.printed {
		bands = append(bands, page.Band{
			Quantity: a.title + ": loss" + a.how(i), Printed: v, Decimals: 3, Ours: ours, Others: others,
			Scale: page.Above(floor, fmt.Sprintf("loss − %.5f, the least possible loss", floor)),
		})
	}
	return bands, nil
}

// judge adds the rows of the printed losses.
func (a airfoilRun) judge(p *page.Page) error {
	loss, err := airfoilLoss()
	if err != nil {
		return err
	}
	floor, err := loss.least()
	if err != nil {
		return err
	}
	bands, err := a.bands(loss, floor, bandSeeds, false)
	for _, b := range bands {
		p.Band(b)
	}
	return err
}

// how names the i-th of two printed numbers.
func (a airfoilRun) how(i int) string {
	if len(a.printed) == 1 {
		return ""
	}
	return []string{" from scratch", ", concise"}[i]
}

// airfoilRuns trains each run, draws the loss of one seed, and judges the printed losses
// by many seeds. Times are not judged.
func airfoilRuns(p *page.Page, runs ...airfoilRun) error {
	f := figure.Figure{Columns: min(len(runs), 3)} // a panel each, as some curves coincide
	for _, a := range runs {
		a.run.seeds = 1
		r, err := a.run.run(p)
		if err != nil {
			return err
		}
		f.Panels = append(f.Panels, figure.Panel{
			Title: a.title, XLabel: "epoch", YLabel: "half the mean squared error", YRange: figure.Range{Min: 0.22, Max: 0.35}, Series: []figure.Series{r.curve},
		})
		if err := a.judge(p); err != nil {
			return err
		}
		for i, s := range a.seconds {
			p.Info(a.title+": seconds per epoch"+a.how(i), page.Num(s), page.Num(r.seconds), "the printed time is for 200 of 1,500 rows: see 11.5")
		}
	}
	p.Figure("airfoil", "Loss over all 1,500 rows, one seed", f)
	return nil
}

// loopChecked compares the loop that the bands come from with the trainer.
func loopChecked(p *page.Page, a airfoil) error {
	byTrainer, err := a.run(p)
	if err != nil {
		return err
	}
	loss, err := airfoilLoss()
	if err != nil {
		return err
	}
	byLoop, err := loss.losses(a, bandSeeds)
	if err != nil {
		return err
	}
	m, sd := page.Moments(byTrainer.losses)
	l, loopSD := page.Moments(byLoop)
	standard := math.Hypot(sd/math.Sqrt(float64(len(byTrainer.losses))), loopSD/math.Sqrt(float64(len(byLoop))))
	p.Holds("mean loss of 200 seeds by the trainer (computed), and of 999 seeds by the loop that the bands use (expected)", page.Num(l), page.Num(m), math.Abs(m-l) <= 4*standard,
		fmt.Sprintf("standard error %.2g; tolerance: four standard errors. The loop uses the library's rule and a gradient written by hand, and takes a twentieth of the time.", standard))
	return nil
}
