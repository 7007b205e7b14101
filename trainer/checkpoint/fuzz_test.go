package checkpoint_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"descent/internal/fuzzing"
	"descent/internal/safetensors"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/trainer"
	"descent/trainer/checkpoint"
)

// FuzzRead: bytes that are no checkpoint are an error and take little
// memory; those of one continue a run, or are refused by it.
func FuzzRead(f *testing.F) {
	dir := f.TempDir()
	require.NoError(f, fit(f, f.Context(), checkpoint.Keeper{Dir: dir, EverySteps: 3, Keep: 99, Best: &checkpoint.Best{}}.Hook()))
	for _, name := range steps(f, dir)[:4] {
		text, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(f, err)
		f.Add(text)
		f.Add(text[:len(text)/2])
	}
	m, err := nn.NewModel(nn.LinearRegression(), nn.Config{Input: []int{2}, Loss: nn.SquaredError{}, Seed: 5})
	require.NoError(f, err)
	f.Cleanup(m.Close)
	train, test := data(f, 50, 1), data(f, 20, 2)
	f.Fuzz(func(t *testing.T, b []byte) {
		var c *trainer.Checkpoint
		var err error
		fuzzing.Bounded(t, len(b), 100, 1<<17, func() {
			tensors, metadata, failed := safetensors.Decode(b)
			if err = failed; err == nil {
				c, err = checkpoint.Decode(tensors, metadata)
			}
		})
		if err != nil {
			return
		}
		tr := trainer.Trainer{
			Model: m, Rule: optimizers.DefaultAdam(), Schedule: lrsched.Constant(.5), Epochs: 5, BatchSize: 8, EvalEverySteps: 5,
			Metrics: []trainer.Metric{trainer.R2()}, Resume: c,
		}
		if h, err := tr.Fit(t.Context(), train, test); h == nil {
			fuzzing.Error(t, err, "trainer: ")
		}
	})
}
