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
// (the book has the half, PyTorch does not), weighted if the batch has weights. x
// and target are lanes of the same shape; the gradient goes to both. The result is a
// scalar.
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
	terms := 1
	if s.Has(2) && size(s.Shape(2)) > s.b.rows { // a weight for each value
		terms = features
	}
	return meanLoss[T]{row: features, terms: terms, scale: scale, factor: []float64{2, -2}, term: func(g Group[T], term int, d []T) [Lanes]float64 {
		n := features / terms
		return k.SquaredError(n, g.Rows(), d, group(g.In(0), term, n), group(g.In(1), term, n))
	}}.body(s)
}
