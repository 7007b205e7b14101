package nn

import "gorgonia.org/gorgonia"

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

// Flatten makes rows [C, H, W] into rows [C·H·W], in that order.
type Flatten struct{}

// Forward implements [Layer].
func (Flatten) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	return s.Ops.Flatten(x)
}

func (Flatten) String() string { return "Flatten" }
