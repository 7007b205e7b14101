package modelfile_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"descent/nn"
	"descent/nn/modelfile"
	"gorgonia.org/gorgonia"
)

// The program that loads the model has no code for its network.
func Example() {
	dir, err := os.MkdirTemp("", "descent")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "iris.safetensors")

	trained, err := nn.NewModel(nn.MLP(8, 3), nn.Config{Input: []int{4}, Loss: nn.SoftmaxCrossEntropy{}, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	defer trained.Close()
	if err := modelfile.Save(file, trained, modelfile.Info{Classes: []string{"setosa", "versicolor", "virginica"}}); err != nil {
		log.Fatal(err)
	}

	model, info, err := modelfile.Load(file, nn.Config{})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	fmt.Println(model.InputShape(), info.Classes)
	fmt.Print(model.Summary())
	fmt.Println(model.Fingerprint() == trained.Fingerprint())
	// Output:
	// [4] [setosa versicolor virginica]
	//    Layer     Output  Parameters
	//    input     4
	// 0  Flatten   4
	// 1  Dense(8)  8       40
	// 2  ReLU      8
	// 3  Dense(3)  3       27
	//    total             67
	// true
}

// A network with a custom layer needs its code: the file has the weights and the other
// information.
func ExampleSave_noNetwork() {
	dir, err := os.MkdirTemp("", "descent")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "twice.safetensors")

	twice := nn.Rows{Name: "Twice", F: func(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.Add(x, x) }}
	model, err := nn.NewModel(nn.Sequential(nn.Dense{Units: 2}, twice), nn.Config{Input: []int{4}})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	info := modelfile.Info{Classes: []string{"no", "yes"}}
	fmt.Println(modelfile.Save(file, model, info))

	info.NoNetwork = true
	if err := modelfile.Save(file, model, info); err != nil {
		log.Fatal(err)
	}
	if err := model.Load(file); err != nil {
		log.Fatal(err)
	}
	read, err := modelfile.ReadInfo(file)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(read.Classes)
	// Output:
	// modelfile: layer 1 (Twice): it cannot be described: want the layers of package nn, or Info.NoNetwork
	// [no yes]
}

func ExampleNormalization_Apply() {
	rows := []float32{0, 0.5, 0.5, 1} // two rows of two features
	n := modelfile.Normalization{Mean: []float64{0.5, 0.5}, SD: []float64{0.25, 0.5}}
	if err := n.Apply(rows, []int{2}); err != nil {
		log.Fatal(err)
	}
	fmt.Println(rows)
	// Output: [-2 0 0 1]
}
