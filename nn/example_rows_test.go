package nn_test

import (
	"context"
	"fmt"
	"log"

	"descent/datasets"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/trainer"
	"gorgonia.org/gorgonia"
)

// Swish is a layer of Gorgonia's own operations: y = x·sigmoid(β·x), with a
// parameter β for each feature.
var Swish = nn.Rows{Name: "Swish", F: func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	beta, err := s.Param("beta", nn.Constant(1), nn.Fans{}, x.Shape()[1])
	if err != nil {
		return nil, err
	}
	scaled, err := gorgonia.BroadcastHadamardProd(x, beta, nil, []byte{0}) // [n, features] · [features]
	if err != nil {
		return nil, err
	}
	gate, err := gorgonia.Sigmoid(scaled)
	if err != nil {
		return nil, err
	}
	return gorgonia.HadamardProd(x, gate)
}}

// A custom layer of Gorgonia's operations, trained on one example at a time, and in
// batches of 30 of which the last has 10.
func ExampleRows() {
	data, err := datasets.Linear(datasets.LinearConfig{Weights: []float64{2, -3.4}, Bias: 4.2, Noise: 0.01, Examples: 100, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	for _, size := range []int{1, 30} {
		model, err := nn.NewModel(nn.Sequential(nn.Dense{Units: 8}, Swish, nn.Dense{Units: 1}),
			nn.Config{Input: []int{2}, Loss: nn.SquaredError{}, Seed: 1})
		if err != nil {
			log.Fatal(err)
		}
		defer model.Close()
		t := trainer.Trainer{
			Model: model, Rule: optimizers.SGD{Momentum: 0.5}, Schedule: lrsched.Constant(0.02),
			Epochs: 20, BatchSize: size, Seed: 1,
		}
		history, err := t.Fit(context.Background(), data, nil)
		if err != nil {
			log.Fatal(err)
		}
		first, last := history.Epochs[0].Train.Loss, history.Last().Train.Loss
		fmt.Printf("batches of %d: the loss fell below a hundredth: %v\n", size, last < first/100)
	}
	// Output:
	// batches of 1: the loss fell below a hundredth: true
	// batches of 30: the loss fell below a hundredth: true
}
