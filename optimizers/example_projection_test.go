package optimizers_test

import (
	"fmt"

	"descent/optimizers"
)

func ExampleProjectL2() {
	x, y := []float64{3, -4}, make([]float64, 2)
	if err := optimizers.ProjectL2(y, x, 1); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.1f\n", y)
	// Output: [0.6 -0.8]
}

// Small elements become zero.
func ExampleProjectL1() {
	x := []float64{.75, -.5, .1}
	if err := optimizers.ProjectL1(x, x, 1); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.3f\n", x)
	fmt.Println(optimizers.ProjectL1(x, x, -1))
	// Output:
	// [0.625 -0.375 0.000]
	// optimizers: ProjectL1: radius = -1: want 0 or more
}

// Projected gradient descent: f(x) = ‖x − (2, 1)‖²/2 where
// |x₁| + |x₂| ≤ 1, toward (1, 0).
func ExampleProjectL1_descent() {
	x := optimizers.Param[float64]{Name: "x", Shape: []int{2}, Value: []float64{0, 0}, Grad: []float64{0, 0}}
	o, err := optimizers.New(optimizers.SGD{}, []optimizers.Param[float64]{x}, optimizers.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 4 {
		x.Grad[0], x.Grad[1] = x.Value[0]-2, x.Value[1]-1
		if err := o.Step(.25); err != nil {
			fmt.Println(err)
			return
		}
		if err := optimizers.ProjectL1(x.Value, x.Value, 1); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%.4f\n", x.Value)
	}
	// Output:
	// [0.5000 0.2500]
	// [0.7188 0.2812]
	// [0.7891 0.2109]
	// [0.8418 0.1582]
}
