package lanes

import (
	"fmt"

	"gorgonia.org/gorgonia"
)

// dropoutSettings are the settings of a dropout.
type dropoutSettings struct {
	rate float64
	key  uint64
}

var dropout = Op[dropoutSettings]{Name: "dropout", Inputs: []Input{{Name: "input"}}, F32: newDropout[float32], F64: newDropout[float64]}

// Dropout adds inverted dropout: each value is zeroed with probability rate, in
// [0, 1), and divided by 1 − rate otherwise, which preserves its mean. Leave the
// operation out in evaluation. Which values are zeroed depends only on key, the step
// of [Session.Run], the row's position in the batch and the value's position in the
// row.
func (o Ops) Dropout(x *gorgonia.Node, rate float64, key uint64) (*gorgonia.Node, error) {
	return dropout.Add(o, dropoutSettings{rate, key}, x)
}

// newDropout is y = mask·x/(1 − rate). The map is linear and its own adjoint:
// the backward pass draws the same mask again.
func newDropout[T Float](s Site, c dropoutSettings) (Body[T], error) {
	if !(c.rate >= 0 && c.rate < 1) {
		return Body[T]{}, fmt.Errorf("rate = %v: want [0, 1)", c.rate)
	}
	k, n := set[T](s), size(s.Row(0))
	return Body[T]{
		Joins: true,
		Shape: s.Shape(0),
		Forward: EachGroup(func(g Group[T]) {
			k.Dropout(g.Out(), g.In(0), n, g.Index*Lanes, g.Pass().Key(c.key), c.rate)
		}),
		Backward: EachGroup(func(g Group[T]) {
			k.Dropout(g.Grad(0), g.OutGrad(), n, g.Index*Lanes, g.Pass().Key(c.key), c.rate)
		}),
	}, nil
}
