package main

import (
	"descent/autograd/lanes"
	"descent/nn"

	"gorgonia.org/gorgonia"
)

// PReLU is a layer with a custom operation, loop and gradient: x where it is
// positive, and a·x elsewhere, with a parameter a for each channel.
type PReLU struct{}

var prelu = lanes.Op[struct{}]{
	Name:   "prelu",
	Inputs: []lanes.Input{{Name: "input"}, {Name: "slope", Kind: lanes.Param, Dims: 1}},
	F32:    newPReLU[float32], F64: newPReLU[float64],
}

func newPReLU[T lanes.Float](s lanes.Site, _ struct{}) (lanes.Body[T], error) {
	return lanes.Body[T]{
		Shape: s.InLanes(s.Row(0)...),
		// y [channels, ..., 16] from x and a [channels]
		Forward: lanes.EachGroup(func(g lanes.Group[T]) {
			y, x, a := g.Out(), g.In(0), g.In(1)
			for i, v := range x {
				if y[i] = v; v < 0 {
					y[i] = a[i*len(a)/len(x)] * v
				}
			}
		}),
		// dx = dy or a·dy, and da = Σ x·dy where x is negative; nil where not wanted
		Backward: lanes.EachGroup(func(g lanes.Group[T]) {
			dx, da, dy, x, a := g.Grad(0), g.Grad(1), g.OutGrad(), g.In(0), g.In(1)
			clear(da)
			for i, v := range x {
				k, slope := i*len(a)/len(x), T(1)
				if v < 0 {
					slope = a[k]
				}
				if v < 0 && da != nil {
					da[k] += v * dy[i]
				}
				if dx != nil {
					dx[i] = slope * dy[i]
				}
			}
		}),
	}, nil
}

// Forward declares the slopes and adds the operation to a graph.
func (PReLU) Forward(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	a, err := s.Param("weight", nn.Constant(.25), nn.Fans{}, lanes.RowShape(x)[0])
	if err != nil {
		return nil, err
	}
	return prelu.Add(s, struct{}{}, x, a)
}
