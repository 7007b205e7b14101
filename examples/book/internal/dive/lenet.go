package dive

import (
	"errors"
	"fmt"
	"math"
	"sync"

	"descent/datasets"
	"descent/examples/book/internal/page"
	"descent/internal/cli"
	"descent/internal/figure"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/trainer"
)

// lenetUpdates is the number of batches of lenetBatch in the 60,000 images of
// Fashion-MNIST.
const (
	lenetBatch   = 256
	lenetUpdates = 235
)

// lenet is LeNet with ReLU and max pooling on Fashion-MNIST, as the book trains
// it in 11.11: weights by Xavier, minibatches of 256 in a new order in every
// epoch, the last one smaller, softmax and cross-entropy.
type lenet struct {
	rule     optimizers.Rule // if nil, plain minibatch SGD
	schedule lrsched.Schedule
	epochs   int    // if zero, those of the page
	seed     uint64 // if zero, 1
}

// lenetResult is the result of a training run.
type lenetResult struct {
	// The curves that the book draws: loss and accuracy over the rows trained
	// on in the epoch so far, at every fiftieth minibatch, and the accuracy on
	// the test data after each epoch.
	loss, train, test figure.Series

	// The numbers that it prints, of the last epoch; NaN if the loss was not
	// finite at some update.
	trainLoss, trainAccuracy, testAccuracy float64

	epochs [3][]float64 // the same three after each epoch

	stuck int // epochs in which all classes were practically equally likely
}

// numbers are in the order of the book.
func (r lenetResult) numbers() page.Numbers {
	return page.Num(r.trainLoss, r.trainAccuracy, r.testAccuracy)
}

// dead reports whether the network gives all classes the same probability, whatever
// the image. Its loss is then the logarithm of their number.
func dead(loss float64) bool { return math.Abs(loss-math.Log(10)) < 0.01 }

// fashion is the data, and whether it is all of Fashion-MNIST.
type fashion struct {
	train, test *datasets.Images
}

func (f fashion) whole() bool { return f.train.Source != datasets.SourceSample }

// lenetDone holds the data and the finished runs. A run depends only on its
// settings, and several experiments show the same run.
var lenetDone = struct {
	sync.Mutex
	data map[string]fashion
	runs map[string]lenetResult
}{data: map[string]fashion{}, runs: map[string]lenetResult{}}

// findFashion finds the data that -data asks for.
func findFashion(p *page.Page) (fashion, error) {
	lenetDone.Lock()
	defer lenetDone.Unlock()
	if f, ok := lenetDone.data[p.Data]; ok {
		return f, nil
	}
	var f fashion
	var err error
	if f.train, f.test, err = cli.Fashion(p.Ctx, p.Data, p.Notice); err == nil {
		lenetDone.data[p.Data] = f
	}
	return f, err
}

// run trains the network, or returns the result of an equal run.
func (l lenet) run(p *page.Page) (lenetResult, error) {
	if l.rule == nil {
		l.rule = optimizers.SGD{}
	}
	if l.epochs == 0 {
		l.epochs = p.Epochs
	}
	if l.seed == 0 {
		l.seed = 1
	}
	data, err := findFashion(p)
	if err != nil {
		return lenetResult{}, err
	}
	lenetDone.Lock()
	defer lenetDone.Unlock()
	key := fmt.Sprintf("%q %#v", p.Data, l)
	if r, ok := lenetDone.runs[key]; ok {
		return r, nil
	}
	r, err := l.fit(p, data)
	if err == nil {
		lenetDone.runs[key] = r
	}
	return r, err
}

func (l lenet) fit(p *page.Page, data fashion) (lenetResult, error) {
	model, err := nn.NewModel(nn.LeNet(10), nn.Config{
		Input: data.train.InputShape(), Loss: nn.SoftmaxCrossEntropy{}, Seed: l.seed,
	})
	if err != nil {
		return lenetResult{}, err
	}
	defer model.Close()
	r := lenetResult{loss: figure.Series{Name: "train loss"}, train: figure.Series{Name: "train accuracy"}, test: figure.Series{Name: "test accuracy"}}
	accuracy, soFar := r.watch(data.train.Batches(lenetBatch))
	t := trainer.Trainer{
		Model: model, Rule: l.rule, Schedule: l.schedule, Epochs: l.epochs, BatchSize: lenetBatch, Seed: l.seed,
		Metrics: []trainer.Metric{accuracy}, Hooks: []trainer.Hook{soFar},
	}
	history, err := t.Fit(p.Ctx, data.train, data.test)
	if err != nil && !errors.Is(err, optimizers.ErrNotFinite) {
		return r, err
	}
	for _, e := range history.Epochs {
		for i, v := range []float64{e.Train.Loss, e.Train.Metrics[0], e.Test.Metrics[0]} {
			r.epochs[i] = append(r.epochs[i], v)
		}
		if dead(e.Train.Loss) {
			r.stuck++
		}
	}
	if end := history.Last(); err == nil {
		r.trainLoss, r.trainAccuracy, r.testAccuracy = end.Train.Loss, end.Train.Metrics[0], end.Test.Metrics[0]
	} else {
		r.trainLoss, r.trainAccuracy, r.testAccuracy = math.NaN(), math.NaN(), math.NaN()
	}
	return r, nil
}

// watch returns the accuracy as a metric, and a hook that draws the curves.
func (r *lenetResult) watch(batches int) (trainer.Metric, trainer.Hook) {
	var loss, correct, rows float64
	accuracy := trainer.Accuracy()
	count := accuracy.Sum
	accuracy.Sum = func(b *datasets.Batch, output []float32) float64 {
		c := count(b, output)
		correct += c
		return c
	}
	add := func(s *figure.Series, x, y float64) { s.X, s.Y = append(s.X, x), append(s.Y, y) }
	return accuracy, trainer.Hook{
		Name:       "curves",
		EpochStart: func(*trainer.State) error { loss, correct, rows = 0, 0, 0; return nil },
		StepEnd: func(s *trainer.State) error {
			loss += s.Loss * float64(s.Rows)
			rows += float64(s.Rows)
			if done := s.Step - (s.Epoch-1)*batches; done%50 == 0 || done == batches {
				at := float64(s.Epoch-1) + float64(done)/float64(batches)
				add(&r.loss, at, loss/rows)
				add(&r.train, at, correct/rows)
			}
			return nil
		},
		EpochEnd: func(s *trainer.State) error {
			add(&r.test, float64(s.Epoch), s.Record.Test.Metrics[0])
			return nil
		},
	}
}

// CheckData finds the data for LeNet, so that problems with it are reported early.
func CheckData(p *page.Page) error {
	_, err := findFashion(p)
	return err
}
