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

// The program runs even if the full set is not found.
func ExampleFashionMNIST_fallback() {
	train, _, err := datasets.FashionMNIST(context.Background(), datasets.FashionOptions{
		Fallback: sample.FashionMNIST,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d images (%s)\n", train.Len(), train.Source)
}

// The last tenth is for testing, with the vocabulary of the complete text.
func ExampleBible() {
	text, err := sample.Bible()
	if err != nil {
		log.Fatal(err)
	}
	vocabulary, err := datasets.Characters(text)
	if err != nil {
		log.Fatal(err)
	}
	const size = 900_000
	config := datasets.TextConfig{Vocabulary: vocabulary, Length: 128}
	train, err := datasets.NewText(text[:size], config)
	if err != nil {
		log.Fatal(err)
	}
	test, err := datasets.NewText(text[size:], config)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(train.Len(), test.Len(), len(vocabulary))
	fmt.Println(text[:54])
	// Output:
	// 7031 781 62
	// In the beginning God created the heaven and the earth.
}
