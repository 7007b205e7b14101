package lanes_test

import (
	"testing"

	"descent/autograd/lanes"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSkipZerosOption(t *testing.T) {
	_, err := lanes.NewEngine(lanes.EngineConfig{SkipZeros: 3})
	assert.EqualError(t, err, "lanes: SkipZeros(3): want SkipAuto, SkipNever or SkipAlways")
	for _, name := range []string{"auto", "never", "always"} {
		s, err := lanes.ParseSkipZeros(name)
		require.NoError(t, err)
		e, err := lanes.NewEngine(lanes.EngineConfig{Threads: 1, SkipZeros: s})
		require.NoError(t, err)
		e.Close()
	}
	_, err = lanes.ParseSkipZeros("")
	assert.EqualError(t, err, `lanes: SkipZeros "": want one of auto, never, always`)
}
