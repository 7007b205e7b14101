package lanes

import (
	"fmt"
	"math"

	"descent/internal/elementary"
	"gorgonia.org/gorgonia"
)

// noiseSettings are those of noise.
type noiseSettings struct {
	sd  float64
	key uint64
}

var noise = Op[noiseSettings]{Name: "noise", Inputs: []Input{{Name: "input"}}, F32: newNoise[float32], F64: newNoise[float64]}

// Noise adds y = x + sd·n, with a number n of the standard normal distribution for
// each value; sd is 0 or more. Leave the operation out to evaluate. The numbers are a
// function of key, the step of [Session.Run], the row's place in the batch and the
// value's place in the row, and of nothing else. The gradient is that of x.
func (o Ops) Noise(x *gorgonia.Node, sd float64, key uint64) (*gorgonia.Node, error) {
	return noise.Add(o, noiseSettings{sd, key}, x)
}

func newNoise[T Float](s Site, c noiseSettings) (Body[T], error) {
	if !(c.sd >= 0 && c.sd <= math.MaxFloat64) {
		return Body[T]{}, fmt.Errorf("sd = %v: want 0 or more, finite", c.sd)
	}
	n := size(s.Row(0))
	return Body[T]{
		Shape: s.Shape(0),
		Forward: EachGroup(func(g Group[T]) {
			x, y := g.In(0), g.Out()
			for i := 0; i < n; i += 2 {
				for l := range Lanes {
					row := g.Index*Lanes + l
					a, b := normals(g.p.Bits(c.key, row, i), g.p.Bits(c.key, row, i+1))
					at := i*Lanes + l
					y[at] = T(float64(x[at]) + float64(c.sd*a))
					if at += Lanes; at < len(y) {
						y[at] = T(float64(x[at]) + float64(c.sd*b))
					}
				}
			}
		}),
		Backward: EachGroup(func(g Group[T]) { copy(g.Grad(0), g.OutGrad()) }),
	}, nil
}

// normals returns two numbers of the standard normal distribution from random bits
// (Box and Muller 1958).
func normals(r, angle uint64) (a, b float64) {
	const unit = 1. / (1 << 53)
	radius := math.Sqrt(-2 * math.Log(float64(r>>11+1)*unit)) // of a number in (0, 1]
	sin, cos := elementary.Sincos(2 * math.Pi * (float64(angle>>11) * unit))
	return radius * cos, radius * sin
}
