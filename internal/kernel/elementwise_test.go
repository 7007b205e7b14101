package kernel

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var (
	nan     = math.NaN()
	inf     = math.Inf(1)
	special = []float64{0, math.Copysign(0, -1), 1, -1, 1e-30, -1e-30, 30, -30, 700, -700, 1e30, -1e30, inf, -inf, nan}
)

// elementwise checks a kernel of one source, and its backward kernel, with random
// and special numbers, for any length, in place and not in place.
func elementwise[T Float](t *testing.T, forward func(y, x []T), want func(x float64) float64,
	backward func(dx, dy, y []T), slope func(y float64) float64,
) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 70).Draw(t, "n")
		s := newSampler(t)
		x, dy := values[T](s, n), values[T](s, n)
		for i := range x.data {
			x.data[i] *= 4
			if s.intn(4) == 0 {
				x.data[i] = T(special[s.intn(len(special))])
			}
		}
		y, dx := newBuffer(n, T(777)), newBuffer(n, T(777))
		forward(y.data, x.data)
		backward(dx.data, dy.data, y.data)
		for i := range n {
			v := want(float64(x.data[i]))
			near[T](t, []float64{v}, float64s(y.data[i:i+1]), 1, "y")
			gate := slope(float64(y.data[i]))
			g := float64(dy.data[i]) * gate
			if gate == 0 {
				g = 0
			}
			near[T](t, []float64{g}, float64s(dx.data[i:i+1]), 1, "dx")
		}
		forward(x.data, x.data)
		backward(dy.data, dy.data, y.data)
		require.Equal(t, lanesBits(y.data), lanesBits(x.data), "in place")
		require.Equal(t, lanesBits(dx.data), lanesBits(dy.data), "in place, backward")
		for _, b := range []*buffer[T]{x, dy, y, dx} {
			b.check(t, "buffer")
		}
	})
}

func activations[T Float](t *testing.T) {
	var k Set[T]
	t.Run("ReLU", func(t *testing.T) {
		elementwise(t, k.ReLU, func(x float64) float64 { return max(0, x) }, k.ReLUBackward, func(y float64) float64 {
			if y <= 0 {
				return 0
			}
			return 1
		})
	})
	t.Run("Sigmoid", func(t *testing.T) {
		elementwise(t, k.Sigmoid, func(x float64) float64 { return 1 / (1 + math.Exp(-x)) },
			k.SigmoidBackward, func(y float64) float64 { return y * (1 - y) })
	})
	t.Run("Tanh", func(t *testing.T) {
		elementwise(t, k.Tanh, math.Tanh, k.TanhBackward, func(y float64) float64 { return 1 - y*y })
	})
}

func TestActivations(t *testing.T) {
	t.Run("float32", activations[float32])
	t.Run("float64", activations[float64])
}

// The sigmoid of a large negative number keeps its digits: e^x, not 0.
func TestSigmoidTail(t *testing.T) {
	y := make([]float64, 2)
	Set[float64]{}.Sigmoid(y, []float64{-500, 500})
	assert.InEpsilon(t, math.Exp(-500), y[0], 1e-14)
	assert.Equal(t, 1.0, y[1])
}

// If the output is 0, not even a NaN or an infinite gradient passes.
func TestReLUBackwardOfSpecials(t *testing.T) {
	dx := make([]float32, 5)
	n, i := float32(nan), float32(inf)
	Set[float32]{}.ReLUBackward(dx, []float32{n, i, 3, n, -2}, []float32{0, 0, n, 1, i})
	assert.Equal(t, []float32{0, 0, 3}, dx[:3])
	assert.True(t, dx[3] != dx[3])
	assert.Equal(t, float32(-2), dx[4])
}

func TestAddAndScale(t *testing.T) { both(t, addAndScale[float32], addAndScale[float64]) }

func addAndScale[T Float](t *rapid.T) {
	n := rapid.IntRange(0, 70).Draw(t, "n")
	s := newSampler(t)
	var k Set[T]
	a, b, factor := values[T](s, n), values[T](s, n), T(s.float())
	added, scaled := newBuffer(n, T(777)), newBuffer(n, T(777))
	k.Add(added.data, a.data, b.data)
	k.Scale(scaled.data, a.data, factor)
	for i, v := range a.data {
		require.Equal(t, v+b.data[i], added.data[i])
		require.Equal(t, v*factor, scaled.data[i])
	}
	k.Add(a.data, a.data, b.data)
	require.Equal(t, added.data, a.data, "in place")
	for _, c := range []*buffer[T]{a, b, added, scaled} {
		c.check(t, "buffer")
	}
}
