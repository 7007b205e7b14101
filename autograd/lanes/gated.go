package lanes

import (
	"math"

	"descent/internal/elementary"
	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
)

var (
	silu     = elementwise("silu", siluOf[float32], siluOf[float64])
	gelu     = Elementwise("gelu", numberwise[float32](geluValue, geluSlope), numberwise[float64](geluValue, geluSlope))
	geluTanh = elementwise("gelu of tanh", geluTanhOf[float32], geluTanhOf[float64])
)

// SiLU adds y = x/(1 + e⁻ˣ), elementwise on lanes (Elfwing et al. 2018), which is
// also called swish.
func (o Ops) SiLU(x *gorgonia.Node) (*gorgonia.Node, error) { return silu.Add(o, struct{}{}, x) }

func siluOf[T Float](k kernel.Set[T]) Pointwise[T] {
	return gated(k, func(x T) T { return x }, func(T) T { return 1 })
}

// GELU adds y = x·Φ(x), elementwise on lanes (Hendrycks and Gimpel 2016), for
// the distribution function Φ(x) = erfc(−x/√2)/2 of the normal distribution. With
// tanh it is the paper's approximation of that,
//
//	y = x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))/2
func (o Ops) GELU(x *gorgonia.Node, tanh bool) (*gorgonia.Node, error) {
	if tanh {
		return geluTanh.Add(o, struct{}{}, x)
	}
	return gelu.Add(o, struct{}{}, x)
}

// beyond is where Φ(−x) is 0 in float64.
const beyond = 40

func phi(x float64) float64 { return float64(elementary.Erfc(-x/math.Sqrt2) / 2) }

func geluValue(x float64) float64 {
	if x < -beyond { // where x may be infinite
		return 0
	}
	return x * phi(x)
}

// geluSlope is Φ(x) + x·φ(x).
func geluSlope(x float64) float64 {
	if math.Abs(x) > beyond {
		return phi(x)
	}
	return phi(x) + float64(x*math.Exp(-x*x/2)/math.Sqrt(2*math.Pi))
}

// geluTanhOf has (1 + tanh u)/2 as 1/(1 + e⁻²ᵘ), which is precise for negative u too.
func geluTanhOf[T Float](k kernel.Set[T]) Pointwise[T] {
	const a = .044715
	c := T(2 * math.Sqrt(2/math.Pi))
	return gated(k, func(x T) T { return c * (x + T(a*x*x*x)) }, func(x T) T { return c * (1 + T(3*a*x*x)) })
}

// gated is y = x·σ(g(x)) for σ(x) = 1/(1 + e⁻ˣ), and its derivative
// σ + x·g'·σ·(1 − σ). What σ makes zero is zero whatever its other factor is.
func gated[T Float](k kernel.Set[T], g, slope func(x T) T) Pointwise[T] {
	gate := func(dst, x []T) {
		for i, v := range x {
			dst[i] = g(v)
		}
		k.Sigmoid(dst, dst)
	}
	return Pointwise[T]{
		Value: func(y, x []T) {
			gate(y, x)
			for i, v := range x {
				if y[i] != 0 {
					y[i] *= v
				}
			}
		},
		Gradient: func(dx, dy, x, _ []T) {
			gate(dx, x)
			for i, v := range x {
				s := dx[i]
				if change := s * (1 - s); change != 0 {
					s += T(v * slope(v) * change)
				}
				dx[i] = dy[i] * s
			}
		},
	}
}
