package main

import (
	"cmp"
	"descent/autograd"
	"descent/autograd/lanes"
	"descent/nn"
	"fmt"

	"gorgonia.org/gorgonia"
)

// GroupNorm is a layer written as an expression. It normalizes the channels of a
// row in groups to mean 0 and variance 1, and then scales and shifts each channel (Wu
// and He 2018).
type GroupNorm struct {
	Groups int
	Eps    float64
}

// Forward adds, for x [n, C, ...] in groups of C/Groups channels,
//
//	y = weight·(x − mean)/√(variance + ε) + bias
func (l GroupNorm) Forward(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	channels := lanes.RowShape(x)[0]
	if l.Groups < 1 || channels%l.Groups != 0 {
		return nil, fmt.Errorf("Groups = %d: want a divisor of the %d channels", l.Groups, channels)
	}
	weight, err := s.Param("weight", nn.Constant(1), nn.Fans{}, channels)
	bias, err2 := s.Param("bias", nn.Constant(0), nn.Fans{}, channels)
	if err := cmp.Or(err, err2); err != nil {
		return nil, err
	}
	rows := autograd.Wrap(s.ToRows(x, s.Rows()))
	n := s.Rows()
	g := rows.Reshape(n, l.Groups, -1)
	g = g.Sub(g.Mean(-1).Reshape(n, l.Groups, 1))
	g = g.Div(g.Square().Mean(-1).Reshape(n, l.Groups, 1).Add(autograd.Const(l.Eps)).Sqrt())
	y := g.Reshape(n, channels, -1)
	y = y.Mul(autograd.Wrap(weight, nil).Reshape(channels, 1)).Add(autograd.Wrap(bias, nil).Reshape(channels, 1))
	node, err := y.Reshape(rows.Shape()...).Node()
	if err != nil {
		return nil, err
	}
	return s.FromRows(node)
}
