package trainer_test

import (
	"context"
	"fmt"
	"log"
	"math"

	"descent/datasets"
	"descent/optimizers"
	"descent/trainer"
)

// Echo is a model whose output is its input, to demonstrate metrics.
type Echo struct{}

func (Echo) Params() []optimizers.Param[float32]                    { return nil }
func (Echo) Step(b *datasets.Batch) (float64, []float32, error)     { return 0, b.Inputs, nil }
func (Echo) Evaluate(b *datasets.Batch) (float64, []float32, error) { return 0, b.Inputs, nil }

// score prints metrics of outputs, two rows at a time.
func score(a datasets.Arrays, metrics ...trainer.Metric) {
	data, err := datasets.FromSlices(a)
	if err != nil {
		log.Fatal(err)
	}
	scores, err := trainer.Evaluate(context.Background(), Echo{}, data, 2, metrics...)
	if err != nil {
		log.Fatal(err)
	}
	for i, m := range metrics {
		fmt.Printf("%s %.3f\n", m.Name, scores.Metrics[i])
	}
}

// RootMeanSquare is a custom metric that is not a mean over rows.
func RootMeanSquare() trainer.Metric {
	return trainer.Metric{
		Name: "root_mean_square_error", Sums: 2,
		Add: func(sums []float64, b *datasets.Batch, output []float32) {
			for i, y := range output {
				weight, off := b.WeightOf(i, len(output)), float64(y-b.Targets[i])
				sums[0] += weight * off * off
				sums[1] += weight
			}
		},
		Value: func(sums []float64) float64 { return math.Sqrt(sums[0] / sums[1]) },
	}
}

func ExampleMetric_sums() {
	score(datasets.Arrays{
		Inputs:  []float32{1, 2, 3, 9},
		Targets: []float32{1, 1, 5, 0},
		Weights: []float32{1, 1, 1, 0}, // the last row is left out
	}, RootMeanSquare())
	// Output: root_mean_square_error 1.291
}

// The F₁ score combines the precision and the recall of each of three classes.
func ExampleF1() {
	score(datasets.Arrays{
		Shape:  []int{3},
		Inputs: []float32{5, 1, 1, 0, 2, 1, 3, 2, 1, 1, 0, 4},
		Labels: []int32{0, 1, 1, 2},
	}, trainer.F1(0), trainer.F1(1), trainer.F1(2))
	// Output:
	// f1_class0 0.667
	// f1_class1 0.667
	// f1_class2 1.000
}

// Two sequences of two tokens from a vocabulary of two. The last token is padding.
func ExamplePerplexity() {
	score(datasets.Arrays{
		Shape:   []int{2, 2},
		Inputs:  []float32{0, 0, 0, 0, 2, 0, 9, -9},
		Labels:  []int32{0, 1, 0, 0},
		Weights: []float32{1, 1, 1, 0},
	}, trainer.Perplexity(), trainer.Accuracy())
	// Output:
	// perplexity 1.656
	// accuracy 0.667
}

func ExampleBinaryAccuracy() {
	score(datasets.Arrays{
		Inputs: []float32{-3, 2, .5, 1}, // logits: a threshold of 0
		Labels: []int32{0, 1, 0, 1},
	}, trainer.BinaryAccuracy(0))
	// Output: binary_accuracy 0.750
}

func ExampleR2() {
	score(datasets.Arrays{
		Inputs:  []float32{2.5, 0, 2, 8},
		Targets: []float32{3, -.5, 2, 7},
	}, trainer.R2())
	// Output: r2 0.949
}
