package sample_test

import (
	"context"
	"fmt"
	"log"

	"descent/datasets"
	"descent/datasets/sample"
)

func ExampleFashionMNIST() {
	train, test, err := sample.FashionMNIST()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(train.Len(), test.Len(), train.InputShape(), train.Source)
	fmt.Println(train.Classes()[train.Label(0)])
	// Output:
	// 6000 1000 [1 28 28] sample
	// Ankle boot
}

// Whatever the machine has, the program runs.
func ExampleFashionMNIST_fallback() {
	train, _, err := datasets.FashionMNIST(context.Background(), datasets.FashionOptions{
		Fallback: sample.FashionMNIST,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d images (%s)\n", train.Len(), train.Source)
}
