package optimizers_test

import (
	"context"
	"fmt"
	"log"

	"descent/datasets/sample"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/trainer"
)

// Signum is a rule of your own: steps of equal length along the sign of an
// average of the gradients (Bernstein et al. 2018).
type Signum struct{ Beta float64 }

func (r Signum) Validate() error                       { return optimizers.Check("Signum").Fraction("Beta", r.Beta).Err() }
func (Signum) Slots() []string                         { return []string{"m"} }
func (r Signum) Update32(u optimizers.Update[float32]) { signum(r, u) }
func (r Signum) Update64(u optimizers.Update[float64]) { signum(r, u) }
func signum[T optimizers.Float](r Signum, u optimizers.Update[T]) {
	m, a, lr := u.Slots[0], optimizers.NewAverage[T](r.Beta), T(u.LR)
	for i, g := range u.Grad {
		m[i] = a.Mean(m[i], g)
		u.Value[i] -= optimizers.Signed(lr, m[i])
	}
}

// A rule of your own, in less than twenty lines, trains LeNet.
func ExampleRule_leNet() {
	train, test, err := sample.FashionMNIST()
	if err != nil {
		log.Fatal(err)
	}
	model, err := nn.NewModel(nn.LeNet(10), nn.Config{Input: train.InputShape(), Loss: nn.SoftmaxCrossEntropy{}, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	t := trainer.Trainer{
		Model: model, Rule: Signum{Beta: 0.9}, Schedule: lrsched.Constant(0.0005),
		Epochs: 2, BatchSize: 64, Seed: 1, Metrics: []trainer.Metric{trainer.Accuracy()},
	}
	history, err := t.Fit(context.Background(), train, test)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("more than two thirds right:", history.Last().Test.Metrics[0] > 0.67)
	// Output: more than two thirds right: true
}
