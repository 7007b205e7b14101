package lanes

import (
	"fmt"

	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
)

var padChannels = Op[[2]int]{
	Name: "padding of channels", Inputs: []Input{{Name: "input"}},
	F32: newPadChannels[float32], F64: newPadChannels[float64], few: fewPadChannels,
}

// PadChannels adds channels of zeros, before and after those of x: rows [C, …] to
// rows [before + C + after, …].
func (o Ops) PadChannels(x *gorgonia.Node, before, after int) (*gorgonia.Node, error) {
	return padChannels.Add(o, [2]int{before, after}, x)
}

func newPadChannels[T Float](s Site, c [2]int) (Body[T], error) {
	for i, n := range c {
		if n < 0 || n > kernel.MaxSize {
			return Body[T]{}, fmt.Errorf("%s = %d: want 0 to %d", []string{"before", "after"}[i], n, kernel.MaxSize)
		}
	}
	row := s.Row(0)
	first := c[0] * size(row[1:]) * Lanes
	row[0] += c[0] + c[1]
	return Body[T]{
		Joins: true,
		Shape: s.InLanes(row...),
		// The other channels are zero from the start.
		Forward:  EachGroup(func(g Group[T]) { copy(g.Out()[first:], g.In(0)) }),
		Backward: EachGroup(func(g Group[T]) { copy(g.Grad(0), g.OutGrad()[first:]) }),
	}, nil
}
