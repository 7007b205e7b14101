package dive

import (
	"fmt"

	"descent/examples/book/internal/page"
	"descent/internal/figure"
)

// bookScores names the scores that the book prints for a training run, with the scales
// on which they are compared.
var bookScores = []struct {
	name  string
	scale page.Scale
}{
	{"train loss", page.Above(0, "train loss")},
	{"train accuracy", page.Below(1, "1 − train accuracy")},
	{"test accuracy", page.Below(1, "1 − test accuracy")},
}

// trainScheduled trains with a schedule in both readings and draws the curves that
// the book draws, with those of the stored runs beside them. It returns the results
// in the order of the readings.
func trainScheduled(p *page.Page, s scheduled) ([]lenetResult, error) {
	data, err := findFashion(p)
	if err != nil {
		return nil, err
	}
	// The stored runs are of all of Fashion-MNIST.
	stored := s.readings(lenetEpochs, lenetUpdates)
	var results []lenetResult
	var panels []figure.Panel
	for i, r := range s.readings(p.Epochs, data.train.Batches(lenetBatch)) {
		result, err := lenet{schedule: r.schedule}.run(p)
		if err != nil {
			return nil, err
		}
		results = append(results, result)
		b, err := bandOf(stored[i])
		if err != nil {
			return nil, err
		}
		panels = append(panels, bookPanel(p, r.name, result), b.panel(stored[i].name))
		p.Info(r.name+": train loss, train accuracy and test accuracy of this run", nil, result.numbers(), fmt.Sprintf("%d epochs on %s, seed 1", p.Epochs, data.name()))
		after := b.after(p.Epochs)
		if len(after[0]) == 0 {
			continue
		}
		var means page.Numbers
		for _, samples := range after {
			mean, _ := page.Moments(samples)
			means = append(means, mean)
		}
		p.Info(fmt.Sprintf("%s: means of the stored runs after %d epochs", r.name, min(p.Epochs, b.Epochs)), nil, means,
			fmt.Sprintf("%d seeds, all of Fashion-MNIST, with the schedule of 40 epochs", len(after[0])))
	}
	p.Figure("curves", fmt.Sprintf("LeNet: this run of %d epochs on the left, and the stored runs of 40 on the right", p.Epochs), figure.Figure{Panels: panels})
	return results, nil
}

// bookPanel draws the curves of the book. Losses above 1 are cut off, except for a
// network that did not learn.
func bookPanel(p *page.Page, title string, r lenetResult) figure.Panel {
	top := 1.0
	if !(r.trainLoss < 1) {
		top = 2.5
	}
	loss, train, test := r.loss, r.train, r.test
	loss.Style, train.Style, test.Style = figure.Solid, figure.Dashed, figure.Marked
	return figure.Panel{
		Title: title, XLabel: "epoch", YLabel: "loss, accuracy",
		XRange: figure.Range{Max: float64(p.Epochs)}, YRange: figure.Range{Max: top},
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

// judge judges the three printed numbers by the stored runs of the reading that the
// book ran. They should exclude the other schedules, and the schedule called per
// epoch.
func judge(p *page.Page, s scheduled) error {
	ours, err := bandOf(s.readings(lenetEpochs, lenetUpdates)[0])
	if err != nil {
		return err
	}
	var others []lenetBand
	for _, o := range scheduledRuns {
		for i, r := range o.readings(lenetEpochs, lenetUpdates) {
			if (o.name == s.name) == (i == 0) || o.name == constantRun.name { // itself; the per-epoch reading of others; runs of which some are dead
				continue
			}
			b, err := bandOf(r)
			if err != nil {
				return err
			}
			others = append(others, b)
		}
	}
	for i, score := range bookScores {
		b := page.Band{
			Quantity: fmt.Sprintf("%s: %s after %d epochs", s.name, score.name, ours.Epochs), Printed: s.printed[i], Decimals: 3,
			Ours: ours.after(ours.Epochs)[i], Scale: score.scale, Note: "The seeds are those of stored runs, not of this run.",
		}
		for _, o := range others {
			b.Others = append(b.Others, page.Alternative{Name: o.Name, Values: o.after(o.Epochs)[i]})
		}
		p.Band(b)
	}
	return nil
}
