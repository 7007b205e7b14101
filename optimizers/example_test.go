package optimizers_test

import (
	"fmt"

	"descent/lrsched"
	"descent/optimizers"
)

// The rule runs on a parameter that the caller owns: here f(x) = x².
func Example() {
	x := optimizers.Param[float64]{Name: "x", Value: []float64{10}, Grad: []float64{0}}
	o, err := optimizers.New(optimizers.SGD{Momentum: 0.5}, []optimizers.Param[float64]{x}, optimizers.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	schedule := lrsched.Constant(0.2)
	for t := range 5 {
		x.Grad[0] = 2 * x.Value[0]
		if err := o.Step(schedule.At(t)); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%.3f\n", x.Value[0])
	}
	// Output:
	// 6.000
	// 1.600
	// -1.240
	// -2.164
	// -1.760
}

func ExampleSGD_Validate() {
	fmt.Println(optimizers.SGD{Momentum: 1.2}.Validate())
	// Output: optimizers: SGD: Momentum = 1.2: want [0, 1)
}

// A gradient that is not finite leaves everything unchanged.
func ExampleOptimizer_Step() {
	w := optimizers.Param[float32]{Name: "0.weight", Shape: []int{2}, Value: []float32{1, 2}, Grad: []float32{.5, .5}}
	o, err := optimizers.New(optimizers.SGD{}, []optimizers.Param[float32]{w}, optimizers.Config{Clip: optimizers.Clip{GlobalNorm: 1}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(o.Step(0.5), w.Value)
	w.Grad[1] /= 0
	fmt.Println(o.Step(0.5))
	fmt.Println(w.Value)
	// Output:
	// <nil> [0.75 1.75]
	// optimizers: step 2: parameter "0.weight": gradient[1] = +Inf: not finite
	// [0.75 1.75]
}

// Signs is a rule of your own: signSGD, x ← x − lr·sign(g).
type Signs struct{}

func (Signs) Validate() error                       { return nil }
func (Signs) Slots() []string                       { return nil }
func (Signs) Update32(u optimizers.Update[float32]) { signs(u) }
func (Signs) Update64(u optimizers.Update[float64]) { signs(u) }
func signs[T optimizers.Float](u optimizers.Update[T]) {
	for i, g := range u.Grad {
		switch {
		case g > 0:
			u.Value[i] -= T(u.LR)
		case g < 0:
			u.Value[i] += T(u.LR)
		}
	}
}

func ExampleRule() {
	x := optimizers.Param[float64]{Name: "x", Shape: []int{3}, Value: []float64{1, 1, 1}, Grad: []float64{-7, 0, .1}}
	o, err := optimizers.New(Signs{}, []optimizers.Param[float64]{x}, optimizers.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(o.Step(0.5), x.Value)
	// Output: <nil> [1.5 1 0.5]
}
