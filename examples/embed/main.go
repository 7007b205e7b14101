// Embed trains a network with Descent and serves predictions, from a module
// outside Descent's.
//
//	cd examples/embed && go run .
package main

import (
	"context"
	"descent/datasets"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/trainer"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"sync"
)

// spirals is a data set of points on two interleaved spirals. The label of a point
// is its spiral.
type spirals struct {
	points [][2]float32
	labels []int32
}

func newSpirals(n int, seed uint64) *spirals {
	r := rand.New(rand.NewPCG(seed, 0))
	s := &spirals{}
	for i := range n {
		label := i % 2
		radius := 0.1 + 0.9*r.Float64()
		angle := 5*radius + math.Pi*float64(label) + 0.05*r.NormFloat64()
		s.points = append(s.points, [2]float32{float32(radius * math.Cos(angle)), float32(radius * math.Sin(angle))})
		s.labels = append(s.labels, int32(label))
	}
	return s
}

func (s *spirals) Len() int          { return len(s.points) }
func (s *spirals) InputShape() []int { return []int{2} }

func (s *spirals) Gather(b *datasets.Batch, rows []int) error {
	*b = datasets.Batch{Rows: len(rows), Inputs: b.Inputs[:0], Labels: b.Labels[:0]}
	for _, r := range rows {
		b.Inputs = append(b.Inputs, s.points[r][:]...)
		b.Labels = append(b.Labels, s.labels[r])
	}
	return nil
}

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	train, test := newSpirals(1000, 1), newSpirals(500, 2)
	model, err := nn.NewModel(nn.MLP(32, 32, 2), nn.Config{Input: train.InputShape(), Loss: nn.SoftmaxCrossEntropy{}, Seed: 1})
	if err != nil {
		return err
	}
	defer model.Close()

	ctx, stop := context.WithCancel(ctx) // a server cancels it to shut down
	defer stop()
	t := trainer.Trainer{
		Model: model, Rule: optimizers.SGD{Momentum: 0.9}, Schedule: lrsched.Constant(0.05),
		Epochs: 100, BatchSize: 32, Seed: 1,
		Metrics: []trainer.Metric{trainer.Accuracy()},
		Hooks: []trainer.Hook{{
			Name: "good enough",
			EpochEnd: func(s *trainer.State) error {
				if s.Record.Test.Metrics[0] >= 0.99 {
					return trainer.ErrStop
				}
				return nil
			},
		}},
	}
	history, err := t.Fit(ctx, train, test)
	if err != nil {
		return err
	}
	_, err = fmt.Printf("learned two spirals: test accuracy above 0.98: %t, within 100 epochs: %t\n",
		history.Last().Test.Metrics[0] > 0.98, len(history.Epochs) <= 100)
	if err != nil {
		return err
	}
	return serve(model)
}

// serve predicts from several goroutines, each with its own predictor. Predictors
// share the model's weights.
func serve(model *nn.Model) error {
	requests := newSpirals(8, 3)
	right := make([]bool, requests.Len())
	var wg sync.WaitGroup
	for worker := range 4 {
		predictor, err := model.NewPredictor(1)
		if err != nil {
			return err
		}
		wg.Go(func() {
			defer predictor.Close()
			for i := worker; i < requests.Len(); i += 4 {
				logits, err := predictor.Predict(nil, requests.points[i][:])
				right[i] = err == nil && (logits[1] > logits[0]) == (requests.labels[i] == 1)
			}
		})
	}
	wg.Wait()
	n := 0
	for _, ok := range right {
		if ok {
			n++
		}
	}
	_, err := fmt.Printf("served %d predictions from 4 goroutines, %d right\n", len(right), n)
	return err
}
