package lanes

import (
	"fmt"
	"math"

	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
)

// LeakyReLU adds y = x where x > 0, and slope·x elsewhere, elementwise on lanes
// (Maas, Hannun and Ng 2013). The derivative at 0 is slope, which is 0 or more.
func (o Ops) LeakyReLU(x *gorgonia.Node, slope float64) (*gorgonia.Node, error) {
	if !(slope >= 0 && slope <= math.MaxFloat64) {
		return nil, fmt.Errorf("lanes: leaky relu: slope = %v: want 0 or more, finite", slope)
	}
	return elementwise("leaky relu", leakyReLUOf[float32](slope), leakyReLUOf[float64](slope)).Add(o, struct{}{}, x)
}

func leakyReLUOf[T Float](slope float64) func(kernel.Set[T]) Pointwise[T] {
	return func(k kernel.Set[T]) Pointwise[T] {
		return Pointwise[T]{
			func(y, x []T) { k.LeakyReLU(y, x, T(slope)) },
			func(dx, dy, x, _ []T) { k.LeakyReLUBackward(dx, dy, x, T(slope)) },
		}
	}
}

// ELU adds y = x where x > 0, and α·(eˣ − 1) elsewhere, elementwise on lanes
// (Clevert, Unterthiner and Hochreiter 2016). The derivative at 0 is α, which is 0
// or more.
func (o Ops) ELU(x *gorgonia.Node, alpha float64) (*gorgonia.Node, error) {
	if !(alpha >= 0 && alpha <= math.MaxFloat64) {
		return nil, fmt.Errorf("lanes: elu: alpha = %v: want 0 or more, finite", alpha)
	}
	return elementwise("elu", eluOf[float32](alpha), eluOf[float64](alpha)).Add(o, struct{}{}, x)
}

func eluOf[T Float](alpha float64) func(kernel.Set[T]) Pointwise[T] {
	return func(k kernel.Set[T]) Pointwise[T] {
		return Pointwise[T]{
			func(y, x []T) { k.ELU(y, x, alpha) },
			func(dx, dy, x, _ []T) { k.ELUBackward(dx, dy, x, alpha) },
		}
	}
}

// Softplus adds y = log(1 + e^(β·x))/β, elementwise on lanes (Dugas et al. 2001),
// where β is more than 0. It does not overflow for large x and follows the formula
// there too, where PyTorch returns x itself for β·x above 20.
func (o Ops) Softplus(x *gorgonia.Node, beta float64) (*gorgonia.Node, error) {
	if !(beta > 0 && beta <= math.MaxFloat64) {
		return nil, fmt.Errorf("lanes: softplus: beta = %v: want more than 0, finite", beta)
	}
	return elementwise("softplus", softplusOf[float32](beta), softplusOf[float64](beta)).Add(o, struct{}{}, x)
}

func softplusOf[T Float](beta float64) func(kernel.Set[T]) Pointwise[T] {
	return func(k kernel.Set[T]) Pointwise[T] {
		return Pointwise[T]{
			func(y, x []T) { k.Softplus(y, x, beta) },
			func(dx, dy, x, _ []T) { k.SoftplusBackward(dx, dy, x, beta) },
		}
	}
}
