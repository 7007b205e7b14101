package trainer_test

import (
	"bytes"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/datasets"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/trainer"
)

// resident returns the process's resident memory, or 0 where it is not known.
func resident() int64 {
	b, _ := os.ReadFile("/proc/self/statm")
	if fields := bytes.Fields(b); len(fields) > 1 {
		pages, _ := strconv.ParseInt(string(fields[1]), 10, 64)
		return pages * int64(os.Getpagesize())
	}
	return 0
}

// TestMemoryIsFlat: 9,000 further steps, with evaluations and short last batches,
// keep less than 5 MB.
func TestMemoryIsFlat(t *testing.T) {
	if testing.Short() {
		t.Skip("10,000 steps")
	}
	all, err := datasets.Linear(datasets.LinearConfig{Weights: make([]float64, 20), Noise: 1, Examples: 3000, Seed: 1})
	require.NoError(t, err)
	test, train, err := datasets.Split(all, 500, 1)
	require.NoError(t, err)
	m, err := nn.NewModel(nn.Sequential(nn.Dense{Units: 16}, nn.ReLU{}, nn.Dropout{Rate: .1}, nn.Dense{Units: 1}),
		nn.Config{Input: []int{20}, Loss: nn.SquaredError{}, Threads: 2})
	require.NoError(t, err)
	defer m.Close()
	var heap, rss [2]int64
	look := func(i int) {
		debug.FreeOSMemory()
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		heap[i], rss[i] = int64(s.HeapAlloc), resident()
	}
	tr := trainer.Trainer{
		Model: m, Rule: optimizers.EMA{Rule: optimizers.DefaultAdam(), Decay: .99}, Schedule: lrsched.Constant(.001), Epochs: 127, BatchSize: 32,
		EvalEverySteps: 1000, Metrics: []trainer.Metric{trainer.MeanAbsoluteError(), trainer.R2()},
		EarlyStopping: &trainer.EarlyStopping{Patience: 1000}, Clip: optimizers.Clip{Norm: 100},
		Hooks: []trainer.Hook{{StepEnd: func(s *trainer.State) error {
			switch s.Step {
			case 1000:
				look(0)
			case 10_000:
				look(1)
				return trainer.ErrStop
			}
			return nil
		}}},
	}
	h, err := tr.Fit(t.Context(), train, test)
	require.NoError(t, err)
	require.Equal(t, 10_000, h.Steps)
	t.Logf("heap %+d bytes, resident %+d bytes", heap[1]-heap[0], rss[1]-rss[0])
	assert.Less(t, heap[1]-heap[0], int64(5e6))
	assert.Less(t, rss[1]-rss[0], int64(5e6))
}
