package lanes

import (
	"fmt"
	"math"

	"descent/internal/elementary"
	"descent/internal/rng"
	"gorgonia.org/gorgonia"
)

// noiseSettings are the settings of noise.
type noiseSettings struct {
	sd  float64
	key uint64
}

var noise = Op[noiseSettings]{Name: "noise", Inputs: []Input{{Name: "input"}}, F32: newNoise[float32], F64: newNoise[float64]}

// Noise adds y = x + sd·n, with a number n from the standard normal distribution for
// each value; sd is 0 or more. Leave the operation out in evaluation. The numbers depend
// only on key, the step of [Session.Run], the row's position in the batch and the
// value's position in the row. The gradient is that of x.
func (o Ops) Noise(x *gorgonia.Node, sd float64, key uint64) (*gorgonia.Node, error) {
	return noise.Add(o, noiseSettings{sd, key}, x)
}

func newNoise[T Float](s Site, c noiseSettings) (Body[T], error) {
	if !(c.sd >= 0 && c.sd <= math.MaxFloat64) {
		return Body[T]{}, fmt.Errorf("sd = %v: want 0 or more, finite", c.sd)
	}
	n := size(s.Row(0))
	return Body[T]{
		Joins: true,
		Shape: s.Shape(0),
		Forward: EachGroup(func(g Group[T]) {
			x, y := g.In(0), g.Out()
			eachNormal(rowKeys(g, c.key), n, func(at int, n float64) { y[at] = T(float64(x[at]) + float64(c.sd*n)) })
		}),
		Backward: EachGroup(func(g Group[T]) { copy(g.Grad(0), g.OutGrad()) }),
	}, nil
}

// rowKeys returns the keys of a group's rows by their positions in the batch: row r has
// the bits [Pass.Bits](key, r, i).
func rowKeys[T Float](g Group[T], key uint64) (keys [Lanes]uint64) {
	for l := range keys {
		keys[l] = rng.Mix(g.p.Key(key), uint64(g.Index*Lanes+l)+1)
	}
	return keys
}

// eachNormal calls f with a number from the standard normal distribution for each of
// the n values of a group's rows, which have the given keys.
func eachNormal(keys [Lanes]uint64, n int, f func(at int, n float64)) {
	for i := 0; i < n; i += 2 {
		for l, key := range keys {
			a, b := normals(rng.Mix(key, uint64(i)+1), rng.Mix(key, uint64(i)+2))
			at := i*Lanes + l
			f(at, a)
			if i+1 < n {
				f(at+Lanes, b)
			}
		}
	}
}

// normals returns two numbers from the standard normal distribution for random bits
// (Box and Muller 1958).
func normals(r, angle uint64) (a, b float64) {
	const unit = 1. / (1 << 53)
	radius := math.Sqrt(-2 * math.Log(float64(r>>11+1)*unit)) // of a number in (0, 1]
	sin, cos := elementary.Sincos(2 * math.Pi * (float64(angle>>11) * unit))
	return radius * cos, radius * sin
}
