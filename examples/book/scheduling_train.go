package main

import (
	"fmt"
	"math"

	"descent/internal/figure"
)

// bookScores names what the book prints of a training.
var bookScores = []string{"train loss", "train accuracy", "test accuracy"}

// trainScheduled trains with a schedule in both readings, draws the curves that
// the book draws, and judges its numbers by the band of the reading that it
// ran. It returns the results in the order of the readings.
func (p *page) trainScheduled(s scheduled) ([]lenetResult, error) {
	data, err := p.fashion()
	if err != nil {
		return nil, err
	}
	readings := s.readings(p.epochs, data.train.Batches(lenetBatch))
	var results []lenetResult
	var panels []figure.Panel
	for _, r := range readings {
		result, err := lenet{schedule: r.schedule}.run(p)
		if err != nil {
			return nil, err
		}
		results = append(results, result)
		panels = append(panels, p.bookPanel(r.name, result))
	}
	p.figure("curves", fmt.Sprintf("LeNet on %s, %d epochs", data.name(), p.epochs), figure.Figure{Panels: panels})
	if s.epoch != nil {
		if err := p.showOther(s, results[1]); err != nil {
			return nil, err
		}
	}
	return results, nil
}

// bookPanel has the curves of the book. A loss beyond 1 is cut off, but for a
// net that did not learn.
func (p *page) bookPanel(title string, r lenetResult) figure.Panel {
	top := 1.0
	if !(r.trainLoss < 1) {
		top = 2.5
	}
	loss, train, test := r.loss, r.train, r.test
	loss.Style, train.Style, test.Style = figure.Solid, figure.Dashed, figure.Marked
	return figure.Panel{
		Title: title, XLabel: "epoch", YLabel: "loss, accuracy",
		XRange: figure.Range{Max: float64(p.epochs)}, YRange: figure.Range{Max: top},
		Series: []figure.Series{loss, train, test},
	}
}

// name of the data on the page.
func (f fashion) name() string {
	if f.whole() {
		return "Fashion-MNIST"
	}
	return fmt.Sprintf("a sample of Fashion-MNIST (%d images)", f.train.Len())
}

// unjudged says why a training gives no verdict; empty if it does.
func (p *page) unjudged() (string, error) {
	data, err := p.fashion()
	switch {
	case err != nil:
		return "", err
	case !data.whole():
		return data.name() + " is not sufficient for a verdict", nil
	case p.epochs != lenetEpochs:
		return fmt.Sprintf("ours are for %d epochs, the printed ones for %d: not checked", p.epochs, lenetEpochs), nil
	}
	return "", nil
}

// judge puts the three printed numbers beside a result and, after 40 epochs,
// into the band of the seeds. That the run of today is in the same band is a
// row of its own.
func (p *page) judge(s scheduled, result lenetResult) error {
	readings := s.readings(lenetEpochs, 1)
	band, err := bandOf(readings[0])
	if err != nil {
		return err
	}
	why, err := p.unjudged()
	if err != nil {
		return err
	}
	for i, samples := range band.samples() {
		quantity := s.name + ": " + bookScores[i]
		if why != "" {
			mean, sd := moments(samples)
			p.add(3, quantity, num(s.printed[i]), num(result.numbers()[i]), info, true, fmt.Sprintf("%s; %d seeds after %d epochs: %.3f ± %.3f", why, len(samples), lenetEpochs, mean, sd))
			continue
		}
		p.band(quantity, 3, s.printed[i], samples)
	}
	if why == "" {
		p.judgeRun(s, result, band)
	}
	return nil
}

// judgeRun compares the run of today with the band.
func (p *page) judgeRun(s scheduled, result lenetResult, of lenetBand) {
	var means numbers
	ok := true
	for i, samples := range of.samples() {
		mean, sd := moments(samples)
		means = append(means, mean)
		ok = ok && math.Abs(result.numbers()[i]-mean) <= 4*sd
	}
	p.add(3, s.name+": training loss, training accuracy and test accuracy of this run (ours), and means over seeds (printed)", means, result.numbers(), band, ok,
		fmt.Sprintf("each within four standard deviations of %d seeds", len(of.Seeds)))
}

// showOther shows the reading that the figures have, and that it is not what
// was printed.
func (p *page) showOther(s scheduled, result lenetResult) error {
	const updates = 235 // of 60,000 images
	b, err := bandOf(s.readings(lenetEpochs, updates)[1])
	if err != nil {
		return err
	}
	p.add(3, s.name+", called per epoch: training loss, training accuracy and test accuracy of this run", nil, result.numbers(), info, true, fmt.Sprintf("%d epochs, one seed", p.epochs))
	for i, samples := range b.samples() {
		mean, sd := moments(samples)
		where := "within"
		if math.Abs(s.printed[i]-mean) > 4*sd {
			where = "outside"
		}
		p.add(3, s.name+", called per epoch: "+bookScores[i], num(s.printed[i]), num(mean), info, true,
			fmt.Sprintf("%d seeds after %d epochs, standard deviation %.2g: the printed value is %s their range", len(samples), lenetEpochs, sd, where))
	}
	return nil
}
