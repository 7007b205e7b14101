package kernel

import "math"

// The update loops of optimizers work on flat slices of equal length. Explicit
// conversions make the compiler round every product and sum by itself, so that the
// results have the same bits on every machine and with every instruction set.

// SGD is plain gradient descent with weight decay:
//
//	x ← x − lr·(g + decay·x)
func (k Set[T]) SGD(x, g []T, lr, decay T) {
	g = g[:len(x)]
	for i := sgd(k.ISA, x, g, lr, decay); i < len(x); i++ {
		x[i] -= T(lr * (g[i] + T(decay*x[i])))
	}
}

// Momentum is gradient descent with momentum and weight decay:
//
//	v ← mu·v + keep·(g + decay·x)
//	x ← x − lr·v
func (k Set[T]) Momentum(x, v, g []T, lr, decay, mu, keep T) {
	v, g = v[:len(x)], g[:len(x)]
	for i := momentum(k.ISA, x, v, g, lr, decay, mu, keep); i < len(x); i++ {
		v[i] = T(mu*v[i]) + T(keep*(g[i]+T(decay*x[i])))
		x[i] -= T(lr * v[i])
	}
}

// Nesterov is gradient descent with Nesterov momentum and weight decay. With h = g + decay·x,
//
//	v ← mu·v + keep·h
//	x ← x − lr·(h + mu·v)
func (k Set[T]) Nesterov(x, v, g []T, lr, decay, mu, keep T) {
	v, g = v[:len(x)], g[:len(x)]
	for i := nesterov(k.ISA, x, v, g, lr, decay, mu, keep); i < len(x); i++ {
		h := g[i] + T(decay*x[i])
		v[i] = T(mu*v[i]) + T(keep*h)
		x[i] -= T(lr * (h + T(mu*v[i])))
	}
}

// AdamStep has the numbers of one Adam update at step t = 1, 2, …, with the
// learning rate η.
type AdamStep[T Float] struct {
	Beta1, Gain1 T // β₁ and 1 − β₁
	Beta2, Gain2 T // β₂ and 1 − β₂
	Rate         T // η/(1 − β₁ᵗ)
	Root         T // 1/√(1 − β₂ᵗ)
	Epsilon      T
	Decay        T // of the weights, added to the gradient (Adam)
	Shrink       T // the factor of the weights, 1 − ηλ (AdamW), or 1
}

// Adam is one update of Adam or AdamW. With h the gradient and decay,
//
//	x ← Shrink·x
//	h = g + Decay·x
//	m ← Beta1·m + Gain1·h
//	v ← Beta2·v + Gain2·h²
//	x ← x − Rate·m / (√v·Root + Epsilon)
func (k Set[T]) Adam(x, m, v, g []T, s *AdamStep[T]) {
	m, v, g = m[:len(x)], v[:len(x)], g[:len(x)]
	for i := adam(k.ISA, x, m, v, g, s); i < len(x); i++ {
		x[i] *= s.Shrink
		h := g[i] + T(s.Decay*x[i])
		m[i] = T(s.Beta1*m[i]) + T(s.Gain1*h)
		v[i] = T(s.Beta2*v[i]) + T(T(s.Gain2*h)*h)
		x[i] -= T(s.Rate*m[i]) / (T(T(math.Sqrt(float64(v[i])))*s.Root) + s.Epsilon)
	}
}
