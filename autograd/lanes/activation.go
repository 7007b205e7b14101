package lanes

import (
	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
)

// Pointwise is a function of each value of an activation, and its derivative.
type Pointwise[T Float] struct {
	Value func(y, x []T) // fills y with f(x)
	// Gradient fills dx with dy·f'(x). It also gets y = f(x), in terms of which
	// some derivatives are simpler.
	Gradient func(dx, dy, x, y []T)
}

// Elementwise describes y = f(x) for each value of an input in lanes.
func Elementwise(name string, f32 Pointwise[float32], f64 Pointwise[float64]) Op[struct{}] {
	return elementwise(name,
		func(kernel.Set[float32]) Pointwise[float32] { return f32 },
		func(kernel.Set[float64]) Pointwise[float64] { return f64 })
}

func elementwise(name string, f32 func(kernel.Set[float32]) Pointwise[float32], f64 func(kernel.Set[float64]) Pointwise[float64]) Op[struct{}] {
	return Op[struct{}]{
		Name: name, Inputs: []Input{{Name: "input"}}, Channelwise: true,
		F32: func(s Site, _ struct{}) (Body[float32], error) { return pointwise(s, f32(set[float32](s))), nil },
		F64: func(s Site, _ struct{}) (Body[float64], error) { return pointwise(s, f64(set[float64](s))), nil },
	}
}

func pointwise[T Float](s Site, f Pointwise[T]) Body[T] {
	return Body[T]{
		Joins:    true,
		Shape:    s.Shape(0),
		Forward:  EachGroup(func(g Group[T]) { f.Value(g.Out(), g.In(0)) }),
		Backward: EachGroup(func(g Group[T]) { f.Gradient(g.Grad(0), g.OutGrad(), g.In(0), g.Out()) }),
	}
}

var (
	relu    = elementwise("relu", reluOf[float32], reluOf[float64])
	sigmoid = elementwise("sigmoid", sigmoidOf[float32], sigmoidOf[float64])
	tanh    = elementwise("tanh", tanhOf[float32], tanhOf[float64])
)

// ReLU adds y = max(0, x), elementwise on lanes; its derivative at 0 is 0.
func (o Ops) ReLU(x *gorgonia.Node) (*gorgonia.Node, error) { return relu.Add(o, struct{}{}, x) }

func reluOf[T Float](k kernel.Set[T]) Pointwise[T] {
	return Pointwise[T]{k.ReLU, func(dx, dy, _, y []T) { k.ReLUBackward(dx, dy, y) }}
}

// Sigmoid adds y = 1/(1 + e⁻ˣ), elementwise on lanes.
func (o Ops) Sigmoid(x *gorgonia.Node) (*gorgonia.Node, error) { return sigmoid.Add(o, struct{}{}, x) }

func sigmoidOf[T Float](k kernel.Set[T]) Pointwise[T] {
	return Pointwise[T]{k.Sigmoid, func(dx, dy, _, y []T) { k.SigmoidBackward(dx, dy, y) }}
}

// Tanh adds y = tanh x, elementwise on lanes.
func (o Ops) Tanh(x *gorgonia.Node) (*gorgonia.Node, error) { return tanh.Add(o, struct{}{}, x) }

func tanhOf[T Float](k kernel.Set[T]) Pointwise[T] {
	return Pointwise[T]{k.Tanh, func(dx, dy, _, y []T) { k.TanhBackward(dx, dy, y) }}
}

// set returns the kernels of the engine's instruction set.
func set[T Float](s Site) kernel.Set[T] { return kernel.Set[T]{ISA: s.b.engine.cfg.ISA} }
