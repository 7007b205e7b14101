package lanes_test

import (
	"testing"

	"descent/autograd/lanes"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSparseOption(t *testing.T) {
	_, err := lanes.NewEngine(lanes.EngineConfig{Sparse: 3})
	assert.EqualError(t, err, "lanes: Sparse(3): want SparseAuto, SparseNever or SparseAlways")
	for _, name := range []string{"auto", "never", "always"} {
		s, err := lanes.ParseSparse(name)
		require.NoError(t, err)
		e, err := lanes.NewEngine(lanes.EngineConfig{Threads: 1, Sparse: s})
		require.NoError(t, err)
		e.Close()
	}
	_, err = lanes.ParseSparse("")
	assert.EqualError(t, err, `kernel: Sparse "": want one of auto, never, always`)
}
