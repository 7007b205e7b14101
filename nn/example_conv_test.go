package nn_test

import (
	"fmt"
	"log"

	"descent/nn"
)

// An autoencoder of images: convolutions make them smaller, and transposed
// convolutions of the same sizes larger again.
func ExampleConvTranspose2D() {
	model, err := nn.NewModel(nn.Sequential(
		nn.Conv2D{Filters: 8, Kernel: 4, Stride: 2, Same: true}, nn.ReLU{},
		nn.Conv2D{Filters: 16, Kernel: 4, Stride: 2, Same: true}, nn.ReLU{},
		nn.ConvTranspose2D{Filters: 8, Kernel: 4, Stride: 2, Same: true}, nn.ReLU{},
		nn.ConvTranspose2D{Filters: 1, Kernel: 4, Stride: 2, Same: true},
	), nn.Config{Input: []int{1, 28, 28}})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	fmt.Print(model.Summary())

	// Each pixel adds its multiple of the kernel to the output.
	double, err := nn.NewModel(nn.ConvTranspose2D{Filters: 1, Kernel: 2, Stride: 2, Weight: nn.Constant(1), NoBias: true}, nn.Config{Input: []int{1, 2, 2}})
	if err != nil {
		log.Fatal(err)
	}
	defer double.Close()
	image, err := double.Predict(nil, []float32{1, 2, 3, 4})
	if err != nil {
		log.Fatal(err)
	}
	for row := range 4 {
		fmt.Println(image[4*row:][:4])
	}
	// Output:
	// Layer                                    Output   Parameters
	//    input                                    1×28×28
	// 0  Conv2D(8, 4×4, stride 2, same)           8×14×14  136
	// 1  ReLU                                     8×14×14
	// 2  Conv2D(16, 4×4, stride 2, same)          16×7×7   2,064
	// 3  ReLU                                     16×7×7
	// 4  ConvTranspose2D(8, 4×4, stride 2, same)  8×14×14  2,056
	// 5  ReLU                                     8×14×14
	// 6  ConvTranspose2D(1, 4×4, stride 2, same)  1×28×28  129
	//    total                                             4,385
	// [1 1 2 2]
	// [1 1 2 2]
	// [3 3 4 4]
	// [3 3 4 4]
}
