package kernel

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestISA(t *testing.T) {
	var zero Set[float32]
	assert.Equal(t, Auto, zero.ISA)
	for _, i := range []ISA{Auto, Go, AVX2, AVX512} {
		parsed, err := ParseISA(i.String())
		require.NoError(t, err)
		assert.Equal(t, i, parsed)
	}
	_, err := ParseISA("sse9")
	assert.EqualError(t, err, `kernel: ISA "sse9": want one of auto, go, avx2, avx512`)
	assert.NoError(t, Auto.Available())
	assert.NoError(t, Go.Available())
	switch best {
	case Go:
		assert.EqualError(t, AVX2.Available(), "kernel: ISA avx2: not available on this machine or in this build: want auto, go")
	case AVX512:
		assert.NoError(t, AVX2.Available())
	}
	assert.ErrorContains(t, ISA(9).Available(), "kernel: ISA(9): want auto, go")
	assert.ErrorContains(t, ISA(-1).Available(), "kernel: ISA(-1): want auto, go")
	assert.Equal(t, "ISA(-1)", ISA(-1).String())
}
