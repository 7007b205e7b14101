package nn

import (
	"cmp"
	"fmt"
	"math"

	"gorgonia.org/gorgonia"
)

// ReLU is max(0, x), elementwise.
type ReLU struct{}

// Forward implements [Layer].
func (ReLU) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) { return s.Ops.ReLU(x) }

func (ReLU) String() string { return "ReLU" }

// Sigmoid is 1/(1 + e⁻ˣ), elementwise.
type Sigmoid struct{}

// Forward implements [Layer].
func (Sigmoid) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	return s.Ops.Sigmoid(x)
}

func (Sigmoid) String() string { return "Sigmoid" }

// Tanh is tanh x, elementwise.
type Tanh struct{}

// Forward implements [Layer].
func (Tanh) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) { return s.Ops.Tanh(x) }

func (Tanh) String() string { return "Tanh" }

// LeakyReLU is x where x > 0, and Slope·x elsewhere, elementwise.
type LeakyReLU struct {
	Slope float64 // 0 or more; if zero, 0.01, PyTorch's default
}

// Forward implements [Layer].
func (l LeakyReLU) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	if !(l.Slope >= 0 && l.Slope <= math.MaxFloat64) {
		return nil, invalid("Slope", l.Slope, "0 (0.01) or more, finite")
	}
	return s.Ops.LeakyReLU(x, cmp.Or(l.Slope, .01))
}

func (l LeakyReLU) String() string { return fmt.Sprintf("LeakyReLU(%g)", cmp.Or(l.Slope, .01)) }

// ELU is x where x > 0, and Alpha·(eˣ − 1) elsewhere, elementwise (Clevert,
// Unterthiner and Hochreiter 2016).
type ELU struct {
	Alpha float64 // 0 or more; if zero, 1, as in the paper
}

// Forward implements [Layer].
func (l ELU) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	if !(l.Alpha >= 0 && l.Alpha <= math.MaxFloat64) {
		return nil, invalid("Alpha", l.Alpha, "0 (1) or more, finite")
	}
	return s.Ops.ELU(x, cmp.Or(l.Alpha, 1))
}

func (l ELU) String() string { return fmt.Sprintf("ELU(%g)", cmp.Or(l.Alpha, 1)) }

// GELU is x·Φ(x), elementwise, with the distribution function Φ of the normal
// distribution (Hendrycks and Gimpel 2016).
type GELU struct {
	Tanh bool // the paper's approximation, x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))/2
}

// Forward implements [Layer].
func (l GELU) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	return s.Ops.GELU(x, l.Tanh)
}

func (l GELU) String() string {
	if l.Tanh {
		return "GELU(tanh)"
	}
	return "GELU"
}

// SiLU is x/(1 + e⁻ˣ), elementwise, also called swish.
type SiLU struct{}

// Forward implements [Layer].
func (SiLU) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) { return s.Ops.SiLU(x) }

func (SiLU) String() string { return "SiLU" }

// Softplus is log(1 + e^(Beta·x))/Beta, elementwise. It follows the formula for
// large x too, where PyTorch returns x itself.
type Softplus struct {
	Beta float64 // more than 0; if zero, 1
}

// Forward implements [Layer].
func (l Softplus) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	if !(l.Beta >= 0 && l.Beta <= math.MaxFloat64) {
		return nil, invalid("Beta", l.Beta, "0 (1) or more, finite")
	}
	return s.Ops.Softplus(x, cmp.Or(l.Beta, 1))
}

func (l Softplus) String() string {
	if b := cmp.Or(l.Beta, 1); b != 1 {
		return fmt.Sprintf("Softplus(%g)", b)
	}
	return "Softplus"
}

// Softmax is e^{x_c}/Σ_j e^{x_j} over the last dimension of a row. Do not put it
// before [SoftmaxCrossEntropy], whose inputs are logits.
type Softmax struct{}

// Forward implements [Layer].
func (Softmax) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) { return s.Ops.Softmax(x) }

func (Softmax) String() string { return "Softmax" }

// Flatten reshapes rows [C, H, W] to rows [C·H·W], in that order.
type Flatten struct{}

// Forward implements [Layer].
func (Flatten) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	return s.Ops.Flatten(x)
}

func (Flatten) String() string { return "Flatten" }
