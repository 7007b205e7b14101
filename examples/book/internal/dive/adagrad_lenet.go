package dive

import (
	"descent/examples/book/internal/page"
	"descent/internal/figure"
	"descent/lrsched"
	"descent/optimizers"
)

// rateRuns trains LeNet with several rules and rates, draws loss and accuracy, and
// shows the final accuracies.
func rateRuns(p *page.Page, name, caption string, runs ...struct {
	title string
	run   lenet
},
) error {
	loss := figure.Panel{Title: "Training loss", XLabel: "epoch", YLabel: "cross-entropy"}
	accuracy := figure.Panel{Title: "Test accuracy", XLabel: "epoch", YLabel: "accuracy", YRange: figure.Range{Min: 0.5, Max: 0.95}}
	for _, c := range runs {
		r, err := c.run.run(p)
		if err != nil {
			return err
		}
		r.loss.Name, r.loss.Style = c.title, figure.Solid
		r.test.Name, r.test.Style = c.title, figure.Solid
		loss.Series, accuracy.Series = append(loss.Series, r.loss), append(accuracy.Series, r.test)
		p.Info(c.title+": training loss, training and test accuracy", nil, r.numbers(), "one seed")
	}
	p.Figure(name, caption, figure.Figure{Panels: []figure.Panel{loss, accuracy}})
	return nil
}

// lenetRun is a training with its title.
type lenetRun = struct {
	title string
	run   lenet
}

func adagradLeNet(p *page.Page) error {
	p.Say("LeNet on Fashion-MNIST, batches of 256: Adagrad at three rates, and plain descent at 0.5, the rate of 11.11. Adagrad's first step moves every weight by η, so its rate must be small.")
	return rateRuns(p, "lenet", "LeNet with Adagrad and with plain descent",
		lenetRun{"descent, η 0.5", lenet{schedule: lrsched.Constant(0.5)}},
		lenetRun{"Adagrad, η 0.1", lenet{rule: optimizers.D2LAdagrad(), schedule: lrsched.Constant(0.1)}},
		lenetRun{"Adagrad, η 0.03", lenet{rule: optimizers.D2LAdagrad(), schedule: lrsched.Constant(0.03)}},
		lenetRun{"Adagrad, η 0.01", lenet{rule: optimizers.D2LAdagrad(), schedule: lrsched.Constant(0.01)}})
}
