package lanes

import (
	"fmt"

	"gorgonia.org/gorgonia"
)

var lastPosition = Op[struct{}]{Name: "last position", Inputs: []Input{{Name: "input"}}, F32: newLast[float32], F64: newLast[float64]}

// Last adds the last position of each row: rows [T, …] to rows […].
func (o Ops) Last(x *gorgonia.Node) (*gorgonia.Node, error) {
	return lastPosition.Add(o, struct{}{}, x)
}

func newLast[T Float](s Site, _ struct{}) (Body[T], error) {
	row := s.Row(0)
	if len(row) < 2 {
		return Body[T]{}, fmt.Errorf("rows of shape %v: want 2 or more dimensions, such as [positions width]", row)
	}
	first := size(row)*Lanes - size(row[1:])*Lanes
	return Body[T]{
		Shape:   s.InLanes(row[1:]...),
		Forward: EachGroup(func(g Group[T]) { copy(g.Out(), g.In(0)[first:]) }),
		Backward: EachGroup(func(g Group[T]) {
			clear(g.Grad(0)[:first])
			copy(g.Grad(0)[first:], g.OutGrad())
		}),
	}, nil
}
