package lanes_test

import (
	"fmt"
	"log"

	"descent/autograd/lanes"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Gradient descent on a dense layer, y = w·x + b, that should learn
// y = 2·x₀ − x₁ + 1 from four rows. The session shares the memory of the parameters:
// a step only has to change them in place.
func ExampleBuilder() {
	engine, err := lanes.NewEngine(lanes.EngineConfig{Threads: 1})
	if err != nil {
		log.Fatal(err)
	}
	defer engine.Close()
	b, err := lanes.NewBuilder(engine, lanes.BuilderConfig{Rows: 4})
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

	s, err := b.NewSession(lanes.Program{Loss: loss, Wrt: gorgonia.Nodes{w, c}})
	if err != nil {
		log.Fatal(err)
	}
	for step := range int64(41) {
		err := s.Run(4, step,
			lanes.Feed{Input: x, Data: []float32{0, 0, 1, 0, 0, 1, 1, 1}},
			lanes.Feed{Input: target, Data: []float32{1, 3, 0, 2}})
		if err != nil {
			log.Fatal(err)
		}
		if step%20 == 0 {
			fmt.Printf("step %d: loss %.4f\n", step, s.Loss())
		}
		for i, p := range [][]float32{weight, bias} {
			for j, g := range lanes.GradientOf[float32](s, i) {
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
