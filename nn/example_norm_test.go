package nn_test

import (
	"fmt"
	"log"

	"descent/datasets"
	"descent/nn"
)

// Training updates the running statistics of a batch normalization. Evaluation
// normalizes by them.
func ExampleBatchNorm() {
	model, err := nn.NewModel(nn.Sequential(nn.BatchNorm{}), nn.Config{Input: []int{1}, Loss: nn.SquaredError{}})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	batch := &datasets.Batch{Rows: 4, Inputs: []float32{1, 2, 3, 6}, Targets: make([]float32, 4)}
	_, output, err := model.Step(batch)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("normalized: %.3f\n", output)
	for _, s := range model.States() {
		fmt.Printf("%s: %.3f\n", s.Name, s.Value)
	}
	// Output:
	// normalized: [-1.069 -0.535 0.000 1.604]
	// 0.running_mean: [0.300]
	// 0.running_var: [1.367]
	// 0.num_batches_tracked: [1.000]
}

// A block of a residual net, and branches with kernels of two sizes.
func ExampleResidual() {
	model, err := nn.NewModel(nn.Sequential(
		nn.Residual{
			Body: nn.Sequential(
				nn.Conv2D{Filters: 8, Kernel: 3, Stride: 2, Pad: 1, NoBias: true}, nn.BatchNorm{}, nn.ReLU{},
				nn.Conv2D{Filters: 8, Kernel: 3, Pad: 1, NoBias: true}, nn.BatchNorm{},
			),
			Shortcut: nn.Conv2D{Filters: 8, Kernel: 1, Stride: 2},
		},
		nn.ReLU{},
		nn.Branches{Layers: []nn.Layer{nn.Conv2D{Filters: 4, Kernel: 1}, nn.Conv2D{Filters: 4, Kernel: 3, Pad: 1}}, Concat: true},
		nn.GlobalAvgPool{},
		nn.Dense{Units: 10},
	), nn.Config{Input: []int{3, 32, 32}})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	fmt.Print(model.Summary())
	// Output:
	//             Layer                                     Output   Parameters
	//             input                                     3×32×32
	// 0.body.0    Conv2D(8, 3×3, stride 2, pad 1, no bias)  8×16×16  216
	// 0.body.1    BatchNorm                                 8×16×16  16
	// 0.body.2    ReLU                                      8×16×16
	// 0.body.3    Conv2D(8, 3×3, pad 1, no bias)            8×16×16  576
	// 0.body.4    BatchNorm                                 8×16×16  16
	// 0.shortcut  Conv2D(8, 1×1, stride 2)                  8×16×16  32
	// 0           Residual                                  8×16×16
	// 1           ReLU                                      8×16×16
	// 2.0         Conv2D(4, 1×1)                            4×16×16  36
	// 2.1         Conv2D(4, 3×3, pad 1)                     4×16×16  292
	// 2           Branches(concat)                          8×16×16
	// 3           GlobalAvgPool                             8
	// 4           Dense(10)                                 10       90
	//             total                                              1,274
}

// Norms within a row: they need no batch.
func ExampleLayerNorm() {
	for _, norm := range []nn.Layer{nn.LayerNorm{}, nn.RMSNorm{}, nn.GroupNorm{Groups: 2}} {
		model, err := nn.NewModel(norm, nn.Config{Input: []int{4}})
		if err != nil {
			log.Fatal(err)
		}
		output, err := model.Predict(nil, []float32{1, 3, 5, 7})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%v: %.3f\n", norm, output)
		model.Close()
	}
	// Output:
	// LayerNorm: [-1.342 -0.447 0.447 1.342]
	// RMSNorm: [0.218 0.655 1.091 1.528]
	// GroupNorm(2): [-1.000 1.000 -1.000 1.000]
}

func ExampleResNet() {
	for _, shortcut := range []nn.ResNetShortcut{nn.ResNetA, nn.ResNetB} {
		model, err := nn.NewModel(nn.ResNet(20, 10, shortcut), nn.Config{Input: []int{3, 32, 32}})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(model.NumParams())
		model.Close()
	}
	// Output:
	// 269722
	// 272474
}
