package lanes

import (
	"errors"
	"fmt"

	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

var crossEntropy = Op[struct{}]{
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
	return crossEntropy.Add(o, struct{}{}, x, labels, o.Weights())
}

func newCrossEntropy[T Float](s Site, _ struct{}) (Body[T], error) {
	row, labels := s.Row(0), s.Shape(1)
	classes := row[len(row)-1]
	n := size(row) / classes
	if s.in[1].Dtype() != tensor.Int32 || labels[0] < s.b.rows || size(labels) != labels[0]*n {
		return Body[T]{}, fmt.Errorf("labels %v: want int32 of %d for each of %d rows", s.in[1], n, s.b.rows)
	}
	l, err := newMeanLoss[T](s, 2, n, 1/float64(n), 1)
	if err != nil {
		return Body[T]{}, err
	}
	k := set[T](s)
	body := l.body(func(g Group[T], d []T) (sum float64) {
		all, x := g.Pass().Ints(1), g.In(0)
		for p := range n {
			at := p * classes * Lanes
			d, x := d[at:at+classes*Lanes], x[at:at+classes*Lanes]
			if n == 1 && l.weights == nil {
				return k.SoftmaxCrossEntropy(classes, g.Rows(), d, x, all[min(g.Index*Lanes, len(all)):])
			}
			var own [Lanes]int32
			for r := range g.Rows() {
				if own[r] = all[(g.Index*Lanes+r)*n+p]; l.weight(g, r, p) == 0 {
					own[r] = 0
				}
			}
			if l.weights == nil {
				sum += k.SoftmaxCrossEntropy(classes, g.Rows(), d, x, own[:])
				continue
			}
			losses := laneCrossEntropy(k, classes, d, x, &own)
			sum += l.weigh(g, p, d, &losses)
		}
		return sum
	})
	mean := body.Forward
	body.Forward = func(p *Pass[T]) error {
		for i, l := range p.Ints(1)[:p.Rows()*n] {
			if (l < 0 || int(l) >= classes) && weightOf(p, 2, i/n, i%n) != 0 {
				return fmt.Errorf("label %d of row %d: want 0 to %d", l, i/n, classes-1)
			}
		}
		return mean(p)
	}
	return body, nil
}

// laneCrossEntropy returns the loss of each lane, and fills d with its derivative,
// e^x/Σe^x less 1 at the label.
func laneCrossEntropy[T Float](k kernel.Set[T], classes int, d, x []T, labels *[Lanes]int32) (losses [Lanes]float64) {
	var top, sum [Lanes]T
	copy(top[:], x)
	for i, v := range x {
		top[i%Lanes] = max(top[i%Lanes], v)
	}
	for i, v := range x {
		d[i] = v - top[i%Lanes]
	}
	for r, l := range labels {
		losses[r] = -float64(d[int(l)*Lanes+r])
	}
	k.Exp(d, d)
	for i, v := range d {
		sum[i%Lanes] += v
	}
	for i := range d {
		d[i] /= sum[i%Lanes]
	}
	k.Log(sum[:], sum[:])
	for r, l := range labels {
		losses[r] += float64(sum[r])
		d[int(l)*Lanes+r]--
	}
	return losses
}

var squaredError = Op[bool]{
	Name: "squared error", Inputs: []Input{{Name: "input"}, {Name: "target"}, {Name: "weights", Kind: Data, Optional: true}},
	F32: newSquaredError[float32], F64: newSquaredError[float64],
}

// SquaredError adds the mean, over the active rows and the values of a row, of
//
//	(x − target)², or half of it
//
// as the book has it with the half and PyTorch without, weighted if the batch
// has weights. x and target are lanes of the same shape; the gradient goes to
// both. The result is a scalar.
func (o Ops) SquaredError(x, target *gorgonia.Node, half bool) (*gorgonia.Node, error) {
	return squaredError.Add(o, half, x, target, o.Weights())
}

func newSquaredError[T Float](s Site, half bool) (Body[T], error) {
	if a, b := s.in[0].Shape(), s.in[1].Shape(); !a.Eq(b) {
		return Body[T]{}, fmt.Errorf("rows of shape %v with targets of shape %v: want the same", s.Row(0), s.Row(1))
	}
	k, features := set[T](s), size(s.Row(0))
	scale := 1 / float64(features)
	if half {
		scale /= 2
	}
	l, err := newMeanLoss[T](s, 2, features, scale, 2, -2)
	if err != nil {
		return Body[T]{}, err
	}
	return l.body(func(g Group[T], d []T) (sum float64) {
		x, t := g.In(0), g.In(1)
		if l.weights == nil {
			return k.SquaredError(features, g.Rows(), d, x, t)
		}
		for f := range features {
			var losses [Lanes]float64
			for r := range losses {
				e := x[f*Lanes+r] - t[f*Lanes+r]
				d[f*Lanes+r], losses[r] = e, float64(e)*float64(e)
			}
			sum += l.weigh(g, f, d[f*Lanes:], &losses)
		}
		return sum
	}), nil
}

// meanLoss is the scalar scale/count · Σ_g sums[g], whose derivative with
// respect to input i is factor[i]·scale/count·d. The count is that of the active
// rows, or the sum of their weights.
type meanLoss[T Float] struct {
	site    Site
	at      int // the input that has the weights
	weights []T // nil if there are none
	scale   float64
	factor  []float64
	count   float64
	d       []T // from the forward to the backward pass
	sums    []float64
}

// newMeanLoss is for n terms a row.
func newMeanLoss[T Float](s Site, at, n int, scale float64, factor ...float64) (*meanLoss[T], error) {
	if s.Has(at) {
		if w := size(s.Shape(at)) / s.b.rows; w != 1 && w != n {
			return nil, fmt.Errorf("%d weights a row: want 1, or one for each of %d terms", w, n)
		}
	}
	if err := take[T](s, s.Shape(0)...); err != nil {
		return nil, err
	}
	return &meanLoss[T]{site: s, at: at, scale: scale, factor: factor, d: kernel.Alloc[T](size(s.Shape(0))), sums: make([]float64, s.Groups())}, nil
}

// weightOf returns what a term of a row counts.
func weightOf[T Float](p *Pass[T], at, row, term int) T {
	if p.In[at] == nil {
		return 1
	}
	n := len(p.In[at]) / p.b.rows
	return p.In[at][row*n+term%n]
}

func (l *meanLoss[T]) weight(g Group[T], lane, term int) T {
	return weightOf(g.Pass(), l.at, g.Index*Lanes+lane, term)
}

// weigh multiplies the derivatives of a term by the weights of the lanes, and
// returns the sum of the losses, so multiplied.
func (l *meanLoss[T]) weigh(g Group[T], term int, d []T, losses *[Lanes]float64) (sum float64) {
	var weights [Lanes]T // 0 beyond the batch
	for r := range g.Rows() {
		if weights[r] = l.weight(g, r, term); weights[r] != 0 {
			sum += float64(float64(weights[r]) * losses[r])
		}
	}
	for i := range d {
		if w := weights[i%Lanes]; w == 0 {
			d[i] = 0
		} else {
			d[i] *= w
		}
	}
	return sum
}

// body has the two passes, of which sum fills d for a group and returns its
// sum.
func (l *meanLoss[T]) body(sum func(g Group[T], d []T) float64) Body[T] {
	k := set[T](l.site)
	each := func(g Group[T]) { l.sums[g.Index] = sum(g, g.part(l.d, true)) }
	return Body[T]{
		Forward: func(p *Pass[T]) error {
			if err := l.counted(p); err != nil {
				return err
			}
			p.Each(each)
			var all float64
			for _, s := range l.sums {
				all += s
			}
			p.Out[0] = T(all * l.scale / l.count)
			return nil
		},
		Backward: func(p *Pass[T]) error {
			c := float64(p.OutGrad[0]) * l.scale / l.count
			for i, f := range l.factor {
				if p.Grad[i] != nil {
					k.Scale(p.Grad[i], l.d, T(c*f))
				}
			}
			return nil
		},
	}
}

// counted sets the count.
func (l *meanLoss[T]) counted(p *Pass[T]) error {
	l.weights, l.count = p.In[l.at], float64(p.Rows())
	if l.weights == nil {
		return nil
	}
	var err error
	l.count, err = sumOfWeights(p, l.weights)
	return err
}

// sumOfWeights returns the sum of the weights of the active rows, of several in a
// row their mean.
func sumOfWeights[T Float](p *Pass[T], weights []T) (float64, error) {
	n := len(weights) / p.b.rows
	var sum float64
	for i, w := range weights[:p.Rows()*n] {
		if !(w >= 0) || w-w != 0 {
			return 0, fmt.Errorf("weight %v of row %d: want finite numbers, 0 or more", w, i/n)
		}
		sum += float64(w)
	}
	if sum == 0 {
		return 0, errors.New("all weights of the batch are 0: want one that is not")
	}
	return sum / float64(n), nil
}

var meanRows = Op[struct{}]{
	Name: "mean of rows", Inputs: []Input{{Name: "input", Kind: Whole}, {Name: "weights", Kind: Data, Optional: true}},
	F32: newMeanRows[float32], F64: newMeanRows[float64],
}

// MeanRows adds the mean over the active rows of a vector with one value a
// row, of at least Rows values, weighted if the batch has weights: the last step
// of a loss written on rows.
func (o Ops) MeanRows(x *gorgonia.Node) (*gorgonia.Node, error) {
	return meanRows.Add(o, struct{}{}, x, o.Weights())
}

func newMeanRows[T Float](s Site, _ struct{}) (Body[T], error) {
	if d := s.Shape(0); size(d) != d[0] || d[0] < s.b.rows {
		return Body[T]{}, fmt.Errorf("input of shape %v: want one value for each of %d rows", s.Shape(0), s.b.rows)
	}
	if s.Has(1) && size(s.Shape(1)) != s.b.rows {
		return Body[T]{}, fmt.Errorf("%d weights a row: want 1", size(s.Shape(1))/s.b.rows)
	}
	count := 0.0
	return Body[T]{
		Forward: func(p *Pass[T]) (err error) {
			if count = float64(p.Rows()); p.In[1] != nil {
				if count, err = sumOfWeights(p, p.In[1]); err != nil {
					return err
				}
			}
			var sum float64
			for i, r := range p.In[0][:p.Rows()] {
				if w := weightOf(p, 1, i, 0); w != 0 {
					sum += float64(float64(w) * float64(r))
				}
			}
			p.Out[0] = T(sum / count)
			return nil
		},
		Backward: func(p *Pass[T]) error {
			clear(p.Grad[0])
			for i := range p.Rows() {
				p.Grad[0][i] = p.OutGrad[0] * weightOf(p, 1, i, 0) / T(count)
			}
			return nil
		},
	}, nil
}
