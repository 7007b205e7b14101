package autograd

import (
	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// ReLU adds y = max(0, x), elementwise on lanes; its derivative at 0 is 0.
func (b *Builder) ReLU(x *gorgonia.Node) (*gorgonia.Node, error) {
	if b.dtype == tensor.Float64 {
		k := kernel.Set[float64]{ISA: b.engine.isa}
		return addActivation(b, "relu", x, k.ReLU, k.ReLUBackward)
	}
	k := kernel.Set[float32]{ISA: b.engine.isa}
	return addActivation(b, "relu", x, k.ReLU, k.ReLUBackward)
}

// Sigmoid adds y = 1/(1 + e⁻ˣ), elementwise on lanes.
func (b *Builder) Sigmoid(x *gorgonia.Node) (*gorgonia.Node, error) {
	if b.dtype == tensor.Float64 {
		k := kernel.Set[float64]{ISA: b.engine.isa}
		return addActivation(b, "sigmoid", x, k.Sigmoid, k.SigmoidBackward)
	}
	k := kernel.Set[float32]{ISA: b.engine.isa}
	return addActivation(b, "sigmoid", x, k.Sigmoid, k.SigmoidBackward)
}

// Tanh adds y = tanh x, elementwise on lanes.
func (b *Builder) Tanh(x *gorgonia.Node) (*gorgonia.Node, error) {
	if b.dtype == tensor.Float64 {
		k := kernel.Set[float64]{ISA: b.engine.isa}
		return addActivation(b, "tanh", x, k.Tanh, k.TanhBackward)
	}
	k := kernel.Set[float32]{ISA: b.engine.isa}
	return addActivation(b, "tanh", x, k.Tanh, k.TanhBackward)
}

// addActivation adds y = f(x), whose derivative is a function of y:
// df computes dx from dy and y.
func addActivation[T Float](b *Builder, name string, x *gorgonia.Node, f func(y, x []T), df func(dx, dy, y []T)) (*gorgonia.Node, error) {
	if err := b.checkLanes(name, x, 0); err != nil {
		return nil, err
	}
	n := size(RowShape(x))
	out, y := newDense[T](b, x.Shape()...)
	in := gorgonia.Nodes{x}
	forward := func(v []gorgonia.Value) (gorgonia.Value, error) {
		x := dataOf[T](v[0])
		b.engine.pool.Run(b.Groups(), func(g, _ int) { f(group(y, g, n), group(x, g, n)) })
		return out, nil
	}
	sym := func(in gorgonia.Nodes, y, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		dx, dxData := newDense[T](b, in[0].Shape()...)
		return b.backward(name+" backward", gorgonia.Nodes{grad, y}, []*tensor.Dense{dx}, func(v []gorgonia.Value) error {
			dy, y := dataOf[T](v[0]), dataOf[T](v[1])
			b.engine.pool.Run(b.Groups(), func(g, _ int) { df(group(dxData, g, n), group(dy, g, n), group(y, g, n)) })
			return nil
		})
	}
	return b.apply(newOp(name, in, b.dtype, out.Shape(), forward), in, []bool{true}, sym)
}
