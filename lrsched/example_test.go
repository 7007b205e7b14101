package lrsched_test

import (
	"fmt"

	"descent/lrsched"
)

// Five updates up to 0.3, then half a cosine down to 0.01 at update 20.
func ExampleWarmup() {
	s := lrsched.Warmup{Steps: 5, Then: lrsched.Cosine{Base: 0.3, Final: 0.01, From: 5, To: 20}}
	for _, t := range []int{0, 1, 5, 10, 20, 1000} {
		fmt.Printf("%4d %.4f\n", t, s.At(t))
	}
	// Output:
	//    0 0.0000
	//    1 0.0600
	//    5 0.3000
	//   10 0.2275
	//   20 0.0100
	// 1000 0.0100
}

func ExampleCosine() {
	s := lrsched.Cosine{Base: 1, Final: 0, To: 4}
	for t := range 6 {
		fmt.Printf("%.3f ", s.At(t))
	}
	// Output: 1.000 0.854 0.500 0.146 0.000 0.000
}

func ExampleConstant() {
	fmt.Println(lrsched.Constant(0.1).At(0), lrsched.Constant(0.1).At(1_000_000))
	// Output: 0.1 0.1
}

func ExampleValidate() {
	fmt.Println(lrsched.Validate(lrsched.Cosine{Base: 0.1, From: 200, To: 100}))
	// Output: lrsched: Cosine: To = 100: want more than From, 200
}

// Halving is a schedule of your own: any type with an At method.
type Halving struct{ Base float64 }

// At halves the rate every 100 updates.
func (h Halving) At(step int) float64 { return h.Base / float64(int(1)<<min(step/100, 60)) }

func ExampleSchedule() {
	s := lrsched.Warmup{Steps: 10, Then: Halving{Base: 0.8}}
	fmt.Println(s.At(0), s.At(10), s.At(100), s.At(200))
	// Output: 0 0.8 0.4 0.2
}
