package trainer_test

import (
	"context"
	"fmt"
	"log"

	"descent/datasets"
	"descent/lrsched"
	"descent/optimizers"
	"descent/trainer"
)

// Line is a custom model, y = w·x + b with the loss ½·mean (y − target)². A trainer
// needs only these three methods.
type Line struct {
	value, grad [2]float32 // w and b
	output      []float32
}

// Params are views of the model's memory.
func (l *Line) Params() []optimizers.Param[float32] {
	return []optimizers.Param[float32]{
		{Name: "weight", Shape: []int{1}, Value: l.value[:1], Grad: l.grad[:1]},
		{Name: "bias", Shape: []int{1}, Value: l.value[1:], Grad: l.grad[1:]},
	}
}

// Step runs forward and backward.
func (l *Line) Step(b *datasets.Batch) (float64, []float32, error) {
	loss, output, err := l.Evaluate(b)
	l.grad = [2]float32{}
	for i, y := range output {
		d := (y - b.Targets[i]) / float32(b.Rows)
		l.grad[0] += d * b.Inputs[i]
		l.grad[1] += d
	}
	return loss, output, err
}

// Evaluate runs forward only.
func (l *Line) Evaluate(b *datasets.Batch) (loss float64, output []float32, err error) {
	l.output = l.output[:0]
	for i, x := range b.Inputs {
		y := l.value[0]*x + l.value[1]
		l.output = append(l.output, y)
		d := float64(y - b.Targets[i])
		loss += d * d / 2 / float64(b.Rows)
	}
	return loss, l.output, nil
}

// line returns training and test data of y = 3x + 1.
func line() (train, test datasets.Dataset) {
	all, err := datasets.Linear(datasets.LinearConfig{Weights: []float64{3}, Bias: 1, Examples: 250, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	test, train, err = datasets.Split(all, 50, 1)
	if err != nil {
		log.Fatal(err)
	}
	return train, test
}

func Example() {
	train, test := line()
	model := &Line{}
	t := trainer.Trainer{
		Model:    model,
		Rule:     optimizers.SGD{Momentum: 0.9},
		Schedule: lrsched.Warmup{Steps: 10, Then: lrsched.Cosine{Base: 0.05, From: 10, To: 100}},
		Epochs:   5, BatchSize: 10, Seed: 1,
		Metrics: []trainer.Metric{trainer.MeanAbsoluteError()},
	}
	history, err := t.Fit(context.Background(), train, test)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range history.Epochs {
		fmt.Printf("epoch %d step %d rate %.3f test loss %.3f\n", e.Epoch, e.Step, e.LearningRate, e.Test.Loss)
	}
	fmt.Printf("w %.2f b %.2f %s %.2f\n", model.value[0], model.value[1], history.Metrics[0], history.Last().Test.Metrics[0])
	// Output:
	// epoch 1 step 20 rate 0.049 test loss 0.642
	// epoch 2 step 40 rate 0.038 test loss 0.037
	// epoch 3 step 60 rate 0.022 test loss 0.009
	// epoch 4 step 80 rate 0.006 test loss 0.001
	// epoch 5 step 100 rate 0.000 test loss 0.000
	// w 2.99 b 0.98 mean_absolute_error 0.02
}

// One hook prints, and another ends the run when the loss is good enough.
func ExampleHook() {
	train, test := line()
	t := trainer.Trainer{
		Model: &Line{}, Rule: optimizers.SGD{}, Schedule: lrsched.Constant(0.1),
		Epochs: 100, BatchSize: 20, Seed: 1,
		Hooks: []trainer.Hook{
			{Name: "print", EpochEnd: func(s *trainer.State) error {
				fmt.Printf("%d of %d: %.3f\n", s.Epoch, s.Epochs, s.Record.Test.Loss)
				return nil
			}},
			{Name: "good enough", EpochEnd: func(s *trainer.State) error {
				if s.Record.Test.Loss < 0.02 {
					return trainer.ErrStop
				}
				return nil
			}},
		},
	}
	history, err := t.Fit(context.Background(), train, test)
	fmt.Println(err, history.StoppedBy)
	// Output:
	// 1 of 100: 0.477
	// 2 of 100: 0.052
	// 3 of 100: 0.006
	// <nil> good enough
}

func ExampleEarlyStopping() {
	train, test := line()
	t := trainer.Trainer{
		Model: &Line{}, Rule: optimizers.SGD{}, Schedule: lrsched.Constant(0.1),
		Epochs: 1000, BatchSize: 20, Seed: 1,
		Metrics:       []trainer.Metric{trainer.MeanAbsoluteError()},
		EarlyStopping: &trainer.EarlyStopping{Metric: "mean_absolute_error", Patience: 2, MinDelta: 0.01},
	}
	history, err := t.Fit(context.Background(), train, test)
	fmt.Println(err, history.StoppedBy, history.Best.Epoch, len(history.Epochs))
	// Output:
	// <nil> early stopping 5 7
}

// Within is a custom metric: the share of rows with an error below d.
func Within(d float32) trainer.Metric {
	return trainer.Metric{Name: "within", Sum: func(b *datasets.Batch, output []float32) (hits float64) {
		for i, y := range output {
			if e := y - b.Targets[i]; -d < e && e < d {
				hits++
			}
		}
		return hits
	}}
}

func ExampleEvaluate() {
	_, test := line()
	model := &Line{value: [2]float32{2.5, 1}}
	scores, err := trainer.Evaluate(context.Background(), model, test, 16, trainer.MeanAbsoluteError(), Within(0.5))
	fmt.Printf("%v %.3f %.3f\n", err, scores.Loss, scores.Metrics)
	// Output:
	// <nil> 0.115 [0.384 0.740]
}

// A metric reports data from which it cannot be computed.
func ExampleMetric() {
	_, test := line()
	_, err := trainer.Evaluate(context.Background(), &Line{}, test, 16, trainer.Accuracy())
	fmt.Println(err)

	signs := trainer.Metric{
		Name: "sign",
		Check: func(b *datasets.Batch, output []float32) error {
			if len(b.Targets) != len(output) {
				return fmt.Errorf("%d targets for %d outputs: want one for each", len(b.Targets), len(output))
			}
			return nil
		},
		Sum: func(b *datasets.Batch, output []float32) (equal float64) {
			for i, y := range output {
				if (y > 0) == (b.Targets[i] > 0) {
					equal++
				}
			}
			return equal
		},
	}
	scores, err := trainer.Evaluate(context.Background(), &Line{value: [2]float32{3, 1}}, test, 16, signs)
	fmt.Println(scores.Metrics, err)
	// Output:
	// trainer: Evaluate: metric "accuracy": 0 labels for 16 rows: want the same number for each, 1 or more
	// [1] <nil>
}

// Missing or wrong settings are reported before anything runs.
func ExampleTrainer_Fit() {
	train, test := line()
	t := trainer.Trainer{Model: &Line{}, Rule: optimizers.SGD{}, Schedule: lrsched.Constant(0.1), Epochs: 1, BatchSize: 256}
	_, err := t.Fit(context.Background(), train, test)
	fmt.Println(err)

	// A diverging run stops at the step where it diverges.
	t.BatchSize, t.Epochs, t.Schedule = 10, 1000, lrsched.Constant(50)
	history, err := t.Fit(context.Background(), train, test)
	fmt.Println(err != nil, history.Steps > 0)

	// Canceling the context ends the run.
	ctx, cancel := context.WithCancel(context.Background())
	t.Model, t.Schedule = &Line{}, lrsched.Constant(0.1)
	t.Hooks = []trainer.Hook{{StepEnd: func(s *trainer.State) error {
		if s.Step == 33 {
			cancel()
		}
		return nil
	}}}
	history, err = t.Fit(ctx, train, test)
	fmt.Println(err)
	fmt.Println(len(history.Epochs), "epoch,", history.Steps, "steps")
	// Output:
	// trainer: BatchSize = 256: want [1, 200], the number of training examples
	// true true
	// trainer: ended after step 33: context canceled
	// 1 epoch, 33 steps
}

// A range test before a run leaves the model as it was.
func ExampleRangeTest() {
	train, _ := line()
	test := trainer.RangeTest{Model: &Line{}, Rule: optimizers.SGD{}, BatchSize: 50, From: 1e-3, To: 100}
	sweep, err := test.Run(context.Background(), train)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("a rate between 0.01 and 0.5:", 0.01 < sweep.Steepest && sweep.Steepest < 0.5)
	fmt.Println("least at a larger one:", sweep.Minimum > sweep.Steepest)
	// Output:
	// a rate between 0.01 and 0.5: true
	// least at a larger one: true
}

// The rate falls to a tenth after every evaluation without an improvement.
func ExamplePlateau() {
	train, test := line()
	t := trainer.Trainer{
		Model: &Line{}, Rule: optimizers.SGD{}, Schedule: lrsched.Constant(.5), Epochs: 12, BatchSize: 40,
		Plateau: &trainer.Plateau{Factor: .1, Patience: 1, MinDelta: .5, Relative: true},
	}
	history, err := t.Fit(context.Background(), train, test)
	if err != nil {
		log.Fatal(err)
	}
	first, last := history.Epochs[0], history.Last()
	fmt.Printf("first rate %g, last rate below a thousandth of it: %v\n", first.LearningRate, last.LearningRate < first.LearningRate/1000)
	// Output: first rate 0.5, last rate below a thousandth of it: true
}
