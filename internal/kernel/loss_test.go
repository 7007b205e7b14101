package kernel

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// sumOf returns the loss of a group.
func sumOf(losses [Lanes]float64) float64 { return total(losses[:]) }

func TestSoftmaxCrossEntropy(t *testing.T) {
	both(t, crossEntropyProperty[float32], crossEntropyProperty[float64])
}

func crossEntropyProperty[T Float](t *rapid.T) {
	classes, active := rapid.IntRange(1, 12).Draw(t, "classes"), rapid.IntRange(0, Lanes).Draw(t, "active")
	s := newSampler(t)
	x, d := values[T](s, classes*Lanes), newBuffer(classes*Lanes, T(777))
	labels := make([]int32, active)
	for l := range labels {
		labels[l] = int32(s.intn(classes))
	}
	loss := sumOf(Set[T]{}.SoftmaxCrossEntropy(classes, active, d.data, x.data, labels))
	var wantLoss float64
	for l := range Lanes {
		want := make([]float64, classes)
		if l < active {
			xl := lane(x.data, l)
			var total float64
			for _, v := range xl {
				total += math.Exp(v)
			}
			for c, v := range xl {
				want[c] = math.Exp(v) / total
			}
			wantLoss -= math.Log(want[labels[l]])
			want[labels[l]]--
		}
		near[T](t, want, lane(d.data, l), 1, label("d", l))
	}
	require.InDelta(t, wantLoss, loss, 1e-12)
	x.check(t, "x")
	d.check(t, "d")
	Set[T]{}.SoftmaxCrossEntropy(classes, active, x.data, x.data, labels)
	require.Equal(t, d.data, x.data, "in place")
}

// The vector kernels compute the losses of the plain loop for any numbers, except that
// powers and logarithms are off by a unit in the last place of float64.
func TestSoftmaxCrossEntropyVectors(t *testing.T) {
	rapidSets(t, func(t *rapid.T, sets []Set[float32]) {
		classes, active := rapid.IntRange(1, 40).Draw(t, "classes"), rapid.IntRange(0, Lanes).Draw(t, "active")
		scale := rapid.SampledFrom([]float32{1e-4, 1, 30, 1000, 1e37}).Draw(t, "scale")
		s := newSampler(t)
		x, labels := values[float32](s, classes*Lanes), make([]int32, active)
		for i := range x.data {
			x.data[i] *= scale
		}
		if s.intn(2) == 0 {
			x = wild(s, classes*Lanes)
		}
		for l := range labels {
			labels[l] = int32(s.intn(classes))
		}
		want := newBuffer(classes*Lanes, float32(777))
		wantLoss := sumOf(Set[float32]{Go}.SoftmaxCrossEntropy(classes, active, want.data, x.data, labels))
		var ds [][]float32
		for _, k := range sets {
			d := newBuffer(classes*Lanes, float32(777))
			loss := sumOf(k.SoftmaxCrossEntropy(classes, active, d.data, x.data, labels))
			if wantLoss != loss && (wantLoss == wantLoss || loss == loss) {
				require.InEpsilon(t, wantLoss, loss, 1e-13, k.ISA)
			}
			for i, w := range want.data {
				if g := d.data[i]; w != g && (w == w || g == g) {
					require.InEpsilon(t, w, g, 1e-6, "%v: d[%d]", k.ISA, i)
				}
			}
			d.check(t, "d")
			ds = append(ds, d.data)
			inPlace := append([]float32(nil), x.data...)
			k.SoftmaxCrossEntropy(classes, active, inPlace, inPlace, labels)
			sameBits(t, d.data, inPlace, "in place")
		}
		for _, d := range ds {
			sameBits(t, ds[0], d, "d, across instruction sets")
		}
	})
}

func TestSquaredErrorVectors(t *testing.T) {
	eachISA(t, func(t *rapid.T, k Set[float32]) {
		features, active := rapid.IntRange(0, 9).Draw(t, "features"), rapid.IntRange(0, Lanes).Draw(t, "active")
		s := newSampler(t)
		p, target := wild(s, features*Lanes), wild(s, features*Lanes)
		want, d := newBuffer(features*Lanes, float32(777)), newBuffer(features*Lanes, float32(777))
		wantLoss := Set[float32]{Go}.SquaredError(features, active, want.data, p.data, target.data)
		loss := k.SquaredError(features, active, d.data, p.data, target.data)
		for l, w := range wantLoss {
			require.True(t, w == loss[l] || w != w && loss[l] != loss[l], "lane %d: %v, not %v", l, loss[l], w)
		}
		sameBits(t, want.data, d.data, "d")
		d.check(t, "d")
		k.SquaredError(features, active, p.data, p.data, target.data)
		sameBits(t, want.data, p.data, "d, in place")
	})
}

// A label that is not a class is a programming error, also with vectors.
func TestSoftmaxCrossEntropyOfNoClass(t *testing.T) {
	x := make([]float32, 3*Lanes)
	for _, label := range []int32{-1, 3} {
		assert.Panics(t, func() { Set[float32]{}.SoftmaxCrossEntropy(3, 1, x, x, []int32{label}) })
	}
}

func TestSoftmaxCrossEntropyOfExtremes(t *testing.T) {
	t.Run("go", func(t *testing.T) { extremes(t, Set[float32]{Go}) })
	for _, isa := range vectorISAs(t) {
		t.Run(isa.String(), func(t *testing.T) { extremes(t, Set[float32]{isa}) })
	}
}

func extremes(t *testing.T, k Set[float32]) {
	column := func(v ...float32) []float32 {
		x := make([]float32, len(v)*Lanes)
		for c, e := range v {
			x[c*Lanes] = e
		}
		return x
	}
	for _, c := range []struct {
		x    []float32
		loss float64
		d    []float32
	}{
		{[]float32{1e30, -1e30}, 0, []float32{0, 0}},
		{[]float32{-1e30, 1e30}, 2 * float64(float32(1e30)), []float32{-1, 1}},
		{[]float32{1e30, 1e30}, math.Ln2, []float32{-0.5, 0.5}},
		{[]float32{-1e30, -1e30}, math.Ln2, []float32{-0.5, 0.5}},
		{[]float32{0, float32(-inf)}, 0, []float32{0, 0}},
		{[]float32{float32(-inf), 0}, inf, []float32{-1, 1}},
		{[]float32{100}, 0, []float32{0}},
	} {
		d := make([]float32, len(c.x)*Lanes)
		loss := sumOf(k.SoftmaxCrossEntropy(len(c.x), 1, d, column(c.x...), []int32{0}))
		if math.IsInf(c.loss, 1) {
			assert.Equal(t, c.loss, loss, "%v", c.x)
		} else {
			assert.InDelta(t, c.loss, loss, 1e-15*math.Abs(c.loss)+1e-15, "%v", c.x)
		}
		assert.Equal(t, column(c.d...), d, "%v", c.x)
	}
	for _, x := range [][]float32{{float32(nan), 1}, {1, float32(nan)}, {float32(inf), 0}, {float32(-inf), float32(-inf)}} {
		d := make([]float32, 2*Lanes)
		assert.True(t, math.IsNaN(sumOf(k.SoftmaxCrossEntropy(2, 1, d, column(x...), []int32{0}))), "%v", x)
	}
}

// The values in lanes beyond the active ones affect neither loss nor d.
func TestLossesIgnoreInactiveLanes(t *testing.T) {
	x, target, d := make([]float64, 3*Lanes), make([]float64, 3*Lanes), make([]float64, 3*Lanes)
	for f := range 3 {
		for l := 2; l < Lanes; l++ {
			x[f*Lanes+l] = nan
		}
	}
	assert.InDelta(t, 2*math.Log(3), sumOf(Set[float64]{}.SoftmaxCrossEntropy(3, 2, d, x, []int32{0, 2})), 1e-15)
	for i, v := range d {
		assert.Equal(t, i%Lanes >= 2, v == 0, "element %d is %v", i, v)
	}
	assert.Zero(t, Set[float64]{}.SquaredError(3, 2, d, x, target))
	assert.Equal(t, make([]float64, 3*Lanes), d)
}

func TestSquaredError(t *testing.T) {
	both(t, squaredErrorProperty[float32], squaredErrorProperty[float64])
}

func squaredErrorProperty[T Float](t *rapid.T) {
	features, active := rapid.IntRange(1, 9).Draw(t, "features"), rapid.IntRange(0, Lanes).Draw(t, "active")
	s := newSampler(t)
	p, target, d := values[T](s, features*Lanes), values[T](s, features*Lanes), newBuffer(features*Lanes, T(777))
	loss := sumOf(Set[T]{}.SquaredError(features, active, d.data, p.data, target.data))
	var want float64
	for i, v := range d.data {
		if i%Lanes >= active {
			require.Zero(t, v)
			continue
		}
		require.Equal(t, p.data[i]-target.data[i], v)
		want += float64(v) * float64(v)
	}
	require.InDelta(t, want, loss, 1e-14*(1+want))
	for _, b := range []*buffer[T]{p, target, d} {
		b.check(t, "buffer")
	}
}
