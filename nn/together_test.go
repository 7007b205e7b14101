package nn_test

import (
	"encoding/json"
	"sync"
	"testing"

	"descent/datasets"
	"descent/datasets/sample"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/trainer"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTrainersTogether: several trainers in one process, over the same data and
// of the same layers, give the bits that they give alone. They have other rules,
// seeds and numbers of threads, and a batch at the end that is short.
func TestTrainersTogether(t *testing.T) {
	images, _, err := sample.FashionMNIST()
	require.NoError(t, err)
	train, rest, err := datasets.Split(images, 200, 1)
	require.NoError(t, err)
	test, _, err := datasets.Split(rest, 70, 1)
	require.NoError(t, err)
	epochs := 2
	if testing.Short() {
		epochs = 1
	}
	net := append(nn.LeNet(10), nn.Dropout{Rate: .1}, counting)
	rules := []optimizers.Rule{
		optimizers.SGD{Momentum: .9}, optimizers.DefaultAdam(), optimizers.DefaultNAdam(), optimizers.EMA{Rule: optimizers.SGD{}, Decay: .9},
	}
	fit := func(t testing.TB, i int) string {
		m, err := nn.NewModel(net, nn.Config{
			Input: images.InputShape(), Loss: nn.SoftmaxCrossEntropy{}, Seed: uint64(i), Threads: 1 + i%3,
		})
		if !assert.NoError(t, err) {
			return ""
		}
		defer m.Close()
		tr := trainer.Trainer{
			Model: m, Rule: rules[i], Schedule: lrsched.Constant(.01), Epochs: epochs, BatchSize: 48, Seed: uint64(i), EvalEverySteps: 3,
			Metrics: []trainer.Metric{trainer.Accuracy(), trainer.F1(3)},
		}
		h, err := tr.Fit(t.Context(), train, test)
		if !assert.NoError(t, err) {
			return ""
		}
		for _, all := range [][]trainer.Record{h.Epochs, h.Evaluations} {
			for i := range all {
				all[i].Seconds, all[i].ExamplesPerSecond = 0, 0
			}
		}
		text, err := json.Marshal(h)
		assert.NoError(t, err)
		return m.Fingerprint() + string(text)
	}
	var alone, together [4]string
	for i := range alone {
		alone[i] = fit(t, i)
		for j := range i {
			require.NotEqual(t, alone[i][:64], alone[j][:64])
		}
	}
	var all sync.WaitGroup
	for i := range together {
		all.Go(func() { together[i] = fit(t, i) })
	}
	all.Wait()
	for i := range alone {
		assert.Equal(t, alone[i], together[i], "trainer %d", i)
	}
}
