package dive

import (
	"fmt"
	"math"

	"descent/examples/book/internal/page"
)

func trainConstant(p *page.Page) error {
	p.Say("A constant rate of 0.5. The book prints the loss ln 10 and an accuracy of 0.1: this network is dead and gives every image the same ten probabilities. The text describes another run, in which the training accuracy keeps rising but the test accuracy does not, which is overfitting. At this rate both happen, depending on the seed.")
	results, err := trainScheduled(p, constantRun)
	if err != nil {
		return err
	}
	b, err := bandOf(constantRun.readings(lenetEpochs, lenetUpdates)[0])
	if err != nil {
		return err
	}
	learned := b
	learned.Runs = nil
	everDead, gap := 0, math.Inf(1)
	for _, r := range b.Runs {
		if r.deadEpochs() > 0 {
			everDead++
		}
		if end := len(r.TrainLoss) - 1; !dead(r.TrainLoss[end]) {
			learned.Runs = append(learned.Runs, r)
			gap = min(gap, r.TrainAccuracy[end]-r.TestAccuracy[end])
		}
	}
	var means page.Numbers
	for _, samples := range learned.after(b.Epochs) {
		mean, _ := page.Moments(samples)
		means = append(means, mean)
	}
	p.Erratum(fmt.Sprintf("train loss, train accuracy and test accuracy after %d epochs", b.Epochs), constantRun.printed, means,
		math.Abs(constantRun.printed[0]-math.Log(10)) < 0.0005 && everDead > 0 && gap > 0.02, page.Slip{
			Place: "11.11.1, the text above the program and its result", Quote: "the training accuracy keeps on increasing while progress in terms of test accuracy stalls",
			Right: "a result of a network that learns",
			Why: fmt.Sprintf("The printed result is that of a dead network: its loss is ln 10. Ours are means of the %d of %d stored runs that learn; %d were dead for an epoch or more.",
				len(learned.Runs), len(b.Runs), everDead),
		})
	p.Info("epochs in which this run was dead", nil, page.Num(float64(results[0].stuck)), fmt.Sprintf("of %d, seed 1", p.Epochs))
	p.Info("minimum of training accuracy − test accuracy over the stored runs that learn", nil, page.Num(gap), "the gap that the text describes, after 40 epochs")
	return nil
}

// trainJudged trains with both readings and judges the one that the book ran.
func trainJudged(p *page.Page, s scheduled) ([]lenetResult, error) {
	results, err := trainScheduled(p, s)
	if err != nil {
		return nil, err
	}
	return results, judge(p, s)
}

func trainSquareRoot(p *page.Page) error {
	p.Say("The rate 1/√(t+1), where t counts minibatches: it falls to a tenth within half an epoch, and to a hundredth at the end of epoch 40. Called once per epoch, it starts with a rate of 1 for the whole first epoch, which can kill the network.")
	_, err := trainJudged(p, squareRootRun)
	return err
}

func trainMultiFactor(p *page.Page) error {
	p.Say("A rate of 0.5, halved at 15 and at 30. In the book, both milestones count minibatches and have already passed when training starts, so it trained with the constant rate 0.125. Called once per epoch, the drops are at epochs 15 and 30 of 40, and at the same fractions of a shorter run.")
	_, err := trainJudged(p, multiFactorRun)
	return err
}

func trainCosine(p *page.Page) error {
	p.Say("The cosine from 0.5 to 0.01 within 40 ticks. Counted in minibatches, they end in the first epoch, and the rate is 0.01 from then on: the loss decreases slowly and is far from its minimum at the end. Called once per epoch, the cosine lasts until the end of the run.")
	results, err := trainJudged(p, cosineRun)
	if err != nil {
		return err
	}
	p.Info("cosine, this run: test accuracy when called per epoch − test accuracy when called per minibatch", nil, page.Num(results[1].testAccuracy-results[0].testAccuracy),
		"the book says “such improvements are not guaranteed (as can be seen below)”, but its run has a nearly constant rate of 0.01.")
	return nil
}

func trainWarmup(p *page.Page) error {
	p.Say("Five ticks of a rate that rises from zero, then the cosine. The book says that the network converges better in its first 5 epochs, but its warmup has only 5 minibatches. Called once per epoch, the first epoch has the rate 0, so nothing is learned in it.")
	results, err := trainJudged(p, warmupRun)
	if err != nil {
		return err
	}
	plain, err := lenet{schedule: cosineRun.update}.run(p)
	if err != nil {
		return err
	}
	after := min(5, p.Epochs) - 1
	p.Info(fmt.Sprintf("this run: test accuracy after %d epochs, without and with warmup of 5 minibatches", after+1), nil,
		page.Num(plain.test.Y[after], results[0].test.Y[after]), "one seed; the book says that it converges better with warmup")
	return nil
}
