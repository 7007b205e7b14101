package lanes

import (
	"math"

	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
)

var (
	silu     = elementwise("silu", siluOf[float32], siluOf[float64])
	gelu     = elementwise("gelu", geluOf[float32], geluOf[float64])
	geluTanh = elementwise("gelu of tanh", geluTanhOf[float32], geluTanhOf[float64])
)

// SiLU adds y = x/(1 + e⁻ˣ), elementwise on lanes (Elfwing et al. 2018), also called
// swish.
func (o Ops) SiLU(x *gorgonia.Node) (*gorgonia.Node, error) { return silu.Add(o, struct{}{}, x) }

func siluOf[T Float](k kernel.Set[T]) Pointwise[T] {
	return gated(k, 1, 0)
}

// GELU adds y = x·Φ(x), elementwise on lanes (Hendrycks and Gimpel 2016), for
// the distribution function Φ(x) = erfc(−x/√2)/2 of the normal distribution. With
// tanh it is the paper's approximation,
//
//	y = x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))/2
func (o Ops) GELU(x *gorgonia.Node, tanh bool) (*gorgonia.Node, error) {
	if tanh {
		return geluTanh.Add(o, struct{}{}, x)
	}
	return gelu.Add(o, struct{}{}, x)
}

func geluOf[T Float](k kernel.Set[T]) Pointwise[T] {
	return Pointwise[T]{k.GELU, func(dx, dy, x, _ []T) { k.GELUBackward(dx, dy, x) }}
}

// geluTanhOf has (1 + tanh u)/2 as 1/(1 + e⁻²ᵘ), which is precise for negative u too.
func geluTanhOf[T Float](k kernel.Set[T]) Pointwise[T] {
	c := 2 * math.Sqrt(2/math.Pi)
	return gated(k, T(c), T(c*.044715))
}

// gated is y = x/(1 + e^−u) with u = c1·x + c3·x³.
func gated[T Float](k kernel.Set[T], c1, c3 T) Pointwise[T] {
	return Pointwise[T]{
		func(y, x []T) { k.Gated(y, x, c1, c3) },
		func(dx, dy, x, _ []T) { k.GatedBackward(dx, dy, x, c1, c3) },
	}
}
