package descent_test

import (
	"context"
	"fmt"
	"log"

	"descent/datasets"
	"descent/datasets/sample"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/trainer"
)

// The first example of the README.
func Example() {
	ctx := context.Background()
	train, test, err := datasets.FashionMNIST(ctx, datasets.FashionOptions{Fallback: sample.FashionMNIST})
	if err != nil {
		log.Fatal(err)
	}
	model, err := nn.NewModel(nn.Sequential(
		nn.Conv2D{Filters: 6, Kernel: 5, Pad: 2}, nn.ReLU{}, nn.MaxPool2D{Size: 2},
		nn.Conv2D{Filters: 16, Kernel: 5}, nn.ReLU{}, nn.MaxPool2D{Size: 2},
		nn.Flatten{}, nn.Dense{Units: 120}, nn.ReLU{}, nn.Dense{Units: 84}, nn.ReLU{}, nn.Dense{Units: 10},
	), nn.Config{Input: []int{1, 28, 28}, Loss: nn.SoftmaxCrossEntropy{}, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()

	t := trainer.Trainer{
		Model: model, Rule: optimizers.SGD{Momentum: 0.9},
		Schedule: lrsched.Warmup{Steps: 200, Then: lrsched.Cosine{Base: 0.1, Final: 0.001, From: 200, To: 10 * train.Batches(256)}},
		Epochs:   10, BatchSize: 256, Seed: 1,
		Metrics: []trainer.Metric{trainer.Accuracy()},
	}
	history, err := t.Fit(ctx, train, test)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("test accuracy", history.Last().Test.Metrics[0])
}
