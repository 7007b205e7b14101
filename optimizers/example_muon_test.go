package optimizers_test

import (
	"fmt"

	"descent/optimizers"
)

// Muon updates the matrices; vectors have another rule and rate.
func ExampleMuon() {
	weight := optimizers.Param[float64]{Name: "0.weight", Shape: []int{2, 2}, Value: make([]float64, 4), Grad: []float64{3, 0, 0, -1}}
	bias := optimizers.Param[float64]{Name: "0.bias", Shape: []int{2}, Value: make([]float64, 2), Grad: []float64{1, -2}}
	params := []optimizers.Param[float64]{weight, bias}

	_, err := optimizers.New(optimizers.DefaultMuon(), params, optimizers.Config{})
	fmt.Println(err)

	o, err := optimizers.New(optimizers.DefaultMuon(), params, optimizers.Config{Groups: []optimizers.Group{
		{Vectors: true, Rule: optimizers.SGD{Momentum: 0.9}, LRScale: 0.5},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(o.Step(0.02))
	fmt.Printf("%.3f\n", weight.Value) // 0.7 to 1.2 times 0.02 either way, however long the gradient there
	fmt.Printf("%.3f\n", bias.Value)
	// Output:
	// optimizers: parameter "0.bias": Shape = [2]: Muon wants two dimensions or more: give vectors another rule, Config{Groups: []Group{{Vectors: true, Rule: …, LRScale: …}}}
	// <nil>
	// [-0.015 0.000 0.000 0.023]
	// [-0.010 0.020]
}

// Prodigy leaves no learning rate to find: 1 is right for a distance of a hundred
// and for one of a millionth.
func ExampleProdigy() {
	x := optimizers.Param[float64]{Name: "x", Value: []float64{0}, Grad: []float64{0}}
	o, err := optimizers.New(optimizers.DefaultProdigy(), []optimizers.Param[float64]{x}, optimizers.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for t := range 60 {
		x.Grad[0] = x.Value[0] - 100
		if err := o.Step(1); err != nil {
			fmt.Println(err)
			return
		}
		if t%10 == 9 {
			d := o.State().Globals[0]
			fmt.Printf("x %.4g, %s %.4g\n", x.Value[0], d.Name, d.Value)
		}
	}
	// Output:
	// x 0.01105, d 0.001506
	// x 151.6, d 18.91
	// x 77.23, d 46.63
	// x 85.66, d 46.63
	// x 94.22, d 46.63
	// x 99.25, d 46.63
}
