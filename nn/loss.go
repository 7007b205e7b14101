package nn

import (
	"cmp"
	"errors"
	"fmt"
	"math"

	"descent/autograd"
	"descent/autograd/lanes"
	"descent/internal/graph"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
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
//
// With Smoothing ε and ClassWeights w, for p = softmax(x) and C classes, it is
//
//	Σ r·((1−ε)·w_label·(−log p_label) + ε/C·Σ_c w_c·(−log p_c)) / Σ r·w_label
//
// over the positions of all rows, of weights r: PyTorch's mean, where the weight 0
// is what its ignore_index does. A batch whose classes all have the weight 0 makes a
// step fail. A mean over batches, such as the trainer's, counts r alone.
type SoftmaxCrossEntropy struct {
	Smoothing    float64   // [0, 1]: the part of a label that is spread over all classes (Szegedy et al. 2016)
	ClassWeights []float64 // one for each class, 0 or more, not all 0; if nil, 1 each
}

// Forward implements [Loss].
func (l SoftmaxCrossEntropy) Forward(s *Scope, output *gorgonia.Node) (*gorgonia.Node, error) {
	row := lanes.RowShape(output)
	if len(row) != 1 && len(row) != 2 {
		return nil, fmt.Errorf("SoftmaxCrossEntropy: output rows of shape %v: want [classes] or [positions classes]", row)
	}
	labels, err := s.Labels(row[:len(row)-1]...)
	if err != nil {
		return nil, err
	}
	return s.Ops.SoftmaxCrossEntropyWith(output, labels, lanes.CrossEntropyOptions(l))
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

// AbsoluteError is the mean over rows and outputs of |x − target|, the L1 loss. It
// respects weights.
type AbsoluteError struct{}

// Forward implements [Loss].
func (AbsoluteError) Forward(s *Scope, output *gorgonia.Node) (*gorgonia.Node, error) {
	targets, err := s.Targets(lanes.RowShape(output)...)
	if err != nil {
		return nil, err
	}
	return s.Ops.AbsoluteError(output, targets)
}

// Huber is the mean over rows and outputs of the loss of Huber (1964), as PyTorch has
// it, for e = x − target:
//
//	e²/2                     where |e| ≤ Delta
//	Delta·(|e| − Delta/2)    elsewhere
//
// It respects weights.
type Huber struct {
	Delta float64 // above 0; if zero, 1, PyTorch's default
}

// Forward implements [Loss].
func (l Huber) Forward(s *Scope, output *gorgonia.Node) (*gorgonia.Node, error) {
	if !(l.Delta >= 0 && l.Delta <= math.MaxFloat64) {
		return nil, fmt.Errorf("Huber: %w", invalid("Delta", l.Delta, "0 (1) or more, finite"))
	}
	targets, err := s.Targets(lanes.RowShape(output)...)
	if err != nil {
		return nil, err
	}
	return s.Ops.Huber(output, targets, cmp.Or(l.Delta, 1))
}

// BinaryCrossEntropy is the mean over rows and outputs of
//
//	−(p·target·log σ(x) + (1 − target)·log(1 − σ(x)))
//
// for outputs x that are logits, with σ(x) = 1/(1 + e⁻ˣ), and targets in [0, 1], each
// a label of its own. Weights p above 1 of the positives make up for having few of
// them. It is computed without overflow. It respects weights. A target out of range,
// unless its weight is 0, makes a step fail.
type BinaryCrossEntropy struct {
	PositiveWeights []float64 // 0 or more: none for 1, one, or one for each output of a row, in order
}

// Forward implements [Loss].
func (l BinaryCrossEntropy) Forward(s *Scope, output *gorgonia.Node) (*gorgonia.Node, error) {
	targets, err := s.Targets(lanes.RowShape(output)...)
	if err != nil {
		return nil, err
	}
	return s.Ops.BinaryCrossEntropy(output, targets, l.PositiveWeights)
}

// Reconstruction is the loss of an autoencoder: the mean over rows of
//
//	Σ (x − input)²
//
// over the values of a row, for outputs x and the inputs that the network gets, of
// which bytes are byte/255. They may have different shapes, of as many values. It
// needs neither labels nor targets, and respects weights.
type Reconstruction struct{}

// Forward implements [Loss].
func (Reconstruction) Forward(s *Scope, output *gorgonia.Node) (*gorgonia.Node, error) {
	inputs, row := s.Inputs(), lanes.RowShape(output)
	if inputs.Dtype() == tensor.Int32 {
		return nil, errors.New("Reconstruction: inputs are tokens: want numbers or pixels")
	}
	if n := graph.Size(row); n != graph.Size(lanes.RowShape(inputs)) {
		return nil, fmt.Errorf("Reconstruction: output rows of shape %v for inputs of shape %v: want as many values", row, lanes.RowShape(inputs))
	}
	inputs, err := s.Reshape(inputs, row...)
	if err != nil {
		return nil, err
	}
	mean := autograd.Wrap(s.Ops.SquaredError(output, inputs, false))
	return mean.Mul(autograd.Const(float64(graph.Size(row)))).Node()
}
