package lanes_test

import (
	"fmt"
	"log"
	"math"

	"descent/autograd"
	"descent/autograd/lanes"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// softsign is x/(1 + |x|). Its derivative is (1 − |y|)².
var softsign = lanes.Elementwise("softsign", softsignOf[float32](), softsignOf[float64]())

func softsignOf[T lanes.Float]() lanes.Pointwise[T] {
	return lanes.Pointwise[T]{
		Value: func(y, x []T) {
			for i, v := range x {
				y[i] = v / (1 + T(math.Abs(float64(v))))
			}
		},
		Gradient: func(dx, dy, _, y []T) {
			for i, v := range y {
				r := 1 - T(math.Abs(float64(v)))
				dx[i] = dy[i] * r * r
			}
		},
	}
}

// A custom activation function, on two rows of one value.
func ExampleElementwise() {
	run(func(b *lanes.Builder, x *gorgonia.Node) (*gorgonia.Node, error) {
		return softsign.Add(b, struct{}{}, x)
	})
	// Output: [0.5 -0.75] gradient [0.25 0.0625]
}

// reversed reverses the values of each row: an operation with its own loop, whose
// gradient is the same loop.
var reversed = lanes.Op[struct{}]{Name: "reversed", Inputs: []lanes.Input{{Name: "input"}}, F32: newReversed[float32], F64: newReversed[float64]}

func newReversed[T lanes.Float](s lanes.Site, _ struct{}) (lanes.Body[T], error) {
	turn := func(to, from []T) { // [features, 16]
		for i := 0; i < len(from); i += lanes.Lanes {
			copy(to[len(to)-lanes.Lanes-i:], from[i:i+lanes.Lanes])
		}
	}
	return lanes.Body[T]{
		Shape:    s.InLanes(s.Row(0)...),
		Forward:  lanes.EachGroup(func(g lanes.Group[T]) { turn(g.Out(), g.In(0)) }),
		Backward: lanes.EachGroup(func(g lanes.Group[T]) { turn(g.Grad(0), g.OutGrad()) }),
	}, nil
}

// A custom operation.
func ExampleOp() {
	run(func(b *lanes.Builder, x *gorgonia.Node) (*gorgonia.Node, error) {
		return reversed.Add(b, struct{}{}, x)
	})
	// Output: [1 -3] gradient [1 1]
}

// run prints the results of an operation for 1 and −3, and the gradient of their sum.
func run(build func(b *lanes.Builder, x *gorgonia.Node) (*gorgonia.Node, error)) {
	engine, err := lanes.NewEngine(lanes.EngineConfig{Threads: 1})
	if err != nil {
		log.Fatal(err)
	}
	defer engine.Close()
	b, err := lanes.NewBuilder(engine, lanes.BuilderConfig{Rows: 2})
	if err != nil {
		log.Fatal(err)
	}
	node := func(n *gorgonia.Node, err error) *gorgonia.Node {
		if err != nil {
			log.Fatal(err)
		}
		return n
	}
	x := node(b.Variable("x", tensor.New(tensor.WithShape(2, 1), tensor.WithBacking([]float32{1, -3}))))
	y := node(b.ToRows(node(build(b, node(b.FromRows(x)))), 2))
	loss := node(autograd.Wrap(y, nil).Sum().Node())
	s, err := b.NewSession(lanes.Program{Loss: loss, Wrt: gorgonia.Nodes{x}, Outputs: gorgonia.Nodes{y}})
	if err != nil {
		log.Fatal(err)
	}
	if err := s.Run(2, 0); err != nil {
		log.Fatal(err)
	}
	fmt.Println(lanes.Output[float32](s, 0), "gradient", lanes.GradientOf[float32](s, 0))
}
