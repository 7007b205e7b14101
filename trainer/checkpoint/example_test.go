package checkpoint_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	"descent/datasets"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/trainer"
	"descent/trainer/checkpoint"
)

// A run is interrupted in its second epoch, and resumes with the same bits as an
// uninterrupted run.
func Example() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	train, err := datasets.Linear(datasets.LinearConfig{Weights: []float64{2, -3.4}, Bias: 4.2, Examples: 1000})
	if err != nil {
		log.Fatal(err)
	}
	fit := func(ctx context.Context, dir string, hooks ...trainer.Hook) (*trainer.History, string, error) {
		model, err := nn.NewModel(nn.LinearRegression(), nn.Config{Input: []int{2}, Loss: nn.SquaredError{}, Seed: 1})
		if err != nil {
			log.Fatal(err)
		}
		defer model.Close()
		newest, _, err := checkpoint.Newest(dir)
		if err != nil {
			log.Println(err) // a file that is damaged; the one before it serves
		}
		t := trainer.Trainer{
			Model: model, Rule: optimizers.DefaultAdam(), Schedule: lrsched.Constant(0.01), Epochs: 3, BatchSize: 10,
			Hooks: append(hooks, checkpoint.Keeper{Dir: dir, EverySteps: 50}.Hook()), Resume: newest,
		}
		history, err := t.Fit(ctx, train, nil)
		return history, model.Fingerprint(), err
	}
	_, whole, err := fit(context.Background(), dir+"/whole")
	if err != nil {
		log.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	_, _, err = fit(ctx, dir+"/cut", trainer.Hook{StepEnd: func(s *trainer.State) error {
		if s.Step == 123 {
			cancel()
		}
		return nil
	}})
	fmt.Println(errors.Is(err, context.Canceled))
	history, weights, err := fit(context.Background(), dir+"/cut")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(history.Steps, len(history.Epochs), weights == whole)
	// Output:
	// true
	// 300 3 true
}
