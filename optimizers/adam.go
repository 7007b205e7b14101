package optimizers

import (
	"math"

	"descent/internal/kernel"
)

// Adam is the Adam rule of Kingma and Ba (2014), Algorithm 1, and AMSGrad
// (Reddi, Kale and Kumar, 2018), as in PyTorch.
//
// For each element, with gradient g, weight decay λ and step t = 1, 2, …:
//
//	g ← g + λ·x
//	m ← β1·m + (1−β1)·g
//	v ← β2·v + (1−β2)·g²
//	x ← x − lr · (m/(1−β1ᵗ)) / (√(v/(1−β2ᵗ)) + ε)
//
// With AMSGrad, the maximum of all v so far replaces v in the root; it is corrected
// afterwards, which the paper does not do. With EpsHat, ε is added before the
// correction,
//
//	x ← x − lr · √(1−β2ᵗ)/(1−β1ᵗ) · m / (√v + ε)
//
// so that ε weighs 1/√(1−β2ᵗ) times as much: 31.6 times at t = 1 with β2 = 0.999.
//
// Slots: "exp_avg" (m), "exp_avg_sq" (v), with AMSGrad "max_exp_avg_sq" (the
// maximum of v); each len(x), initially zero.
// Defaults ([DefaultAdam]): β1 0.9, β2 0.999, ε 1e-8, as in the paper and
// PyTorch. The book (Dive into Deep Learning) uses ε 1e-6 ([D2LAdam]). MXNet
// ([MXNetAdam]) uses ε 1e-8 and Keras 1e-7, both with EpsHat.
// Usual rate: 0.001. The decay is divided by √v too; [AdamW] keeps it separate.
type Adam struct {
	Beta1       float64 // β1 in [0, 1): of the average gradient
	Beta2       float64 // β2 in [0, 1): of the average squared gradient
	Eps         float64 // ε, more than 0
	WeightDecay float64 // λ, 0 or more, added to the gradient (an L2 penalty of λ/2·‖x‖²)
	AMSGrad     bool    // divide by the largest v so far
	EpsHat      bool    // ε before the bias correction: ε̂ of the paper's section 2
}

var (
	_ Rule        = Adam{}
	_ Elementwise = Adam{}
	_ Bounded     = Adam{}
)

// DefaultAdam returns PyTorch's and the paper's defaults.
func DefaultAdam() Adam { return Adam{Beta1: .9, Beta2: .999, Eps: 1e-8} }

// D2LAdam returns the Adam that the book implements from scratch: ε 1e-6. The one
// that it uses from MXNet is [MXNetAdam].
func D2LAdam() Adam { return Adam{Beta1: .9, Beta2: .999, Eps: 1e-6} }

// MXNetAdam returns MXNet's defaults: ε 1e-8, with EpsHat.
func MXNetAdam() Adam { return Adam{Beta1: .9, Beta2: .999, Eps: 1e-8, EpsHat: true} }

func (r Adam) Validate() error {
	return Check("Adam").adam(r.Beta1, r.Beta2, r.Eps, r.WeightDecay).Err()
}

func (r Adam) Elementwise(rule Rule) bool { return is[Adam](rule) }

func (r Adam) Slots() []string {
	if r.AMSGrad {
		return []string{"exp_avg", "exp_avg_sq", "max_exp_avg_sq"}
	}
	return []string{"exp_avg", "exp_avg_sq"}
}

func (r Adam) Bounds() (slots, globals map[string]Range) {
	return notNegative("exp_avg_sq", "max_exp_avg_sq"), nil
}

func (r Adam) Update32(u Update[float32]) { adam(r, u, 1) }

func (r Adam) Update64(u Update[float64]) { adam(r, u, 1) }

// adam is Adam after x ← shrink·x.
func adam[T Float](r Adam, u Update[T], shrink T) {
	eps := Epsilon[T](r.Eps)
	mean, root := Unbias(r.Beta1, u.Step), math.Sqrt(Unbias(r.Beta2, u.Step))
	a, b := NewAverage[T](r.Beta1), NewAverage[T](r.Beta2)
	s := kernel.AdamStep[T]{
		Beta1: a.Beta, Gain1: a.Gain, Beta2: b.Beta, Gain2: b.Gain,
		Rate: T(u.LR / mean), Root: T(1 / root), Epsilon: eps,
		Decay: u.Coupled(r.WeightDecay), Shrink: shrink,
	}
	if r.EpsHat {
		s.Rate, s.Root = T(u.LR*root/mean), 1
	}
	var k kernel.Set[T] // the same bits with any instruction set
	if r.AMSGrad {
		top := kernel.AMSGradStep[T](s)
		k.AMSGrad(u.Value, u.Slots[0], u.Slots[1], u.Slots[2], u.Grad, &top)
		return
	}
	k.Adam(u.Value, u.Slots[0], u.Slots[1], u.Grad, &s)
}
