package nn_test

import (
	"context"
	"runtime"
	"testing"

	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/trainer"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A training step makes few objects, and no more for a larger batch.
func TestStepAllocations(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long on an emulator, where the count is the same")
	}
	count := func(rows int) float64 {
		f := trainingStep(t, nn.LeNet(10), rows, nn.Config{})
		f() // makes the graph
		// The least of several counts: what the runtime allocates beside a
		// step, as the race detector's sync.Pool does at random, only adds.
		least := testing.AllocsPerRun(4, f)
		for range 4 {
			least = min(least, testing.AllocsPerRun(4, f))
		}
		return least
	}
	small, large := count(16), count(80)
	t.Logf("%v allocations a step", large)
	assert.LessOrEqual(t, large, 80.)
	assert.Equal(t, small, large)
}

// An epoch of as many steps as that of Fashion-MNIST in batches of 256 has, as
// the trainer runs it, leaves nothing to collect that would start a collection.
func TestNoCollectionInAnEpoch(t *testing.T) {
	if testing.Short() {
		t.Skip("an epoch")
	}
	const steps, batch = 235, 16
	m := newModel(t, nn.LeNet(10), nn.Config{Input: []int{1, 28, 28}, Loss: nn.SoftmaxCrossEntropy{}, Seed: 1})
	collections := func() int64 {
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		return int64(s.NumGC)
	}
	var begun, ended int64
	_, err := (&trainer.Trainer{
		Model: m, Rule: optimizers.SGD{Momentum: .9}, Schedule: lrsched.Constant(.01),
		Epochs: 2, BatchSize: batch, Metrics: []trainer.Metric{trainer.Accuracy()},
		Hooks: []trainer.Hook{{
			Name: "collections",
			EpochStart: func(*trainer.State) error {
				runtime.GC() // what is left of making the graphs
				begun = collections()
				return nil
			},
			EpochEnd: func(*trainer.State) error {
				ended = collections()
				return nil
			},
		}},
	}).Fit(context.Background(), newSampleImages(t, steps*batch), nil)
	require.NoError(t, err)
	assert.Equal(t, begun, ended)
}
