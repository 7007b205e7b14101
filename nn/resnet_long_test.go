//go:build long

package nn_test

import (
	"testing"
	"time"

	"descent/datasets"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/trainer"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ResNet-20 reaches 94 % on the 10,000 test images of Fashion-MNIST after 15 epochs of
// shifted and flipped images, in half an hour on two threads. docs/accuracy.md has the
// table.
func TestHoursResNet20(t *testing.T) {
	train, test, err := datasets.FashionMNIST(t.Context(), datasets.FashionOptions{})
	if err != nil {
		t.Skip(err)
	}
	m := newModel(t, nn.ResNet(20, 10, nn.ResNetA), nn.Config{Input: train.InputShape(), Loss: nn.SoftmaxCrossEntropy{}, Seed: 1, Threads: 2, NoWinograd: true}) // as in docs/accuracy.md
	const epochs, batch = 15, 128
	begin := time.Now()
	fit := trainer.Trainer{
		Model: m, Rule: optimizers.SGD{Momentum: .9, Nesterov: true, WeightDecay: 5e-4}, Groups: []optimizers.Group{{Vectors: true, NoDecay: true}},
		Schedule: lrsched.DefaultOneCycle(.1, epochs*train.Batches(batch)), Epochs: epochs, BatchSize: batch, Seed: 1,
		Metrics: []trainer.Metric{trainer.Accuracy()},
		Hooks: []trainer.Hook{{Name: "table", EpochEnd: func(s *trainer.State) error {
			r := s.Record
			t.Logf("%2d | %.4f | %.2f %% | %.4f | %.2f %% | %.0f s", s.Epoch,
				r.Train.Loss, 100*r.Train.Metrics[0], r.Test.Loss, 100*r.Test.Metrics[0], time.Since(begin).Seconds())
			return nil
		}}},
	}
	h, err := fit.Fit(t.Context(), &datasets.Augment{Dataset: train, Seed: 1, Pad: 1, Flip: .5}, test)
	require.NoError(t, err)
	assert.GreaterOrEqual(t, h.Last().Test.Metrics[0], .93)
}
