package nn

import (
	"fmt"

	"gorgonia.org/gorgonia"
)

// GroupNorm normalizes the channels of each row in groups of C/Groups consecutive ones
// (Wu and He 2018): rows [C], [C, L], [C, H, W], or of more dimensions, to rows of the
// same shape,
//
//	y = weight·(x − mean)/√(variance + Eps) + bias
//
// with the mean and the biased variance of a group over all its positions. The parameters
// are "weight" [C], initially 1, and "bias" [C], initially 0, as in PyTorch. A single
// group normalizes the entire row; one group per channel is instance normalization.
type GroupNorm struct {
	Groups   int     // a divisor of the channels: 1 or more
	Eps      float64 // added to the variance; if zero, 1e-5
	NoAffine bool    // leave out weight and bias
}

// Forward implements [Layer].
func (l GroupNorm) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	eps, err := epsilon(l.Eps, 1e-5)
	if err != nil {
		return nil, err
	}
	c, err := channelsOf(x)
	if err != nil {
		return nil, err
	}
	if l.Groups < 1 || c%l.Groups != 0 {
		return nil, invalid("Groups", l.Groups, fmt.Sprintf("a divisor of the %d channels", c))
	}
	weight, bias, err := s.affine(l.NoAffine, false, c)
	if err != nil {
		return nil, err
	}
	return s.Ops.GroupNorm(x, weight, bias, l.Groups, eps)
}

func (l GroupNorm) String() string {
	return "GroupNorm" + options(fmt.Sprint(l.Groups), affineOption(l.NoAffine))
}
