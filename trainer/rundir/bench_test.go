package rundir

import (
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"descent/datasets/sample"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/trainer"
	"descent/trainer/checkpoint"
)

// BenchmarkFit trains LeNet with Adam for 500 updates of 256 images: without a
// directory, and with one that logs every update and has a checkpoint of every
// hundredth.
func BenchmarkFit(b *testing.B) {
	train, _, err := sample.FashionMNIST()
	require.NoError(b, err)
	fit := func(b *testing.B, dir string) {
		b.StopTimer()
		defer b.StartTimer()
		m, err := nn.NewModel(nn.LeNet(10), nn.Config{Input: train.InputShape(), Loss: nn.SoftmaxCrossEntropy{}, Seed: 1})
		require.NoError(b, err)
		defer m.Close()
		t := &trainer.Trainer{
			Model: m, Rule: optimizers.DefaultAdam(), Schedule: lrsched.Constant(1e-3), Epochs: 21, BatchSize: 256,
			Hooks: []trainer.Hook{{StepEnd: func(s *trainer.State) error {
				if s.Step == 500 {
					return trainer.ErrStop
				}
				return nil
			}}},
		}
		if dir != "" {
			d, err := Open(b.Context(), dir, Options{Train: train, Keeper: checkpoint.Keeper{EverySteps: 100}})
			require.NoError(b, err)
			defer d.Close()
			t.Hooks = append(t.Hooks, d.Hooks()...)
		}
		b.StartTimer()
		_, err = t.Fit(b.Context(), train, nil)
		b.StopTimer()
		require.NoError(b, err)
	}
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			fit(b, "")
		}
	})
	b.Run("checkpoints", func(b *testing.B) {
		n := 0
		dir := b.TempDir()
		for ; b.Loop(); n++ {
			fit(b, filepath.Join(dir, strconv.Itoa(n)))
		}
	})
}
