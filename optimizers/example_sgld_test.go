package optimizers_test

import (
	"fmt"
	"math"

	"descent/optimizers"
)

// For 100 numbers with average 2 and variance 1, the mean is 2 ± 0.1. The samples,
// here from 1000 independent chains at once, agree.
func ExampleSGLD() {
	mean := optimizers.Param[float64]{Name: "mean", Shape: []int{1000}, Value: make([]float64, 1000), Grad: make([]float64, 1000)}
	o, err := optimizers.New(optimizers.SGLD{Examples: 100}, []optimizers.Param[float64]{mean}, optimizers.Config{Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 200 {
		for i, x := range mean.Value {
			mean.Grad[i] = x - 2 // of ½(x − y)², averaged over the numbers y
		}
		if err := o.Step(.002); err != nil {
			fmt.Println(err)
			return
		}
	}
	sum, squares := 0.0, 0.0
	for _, x := range mean.Value {
		sum += x
		squares += x * x
	}
	average := sum / 1000
	fmt.Printf("%.1f ± %.1f\n", average, math.Sqrt(squares/1000-average*average))
	// Output: 2.0 ± 0.1
}
