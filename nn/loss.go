package nn

import (
	"fmt"

	"descent/autograd/lanes"
	"gorgonia.org/gorgonia"
)

// Loss compares the output of a network with the labels or the targets of the
// batch. Forward returns a scalar: a mean over the active rows. It asks the
// scope for what it compares with: [Scope.Labels], [Scope.Targets],
// [Scope.TargetRows] or [Scope.Inputs].
//
// A loss of your own may be written on rows, in expressions of package autograd or
// with Gorgonia's operations: [lanes.Ops.ToRows] of the output gives them, and
// [lanes.Ops.MeanRows] takes the mean of one value a row, with the weights of the
// batch. A batch with weights is an error for a loss that has not asked for them.
type Loss interface {
	Forward(s *Scope, output *gorgonia.Node) (*gorgonia.Node, error)
}

// LossFunc is a [Loss] that is a function.
type LossFunc = Func

// SoftmaxCrossEntropy is the mean over rows of log Σ_c e^{x_c} − x_label, for
// rows of one logit a class, [classes], and labels of one a row; or the mean over
// positions too, for rows [positions, classes] and a label for each position.
// It respects weights. Labels out of range, unless their weight is 0, make a step
// fail.
type SoftmaxCrossEntropy struct{}

// Forward implements [Loss].
func (SoftmaxCrossEntropy) Forward(s *Scope, output *gorgonia.Node) (*gorgonia.Node, error) {
	row := lanes.RowShape(output)
	if len(row) != 1 && len(row) != 2 {
		return nil, fmt.Errorf("SoftmaxCrossEntropy: output rows of shape %v: want [classes] or [positions classes]", row)
	}
	labels, err := s.Labels(row[:len(row)-1]...)
	if err != nil {
		return nil, err
	}
	return s.Ops.SoftmaxCrossEntropy(output, labels)
}

// SquaredError is the mean over rows and outputs of (x − target)². It respects
// weights.
type SquaredError struct {
	Half bool // take half of it, as the book does
}

// Forward implements [Loss].
func (l SquaredError) Forward(s *Scope, output *gorgonia.Node) (*gorgonia.Node, error) {
	targets, err := s.Targets(lanes.RowShape(output)...)
	if err != nil {
		return nil, err
	}
	return s.Ops.SquaredError(output, targets, l.Half)
}
