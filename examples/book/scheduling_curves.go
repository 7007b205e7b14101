package main

import (
	"fmt"
	"math"
)

func trainConstant(p *page) error {
	p.say("A constant rate of 0.5. The book prints the loss ln 10 and an accuracy of 0.1: this network is dead and gives every image the same ten probabilities. The text describes another run, in which the training accuracy keeps rising but the test accuracy does not, which is overfitting. At this rate both happen, depending on the seed.")
	results, err := p.trainScheduled(constantRun)
	if err != nil {
		return err
	}
	b, err := bandOf(constantRun.readings(lenetEpochs, 1)[0])
	if err != nil {
		return err
	}
	var healthy lenetBand
	stuck, gap := 0, math.Inf(1)
	for i := range b.Seeds {
		if b.StuckEpochs[i] > 0 {
			stuck++
		}
		if dead(b.TrainLoss[i]) {
			continue
		}
		healthy.Seeds = append(healthy.Seeds, b.Seeds[i])
		healthy.TrainLoss = append(healthy.TrainLoss, b.TrainLoss[i])
		healthy.TrainAccuracy = append(healthy.TrainAccuracy, b.TrainAccuracy[i])
		healthy.TestAccuracy = append(healthy.TestAccuracy, b.TestAccuracy[i])
		gap = min(gap, b.TrainAccuracy[i]-b.TestAccuracy[i])
	}
	for i, samples := range healthy.samples() {
		mean, _ := moments(samples)
		p.erratum(fmt.Sprintf("constant: %s after %d epochs", bookScores[i], lenetEpochs), num(constantRun.printed[i]), num(mean),
			math.Abs(constantRun.printed[0]-math.Log(10)) < 0.0005 && stuck > 0 && gap > 0.02,
			fmt.Sprintf("the printed values are those of a dead network; ours is the mean of the %d of %d seeds that learn. %d seeds were dead for an epoch or more.", len(healthy.Seeds), len(b.Seeds), stuck))
	}
	p.info("constant: training loss, training accuracy and test accuracy of this run", nil, results[0].numbers(), fmt.Sprintf("%d epochs, seed 1; dead for %d of them", p.epochs, results[0].stuck))
	p.info("minimum of training accuracy − test accuracy over the seeds that learn", nil, num(gap), "the gap that the text describes, after 40 epochs")
	return nil
}

// trainJudged trains with both readings and judges the one that was run.
func (p *page) trainJudged(s scheduled) ([]lenetResult, error) {
	results, err := p.trainScheduled(s)
	if err != nil {
		return nil, err
	}
	return results, p.judge(s, results[0])
}

func trainSquareRoot(p *page) error {
	p.say("The rate 1/√(t+1), where t counts minibatches: it falls to a tenth within half an epoch, and to a hundredth at the end of epoch 40. Called once per epoch, it starts with a rate of 1 for the whole first epoch, with which no seed learned.")
	_, err := p.trainJudged(squareRootRun)
	return err
}

func trainMultiFactor(p *page) error {
	p.say("A rate of 0.5, halved at 15 and at 30. In the book both are minibatches and already passed when training starts, so it trained with the constant rate 0.125. Called once per epoch, the drops are at epochs 15 and 30 of 40, and at the same fractions of a shorter run.")
	_, err := p.trainJudged(multiFactorRun)
	return err
}

func trainCosine(p *page) error {
	p.say("The cosine from 0.5 to 0.01 within 40 ticks. Counted in minibatches, they end in the first epoch, and the rate is 0.01 from then on: the loss decreases slowly and is far from its minimum at the end. Called once per epoch, the cosine lasts until the end of the run.")
	results, err := p.trainJudged(cosineRun)
	if err != nil {
		return err
	}
	p.info("cosine: test accuracy when called per epoch − test accuracy when called per minibatch", nil, num(results[1].testAccuracy-results[0].testAccuracy),
		"the book says “such improvements are not guaranteed (as can be seen below)”, but its run has a nearly constant rate of 0.01.")
	return nil
}

func trainWarmup(p *page) error {
	p.say("Five ticks of a rate that rises from zero, then the cosine. The book says that the network converges better in its first 5 epochs, but its warmup has only 5 minibatches. Called once per epoch, the first epoch has the rate 0, so nothing is learned.")
	results, err := p.trainJudged(warmupRun)
	if err != nil {
		return err
	}
	plain, err := lenet{schedule: cosineRun.update}.run(p)
	if err != nil {
		return err
	}
	after := min(5, p.epochs) - 1
	p.info(fmt.Sprintf("test accuracy after %d epochs, without and with warmup of 5 minibatches", after+1), nil,
		num(plain.test.Y[after], results[0].test.Y[after]), "one seed; the book says that it converges better with warmup")
	return nil
}
