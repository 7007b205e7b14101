package kernel

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestVector(t *testing.T) { both(t, vectorProperty[float32], vectorProperty[float64]) }

func vectorProperty[T Float](t *rapid.T) {
	n := rapid.IntRange(0, 70).Draw(t, "n")
	s := newSampler(t)
	var k Set[T]
	a, b, factor := values[T](s, n), values[T](s, n), T(s.float())
	added, scaled := newBuffer(n, T(777)), newBuffer(n, T(777))
	k.Add(added.data, a.data, b.data)
	k.Scale(scaled.data, a.data, factor)
	var squares float64
	for i, v := range a.data {
		require.Equal(t, v+b.data[i], added.data[i])
		require.Equal(t, v*factor, scaled.data[i])
		squares += float64(v) * float64(v)
	}
	require.InDelta(t, squares, k.SumSquares(a.data), 1e-14*(1+squares))
	k.Add(a.data, a.data, b.data)
	require.Equal(t, added.data, a.data, "in place")
	for _, c := range []*buffer[T]{a, b, added, scaled} {
		c.check(t, "buffer")
	}
}

// Squares of float32 neither overflow nor lose their small terms.
func TestSumSquaresInFloat64(t *testing.T) {
	var k Set[float32]
	assert.InEpsilon(t, 5e60, k.SumSquares([]float32{1e30, 1e30, 1e30, 1e30, -1e30}), 1e-6)
	x := make([]float32, 1<<16)
	fill(x, 1e-4)
	x[0] = 1e4
	assert.InEpsilon(t, 1e8+65535e-8, k.SumSquares(x), 1e-7)
	assert.Greater(t, k.SumSquares(x), 1e8+6e-4)
	assert.True(t, math.IsNaN(k.SumSquares([]float32{1, float32(nan)})))
	assert.Zero(t, k.SumSquares(nil))
}

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
	assert.Error(t, ISA(9).Available())
	assert.Equal(t, "ISA(-1)", ISA(-1).String())
}
