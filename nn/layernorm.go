package nn

import (
	"fmt"

	"descent/autograd/lanes"
	"gorgonia.org/gorgonia"
)

// LayerNorm normalizes the last dimensions of each row (Ba, Kiros and Hinton 2016), at
// each position of the preceding ones: rows of any shape to rows of the same shape,
//
//	y = weight·(x − mean)/√(variance + Eps) + bias
//
// with the biased variance. The parameters "weight", initially 1, and "bias",
// initially 0, have the shape of those dimensions, as in PyTorch: [features] of rows
// [features] or [T, features].
type LayerNorm struct {
	Dims     int     // number of trailing dimensions normalized together; if zero, 1
	Eps      float64 // added to the variance; if zero, 1e-5
	NoAffine bool    // leave out weight and bias
	NoBias   bool    // leave out the bias
}

// Forward implements [Layer].
func (l LayerNorm) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	eps, err := epsilon(l.Eps, 1e-5)
	if err != nil {
		return nil, err
	}
	over, err := lastDims(x, l.Dims)
	if err != nil {
		return nil, err
	}
	weight, bias, err := s.affine(l.NoAffine, l.NoBias, over...)
	if err != nil {
		return nil, err
	}
	return s.Ops.LayerNorm(x, weight, bias, len(over), eps)
}

func (l LayerNorm) String() string {
	return "LayerNorm" + options(dimsOption(l.Dims), affineOption(l.NoAffine), option(l.NoBias && !l.NoAffine, "no bias"))
}

// RMSNorm divides the last dimensions of each row by the root of their mean square
// (Zhang and Sennrich 2019), at each position of the preceding ones: rows of any
// shape to rows of the same shape,
//
//	y = weight·x/√(mean(x²) + Eps)
//
// The parameter "weight", initially 1, has the shape of those dimensions, as in
// PyTorch.
type RMSNorm struct {
	Dims     int     // number of trailing dimensions normalized together; if zero, 1
	Eps      float64 // added to the mean square; if zero, 2⁻²³, as in PyTorch. Llama uses 1e-5 or 1e-6
	NoAffine bool    // leave out the weight
}

// Forward implements [Layer].
func (l RMSNorm) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	eps, err := epsilon(l.Eps, 0x1p-23)
	if err != nil {
		return nil, err
	}
	over, err := lastDims(x, l.Dims)
	if err != nil {
		return nil, err
	}
	weight, _, err := s.affine(l.NoAffine, true, over...)
	if err != nil {
		return nil, err
	}
	return s.Ops.RMSNorm(x, weight, len(over), eps)
}

func (l RMSNorm) String() string {
	return "RMSNorm" + options(dimsOption(l.Dims), affineOption(l.NoAffine))
}

// lastDims returns the last n dimensions of the rows of x, or 1 if n is zero.
func lastDims(x *gorgonia.Node, n int) ([]int, error) {
	row := lanes.RowShape(x)
	if n < 0 || max(n, 1) > len(row) {
		return nil, invalid("Dims", n, fmt.Sprintf("0 (1) to %d, the dimensions of rows of shape %v", len(row), row))
	}
	return row[len(row)-max(n, 1):], nil
}

func dimsOption(n int) string      { return option(n > 1, fmt.Sprintf("%d dimensions", n)) }
func affineOption(not bool) string { return option(not, "not affine") }
