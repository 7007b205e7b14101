package nn_test

import (
	"fmt"
	"log"

	"descent/datasets"
	"descent/nn"
)

// A table of vectors, of which a row of tokens takes some.
func ExampleEmbedding() {
	model, err := nn.NewModel(nn.Embedding{Width: 2}, nn.Config{Input: []int{3}, Vocabulary: 4})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	copy(model.Params()[0].Value, []float32{0, .5, 1, 1.5, 2, 2.5, 3, 3.5})
	y, err := model.PredictBatch(nil, &datasets.Batch{Rows: 1, Tokens: []int32{3, 0, 3}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(model.OutputShape(), y)
	// Output: [3 2] [3 3.5 0 0.5 3 3.5]
}
