package nn_test

import (
	"fmt"
	"log"

	"descent/nn"
)

// Activations at a few points.
func ExampleGELU() {
	for _, activation := range []nn.Layer{
		nn.ReLU{}, nn.LeakyReLU{}, nn.ELU{}, nn.GELU{}, nn.GELU{Tanh: true}, nn.SiLU{}, nn.Softplus{}, nn.Softmax{},
	} {
		model, err := nn.NewModel(activation, nn.Config{Input: []int{4}})
		if err != nil {
			log.Fatal(err)
		}
		defer model.Close()
		y, err := model.Predict(nil, []float32{-2, -1, 0, 2})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%-15v %7.4f\n", activation, y)
	}
	// Output:
	// ReLU            [ 0.0000  0.0000  0.0000  2.0000]
	// LeakyReLU(0.01) [-0.0200 -0.0100  0.0000  2.0000]
	// ELU(1)          [-0.8647 -0.6321  0.0000  2.0000]
	// GELU            [-0.0455 -0.1587  0.0000  1.9545]
	// GELU(tanh)      [-0.0454 -0.1588  0.0000  1.9546]
	// SiLU            [-0.2384 -0.2689  0.0000  1.7616]
	// Softplus        [ 0.1269  0.3133  0.6931  2.1269]
	// Softmax         [ 0.0152  0.0414  0.1125  0.8310]
}
