package lanes

import (
	"fmt"

	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

var crossEntropy = Op[struct{}]{
	Name: "softmax cross-entropy", Inputs: []Input{{Name: "input", Dims: 1}, {Name: "labels", Kind: Data, Dims: 1}},
	F32: newCrossEntropy[float32], F64: newCrossEntropy[float64],
}

// SoftmaxCrossEntropy adds the mean over the active rows of
//
//	log Σ_c e^{x_c} − x_label
//
// computed without overflow. x is lanes [groups, classes, 16], labels an int32
// vector of at least Rows labels in [0, classes); a label out of range makes
// the run fail. The result is a scalar.
func (o Ops) SoftmaxCrossEntropy(x, labels *gorgonia.Node) (*gorgonia.Node, error) {
	return crossEntropy.Add(o, struct{}{}, x, labels)
}

func newCrossEntropy[T Float](s Site, _ struct{}) (Body[T], error) {
	if labels := s.in[1]; labels.Dtype() != tensor.Int32 || s.Shape(1)[0] < s.b.rows {
		return Body[T]{}, fmt.Errorf("labels %v: want an int32 vector of %d", labels, s.b.rows)
	}
	k, classes := set[T](s), s.Row(0)[0]
	l, err := newMeanLoss[T](s, 1, 1)
	if err != nil {
		return Body[T]{}, err
	}
	body := l.body(func(g Group[T], d []T) float64 {
		labels := g.Pass().Ints(1)
		return k.SoftmaxCrossEntropy(classes, g.Rows(), d, g.In(0), labels[min(g.Index*Lanes, len(labels)):])
	})
	mean := body.Forward
	body.Forward = func(p *Pass[T]) error {
		for r, l := range p.Ints(1)[:p.Rows()] {
			if l < 0 || int(l) >= classes {
				return fmt.Errorf("label %d of row %d: want 0 to %d", l, r, classes-1)
			}
		}
		return mean(p)
	}
	return body, nil
}

var squaredError = Op[bool]{
	Name: "squared error", Inputs: []Input{{Name: "input"}, {Name: "target"}},
	F32: newSquaredError[float32], F64: newSquaredError[float64],
}

// SquaredError adds the mean, over the active rows and the values of a row, of
//
//	(x − target)², or half of it
//
// as the book has it with the half and PyTorch without. x and target are lanes
// of the same shape; the gradient goes to both. The result is a scalar.
func (o Ops) SquaredError(x, target *gorgonia.Node, half bool) (*gorgonia.Node, error) {
	return squaredError.Add(o, half, x, target)
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
	l, err := newMeanLoss[T](s, scale, 2, -2)
	if err != nil {
		return Body[T]{}, err
	}
	return l.body(func(g Group[T], d []T) float64 {
		return k.SquaredError(features, g.Rows(), d, g.In(0), g.In(1))
	}), nil
}

// meanLoss is the scalar scale/rows · Σ_g sums[g], whose derivative with
// respect to input i is factor[i]·scale/rows·d.
type meanLoss[T Float] struct {
	site   Site
	scale  float64
	factor []float64
	d      []T // from the forward to the backward pass
	sums   []float64
}

func newMeanLoss[T Float](s Site, scale float64, factor ...float64) (*meanLoss[T], error) {
	if err := take[T](s, s.Shape(0)...); err != nil {
		return nil, err
	}
	return &meanLoss[T]{s, scale, factor, kernel.Alloc[T](size(s.Shape(0))), make([]float64, s.Groups())}, nil
}

// body has the two passes, of which sum fills d for a group and returns its
// sum.
func (l *meanLoss[T]) body(sum func(g Group[T], d []T) float64) Body[T] {
	k := set[T](l.site)
	each := func(g Group[T]) { l.sums[g.Index] = sum(g, g.part(l.d, true)) }
	return Body[T]{
		Forward: func(p *Pass[T]) error {
			p.Each(each)
			var all float64
			for _, s := range l.sums {
				all += s
			}
			p.Out[0] = T(all * l.scale / float64(p.Rows()))
			return nil
		},
		Backward: func(p *Pass[T]) error {
			c := float64(p.OutGrad[0]) * l.scale / float64(p.Rows())
			for i, f := range l.factor {
				if p.Grad[i] != nil {
					k.Scale(p.Grad[i], l.d, T(c*f))
				}
			}
			return nil
		},
	}
}

var meanRows = Op[struct{}]{Name: "mean of rows", Inputs: []Input{{Name: "input", Kind: Whole}}, F32: newMeanRows[float32], F64: newMeanRows[float64]}

// MeanRows adds the mean over the active rows of a vector with one value a
// row, of at least Rows values: the last step of a loss written on rows.
func (o Ops) MeanRows(x *gorgonia.Node) (*gorgonia.Node, error) {
	return meanRows.Add(o, struct{}{}, x)
}

func newMeanRows[T Float](s Site, _ struct{}) (Body[T], error) {
	if d := s.Shape(0); size(d) != d[0] || d[0] < s.b.rows {
		return Body[T]{}, fmt.Errorf("input of shape %v: want one value for each of %d rows", s.Shape(0), s.b.rows)
	}
	return Body[T]{
		Forward: func(p *Pass[T]) error {
			var sum float64
			for _, r := range p.In[0][:p.Rows()] {
				sum += float64(r)
			}
			p.Out[0] = T(sum / float64(p.Rows()))
			return nil
		},
		Backward: func(p *Pass[T]) error {
			clear(p.Grad[0])
			for i := range p.Rows() {
				p.Grad[0][i] = p.OutGrad[0] / T(p.Rows())
			}
			return nil
		},
	}, nil
}
