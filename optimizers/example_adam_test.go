package optimizers_test

import (
	"fmt"

	"descent/optimizers"
)

// descend takes steps of f = (x₀² + 10·x₁²)/2 from (1, −2).
func descend(rule optimizers.Rule, lr float64, steps int) {
	x := optimizers.Param[float64]{Name: "x", Shape: []int{2}, Value: []float64{1, -2}, Grad: make([]float64, 2)}
	o, err := optimizers.New(rule, []optimizers.Param[float64]{x}, optimizers.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for range steps {
		x.Grad[0], x.Grad[1] = x.Value[0], 10*x.Value[1]
		if err := o.Step(lr); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Printf("%T %.4f\n", rule, x.Value)
}

// Adam's first steps have the length of the rate in every direction, steep or
// flat.
func ExampleAdam() {
	for steps := range 4 {
		descend(optimizers.DefaultAdam(), .1, steps)
	}
	// Output:
	// optimizers.Adam [1.0000 -2.0000]
	// optimizers.Adam [0.9000 -1.9000]
	// optimizers.Adam [0.8004 -1.8002]
	// optimizers.Adam [0.7016 -1.7006]
}

// Rules that divide by the root of an average squared gradient, or by something
// similar, on one problem.
func Example_adamFamily() {
	descend(optimizers.DefaultAdam(), .1, 10)
	descend(optimizers.DefaultAdamW(), .1, 10)
	descend(optimizers.DefaultAdamax(), .1, 10)
	descend(optimizers.DefaultNAdam(), .1, 10)
	descend(optimizers.DefaultRAdam(), .1, 10)
	descend(optimizers.DefaultYogi(), .1, 10)
	descend(optimizers.DefaultLion(), .1, 10)
	descend(optimizers.DefaultLAMB(), .1, 10)
	// Output:
	// optimizers.Adam [0.0762 -1.0246]
	// optimizers.AdamW [0.0717 -1.0097]
	// optimizers.Adamax [0.2288 -1.1186]
	// optimizers.NAdam [0.3234 -1.2513]
	// optimizers.RAdam [0.5347 0.6348]
	// optimizers.Yogi [0.0785 -1.0259]
	// optimizers.Lion [0.0000 -1.0000]
	// optimizers.LAMB [-0.0186 -0.8883]
}

// If gradients are small, ε before the bias correction shortens the first steps.
func ExampleMXNetAdam() {
	for _, rule := range []optimizers.Adam{optimizers.DefaultAdam(), optimizers.D2LAdam(), optimizers.MXNetAdam()} {
		x := optimizers.Param[float64]{Name: "x", Value: []float64{1}, Grad: []float64{1e-6}}
		o, err := optimizers.New(rule, []optimizers.Param[float64]{x}, optimizers.Config{})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(rule.Eps, rule.EpsHat, o.Step(.1))
		fmt.Printf("%.4f\n", x.Value)
	}
	// Output:
	// 1e-08 false <nil>
	// [0.9010]
	// 1e-06 false <nil>
	// [0.9500]
	// 1e-08 true <nil>
	// [0.9240]
}

// AdamW without decay on biases and the scales of normalizations.
func ExampleAdamW() {
	w := optimizers.Param[float32]{Name: "0.weight", Shape: []int{1, 2}, Value: []float32{1, 1}, Grad: []float32{0, 1}}
	b := optimizers.Param[float32]{Name: "0.bias", Shape: []int{2}, Value: []float32{1, 1}, Grad: []float32{0, 1}}
	o, err := optimizers.New(optimizers.DefaultAdamW(), []optimizers.Param[float32]{w, b}, optimizers.Config{
		Groups: []optimizers.Group{{Vectors: true, NoDecay: true}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(o.Step(.1))
	fmt.Println(w.Value, b.Value)
	// Output:
	// <nil>
	// [0.999 0.899] [1 0.9]
}

// A literal has no defaults: this one lacks ε.
func ExampleAdam_Validate() {
	fmt.Println(optimizers.Adam{Beta1: .9, Beta2: .999}.Validate())
	// Output:
	// optimizers: Adam: Eps = 0: want more than 0
}

// LAMB moves each tensor in proportion to its norm, so that one rate suits
// layers of different scales.
func ExampleLAMB() {
	large := optimizers.Param[float64]{Name: "0.weight", Shape: []int{1, 2}, Value: []float64{30, 40}, Grad: []float64{1, 1}}
	small := optimizers.Param[float64]{Name: "1.weight", Shape: []int{1, 2}, Value: []float64{.3, .4}, Grad: []float64{1, 1}}
	o, err := optimizers.New(optimizers.LAMB{Beta1: .9, Beta2: .999, Eps: 1e-6}, []optimizers.Param[float64]{large, small}, optimizers.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(o.Step(.01))
	fmt.Printf("%.4f %.4f\n", large.Value, small.Value)
	// Output:
	// <nil>
	// [29.6464 39.6464] [0.2965 0.3965]
}

// Lion moves by the rate, however large the gradient is.
func ExampleLion() {
	x := optimizers.Param[float64]{Name: "x", Shape: []int{3}, Value: []float64{1, 1, 1}, Grad: []float64{1e-6, -1e6, 0}}
	o, err := optimizers.New(optimizers.DefaultLion(), []optimizers.Param[float64]{x}, optimizers.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(o.Step(.25), x.Value)
	// Output:
	// <nil> [0.75 1.25 1]
}
