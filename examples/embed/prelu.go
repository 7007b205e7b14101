package main

import (
	"descent/autograd/lanes"
	"descent/nn"
	"gorgonia.org/gorgonia"
)

// PReLU is a layer whose operation, loop and gradient are our own: x where it is
// positive, and a·x elsewhere, with a parameter a for each channel.
type PReLU struct{}

var prelu = lanes.Op[struct{}]{
	Name:   "prelu",
	Inputs: []lanes.Input{{Name: "input"}, {Name: "slope", Kind: lanes.Param, Dims: 1}},
	F32:    newPReLU[float32], F64: newPReLU[float64],
}

func newPReLU[T lanes.Float](s lanes.Site, _ struct{}) (lanes.Body[T], error) {
	row, channels := s.Row(0), s.Shape(1)[0]
	area := lanes.Lanes // values of a channel in a group
	for _, d := range row[1:] {
		area *= d
	}
	return lanes.Body[T]{
		Shape: s.InLanes(row...),
		// y [channels, ..., 16] from x and a [channels]
		Forward: lanes.EachGroup(func(g lanes.Group[T]) {
			y, x, a := g.Out(), g.In(0), g.In(1)
			for i, v := range x {
				if y[i] = v; v < 0 {
					y[i] = a[i/area%channels] * v
				}
			}
		}),
		// dx = dy or a·dy, and da = Σ x·dy where x is negative
		Backward: lanes.EachGroup(func(g lanes.Group[T]) {
			dx, da, dy, x, a := g.Grad(0), g.Grad(1), g.OutGrad(), g.In(0), g.In(1)
			clear(da)
			for i, v := range x {
				slope := T(1)
				if v < 0 {
					slope = a[i/area%channels]
				}
				if dx != nil {
					dx[i] = slope * dy[i]
				}
				if da != nil && v < 0 {
					da[i/area%channels] += v * dy[i]
				}
			}
		}),
	}, nil
}

// Forward declares the slopes and adds the operation.
func (PReLU) Forward(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	channels := lanes.RowShape(x)[0]
	a, err := s.Param("weight", nn.Constant(.25), nn.Fans{In: 1, Out: 1}, channels)
	if err != nil {
		return nil, err
	}
	return prelu.Add(s, struct{}{}, x, a)
}
