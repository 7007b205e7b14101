package nn_test

import (
	"fmt"
	"log"

	"descent/datasets"
	"descent/nn"
	"descent/optimizers"
)

// A step that is undone.
func ExampleModel_Snapshot() {
	model, err := nn.NewModel(nn.LinearRegression(), nn.Config{Input: []int{1}, Loss: nn.SquaredError{}, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	sgd, err := optimizers.New(optimizers.SGD{}, model.Params(), optimizers.Config{})
	if err != nil {
		log.Fatal(err)
	}
	before := model.Fingerprint()
	restore := model.Snapshot()
	if _, _, err := model.Step(&datasets.Batch{Rows: 1, Inputs: []float32{1}, Targets: []float32{2}}); err != nil {
		log.Fatal(err)
	}
	if err := sgd.Step(0.1); err != nil {
		log.Fatal(err)
	}
	fmt.Println("after the step:", model.Fingerprint() == before)
	restore()
	fmt.Println("restored:", model.Fingerprint() == before)
	// Output:
	// after the step: false
	// restored: true
}
