package lanes

import (
	"fmt"

	"gorgonia.org/gorgonia"
)

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
