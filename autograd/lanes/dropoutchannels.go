package lanes

import (
	"fmt"

	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
)

var dropoutChannels = Op[dropoutSettings]{
	Name: "dropout of channels", Inputs: []Input{{Name: "input"}},
	F32: newDropoutChannels[float32], F64: newDropoutChannels[float64],
}

// DropoutChannels is [Ops.Dropout] of entire channels (Tompson et al. 2015): in rows
// [C, ...], all values of a channel are zeroed or all are divided by 1 − rate. The
// channel takes the place of the value's position in the row.
func (o Ops) DropoutChannels(x *gorgonia.Node, rate float64, key uint64) (*gorgonia.Node, error) {
	return dropoutChannels.Add(o, dropoutSettings{rate, key}, x)
}

func newDropoutChannels[T Float](s Site, c dropoutSettings) (Body[T], error) {
	if !(c.rate >= 0 && c.rate < 1) {
		return Body[T]{}, fmt.Errorf("rate = %v: want [0, 1)", c.rate)
	}
	row := s.Row(0)
	k, channels, n := set[T](s), row[0], size(row)/row[0]
	if err := take[T](s, s.Threads()+1, channels, Lanes); err != nil {
		return Body[T]{}, err
	}
	ones, masks := kernel.Alloc[T](channels*Lanes), kernel.Alloc[T](s.Threads()*channels*Lanes)
	for i := range ones {
		ones[i] = 1
	}
	drop := func(g Group[T], y, x []T) {
		mask := group(masks, g.Worker(), channels)
		k.Dropout(mask, ones, channels, g.Index*Lanes, g.Pass().Key(c.key), c.rate)
		for i := range channels {
			factor := (*[Lanes]T)(mask[i*Lanes:])
			from, to := group(x, i, n), group(y, i, n)
			for j, v := range from {
				f := factor[j%Lanes]
				if f == 0 { // whatever v is
					v = 0
				}
				to[j] = f * v
			}
		}
	}
	return Body[T]{
		Joins:    true,
		Shape:    s.Shape(0),
		Forward:  EachGroup(func(g Group[T]) { drop(g, g.Out(), g.In(0)) }),
		Backward: EachGroup(func(g Group[T]) { drop(g, g.Grad(0), g.OutGrad()) }),
	}, nil
}
