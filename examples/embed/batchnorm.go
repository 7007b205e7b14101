package main

import (
	"cmp"
	"descent/autograd"
	"descent/autograd/lanes"
	"descent/nn"

	"gorgonia.org/gorgonia"
)

// BatchNorm is a layer with state. It normalizes each channel over the batch, or
// in evaluation with running statistics (Ioffe and Szegedy 2015), with PyTorch's
// names and conventions.
type BatchNorm struct{ Momentum, Eps float64 }

// Forward adds, for x [n, C, ...] and the statistics of each channel over the batch,
// or in evaluation the running statistics,
//
//	y = weight·(x − mean)/√(variance + ε) + bias
func (l BatchNorm) Forward(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	c := lanes.RowShape(x)[0]
	weight, err := s.Param("weight", nn.Constant(1), nn.Fans{}, c)
	bias, err2 := s.Param("bias", nn.Constant(0), nn.Fans{}, c)
	runningMean, err3 := s.State("running_mean", 0, c)
	runningVar, err4 := s.State("running_var", 1, c)
	if err := cmp.Or(err, err2, err3, err4); err != nil {
		return nil, err
	}
	column := func(v autograd.Var) autograd.Var { return v.Reshape(c, 1) }
	rows := autograd.Wrap(s.ToRows(x, s.Rows()))
	r := rows.Reshape(s.Rows(), c, -1)
	mean, variance := autograd.Wrap(runningMean, nil), autograd.Wrap(runningVar, nil)
	if s.Training() {
		n := float64(r.Shape()[0] * r.Shape()[2])
		m := r.Mean(0, 2)
		v := r.Sub(column(m)).Square().Mean(0, 2)
		unbiased := v.Mul(autograd.Const(n / max(n-1, 1)))
		err := l.move(s, runningMean, m)
		if err := cmp.Or(err, l.move(s, runningVar, unbiased)); err != nil {
			return nil, err
		}
		mean, variance = m, v
	}
	y := r.Sub(column(mean)).Div(column(variance.Add(autograd.Const(l.Eps)).Sqrt()))
	y = y.Mul(column(autograd.Wrap(weight, nil))).Add(column(autograd.Wrap(bias, nil)))
	node, err := y.Reshape(rows.Shape()...).Node()
	if err != nil {
		return nil, err
	}
	return s.FromRows(node)
}

// move moves a running statistic part of the way toward that of the batch.
func (l BatchNorm) move(s *nn.Scope, state *gorgonia.Node, to autograd.Var) error {
	old := autograd.Wrap(state, nil)
	next, err := old.Add(to.Sub(old).Mul(autograd.Const(l.Momentum))).Node()
	return cmp.Or(err, s.Update(state, next))
}
