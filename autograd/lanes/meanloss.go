package lanes

import (
	"errors"
	"fmt"

	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
)

// meanLoss is a loss with one or more terms per row. The last input of its operation
// is the weights, if the batch has them, one for each row or one for each term. With
// a weight of 1 where there are none, it is the scalar
//
//	scale/count · Σ_row Σ_term weight·loss
//
// where count is the sum of the weights of the active rows, or of the mean weight of
// each row if it has several; with mass, each weight is multiplied by that of its term.
type meanLoss[T Float] struct {
	row    int // values of a row of the first input
	terms  int
	scale  float64
	factor []float64 // by input: its gradient is this multiple of scale/count·weight·d

	// term returns the losses of a term of the rows of a group, and fills d: both
	// with zeros beyond the batch.
	term func(g Group[T], term int, d []T) [Lanes]float64

	// mass returns what a term of weight 1 counts; if nil, 1. It is not called for
	// terms of weight 0.
	mass func(p *Pass[T], row, term int) float64
}

// body returns the two passes.
func (l meanLoss[T]) body(s Site) (Body[T], error) {
	w := len(s.in) - 1
	if s.Has(w) {
		if n := size(s.Shape(w)) / s.b.rows; n != 1 && n != l.terms {
			return Body[T]{}, fmt.Errorf("%d weights per row: want 1, or one for each of %d terms", n, l.terms)
		}
	}
	if err := take[T](s, s.Shape(0)...); err != nil {
		return Body[T]{}, err
	}
	// From the forward to the backward pass; an input of rows may end within a group, or beyond the last.
	all := kernel.Alloc[T](max(size(s.Shape(0)), s.Groups()*l.row*Lanes))
	k, sums, count := set[T](s), make([]float64, s.Groups()), 0.0
	each := func(g Group[T]) {
		d, sum := group(all, g.Index, l.row), 0.0
		for i := range l.terms {
			own := group(d, i, l.row/l.terms)
			sum += weigh(g, w, i, own, l.term(g, i, own))
		}
		sums[g.Index] = sum
	}
	return Body[T]{
		Forward: func(p *Pass[T]) (err error) {
			if count, err = l.count(p, w); err != nil {
				return err
			}
			p.Each(each)
			var sum float64
			for _, s := range sums {
				sum += s
			}
			p.Out[0] = T(sum * l.scale / count)
			return nil
		},
		Backward: func(p *Pass[T]) error {
			c := float64(p.OutGrad[0]) * l.scale / count
			for i, f := range l.factor {
				if p.Grad[i] != nil {
					k.Scale(p.Grad[i], all, T(c*f))
				}
			}
			return nil
		},
	}, nil
}

// weigh returns the sum of the losses of a group's rows, each times its weight, and
// multiplies their derivatives by the weights too. A weight of 0 leaves a row out,
// whatever its values.
func weigh[T Float](g Group[T], input, term int, d []T, losses [Lanes]float64) (sum float64) {
	if g.p.In[input] == nil {
		for _, l := range losses {
			sum += l
		}
		return sum
	}
	var weights [Lanes]T // 0 beyond the batch
	for r := range g.Rows() {
		if weights[r] = weightOf(g.p, input, g.Index*Lanes+r, term); weights[r] != 0 {
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

// weightOf returns the weight of a term of a row.
func weightOf[T Float](p *Pass[T], input, row, term int) T {
	w := p.In[input]
	if w == nil {
		return 1
	}
	n := len(w) / p.site.b.rows
	return w[row*n+term%n]
}

// count returns the divisor of the sum of the losses.
func (l meanLoss[T]) count(p *Pass[T], input int) (float64, error) {
	count, err := countRows(p, input)
	if err != nil || l.mass == nil {
		return count, err
	}
	var sum float64
	for row := range p.Rows() {
		for term := range l.terms {
			if w := weightOf(p, input, row, term); w != 0 {
				sum += float64(float64(w) * l.mass(p, row, term))
			}
		}
	}
	if sum == 0 {
		return 0, errors.New("all classes of the batch have weight 0: want 1 or more that are positive")
	}
	return sum / float64(l.terms), nil
}

// countRows returns the sum of the weights of the active rows, or of the mean weight
// of each row if it has several, or the number of rows if there are no weights.
func countRows[T Float](p *Pass[T], input int) (float64, error) {
	weights := p.In[input]
	if weights == nil {
		return float64(p.Rows()), nil
	}
	n := len(weights) / p.site.b.rows
	var sum float64
	for i, w := range weights[:p.Rows()*n] {
		if !(w >= 0) || w-w != 0 {
			return 0, fmt.Errorf("weight %v of row %d: want 0 or more, finite", w, i/n)
		}
		sum += float64(w)
	}
	if sum == 0 {
		return 0, errors.New("all weights of the batch are 0: want 1 or more that are positive")
	}
	return sum / float64(n), nil
}

var meanRows = Op[struct{}]{
	Name: "mean of rows", Inputs: []Input{{Name: "input", Kind: Whole}, {Name: "weights", Kind: Data, Optional: true}},
	F32: newMeanRows[float32], F64: newMeanRows[float64],
}

// MeanRows adds the mean over the active rows of a vector with one value per row, of
// at least Rows values, weighted if the batch has weights. It is the last step of a
// loss computed on rows.
func (o Ops) MeanRows(x *gorgonia.Node) (*gorgonia.Node, error) {
	return meanRows.Add(o, struct{}{}, x, o.Weights())
}

func newMeanRows[T Float](s Site, _ struct{}) (Body[T], error) {
	if d := s.Shape(0); size(d) != d[0] || d[0] < s.b.rows {
		return Body[T]{}, fmt.Errorf("input of shape %v: want one value for each of %d rows", s.Shape(0), s.b.rows)
	}
	return meanLoss[T]{row: 1, terms: 1, scale: 1, factor: []float64{1}, term: func(g Group[T], _ int, d []T) (losses [Lanes]float64) {
		clear(d)
		for r := range g.Rows() {
			losses[r], d[r] = float64(g.In(0)[g.Index*Lanes+r]), 1
		}
		return losses
	}}.body(s)
}
