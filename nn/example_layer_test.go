package nn_test

import (
	"fmt"
	"log"

	"descent/autograd"
	"descent/autograd/lanes"
	"descent/nn"
	"gorgonia.org/gorgonia"
)

// LowRank is a custom layer with two parameters: y = V·(U·x), a dense layer with
// fewer numbers than V·U.
type LowRank struct {
	Units, Rank int
}

// Forward implements nn.Layer, with operations on lanes.
func (l LowRank) Forward(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	in := lanes.RowShape(x)[0]
	u, err := s.Param("u", nn.XavierUniform{}, nn.Fans{In: in, Out: l.Rank}, l.Rank, in)
	if err != nil {
		return nil, err
	}
	v, err := s.Param("v", nn.XavierUniform{}, nn.Fans{In: l.Rank, Out: l.Units}, l.Units, l.Rank)
	if err != nil {
		return nil, err
	}
	if x, err = s.Affine(x, u, nil, false); err != nil {
		return nil, err
	}
	return s.Affine(x, v, nil, false)
}

// String returns the layer's name in a summary.
func (l LowRank) String() string { return fmt.Sprintf("LowRank(%d, rank %d)", l.Units, l.Rank) }

// Gated is a layer around another: y = x·Inner(x).
type Gated struct{ Inner nn.Layer }

// Forward implements nn.Layer.
func (g Gated) Forward(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	return autograd.Wrap(x, nil).Mul(autograd.Wrap(s.Apply("inner", g.Inner, x))).Node()
}

func (g Gated) String() string { return "Gated" }

func ExampleLayer() {
	model, err := nn.NewModel(nn.Sequential(
		nn.Flatten{},
		LowRank{Units: 64, Rank: 4},
		Gated{nn.Sequential(nn.Tanh{}, nn.Dense{Units: 64})},
		nn.Dense{Units: 10},
	), nn.Config{Input: []int{1, 28, 28}, Loss: nn.SoftmaxCrossEntropy{}})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	fmt.Print(model.Summary())
	for _, p := range model.Params() {
		fmt.Println(p.Name, p.Shape)
	}
	// Output:
	//            Layer                Output   Parameters
	//            input                1×28×28
	// 0          Flatten              784
	// 1          LowRank(64, rank 4)  64       3,392
	// 2.inner.0  Tanh                 64
	// 2.inner.1  Dense(64)            64       4,160
	// 2          Gated                64
	// 3          Dense(10)            10       650
	//            total                         8,202
	// 1.u [4 784]
	// 1.v [64 4]
	// 2.inner.1.weight [64 64]
	// 2.inner.1.bias [64]
	// 3.weight [10 64]
	// 3.bias [10]
}
