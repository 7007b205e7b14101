package optimizers_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"descent/datasets/sample"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/trainer"
)

// Signum is a rule of one's own: steps of equal length along the sign of an
// average of the gradients (Bernstein et al. 2018).
type Signum struct{ Beta float64 }

func (r Signum) Validate() error {
	if !(r.Beta >= 0 && r.Beta < 1) {
		return errors.New("signum: Beta: want [0, 1)")
	}
	return nil
}

func (Signum) Slots() []string                         { return []string{"m"} }
func (r Signum) Update32(u optimizers.Update[float32]) { signum(r, u) }
func (r Signum) Update64(u optimizers.Update[float64]) { signum(r, u) }
func signum[T optimizers.Float](r Signum, u optimizers.Update[T]) {
	m, beta, lr := u.Slots[0], T(r.Beta), T(u.LR)
	for i, g := range u.Grad {
		m[i] = beta*m[i] + (1-beta)*g
		switch {
		case m[i] > 0:
			u.Value[i] -= lr
		case m[i] < 0:
			u.Value[i] += lr
		}
	}
}

// A rule of one's own, in less than thirty lines, trains LeNet.
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
