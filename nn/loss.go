package nn

import (
	"fmt"

	"descent/autograd/lanes"
	"gorgonia.org/gorgonia"
)

// Loss compares the output of a network with the labels or the targets of the
// batch. Forward returns a scalar: a mean over the active rows. It asks the
// scope for what it compares with: [Scope.Labels], [Scope.Targets] or
// [Scope.TargetRows].
//
// A loss of your own may be written on rows with any Gorgonia operations:
// [lanes.Builder.ToRows] of the output gives them, and
// [lanes.Builder.MeanRows] takes the mean of one value a row.
type Loss interface {
	Forward(s *Scope, output *gorgonia.Node) (*gorgonia.Node, error)
}

// LossFunc is a [Loss] that is a function.
type LossFunc func(s *Scope, output *gorgonia.Node) (*gorgonia.Node, error)

// Forward calls f.
func (f LossFunc) Forward(s *Scope, output *gorgonia.Node) (*gorgonia.Node, error) {
	return f(s, output)
}

// SoftmaxCrossEntropy is the mean over rows of log Σ_c e^{x_c} − x_label, for
// rows of one logit a class. Labels out of range make a step fail.
type SoftmaxCrossEntropy struct{}

// Forward implements [Loss].
func (SoftmaxCrossEntropy) Forward(s *Scope, output *gorgonia.Node) (*gorgonia.Node, error) {
	if row := lanes.RowShape(output); len(row) != 1 {
		return nil, fmt.Errorf("SoftmaxCrossEntropy: output rows of shape %v: want [classes]", row)
	}
	labels, err := s.Labels()
	if err != nil {
		return nil, err
	}
	return s.Builder.SoftmaxCrossEntropy(output, labels)
}

// SquaredError is the mean over rows and outputs of (x − target)².
type SquaredError struct {
	Half bool // take half of it, as the book does
}

// Forward implements [Loss].
func (l SquaredError) Forward(s *Scope, output *gorgonia.Node) (*gorgonia.Node, error) {
	targets, err := s.Targets(lanes.RowShape(output)...)
	if err != nil {
		return nil, err
	}
	return s.Builder.SquaredError(output, targets, l.Half)
}
