package nn_test

import (
	"runtime"
	"testing"

	"descent/nn"
	"descent/optimizers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Losses, outputs, gradients and what a few steps make of the weights are the
// same bits with any number of threads.
func TestThreads(t *testing.T) {
	for name, net := range vectorized() {
		t.Run(name, func(t *testing.T) {
			first, steps := train(t, net, nn.Config{Threads: 1})
			for _, threads := range []int{2, 3} {
				fingerprint, got := train(t, net, nn.Config{Threads: threads})
				assert.Equal(t, first, fingerprint, "%d threads", threads)
				assert.Equal(t, steps, got, "%d threads", threads)
			}
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
			for _, procs := range []int{1, 2} {
				runtime.GOMAXPROCS(procs)
				fingerprint, got := train(t, net, nn.Config{})
				assert.Equal(t, first, fingerprint, "GOMAXPROCS %d", procs)
				assert.Equal(t, steps, got, "GOMAXPROCS %d", procs)
			}
		})
	}
}

// train returns the fingerprint of a model after some steps, and what they
// gave, with cfg's threads, instruction set and
// choice of skipping zeros.
func train(t *testing.T, net nn.Layer, cfg nn.Config) (string, []result) {
	t.Helper()
	c := lenetConfig
	c.Threads, c.ISA, c.SkipZeros, c.NoWinograd = cfg.Threads, cfg.ISA, cfg.SkipZeros, cfg.NoWinograd
	m := newModel(t, net, c)
	if c.Threads > 0 {
		assert.Equal(t, c.Threads, m.Threads())
	} else {
		assert.Equal(t, runtime.GOMAXPROCS(0), m.Threads())
	}
	o, err := optimizers.New(optimizers.SGD{Momentum: .9}, m.Params(), optimizers.Config{})
	require.NoError(t, err)
	var steps []result
	for _, rows := range []int{40, 23} {
		b := pixelBatch(rows, 784, 10, "threads")
		steps = append(steps, step(t, m, b))
		require.NoError(t, o.Step(.1))
		steps = append(steps, evaluate(t, m, b))
	}
	return m.Fingerprint(), steps
}
