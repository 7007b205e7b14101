package autograd

import (
	"fmt"

	"descent/internal/kernel"
	"descent/internal/rng"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Dropout adds inverted dropout: each value is zeroed with probability rate,
// and divided by 1 − rate otherwise, so that its mean stays. Leave the
// operation out to evaluate.
//
// What is zeroed is a function of key, the step ([Builder.Step]), the row's
// place in the batch and the value's place in the row, and of nothing else.
// The rate must be in [0, 1).
func (b *Builder) Dropout(x *gorgonia.Node, rate float64, key uint64) (*gorgonia.Node, error) {
	if err := b.checkLanes("dropout", x, 0); err != nil {
		return nil, err
	}
	if !(rate >= 0 && rate < 1) {
		return nil, fmt.Errorf("autograd: dropout: rate = %v: want [0, 1)", rate)
	}
	if b.dtype == tensor.Float64 {
		return addDropout[float64](b, x, rate, key)
	}
	return addDropout[float32](b, x, rate, key)
}

// addDropout adds y = mask·x/(1 − rate). The map is linear and its own
// adjoint: the backward pass draws the same mask again.
func addDropout[T Float](b *Builder, x *gorgonia.Node, rate float64, key uint64) (*gorgonia.Node, error) {
	k := kernel.Set[T]{ISA: b.engine.isa}
	n := size(RowShape(x))
	apply := func(y []T, v []gorgonia.Value) {
		x, step := dataOf[T](v[0]), v[1].(*tensor.Dense).Int64s()[0]
		stepKey := rng.Mix(rng.Mix(key, 1)+uint64(step), 1) // key + step alone would give key+1 the masks of the next step
		b.engine.pool.Run(b.Groups(), func(g, _ int) {
			k.Dropout(group(y, g, n), group(x, g, n), n, g*Lanes, stepKey, rate)
		})
	}
	out, y := newDense[T](b, x.Shape()...)
	in := gorgonia.Nodes{x, b.step}
	forward := func(v []gorgonia.Value) (gorgonia.Value, error) {
		apply(y, v)
		return out, nil
	}
	sym := func(in gorgonia.Nodes, _, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		dx, dxData := newDense[T](b, in[0].Shape()...)
		return b.backward("dropout backward", gorgonia.Nodes{grad, in[1]}, []*tensor.Dense{dx, nil}, func(v []gorgonia.Value) error {
			apply(dxData, v)
			return nil
		})
	}
	return b.apply(newOp("dropout", in, b.dtype, out.Shape(), forward), in, []bool{true, false}, sym)
}
