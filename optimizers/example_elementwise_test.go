package optimizers_test

import (
	"fmt"

	"descent/optimizers"
)

// descendSquare prints the points that three steps of a rule reach on f(x) = x² from 1.
func descendSquare(rule optimizers.Rule, lr float64) {
	x := optimizers.Param[float64]{Name: "x", Value: []float64{1}, Grad: []float64{0}}
	o, err := optimizers.New(rule, []optimizers.Param[float64]{x}, optimizers.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	var points [3]float64
	for t := range points {
		x.Grad[0] = 2 * x.Value[0]
		if err := o.Step(lr); err != nil {
			fmt.Println(err)
			return
		}
		points[t] = x.Value[0]
	}
	fmt.Printf("%.4f\n", points)
}

// The notes' function gd_momentum computes the second.
func ExampleEWA() {
	descendSquare(optimizers.DefaultEWA(), .1)
	descendSquare(optimizers.EWA{Beta: .9, Correction: optimizers.CorrectionAsPrinted}, .1)
	// Output:
	// [0.8000 0.6211 0.4623]
	// [0.9895 0.9686 0.9377]
}

func ExampleCorrection() {
	var c optimizers.Correction
	fmt.Println(c)
	if err := c.UnmarshalText([]byte("bias")); err != nil {
		fmt.Println(err)
	}
	fmt.Println(c == optimizers.CorrectionBias)
	fmt.Println(c.UnmarshalText([]byte("some")))
	// Output:
	// none
	// true
	// optimizers: Correction = "some": want none, bias or as-printed
}

func ExampleAdagrad() {
	descendSquare(optimizers.DefaultAdagrad(), .1)
	descendSquare(optimizers.D2LAdagrad(), .1)
	// Output:
	// [0.9000 0.8331 0.7805]
	// [0.9000 0.8331 0.7805]
}

func ExampleRMSProp() {
	descendSquare(optimizers.DefaultRMSProp(), .01)
	descendSquare(optimizers.RMSProp{Rho: .9, Eps: 1e-8, Momentum: .9}, .01)
	// Output:
	// [0.9000 0.8329 0.7800]
	// [0.9684 0.9173 0.8530]
}

func ExampleAdadelta() {
	descendSquare(optimizers.DefaultAdadelta(), 1)
	descendSquare(optimizers.D2LAdadelta(), 1)
	// Output:
	// [0.9968 0.9936 0.9903]
	// [0.9900 0.9798 0.9695]
}

// After the second step, the gradient changes sign: the third step is omitted.
func ExampleRprop() {
	descendSquare(optimizers.DefaultRprop(), .5)
	// Output:
	// [0.5000 -0.1000 -0.1000]
}
