package lanes

import (
	"fmt"
	"math"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// CrossEntropyOptions are the options of a cross-entropy. The zero value sets neither.
type CrossEntropyOptions struct {
	// Smoothing is ε in [0, 1], the part of the target that is spread evenly over
	// all classes (Szegedy et al. 2016).
	Smoothing float64
	// ClassWeights has one weight for each class, finite and 0 or more, but not all
	// 0; if nil, 1 each.
	ClassWeights []float64
}

var crossEntropy = Op[CrossEntropyOptions]{
	Name: "softmax cross-entropy", Inputs: []Input{{Name: "input"}, {Name: "labels", Kind: Data}, {Name: "weights", Kind: Data, Optional: true}},
	F32: newCrossEntropy[float32], F64: newCrossEntropy[float64],
}

// SoftmaxCrossEntropy adds the mean over the active rows, and over the
// positions of a row, of
//
//	log Σ_c e^{x_c} − x_label
//
// computed without overflow, weighted if the batch has weights. x is lanes
// [groups, positions..., classes, 16], labels int32 of at least
// [Rows, positions...] in [0, classes); a label out of range whose weight is not
// 0 makes the run fail. The result is a scalar.
func (o Ops) SoftmaxCrossEntropy(x, labels *gorgonia.Node) (*gorgonia.Node, error) {
	return o.SoftmaxCrossEntropyWith(x, labels, CrossEntropyOptions{})
}

// SoftmaxCrossEntropyWith is [Ops.SoftmaxCrossEntropy] with options. With p =
// softmax(x), C classes and their weights w, a position of weight r, which is 1 if
// the batch has none, adds to the loss
//
//	r·((1−ε)·w_label·(−log p_label) + ε/C·Σ_c w_c·(−log p_c)) / Σ r·w_label
//
// where the last sum is over all positions, as in PyTorch's mean; positions with
// PyTorch's label ignore_index have weight 0 here. A batch whose last sum is 0 makes
// the run fail.
func (o Ops) SoftmaxCrossEntropyWith(x, labels *gorgonia.Node, options CrossEntropyOptions) (*gorgonia.Node, error) {
	return crossEntropy.Add(o, options, x, labels, o.Weights())
}

func newCrossEntropy[T Float](s Site, c CrossEntropyOptions) (Body[T], error) {
	row, labels := s.Row(0), s.Shape(1)
	classes := row[len(row)-1]
	n := size(row) / classes
	if s.in[1].Dtype() != tensor.Int32 || labels[0] < s.b.rows || size(labels) != labels[0]*n {
		return Body[T]{}, fmt.Errorf("labels %v: want int32 of %d for each of %d rows", s.in[1], n, s.b.rows)
	}
	if err := c.check(classes); err != nil {
		return Body[T]{}, err
	}
	k, target := set[T](s), newSmoothTarget(c, classes)
	mean := meanLoss[T]{row: size(row), terms: n, scale: 1 / float64(n), factor: []float64{1}, term: func(g Group[T], term int, d []T) [Lanes]float64 {
		labels := g.p.Ints(1)
		var own [Lanes]int32 // 0 where the weight is
		for r := range g.Rows() {
			if i := g.Index*Lanes + r; weightOf(g.p, 2, i, term) != 0 {
				own[r] = labels[i*n+term]
			}
		}
		x := group(g.In(0), term, classes)
		losses := k.SoftmaxCrossEntropy(classes, g.Rows(), d, x, own[:])
		if target != nil {
			for r := range g.Rows() {
				losses[r] = smooth(*target, d, x, r, int(own[r]), losses[r])
			}
		}
		return losses
	}}
	if c.ClassWeights != nil {
		mean.mass = func(p *Pass[T], row, term int) float64 { return target.weights[p.Ints(1)[row*n+term]] }
	}
	body, err := mean.body(s)
	forward := body.Forward
	body.Forward = func(p *Pass[T]) error {
		for i, l := range p.Ints(1)[:p.Rows()*n] {
			if (l < 0 || int(l) >= classes) && weightOf(p, 2, i/n, i%n) != 0 {
				return fmt.Errorf("label %d of row %d: want 0 to %d", l, i/n, classes-1)
			}
		}
		return forward(p)
	}
	return body, err
}

func (c CrossEntropyOptions) check(classes int) error {
	if !(c.Smoothing >= 0 && c.Smoothing <= 1) {
		return fmt.Errorf("%s = %v: want [0, 1]", "Smoothing", c.Smoothing)
	}
	if c.ClassWeights == nil {
		return nil
	}
	if len(c.ClassWeights) != classes {
		return fmt.Errorf("%d ClassWeights: want one for each of %d classes", len(c.ClassWeights), classes)
	}
	for i, w := range c.ClassWeights {
		if !(w >= 0 && w <= math.MaxFloat64) {
			return fmt.Errorf("ClassWeights[%d] = %v: want 0 or more, finite", i, w)
		}
	}
	if slices.Max(c.ClassWeights) == 0 {
		return fmt.Errorf("ClassWeights = %v: want 1 or more that are positive", c.ClassWeights)
	}
	return nil
}

// smoothTarget turns a label into a target according to the options.
type smoothTarget struct {
	keep, spread float64   // 1 − ε and ε/C
	weights      []float64 // of the classes
	sum          float64   // of them
}

// newSmoothTarget returns nil if the options leave labels as they are.
func newSmoothTarget(c CrossEntropyOptions, classes int) *smoothTarget {
	if c.Smoothing == 0 && c.ClassWeights == nil {
		return nil
	}
	t := &smoothTarget{keep: 1 - c.Smoothing, spread: c.Smoothing / float64(classes), weights: slices.Clone(c.ClassWeights)}
	if t.weights == nil {
		t.weights = slices.Repeat([]float64{1}, classes)
	}
	for _, w := range t.weights {
		t.sum += w
	}
	return t
}

// smooth turns the loss and the derivatives d = p − [c = label] of a lane into those of
// the target q_c = (1−ε)·w_label·[c = label] + ε/C·w_c, whose sum is Q:
//
//	loss ← Q·loss − Σ_c ε/C·w_c·(x_c − x_label)
//	d_c  ← Q·d_c − ε/C·w_c + [c = label]·ε/C·Σ_j w_j
func smooth[T Float](t smoothTarget, d, x []T, lane, label int, loss float64) float64 {
	total := float64(t.keep*t.weights[label]) + float64(t.spread*t.sum)
	loss *= total
	for c, w := range t.weights {
		at := c*Lanes + lane
		own := float64(total * float64(d[at]))
		if w = float64(w * t.spread); w != 0 { // otherwise the logit may be −∞
			own -= w
			loss -= float64(w * (float64(x[at]) - float64(x[label*Lanes+lane])))
		}
		if c == label {
			own += float64(t.spread * t.sum)
		}
		d[at] = T(own)
	}
	return loss
}
