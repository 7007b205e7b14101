package safetensors_test

import (
	"fmt"
	"os"
	"path/filepath"

	"descent/internal/safetensors"
)

func Example() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "model.safetensors")

	err = safetensors.Write(path, []safetensors.Tensor{
		{Name: "0.weight", Shape: []int{1, 2}, Data: []float32{0.5, -1}},
		{Name: "0.bias", Shape: []int{1}, Data: []float32{2}},
	}, map[string]string{"model": "linear"})
	if err != nil {
		panic(err)
	}
	tensors, metadata, err := safetensors.Read(path)
	if err != nil {
		panic(err)
	}
	for _, t := range tensors {
		fmt.Println(t.Name, t.Shape, t.Data)
	}
	fmt.Println(metadata)
	// Output:
	// 0.weight [1 2] [0.5 -1]
	// 0.bias [1] [2]
	// map[model:linear]
}
