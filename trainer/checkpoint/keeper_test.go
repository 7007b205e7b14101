package checkpoint_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"descent/datasets"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/trainer"
	"descent/trainer/checkpoint"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func data(t testing.TB, examples int, seed uint64) datasets.Dataset {
	d, err := datasets.Linear(datasets.LinearConfig{Weights: []float64{2, -3.4}, Bias: 4.2, Noise: 1, Examples: examples, Seed: seed})
	require.NoError(t, err)
	return d
}

// fit runs five epochs of seven updates.
func fit(t testing.TB, ctx context.Context, hooks ...trainer.Hook) error {
	m, err := nn.NewModel(nn.LinearRegression(), nn.Config{Input: []int{2}, Loss: nn.SquaredError{}, Seed: 5})
	require.NoError(t, err)
	defer m.Close()
	tr := trainer.Trainer{
		Model: m, Rule: optimizers.DefaultAdam(), Schedule: lrsched.Constant(.5), Epochs: 5, BatchSize: 8, EvalEverySteps: 5,
		Metrics: []trainer.Metric{trainer.R2()}, Hooks: hooks,
	}
	_, err = tr.Fit(ctx, data(t, 50, 1), data(t, 20, 2))
	return err
}

func steps(t testing.TB, dir string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func TestKeeper(t *testing.T) {
	for _, c := range []struct {
		keeper checkpoint.Keeper
		want   []string
	}{
		{checkpoint.Keeper{}, []string{"step-000000000028.safetensors", "step-000000000035.safetensors"}},
		{checkpoint.Keeper{EveryEpochs: 2, Keep: 9}, []string{"step-000000000014.safetensors", "step-000000000028.safetensors", "step-000000000035.safetensors"}},
		{checkpoint.Keeper{EverySteps: 10, Keep: 3}, []string{"step-000000000020.safetensors", "step-000000000030.safetensors", "step-000000000035.safetensors"}},
		{checkpoint.Keeper{Every: time.Nanosecond, Keep: 2}, []string{"step-000000000034.safetensors", "step-000000000035.safetensors"}},
		{checkpoint.Keeper{Every: time.Hour, Keep: 1}, []string{"step-000000000035.safetensors"}},
	} {
		c.keeper.Dir = filepath.Join(t.TempDir(), "new")
		require.NoError(t, fit(t, t.Context(), c.keeper.Hook()))
		assert.Equal(t, c.want, steps(t, c.keeper.Dir))
		newest, path, err := checkpoint.Newest(c.keeper.Dir)
		require.NoError(t, err)
		assert.Equal(t, 35, newest.Step())
		assert.Equal(t, 5, newest.Epoch())
		assert.Len(t, newest.History().Epochs, 5)
		assert.Equal(t, filepath.Join(c.keeper.Dir, "step-000000000035.safetensors"), path)
	}
}

// TestBest: the best evaluation is that of the history, by the loss or a metric.
func TestBest(t *testing.T) {
	for _, best := range []checkpoint.Best{{}, {Metric: "r2", Maximize: true}, {Metric: "r2"}} {
		dir := t.TempDir()
		var history *trainer.History
		look := trainer.Hook{FitEnd: func(s *trainer.State) error {
			history = s.History
			return nil
		}}
		require.NoError(t, fit(t, t.Context(), look, checkpoint.Keeper{Dir: dir, Best: &best}.Hook()))
		c, err := checkpoint.Read(filepath.Join(dir, "best.safetensors"))
		require.NoError(t, err)
		figure := func(r trainer.Record) float64 {
			switch {
			case best.Metric == "":
				return -r.Test.Loss
			case best.Maximize:
				return r.Test.Metrics[0]
			}
			return -r.Test.Metrics[0]
		}
		at, top := 0, 0.0
		for _, r := range append(history.Epochs, history.Evaluations...) {
			if r.Test == nil {
				continue
			}
			if v := figure(r); at == 0 || v > top || v == top && r.Step < at {
				at, top = r.Step, v
			}
		}
		assert.Equal(t, at, c.Step())
	}
}

// TestInterrupted: a run that ends between two batches leaves a checkpoint of there.
func TestInterrupted(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	stop := trainer.Hook{StepEnd: func(s *trainer.State) error {
		if s.Step == 9 {
			cancel()
		}
		return nil
	}}
	require.ErrorIs(t, fit(t, ctx, stop, checkpoint.Keeper{Dir: dir}.Hook()), context.Canceled)
	c, _, err := checkpoint.Newest(dir)
	require.NoError(t, err)
	assert.Equal(t, 9, c.Step())
}

func TestKeeperFails(t *testing.T) {
	for want, k := range map[string]checkpoint.Keeper{
		"Keeper: Dir is empty: want a directory":                                  {},
		"Keeper: EverySteps = -1: want 0 or more":                                 {Dir: "x", EverySteps: -1},
		"Keeper: Every = -1ns: want 0 or more":                                    {Dir: "x", Every: -1},
		"Keeper: EveryEpochs = -1: want 0 or more":                                {Dir: "x", EveryEpochs: -1},
		"Keeper: Keep = -1: want 0 or more":                                       {Dir: "x", Keep: -1},
		`Keeper: Best: Metric = "f1": want empty, for the loss, or one of ["r2"]`: {Dir: "x", Best: &checkpoint.Best{Metric: "f1"}},
	} {
		assert.EqualError(t, fit(t, t.Context(), k.Hook()), "trainer: checkpoint: FitStart: "+want)
		assert.NoDirExists(t, "x")
	}
	broken := errors.New("broken")
	err := fit(t, t.Context(), checkpoint.Keeper{Dir: t.TempDir(), EverySteps: 3, Before: func() error { return broken }}.Hook())
	assert.ErrorIs(t, err, broken)

	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o666))
	assert.ErrorContains(t, fit(t, t.Context(), checkpoint.Keeper{Dir: filepath.Join(dir, "file")}.Hook()), "not a directory")
	c, path, err := checkpoint.Newest(filepath.Join(dir, "none"))
	assert.Nil(t, c)
	assert.Empty(t, path)
	assert.NoError(t, err)
	_, err = checkpoint.Read(filepath.Join(dir, "file"))
	assert.ErrorContains(t, err, "checkpoint: ")
	assert.EqualError(t, checkpoint.Write(filepath.Join(dir, "new"), nil), "checkpoint: the checkpoint is nil")
}

// TestOwnName: a model's file is not taken for a checkpoint.
func TestOwnName(t *testing.T) {
	m, err := nn.NewModel(nn.LinearRegression(), nn.Config{Input: []int{2}})
	require.NoError(t, err)
	defer m.Close()
	path := filepath.Join(t.TempDir(), "step-000000000001.safetensors")
	require.NoError(t, m.Save(path))
	_, _, err = checkpoint.Newest(filepath.Dir(path))
	assert.EqualError(t, err, "checkpoint: "+path+`: no metadata "descent.checkpoint": want a file of Write`)
}
