package kernel

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestDenseLoops(t *testing.T) { both(t, denseProperty[float32], denseProperty[float64]) }

func denseProperty[T Float](t *rapid.T) {
	in, out := rapid.IntRange(1, 35).Draw(t, "in"), rapid.IntRange(1, 35).Draw(t, "out")
	groups := rapid.IntRange(1, 4).Draw(t, "groups")
	s := newSampler(t)
	var k Set[T]
	x, dy := values[T](s, groups*in*Lanes), values[T](s, groups*out*Lanes)
	w, bias := values[T](s, out*in), values[T](s, out)
	y, dx := newBuffer(groups*out*Lanes, T(777)), newBuffer(groups*in*Lanes, T(777))
	dw, db := newBuffer(out*in, T(777)), newBuffer(out, T(777))
	relu := rapid.Bool().Draw(t, "relu")
	b := bias.data
	if rapid.Bool().Draw(t, "no bias") {
		b = nil
	}

	for g := range groups {
		k.DenseForward(in, out, y.data[g*out*Lanes:][:out*Lanes], x.data[g*in*Lanes:][:in*Lanes], w.data, b, relu)
		k.DenseInputGrad(in, out, dx.data[g*in*Lanes:][:in*Lanes], dy.data[g*out*Lanes:][:out*Lanes], w.data)
	}
	k.DenseBiasGrad(out, groups, out, db.data, dy.data)
	// Compute three parts, as workers do, out of order: a part must leave the
	// other rows alone.
	o1 := rapid.IntRange(0, out).Draw(t, "o1")
	o2 := rapid.IntRange(o1, out).Draw(t, "o2")
	k.DenseWeightGrad(in, out, groups, o2, out, dw.data, dy.data, x.data)
	k.DenseWeightGrad(in, out, groups, 0, o1, dw.data, dy.data, x.data)
	for _, v := range dw.data[o1*in : o2*in] {
		require.Equal(t, T(777), v, "a row that was not asked for")
	}
	k.DenseWeightGrad(in, out, groups, o1, o2, dw.data, dy.data, x.data)

	weights := float64s(w.data)
	wantDW, wantDB := make([]float64, out*in), make([]float64, out)
	for g := range groups {
		for l := range Lanes {
			xl := lane(x.data[g*in*Lanes:][:in*Lanes], l)
			dyl := lane(dy.data[g*out*Lanes:][:out*Lanes], l)
			wantY, wantDX := make([]float64, out), make([]float64, in)
			for o := range out {
				if b != nil {
					wantY[o] = float64(b[o])
				}
				wantDB[o] += dyl[o]
				for i := range in {
					wantY[o] += weights[o*in+i] * xl[i]
					wantDX[i] += weights[o*in+i] * dyl[o]
					wantDW[o*in+i] += dyl[o] * xl[i]
				}
				if relu {
					wantY[o] = max(0, wantY[o])
				}
			}
			near[T](t, wantY, lane(y.data[g*out*Lanes:][:out*Lanes], l), in, label("y", l))
			near[T](t, wantDX, lane(dx.data[g*in*Lanes:][:in*Lanes], l), out, label("dx", l))
		}
	}
	near[T](t, wantDW, float64s(dw.data), groups*Lanes, "dw")
	near[T](t, wantDB, float64s(db.data), groups*Lanes, "db")
	for i, c := range []*buffer[T]{x, dy, w, bias, y, dx, dw, db} {
		c.check(t, []string{"x", "dy", "w", "bias", "y", "dx", "dw", "db"}[i])
	}
}

// Splitting the rows of the weight gradient does not change its bits.
func TestDenseWeightGradSplit(t *testing.T) {
	const in, out, groups = 13, 11, 3
	s := &sampler{1}
	var k Set[float32]
	x, dy := values[float32](s, groups*in*Lanes).data, values[float32](s, groups*out*Lanes).data
	whole, parts := make([]float32, in*out), make([]float32, in*out)
	k.DenseWeightGrad(in, out, groups, 0, out, whole, dy, x)
	for o := range out {
		k.DenseWeightGrad(in, out, groups, o, o+1, parts, dy, x)
	}
	require.Equal(t, whole, parts)
}
