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
// batch. Forward returns a scalar: a mean over the active rows. The scope provides
// the values to compare with: [Scope.Labels], [Scope.Targets], [Scope.TargetRows]
// or [Scope.Inputs].
//
// A custom loss may be computed on rows, with expressions of package autograd or with
// Gorgonia's operations: [lanes.Ops.ToRows] converts the output to rows, and
// [lanes.Ops.MeanRows] takes the mean of one value per row, with the weights of the
// batch. A batch with weights is an error if the loss does not ask for them.
type Loss interface {
	Forward(s *Scope, output *gorgonia.Node) (*gorgonia.Node, error)
}

// LossFunc is a function that implements [Loss].
type LossFunc = Func

// SoftmaxCrossEntropy is the mean over rows of log Σ_c e^{x_c} − x_label, for rows
// [classes] of one logit per class and one label per row. For rows [positions,
// classes] and a label for each position, the mean is over positions too. It
// respects weights. A label out of range makes a step fail unless its weight is 0.
//
// With Smoothing ε and ClassWeights w, for p = softmax(x) and C classes, it is
//
//	Σ r·((1−ε)·w_label·(−log p_label) + ε/C·Σ_c w_c·(−log p_c)) / Σ r·w_label
//
// over the positions of all rows, of weights r. This is PyTorch's mean, where a
// weight of 0 acts as ignore_index. A batch whose classes all have weight 0 makes a
// step fail. A mean over batches, such as the trainer's, uses only r.
type SoftmaxCrossEntropy struct {
	Smoothing    float64   // [0, 1]: the part of a label spread over all classes (Szegedy et al. 2016)
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
	Half bool // halve the loss, as the book does
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

// Huber is the mean over rows and outputs of the loss of Huber (1964), as in PyTorch,
// for e = x − target:
//
//	e²/2                     where |e| ≤ Delta
//	Delta·(|e| − Delta/2)    elsewhere
//
// It respects weights.
type Huber struct {
	Delta float64 // more than 0; if zero, 1, PyTorch's default
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
// for logits x, with σ(x) = 1/(1 + e⁻ˣ), and targets in [0, 1], each an independent
// label. Weights p above 1 make up for rare positive labels. It is computed without
// overflow. It respects weights. A target out of range makes a step fail unless its
// weight is 0.
type BinaryCrossEntropy struct {
	PositiveWeights []float64 // p, 0 or more: one for all outputs, or one for each output of a row, in order; if empty, 1
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
// over the values of a row, for outputs x and the network's inputs, where bytes
// count as byte/255. The shapes of outputs and inputs may differ, but not the number
// of their values. It needs neither labels nor targets, and respects weights.
type Reconstruction struct{}

// Forward implements [Loss].
func (Reconstruction) Forward(s *Scope, output *gorgonia.Node) (*gorgonia.Node, error) {
	inputs, row := s.Inputs(), lanes.RowShape(output)
	if inputs.Dtype() == tensor.Int32 {
		return nil, errors.New("Reconstruction: inputs are tokens: want numbers or pixels")
	}
	if n := graph.Size(row); n != graph.Size(lanes.RowShape(inputs)) {
		return nil, fmt.Errorf("Reconstruction: output rows of shape %v for inputs of shape %v: want the same number of values", row, lanes.RowShape(inputs))
	}
	inputs, err := s.Reshape(inputs, row...)
	if err != nil {
		return nil, err
	}
	mean := autograd.Wrap(s.Ops.SquaredError(output, inputs, false))
	return mean.Mul(autograd.Const(float64(graph.Size(row)))).Node()
}
