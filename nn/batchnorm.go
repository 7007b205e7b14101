package nn

import (
	"cmp"
	"fmt"

	"descent/autograd"
	"descent/autograd/lanes"
	"gorgonia.org/gorgonia"
)

// BatchNorm normalizes each channel over the batch (Ioffe and Szegedy 2015): rows
// [C], [C, L], [C, H, W], or of more dimensions, to rows of the same shape,
//
//	y = weight·(x − mean)/√(variance + Eps) + bias
//
// as PyTorch's BatchNorm1d and BatchNorm2d do. In training the mean and the biased
// variance are those of the batch's rows, without padding rows; each row counts
// equally, whatever its weight. In evaluation they are the states "running_mean",
// initially 0, and "running_var", initially 1, which a step changes to
//
//	running ← (1 − Momentum)·running + Momentum·batch
//
// with the unbiased variance of the batch. The parameters are "weight" [C],
// initially 1, and "bias" [C], initially 0; the state "num_batches_tracked" counts
// the steps. [Model.Freeze] freezes the parameters, not the states, as in PyTorch.
//
// Training with a batch that has a single value in each channel is an error.
type BatchNorm struct {
	Momentum   float64 // (0, 1]; if zero, .1. TensorFlow's momentum is 1 minus this
	Cumulative bool    // the running statistics are means over all batches: PyTorch's momentum=None
	Eps        float64 // added to the variance; if zero, 1e-5
	NoAffine   bool    // leave out weight and bias

	add  *gorgonia.Node // is added to the result
	relu bool           // computes the ReLU that follows
}

// Forward implements [Layer].
func (l BatchNorm) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	if !(l.Momentum >= 0 && l.Momentum <= 1) {
		return nil, invalid("Momentum", l.Momentum, "0 (.1) to 1")
	}
	if l.Cumulative && l.Momentum != 0 {
		return nil, invalid("Momentum", l.Momentum, "0 with Cumulative")
	}
	eps, err := epsilon(l.Eps, 1e-5)
	if err != nil {
		return nil, err
	}
	c, err := channelsOf(x)
	if err != nil {
		return nil, err
	}
	weight, bias, err := s.affine(l.NoAffine, false, c)
	if err != nil {
		return nil, err
	}
	mean, err := s.State("running_mean", 0, c)
	variance, err2 := s.State("running_var", 1, c)
	count, err3 := s.State("num_batches_tracked", 0)
	if err := cmp.Or(err, err2, err3); err != nil {
		return nil, err
	}
	options := lanes.BatchNormOptions{Eps: eps, Add: l.add, ReLU: l.relu}
	if !s.Training() {
		return s.Ops.BatchNormFixed(x, weight, bias, mean, variance, options)
	}
	y, batchMean, batchVariance, err := s.Ops.BatchNorm(x, weight, bias, options)
	if err != nil {
		return nil, err
	}
	next := autograd.Wrap(count, nil).Add(autograd.Const(1))
	part := autograd.Const(cmp.Or(l.Momentum, .1))
	if l.Cumulative {
		part = autograd.Const(1).Div(next)
	}
	counted, err := next.Node()
	return y, cmp.Or(err, s.Update(count, counted), s.approach(mean, batchMean, part), s.approach(variance, batchVariance, part))
}

// approach moves a state part of the way to a value.
func (s *Scope) approach(state, value *gorgonia.Node, part autograd.Var) error {
	kept := autograd.Const(1).Sub(part)
	next, err := autograd.Wrap(state, nil).Mul(kept).Add(autograd.Wrap(value, nil).Mul(part)).Node()
	return cmp.Or(err, s.Update(state, next))
}

func (l BatchNorm) String() string {
	return "BatchNorm" + options(affineOption(l.NoAffine), option(l.Cumulative, "cumulative"))
}

// affine declares the weight of a norm, of ones, and its bias, of zeros, unless they
// are left out.
func (s *Scope) affine(neither, noBias bool, shape ...int) (weight, bias *gorgonia.Node, err error) {
	if neither {
		return nil, nil, nil
	}
	weight, err = s.Param("weight", Constant(1), Fans{}, shape...)
	if err == nil && !noBias {
		bias, err = s.Param("bias", Constant(0), Fans{}, shape...)
	}
	return weight, bias, err
}

// epsilon returns what a norm adds to a variance.
func epsilon(eps, preset float64) (float64, error) {
	if !(eps >= 0) || eps > 1 {
		return 0, invalid("Eps", eps, fmt.Sprintf("0 (%v) to 1", preset))
	}
	return cmp.Or(eps, preset), nil
}

// channelsOf returns the first dimension of the rows of x.
func channelsOf(x *gorgonia.Node) (int, error) {
	row := lanes.RowShape(x)
	if len(row) == 0 {
		return 0, fmt.Errorf("%v: want rows in lanes", x)
	}
	return row[0], nil
}
