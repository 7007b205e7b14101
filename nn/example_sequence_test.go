package nn_test

import (
	"fmt"
	"log"
	"slices"

	"descent/datasets"
	"descent/nn"
	"descent/optimizers"
)

// A table of vectors, from which a row of tokens selects some.
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

// The mean of a position's vector and those before it: with zero weights all keys are
// equal, and the value is the vector itself.
func ExampleAttention() {
	model, err := nn.NewModel(nn.Attention{Heads: 1, Causal: true, NoBias: true, Weight: nn.Constant(0), Out: nn.Constant(0)}, nn.Config{Input: []int{4, 2}})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	in, out := model.Params()[0], model.Params()[1]
	fmt.Println(in.Name, in.Shape, out.Name, out.Shape)
	for i := range 2 {
		in.Value[(4+i)*2+i], out.Value[i*2+i] = 1, 1
	}
	y, err := model.Predict(nil, []float32{1, 0, 3, 0, 5, 3, 7, 9})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(y)
	// Output:
	// in_proj_weight [6 2] out_proj.weight [2 2]
	// [1 0 2 0 3 1 4 3]
}

// The positions added to a sequence of zeros.
func ExampleSinusoidalPositions() {
	model, err := nn.NewModel(nn.SinusoidalPositions{}, nn.Config{Input: []int{3, 4}})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	y, err := model.Predict(nil, make([]float32, 12))
	if err != nil {
		log.Fatal(err)
	}
	for t := range 3 {
		fmt.Printf("%d: %.3f\n", t, y[4*t:4*t+4])
	}
	// Output:
	// 0: [0.000 1.000 0.000 1.000]
	// 1: [0.841 0.540 0.010 1.000]
	// 2: [0.909 -0.416 0.020 1.000]
}

// A model of five tokens whose output is tied to its embedding.
func ExampleTied() {
	model, err := nn.NewModel(nn.Sequential(
		nn.Embedding{Width: 3}, nn.TransformerBlock{Attention: nn.Attention{Heads: 1, Causal: true}}, nn.Tied{To: "0", Layer: nn.Dense{Units: 5, NoBias: true}},
	), nn.Config{Input: []int{4}, Vocabulary: 5})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	fmt.Print(model.Summary())
	// Output:
	//               Layer                       Output  Parameters
	//               input                       4
	// 0             Embedding(3)                4×3     15
	// 1.norm1       LayerNorm                   4×3     6
	// 1.self_attn   Attention(1, causal)        4×3     48
	// 1.norm2       LayerNorm                   4×3     6
	// 1.linear1     Dense(12)                   4×12    48
	// 1.activation  GELU                        4×12
	// 1.linear2     Dense(3)                    4×3     39
	// 1             TransformerBlock            4×3
	// 2             Tied(0, Dense(5, no bias))  4×5
	//               total                               162
}

// A small GPT learns to count to three, and continues from a given start.
func ExampleGPT() {
	net := nn.GPT(nn.GPTConfig{Vocabulary: 3, Length: 8, Layers: 1, Width: 16, Heads: 2})
	model, err := nn.NewModel(net, nn.Config{Input: []int{8}, Vocabulary: 3, Loss: nn.SoftmaxCrossEntropy{}, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	batch := &datasets.Batch{Rows: 3}
	for row := range int32(3) {
		for i := range int32(8) {
			batch.Tokens, batch.Labels = append(batch.Tokens, (row+i)%3), append(batch.Labels, (row+i+1)%3)
		}
	}
	adam, err := optimizers.New(optimizers.DefaultAdam(), model.Params(), optimizers.Config{})
	if err != nil {
		log.Fatal(err)
	}
	for range 60 {
		if _, _, err := model.Step(batch); err != nil {
			log.Fatal(err)
		}
		if err := adam.Step(.01); err != nil {
			log.Fatal(err)
		}
	}
	text := []int32{1}
	for range 11 {
		logits, err := model.PredictNext(nil, text)
		if err != nil {
			log.Fatal(err)
		}
		text = append(text, int32(slices.Index(logits, slices.Max(logits))))
	}
	fmt.Println(text)
	// Output: [1 2 0 1 2 0 1 2 0 1 2 0]
}
