package nn_test

import (
	"context"
	"fmt"
	"log"
	"math"

	"descent/datasets"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/trainer"
)

// Disc is a custom dataset, computed as it is read: points in a square, of class 1
// inside a disc and of class 0 outside.
type Disc struct{ n int }

// Len returns the number of points.
func (d Disc) Len() int { return d.n }

// InputShape returns the shape of a point.
func (Disc) InputShape() []int { return []int{2} }

// Gather fills b with points: multiples of two irrational numbers spread evenly.
func (Disc) Gather(b *datasets.Batch, rows []int) error {
	b.Rows, b.Inputs, b.Labels = len(rows), b.Inputs[:0], b.Labels[:0]
	for _, row := range rows {
		_, x := math.Modf(float64(row) * 0.7548776662466927)
		_, y := math.Modf(float64(row) * 0.5698402909980532)
		x, y = 2*x-1, 2*y-1
		class := int32(0)
		if x*x+y*y < 0.6 {
			class = 1
		}
		b.Inputs = append(b.Inputs, float32(x), float32(y))
		b.Labels = append(b.Labels, class)
	}
	return nil
}

// A custom dataset, trained on one example at a time, and in batches of
// 30 of which the last has 10.
func Example_dataset() {
	data := Disc{400}
	for _, size := range []int{1, 30} {
		model, err := nn.NewModel(nn.MLP(16, 2), nn.Config{Input: data.InputShape(), Loss: nn.SoftmaxCrossEntropy{}, Seed: 1})
		if err != nil {
			log.Fatal(err)
		}
		defer model.Close()
		t := trainer.Trainer{
			Model: model, Rule: optimizers.SGD{Momentum: 0.5}, Schedule: lrsched.Constant(0.05),
			Epochs: 40, BatchSize: size, Seed: 1, Metrics: []trainer.Metric{trainer.Accuracy()},
		}
		history, err := t.Fit(context.Background(), data, nil)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("batches of %d: nine of ten points are right: %v\n", size, history.Last().Train.Metrics[0] > 0.9)
	}
	// Output:
	// batches of 1: nine of ten points are right: true
	// batches of 30: nine of ten points are right: true
}
