package main

import (
	"descent/datasets"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/trainer"
	"math"
	"testing"
)

// A bigram model learns what follows what, and padding counts nowhere.
func TestSentences(t *testing.T) {
	data := Sentences{Length: 5, Tokens: [][]int32{{1, 2, 3, 1, 2, 3}, {2, 3, 1}, {3, 1, 2, 3}, {1, 2}}}
	model, err := nn.NewModel(Embedding{Tokens: 4, Width: 4}, nn.Config{Input: data.InputShape(), Vocabulary: 4, Loss: nn.SoftmaxCrossEntropy{}, Seed: 1})
	check(t, err)
	defer model.Close()
	unused := append([]float32(nil), model.Params()[0].Value[:4]...) // the row of the padding token
	f := trainer.Trainer{
		Model: model, Rule: optimizers.SGD{Momentum: .9}, Schedule: lrsched.Constant(.5), Epochs: 60, BatchSize: 3, Seed: 1,
		Metrics: []trainer.Metric{trainer.Accuracy(), trainer.Perplexity()},
	}
	history, err := f.Fit(t.Context(), data, data)
	check(t, err)
	scores := history.Last().Test
	if scores.Metrics[0] < .999 || math.Abs(scores.Metrics[1]-math.Exp(scores.Loss)) > 1e-6 || scores.Loss > .1 {
		t.Errorf("loss %v, accuracy %v, perplexity %v", scores.Loss, scores.Metrics[0], scores.Metrics[1])
	}
	for i, v := range model.Params()[0].Value[:4] {
		if v != unused[i] {
			t.Error("padding was trained")
		}
	}
	data.Tokens = append(data.Tokens, []int32{1})
	if err := data.Gather(&datasets.Batch{}, []int{4}); err == nil {
		t.Error("a sentence of one token")
	}
}

func TestMatthews(t *testing.T) {
	m := Matthews()
	sums := make([]float64, m.Sums)
	m.Add(sums, &datasets.Batch{Rows: 4, Labels: []int32{0, 1, 1, 0}}, []float32{1, 0, 0, 1, 1, 0, 1, 0}) // predicted 0, 1, 0, 0
	if got, want := m.Value(sums), 2/math.Sqrt(1*2*2*3); math.Abs(got-want) > 1e-12 {
		t.Errorf("%v: want %v", got, want)
	}
}
