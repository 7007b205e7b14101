package optimizers_test

import (
	"fmt"

	"descent/optimizers"
)

// Weights move by the same fraction of their norm, a thousandth of the rate,
// whatever the size of the gradient; biases move as with plain momentum.
func ExampleLARS() {
	params := []optimizers.Param[float64]{
		{Name: "0.weight", Shape: []int{1, 2}, Value: []float64{3, 4}, Grad: []float64{0, 1e6}},
		{Name: "1.weight", Shape: []int{1, 2}, Value: []float64{3, 4}, Grad: []float64{0, 1e-6}},
		{Name: "1.bias", Shape: []int{1}, Value: []float64{1}, Grad: []float64{.01}},
	}
	o, err := optimizers.New(optimizers.LARS{TrustCoefficient: .001, Momentum: .9}, params, optimizers.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := o.Step(10); err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range params {
		fmt.Printf("%s %.2f\n", p.Name, p.Value)
	}
	// Output:
	// 0.weight [3.00 3.95]
	// 1.weight [3.00 3.95]
	// 1.bias [0.90]
}
