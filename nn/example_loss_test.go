package nn_test

import (
	"context"
	"fmt"
	"log"

	"descent/autograd"
	"descent/datasets"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/trainer"
	"gorgonia.org/gorgonia"
)

// PseudoHuber is a loss that is quadratic near zero and linear far from it, so
// that single wrong targets count less: the mean of √(1 + e²) − 1.
var PseudoHuber = nn.LossFunc(func(s *nn.Scope, output *gorgonia.Node) (*gorgonia.Node, error) {
	rows := autograd.Wrap(s.ToRows(output, s.Rows())) // [n, 1], as the targets
	e := rows.Sub(autograd.Wrap(s.TargetRows(1)))
	each, err := e.Square().Add(autograd.Const(1)).Sqrt().Sub(autograd.Const(1)).Node()
	if err != nil {
		return nil, err
	}
	return s.MeanRows(each) // over the rows of the batch only
})

// A custom loss finds the line although a tenth of the targets are far off, trained
// on one example at a time, and in batches of 30 of which the last has 10.
func ExampleLossFunc() {
	var a datasets.Arrays
	for i := range 100 {
		x := float32(i)/50 - 1
		y := 2*x + 1
		if i%10 == 5 {
			y += 100
		}
		a.Inputs, a.Targets = append(a.Inputs, x), append(a.Targets, y)
	}
	data, err := datasets.FromSlices(a)
	if err != nil {
		log.Fatal(err)
	}
	for _, size := range []int{1, 30} {
		model, err := nn.NewModel(nn.LinearRegression(), nn.Config{Input: []int{1}, Loss: PseudoHuber, Seed: 1})
		if err != nil {
			log.Fatal(err)
		}
		defer model.Close()
		t := trainer.Trainer{
			Model: model, Rule: optimizers.SGD{}, Schedule: lrsched.Cosine{Base: 0.2, To: 40 * data.Batches(size)},
			Epochs: 40, BatchSize: size, Seed: 1,
		}
		if _, err := t.Fit(context.Background(), data, nil); err != nil {
			log.Fatal(err)
		}
		y, err := model.Predict(nil, []float32{0, 1})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("batches of %d: %.1f at 0, %.1f at 1\n", size, y[0], y[1])
	}
	// Output:
	// batches of 1: 1.1 at 0, 3.1 at 1
	// batches of 30: 1.1 at 0, 3.1 at 1
}
