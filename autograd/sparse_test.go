package autograd_test

import (
	"testing"

	"descent/autograd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSparseOption(t *testing.T) {
	_, err := autograd.NewEngine(autograd.EngineConfig{Sparse: 3})
	assert.EqualError(t, err, "autograd: kernel: Sparse(3): want SparseAuto, SparseNever or SparseAlways")
	for _, name := range []string{"auto", "never", "always"} {
		s, err := autograd.ParseSparse(name)
		require.NoError(t, err)
		e, err := autograd.NewEngine(autograd.EngineConfig{Threads: 1, Sparse: s})
		require.NoError(t, err)
		e.Close()
	}
	_, err = autograd.ParseSparse("")
	assert.EqualError(t, err, `kernel: Sparse "": want one of auto, never, always`)
}
