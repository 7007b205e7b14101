package nn_test

import (
	"fmt"
	"log"

	"descent/nn"
)

// An autoencoder of images: convolutions shrink them, and transposed convolutions
// of the same sizes enlarge them again.
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

	// Each pixel adds a multiple of the kernel to the output.
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

// A depthwise convolution filters each channel separately, and a 1×1 convolution mixes
// the channels. Together they have fewer weights than a convolution of all channels.
func ExampleConv2D() {
	model, err := nn.NewModel(nn.Sequential(
		nn.Conv2D{Filters: 32, Kernel: 3, Stride: 2, Pad: 1}, nn.ReLU{},
		nn.Conv2D{Filters: 32, Kernel: 3, Pad: 1, Groups: 32, NoBias: true}, nn.BatchNorm{}, nn.ReLU{},
		nn.Conv2D{Filters: 64, Kernel: 1}, nn.ReLU{},
		nn.Conv2D{Filters: 64, KernelHW: [2]int{1, 5}, Dilation: 2, Same: true}, nn.ReLU{},
		nn.GlobalAvgPool{}, nn.Dense{Units: 10},
	), nn.Config{Input: []int{1, 28, 28}})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	fmt.Print(model.Summary())
	// Output:
	// Layer                                       Output    Parameters
	//     input                                       1×28×28
	// 0   Conv2D(32, 3×3, stride 2, pad 1)            32×14×14  320
	// 1   ReLU                                        32×14×14
	// 2   Conv2D(32, 3×3, pad 1, groups 32, no bias)  32×14×14  288
	// 3   BatchNorm                                   32×14×14  64
	// 4   ReLU                                        32×14×14
	// 5   Conv2D(64, 1×1)                             64×14×14  2,112
	// 6   ReLU                                        64×14×14
	// 7   Conv2D(64, 1×5, same, dilation 2)           64×14×14  20,544
	// 8   ReLU                                        64×14×14
	// 9   GlobalAvgPool                               64
	// 10  Dense(10)                                   10        650
	//     total                                                 23,978
}

// Each output is the difference of neighbors.
func ExampleConv1D() {
	model, err := nn.NewModel(
		nn.Conv1D{Filters: 1, Kernel: 2, NoBias: true}, nn.Config{Input: []int{1, 6}})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	copy(model.Params()[0].Value, []float32{-1, 1})
	y, err := model.Predict(nil, []float32{1, 4, 9, 16, 25, 36})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(y)
	// Output: [3 5 7 9 11]
}

func ExampleUpsample() {
	for _, layer := range []nn.Layer{nn.Upsample{ScaleHW: [2]int{1, 2}}, nn.Upsample{ScaleHW: [2]int{1, 2}, Bilinear: true}} {
		model, err := nn.NewModel(layer, nn.Config{Input: []int{1, 1, 3}})
		if err != nil {
			log.Fatal(err)
		}
		defer model.Close()
		y, err := model.Predict(nil, []float32{0, 4, 8})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(y)
	}
	// Output:
	// [0 0 4 4 8 8]
	// [0 1 3 5 7 8]
}
