package kernel

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestSumSquares(t *testing.T) { both(t, sumSquaresProperty[float32], sumSquaresProperty[float64]) }

func sumSquaresProperty[T Float](t *rapid.T) {
	x := values[T](newSampler(t), rapid.IntRange(0, 70).Draw(t, "n"))
	var want float64
	for _, v := range x.data {
		want += float64(v) * float64(v)
	}
	require.InDelta(t, want, Set[T]{}.SumSquares(x.data), 1e-14*(1+want))
	x.check(t, "buffer")
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
