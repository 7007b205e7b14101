package nn_test

import (
	"fmt"
	"log"

	"descent/datasets"
	"descent/nn"
)

// One of twenty rows is positive. A model with no other information learns this
// proportion from the loss. With the positive rows weighted by 19, it learns one half.
func ExampleBinaryCrossEntropy() {
	batch := &datasets.Batch{Rows: 20, Inputs: make([]float32, 20), Targets: make([]float32, 20)}
	batch.Targets[7] = 1
	for _, loss := range []nn.Loss{nn.BinaryCrossEntropy{}, nn.BinaryCrossEntropy{PositiveWeights: []float64{19}}} {
		model, err := nn.NewModel(nn.Sequential(nn.Dense{Units: 1}), nn.Config{Input: []int{1}, Loss: loss})
		if err != nil {
			log.Fatal(err)
		}
		defer model.Close()
		bias := model.Params()[1]
		for range 200 {
			if _, _, err := model.Step(batch); err != nil {
				log.Fatal(err)
			}
			bias.Value[0] -= 2 * bias.Grad[0]
		}
		p, err := probability(model)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%.2f\n", p)
	}
	// Output:
	// 0.05
	// 0.50
}

// probability returns the probability of a positive row.
func probability(m *nn.Model) (float32, error) {
	with, err := nn.NewModel(nn.Sequential(nn.Dense{Units: 1}, nn.Sigmoid{}), nn.Config{Input: []int{1}})
	if err != nil {
		return 0, err
	}
	defer with.Close()
	for i, p := range m.Params() {
		copy(with.Params()[i].Value, p.Value)
	}
	y, err := with.Predict(nil, []float32{0})
	if err != nil {
		return 0, err
	}
	return y[0], nil
}

// The losses of a row whose first class is the right one: smoothing penalizes
// certainty. A second row is of a class of weight 0, so only the spread part of its
// loss remains.
func ExampleSoftmaxCrossEntropy() {
	batch := &datasets.Batch{Rows: 2, Inputs: []float32{1, 1}, Labels: []int32{0, 2}}
	for _, loss := range []nn.Loss{
		nn.SoftmaxCrossEntropy{},
		nn.SoftmaxCrossEntropy{ClassWeights: []float64{1, 1, 0}},
		nn.SoftmaxCrossEntropy{ClassWeights: []float64{1, 1, 0}, Smoothing: .1},
	} {
		model, err := nn.NewModel(nn.Dense{Units: 3, NoBias: true}, nn.Config{Input: []int{1}, Loss: loss})
		if err != nil {
			log.Fatal(err)
		}
		defer model.Close()
		copy(model.Params()[0].Value, []float32{6, 0, 0}) // the logits
		value, _, err := model.Evaluate(batch)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%.3f\n", value)
	}
	// Output:
	// 3.005
	// 0.005
	// 0.405
}
