package autograd_test

import (
	"fmt"
	"log"

	"descent/autograd"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// An objective's gradient compared with differences of its values.
func ExampleCheckGradient() {
	o, err := autograd.NewObjective(rosenbrock, 2)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(autograd.CheckGradient(o.Evaluate, []float64{-1.2, 1}, 1e-7))

	wrong := func(x, grad []float64) (float64, error) {
		if grad != nil {
			grad[0], grad[1] = 2*x[0], 3
		}
		return x[0]*x[0] + 2*x[1], nil
	}
	err = autograd.CheckGradient(wrong, []float64{1, 1}, 1e-7)
	fmt.Println(err != nil)
	// Output:
	// <nil>
	// true
}

// An operation of Gorgonia in an expression.
func ExampleWrap() {
	softplus := func(x autograd.Var) autograd.Var {
		n, err := x.Node()
		if err != nil {
			return autograd.Wrap(nil, err)
		}
		return autograd.Wrap(gorgonia.Softplus(n)).Sum()
	}
	y, grad, err := autograd.Gradient(softplus, []float64{0})
	fmt.Printf("%.4f %.4f %v\n", y, grad, err)
	// Output: 0.6931 [0.5000] <nil>
}

// Differentiating twice, through operations of the expression algebra.
func ExampleGrad() {
	g := gorgonia.NewGraph()
	x := gorgonia.NewVector(g, tensor.Float64, gorgonia.WithName("x"),
		gorgonia.WithValue(tensor.New(tensor.WithShape(1), tensor.WithBacking([]float64{2}))))
	y, err := autograd.Wrap(x, nil).Pow(autograd.Const(3)).Sum().Node()
	if err != nil {
		log.Fatal(err)
	}
	first, err := autograd.Grad(y, x)
	if err != nil {
		log.Fatal(err)
	}
	sum, err := autograd.Wrap(first[0], nil).Sum().Node()
	if err != nil {
		log.Fatal(err)
	}
	second, err := autograd.Grad(sum, x)
	if err != nil {
		log.Fatal(err)
	}
	machine, err := autograd.NewMachine(y, first[0], second[0])
	if err != nil {
		log.Fatal(err)
	}
	if err := machine.RunAll(); err != nil {
		log.Fatal(err)
	}
	fmt.Println(machine.Value(y), machine.Value(first[0]), machine.Value(second[0]))
	// Output: 8 [12] [12]
}
