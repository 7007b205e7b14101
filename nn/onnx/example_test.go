package onnx_test

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"descent/nn"
	"descent/nn/onnx"
	"gorgonia.org/gorgonia"
)

func ExampleWrite() {
	dir, err := os.MkdirTemp("", "descent")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	model, err := nn.NewModel(nn.LeNet(10), nn.Config{Input: []int{1, 28, 28}})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	file := filepath.Join(dir, "lenet.onnx")
	if err := onnx.Write(file, model); err != nil {
		log.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d parameters, %d kB\n", model.NumParams(), info.Size()/1000)
	// Output: 61706 parameters, 247 kB
}

// A custom layer has no ONNX form.
func ExampleEncode() {
	twice := nn.Rows{Name: "Twice", F: func(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.Add(x, x) }}
	model, err := nn.NewModel(nn.Sequential(nn.Dense{Units: 8}, twice), nn.Config{Input: []int{4}})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	fmt.Println(onnx.Encode(new(bytes.Buffer), model))
	// Output: onnx: layer 1 (Twice): it has no ONNX form: want the layers of package nn
}
