package kernel

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// kept returns which elements of a [features][16] group are kept.
func kept(features, row0 int, key uint64, rate float64) []bool {
	x := make([]float64, features*Lanes)
	fill(x, 1)
	Set[float64]{}.Dropout(x, x, features, row0, key, rate)
	k := make([]bool, len(x))
	for i, v := range x {
		k[i] = v != 0
	}
	return k
}

func TestDropout(t *testing.T) { both(t, dropoutProperty[float32], dropoutProperty[float64]) }

// Each element is x/(1−rate) or 0. The choice is a function of key, row and feature:
// it is the same in any group that holds the row, and for any x.
func dropoutProperty[T Float](t *rapid.T) {
	features, row0 := rapid.IntRange(1, 40).Draw(t, "features"), rapid.IntRange(0, 1<<20).Draw(t, "row0")
	key, rate := rapid.Uint64().Draw(t, "key"), rapid.Float64Range(0, 1).Draw(t, "rate")
	s := newSampler(t)
	x, y := values[T](s, features*Lanes), newBuffer(features*Lanes, T(777))
	Set[T]{}.Dropout(y.data, x.data, features, row0, key, rate)
	keep := kept(features, row0, key, rate)
	shifted := kept(features+3, row0+5, key, rate)
	for i, v := range y.data {
		if keep[i] {
			require.Equal(t, x.data[i]*T(1/(1-rate)), v)
		} else {
			require.Zero(t, v)
		}
		if f, l := i/Lanes, i%Lanes; l >= 5 {
			require.Equal(t, keep[i], shifted[f*Lanes+l-5], "feature %d, row %d", f, row0+l)
		}
	}
	y.check(t, "y")
	x.check(t, "x")
	Set[T]{}.Dropout(x.data, x.data, features, row0, key, rate)
	require.Equal(t, y.data, x.data, "in place")
}

// Vectors drop the same elements as the plain loop, with the same bits.
func TestDropoutVectors(t *testing.T) {
	eachISA(t, func(t *rapid.T, k Set[float32]) {
		features, row0 := rapid.IntRange(0, 40).Draw(t, "features"), rapid.Int().Draw(t, "row0")
		key, rate := rapid.Uint64().Draw(t, "key"), rapid.Float64Range(0, 1).Draw(t, "rate")
		x := wild(newSampler(t), features*Lanes)
		want, got := newBuffer(features*Lanes, float32(777)), newBuffer(features*Lanes, float32(777))
		Set[float32]{Go}.Dropout(want.data, x.data, features, row0, key, rate)
		k.Dropout(got.data, x.data, features, row0, key, rate)
		sameBits(t, want.data, got.data, "y")
		got.check(t, "y")
		k.Dropout(x.data, x.data, features, row0, key, rate)
		sameBits(t, want.data, x.data, "in place")
	})
}

func TestDropoutAllOrNothing(t *testing.T) {
	x := []float32{float32(nan), float32(inf), 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
	y := make([]float32, Lanes)
	Set[float32]{}.Dropout(y, x, 1, 0, 1, 1)
	assert.Equal(t, make([]float32, Lanes), y, "rate 1 drops everything, NaN too")
	Set[float32]{}.Dropout(y, x, 1, 0, 1, 0)
	assert.Equal(t, lanesBits(x), lanesBits(y), "rate 0 changes nothing")
}

// The dropped share is the rate, and neighbors in row, feature and key are
// independent: each count is within five standard deviations.
func TestDropoutStatistics(t *testing.T) {
	const features, groups = 1000, 16
	step := uint64(golden) // of the generator: a step in the key must not undo one in the row
	for _, rate := range []float64{0.1, 0.25, 0.5, 0.9} {
		masks := map[string]func(g int) []bool{
			"feature":     func(g int) []bool { return kept(features+1, g*Lanes, 7, rate)[Lanes:] },
			"row":         func(g int) []bool { return kept(features, g*Lanes+1, 7, rate) },
			"key":         func(g int) []bool { return kept(features, g*Lanes, 8, rate) },
			"key's top":   func(g int) []bool { return kept(features, g*Lanes, 7|1<<63, rate) },
			"key and row": func(g int) []bool { return kept(features, g*Lanes+1, 7-step, rate) },
		}
		n, dropped, agree := 0.0, 0.0, map[string]float64{}
		for g := range groups {
			mask := kept(features, g*Lanes, 7, rate)
			n += float64(len(mask))
			for _, k := range mask {
				if !k {
					dropped++
				}
			}
			for name, f := range masks {
				other := f(g)
				for i, k := range mask {
					if k == other[i] {
						agree[name]++
					}
				}
			}
		}
		assert.InDelta(t, rate, dropped/n, 5*math.Sqrt(rate*(1-rate)/n), "rate %v", rate)
		same := rate*rate + (1-rate)*(1-rate)
		for name, count := range agree {
			assert.InDelta(t, same, count/n, 5*math.Sqrt(same*(1-same)/n)+1e-9, "rate %v: agreement with the next %s", rate, name)
		}
	}
}
