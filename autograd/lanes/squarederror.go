package lanes

import (
	"fmt"

	"gorgonia.org/gorgonia"
)

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
