package solver_test

import (
	"fmt"
	"log"

	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/solver"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Linear regression, y = 2·x₀ − x₁ + 1 from four rows, in pure Gorgonia except for
// the solver.
func ExampleSolver() {
	node := func(n *gorgonia.Node, err error) *gorgonia.Node {
		if err != nil {
			log.Fatal(err)
		}
		return n
	}
	value := func(data []float64, shape ...int) gorgonia.NodeConsOpt {
		return gorgonia.WithValue(tensor.New(tensor.WithShape(shape...), tensor.WithBacking(data)))
	}
	g := gorgonia.NewGraph()
	x := gorgonia.NewMatrix(g, tensor.Float64, gorgonia.WithName("x"), gorgonia.WithShape(4, 2), value([]float64{0, 0, 1, 0, 0, 1, 1, 1}, 4, 2))
	y := gorgonia.NewVector(g, tensor.Float64, gorgonia.WithName("y"), gorgonia.WithShape(4), value([]float64{1, 3, 0, 2}, 4))
	w := gorgonia.NewVector(g, tensor.Float64, gorgonia.WithName("w"), gorgonia.WithShape(2), value([]float64{0, 0}, 2))
	b := gorgonia.NewScalar(g, tensor.Float64, gorgonia.WithName("b"), gorgonia.WithValue(0.))
	prediction := node(gorgonia.Add(node(gorgonia.Mul(x, w)), b))
	loss := node(gorgonia.Mean(node(gorgonia.Square(node(gorgonia.Sub(prediction, y))))))
	if _, err := gorgonia.Grad(loss, w, b); err != nil {
		log.Fatal(err)
	}
	machine := gorgonia.NewTapeMachine(g, gorgonia.BindDualValues(w, b))
	defer machine.Close()

	solver := solver.New(optimizers.DefaultAdamW(), lrsched.Cosine{Base: .1, To: 300}, optimizers.Config{})
	for step := range 300 {
		if err := machine.RunAll(); err != nil {
			log.Fatal(err)
		}
		if step%100 == 0 {
			fmt.Printf("step %d: loss %.4f\n", step, loss.Value().Data())
		}
		if err := solver.Step(gorgonia.NodesToValueGrads(gorgonia.Nodes{w, b})); err != nil {
			log.Fatal(err)
		}
		machine.Reset()
	}
	fmt.Printf("w = %.2f, b = %.2f\n", w.Value().Data(), b.Value().Data())
	// Output:
	// step 0: loss 3.5000
	// step 100: loss 0.0002
	// step 200: loss 0.0000
	// w = [1.99 -0.99], b = 1.00
}
