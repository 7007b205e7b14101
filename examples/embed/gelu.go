package main

import (
	"descent/autograd/lanes"
	"descent/nn"
	"math"

	"gorgonia.org/gorgonia"
)

// GELU is a custom activation, x·Φ(x) for the normal distribution's Φ. Its
// derivative, Φ(x) + x·φ(x), needs x.
type GELU struct{}

var gelu = lanes.Elementwise("gelu", geluOf[float32](), geluOf[float64]())

func geluOf[T lanes.Float]() lanes.Pointwise[T] {
	phi := func(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }
	return lanes.Pointwise[T]{
		Value: func(y, x []T) {
			for i, v := range x {
				y[i] = v * T(phi(float64(v)))
			}
		},
		Gradient: func(dx, dy, x, _ []T) {
			for i, v := range x {
				x := float64(v)
				dx[i] = dy[i] * T(phi(x)+x*math.Exp(-x*x/2)/math.Sqrt(2*math.Pi))
			}
		},
	}
}

// Forward adds the activation to a graph.
func (GELU) Forward(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	return gelu.Add(s, struct{}{}, x)
}
