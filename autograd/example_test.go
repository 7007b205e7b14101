package autograd_test

import (
	"fmt"
	"log"

	"descent/autograd"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Gradient descent on a dense layer, y = w·x + b, that should learn
// y = 2·x₀ − x₁ + 1 from four rows. The session reads the parameters where they
// are: changing them in place is all that a step takes.
func ExampleBuilder() {
	engine, err := autograd.NewEngine(autograd.EngineConfig{Threads: 1})
	if err != nil {
		log.Fatal(err)
	}
	defer engine.Close()
	b, err := autograd.NewBuilder(engine, autograd.BuilderConfig{Rows: 4})
	if err != nil {
		log.Fatal(err)
	}

	weight, bias := []float32{0, 0}, []float32{0}
	node := func(n *gorgonia.Node, err error) *gorgonia.Node {
		if err != nil {
			log.Fatal(err)
		}
		return n
	}
	w := node(b.Variable("weight", tensor.New(tensor.WithShape(1, 2), tensor.WithBacking(weight))))
	c := node(b.Variable("bias", tensor.New(tensor.WithShape(1), tensor.WithBacking(bias))))
	x := node(b.Input("x", tensor.Float32, 4, 2))
	target := node(b.Input("target", tensor.Float32, 4, 1))
	y := node(b.Affine(node(b.FromRows(x)), w, c, false))
	loss := node(b.SquaredError(y, node(b.FromRows(target)), true))

	s, err := b.NewSession(autograd.Program{Loss: loss, Wrt: gorgonia.Nodes{w, c}})
	if err != nil {
		log.Fatal(err)
	}
	for step := range int64(41) {
		err := s.Run(4, step,
			autograd.Feed{Input: x, Data: []float32{0, 0, 1, 0, 0, 1, 1, 1}},
			autograd.Feed{Input: target, Data: []float32{1, 3, 0, 2}})
		if err != nil {
			log.Fatal(err)
		}
		if step%20 == 0 {
			fmt.Printf("step %d: loss %.4f\n", step, s.Loss())
		}
		for i, p := range [][]float32{weight, bias} {
			for j, g := range autograd.GradientOf[float32](s, i) {
				p[j] -= 0.5 * g
			}
		}
	}
	fmt.Printf("%.2f %.2f\n", weight, bias)
	// Output:
	// step 0: loss 1.7500
	// step 20: loss 0.0027
	// step 40: loss 0.0000
	// [2.00 -0.99] [1.00]
}

// An objective's gradient against differences of its values.
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
	engine, err := autograd.NewEngine(autograd.EngineConfig{Threads: 1})
	if err != nil {
		log.Fatal(err)
	}
	defer engine.Close()
	b, err := autograd.NewBuilder(engine, autograd.BuilderConfig{Rows: 1, Dtype: tensor.Float64})
	if err != nil {
		log.Fatal(err)
	}
	x, err := b.Variable("x", tensor.New(tensor.WithShape(1), tensor.WithBacking([]float64{2})))
	if err != nil {
		log.Fatal(err)
	}
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
	s, err := b.NewSession(autograd.Program{Loss: y, Outputs: gorgonia.Nodes{first[0], second[0]}})
	if err != nil {
		log.Fatal(err)
	}
	if err := s.Run(1, 0); err != nil {
		log.Fatal(err)
	}
	fmt.Println(s.Loss(), autograd.Output[float64](s, 0), autograd.Output[float64](s, 1))
	// Output: 8 [12] [12]
}
