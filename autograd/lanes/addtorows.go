package lanes

import (
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"
)

var addToRows = Op[struct{}]{
	Name:   "add to rows",
	Inputs: []Input{{Name: "input"}, {Name: "weight", Kind: Whole}},
	F32:    newAddToRows[float32], F64: newAddToRows[float64],
}

// AddToRows adds the same values to each row, such as positions:
//
//	x, y   [groups, n, …, 16]
//	weight [m, …], m ≥ n: y = x + weight[:n]
func (o Ops) AddToRows(x, weight *gorgonia.Node) (*gorgonia.Node, error) {
	return addToRows.Add(o, struct{}{}, x, weight)
}

func newAddToRows[T Float](s Site, _ struct{}) (Body[T], error) {
	row, w := s.Row(0), s.Shape(1)
	if len(w) != len(row) || w[0] < row[0] || !slices.Equal(w[1:], row[1:]) {
		return Body[T]{}, fmt.Errorf("weight of shape %v: want %v, or more in the first dimension", w, row)
	}
	n, each := size(row), size(row[1:])
	k := set[T](s)
	return Body[T]{
		Shape: s.Shape(0),
		Forward: EachGroup(func(g Group[T]) {
			x, y := g.In(0), g.Out()
			for i, v := range g.In(1)[:n] {
				to := (*[Lanes]T)(y[i*Lanes:])
				for l, u := range (*[Lanes]T)(x[i*Lanes:]) {
					to[l] = u + v
				}
			}
		}),
		Backward: func(p *Pass[T]) error {
			copy(p.Grad[0], p.OutGrad)
			if p.Grad[1] != nil {
				clear(p.Grad[1][n:])
				p.Run(row[0], func(i, _ int) {
					k.DenseBiasGrad(each, s.Groups(), n, p.Grad[1][i*each:][:each], p.OutGrad[i*each*Lanes:])
				})
			}
			return nil
		},
	}, nil
}
