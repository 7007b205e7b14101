package nn_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"sync"

	"descent/datasets"
	"descent/nn"
	"descent/optimizers"
)

// A model without a trainer: each step computes a loss and gradients, and the
// optimizer uses them.
func Example() {
	model, err := nn.NewModel(nn.LinearRegression(), nn.Config{Input: []int{2}, Loss: nn.SquaredError{Half: true}, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	sgd, err := optimizers.New(optimizers.SGD{}, model.Params(), optimizers.Config{})
	if err != nil {
		log.Fatal(err)
	}
	batch := &datasets.Batch{ // y = x₀ − x₁ + 2
		Rows:    4,
		Inputs:  []float32{0, 0, 1, 0, 0, 1, 1, 1},
		Targets: []float32{2, 3, 1, 2},
	}
	for i := range 201 {
		loss, _, err := model.Step(batch)
		if err != nil {
			log.Fatal(err)
		}
		if i%100 == 0 {
			fmt.Printf("step %d: loss %.3f\n", i, loss)
		}
		if err := sgd.Step(0.3); err != nil {
			log.Fatal(err)
		}
	}
	y, err := model.Predict(nil, []float32{10, 5})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("at (10, 5): %.2f\n", y[0])
	// Output:
	// step 0: loss 2.256
	// step 100: loss 0.000
	// step 200: loss 0.000
	// at (10, 5): 7.00
}

func ExampleModel_Summary() {
	model, err := nn.NewModel(nn.LeNet(10), nn.Config{Input: []int{1, 28, 28}, Loss: nn.SoftmaxCrossEntropy{}, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	fmt.Print(model.Summary())
	// Output:
	//     Layer                  Output    Parameters
	//     input                  1×28×28
	// 0   Conv2D(6, 5×5, pad 2)  6×28×28   156
	// 1   ReLU                   6×28×28
	// 2   MaxPool2D(2×2)         6×14×14
	// 3   Conv2D(16, 5×5)        16×10×10  2,416
	// 4   ReLU                   16×10×10
	// 5   MaxPool2D(2×2)         16×5×5
	// 6   Flatten                400
	// 7   Dense(120)             120       48,120
	// 8   ReLU                   120
	// 9   Dense(84)              84        10,164
	// 10  ReLU                   84
	// 11  Dense(10)              10        850
	//     total                            61,706
}

// NewModel reports layers whose shapes do not fit together.
func ExampleNewModel() {
	_, err := nn.NewModel(nn.Sequential(
		nn.Conv2D{Filters: 6, Kernel: 5}, nn.ReLU{}, nn.MaxPool2D{Size: 2},
		nn.Dense{Units: 10},
	), nn.Config{Input: []int{1, 28, 28}})
	fmt.Println(err)
	// Output: nn: layer 3 (Dense(10)): rows of shape [6 12 12]: want [features] or [T features]: put Flatten before it
}

func ExampleModel_Save() {
	dir, err := os.MkdirTemp("", "descent")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "model.safetensors") // PyTorch reads it too

	net, cfg := nn.MLP(8, 3), nn.Config{Input: []int{4}, Seed: 1}
	model, err := nn.NewModel(net, cfg)
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	if err := model.Save(file); err != nil {
		log.Fatal(err)
	}

	cfg.Seed = 2
	other, err := nn.NewModel(net, cfg)
	if err != nil {
		log.Fatal(err)
	}
	defer other.Close()
	fmt.Println(other.Fingerprint() == model.Fingerprint())
	if err := other.Load(file); err != nil {
		log.Fatal(err)
	}
	fmt.Println(other.Fingerprint() == model.Fingerprint())
	for _, w := range other.Params() {
		fmt.Println(w.Name, w.Shape)
	}
	// Output:
	// false
	// true
	// 1.weight [8 4]
	// 1.bias [8]
	// 3.weight [3 8]
	// 3.bias [3]
}

// Fine-tuning: the convolutions do not change.
func ExampleModel_Freeze() {
	model, err := nn.NewModel(nn.LeNet(10), nn.Config{Input: []int{1, 28, 28}, Loss: nn.SoftmaxCrossEntropy{}})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	if err := model.Freeze("0.*", "3.*"); err != nil {
		log.Fatal(err)
	}
	for _, p := range model.Params() {
		if !*p.Frozen {
			fmt.Println(p.Name)
		}
	}
	fmt.Println(model.Freeze("conv1.*"))
	// Output:
	// 7.weight
	// 7.bias
	// 9.weight
	// 9.bias
	// 11.weight
	// 11.bias
	// nn: pattern "conv1.*" matches no parameter: want one of [0.weight 0.bias 3.weight 3.bias 7.weight 7.bias 9.weight 9.bias 11.weight 11.bias]
}

// Each serving goroutine has its own predictor; all share the model's weights.
func ExampleModel_NewPredictor() {
	model, err := nn.NewModel(nn.LeNet(10), nn.Config{Input: []int{1, 28, 28}, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	images := make([]uint8, 3*28*28)
	var wg sync.WaitGroup
	for range 2 {
		predictor, err := model.NewPredictor(1)
		if err != nil {
			log.Fatal(err)
		}
		defer predictor.Close()
		wg.Go(func() {
			logits, err := predictor.PredictPixels(nil, images)
			if err != nil {
				log.Fatal(err)
			}
			fmt.Println(len(logits)/10, "images")
		})
	}
	wg.Wait()
	// Output:
	// 3 images
	// 3 images
}

// The gradient of the loss with respect to the inputs shows how each input changes the
// loss; here it is 2·(y − target)·w.
func ExampleModel_InputGradient() {
	model, err := nn.NewModel(nn.Dense{Units: 1, NoBias: true, Weight: nn.Constant(3)}, nn.Config{Input: []int{2}, Loss: nn.SquaredError{}})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	loss, gradient, err := model.InputGradient(&datasets.Batch{Rows: 1, Inputs: []float32{1, 2}, Targets: []float32{8}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(loss, gradient)
	// Output: 1 [6 6]
}

// The features of an image are the inputs of the last layer.
func ExampleModel_Features() {
	model, err := nn.NewModel(nn.LeNet(10), nn.Config{Input: []int{1, 28, 28}, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	images := &datasets.Batch{Rows: 3, Pixels: make([]uint8, 3*28*28)}
	for _, path := range []string{"5", "10"} {
		features, shape, err := model.Features(nil, images, path)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(path, len(features), shape)
	}
	_, _, err = model.Features(nil, images, "12")
	fmt.Println(err)
	// Output:
	// 5 1200 [16 5 5]
	// 10 252 [84]
	// nn: features: path "12": want one of ["0" "1" "2" "3" "4" "5" "6" "7" "8" "9" "10" "11" ""]
}

// A dense layer acts on each position of a sequence separately.
func ExampleDense() {
	model, err := nn.NewModel(nn.Dense{Units: 1, Weight: nn.Constant(2), Bias: nn.Constant(1)}, nn.Config{Input: []int{3, 2}})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	y, err := model.Predict(nil, []float32{0, 1, 2, 3, 4, 5})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(model.OutputShape(), y)
	// Output: [3 1] [3 11 19]
}
