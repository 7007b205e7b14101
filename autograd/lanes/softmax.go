package lanes

import "gorgonia.org/gorgonia"

var softmax = Op[struct{}]{Name: "softmax", Inputs: []Input{{Name: "input"}}, F32: newSoftmax[float32], F64: newSoftmax[float64]}

// Softmax adds, over the last dimension of a row,
//
//	y_c = e^(x_c − max) / Σ_j e^(x_j − max)
//
// x and y are lanes [groups, ..., classes, 16].
func (o Ops) Softmax(x *gorgonia.Node) (*gorgonia.Node, error) {
	return softmax.Add(o, struct{}{}, x)
}

func newSoftmax[T Float](s Site, _ struct{}) (Body[T], error) {
	row := s.Row(0)
	classes := row[len(row)-1]
	n := size(row) / classes
	k := set[T](s)
	return Body[T]{
		Shape: s.Shape(0),
		Forward: EachGroup(func(g Group[T]) {
			for i := range n {
				k.Softmax(group(g.Out(), i, classes), group(g.In(0), i, classes), classes)
			}
		}),
		// dx = y·(dy − Σ_c y_c·dy_c)
		Backward: EachGroup(func(g Group[T]) {
			for i := range n {
				k.SoftmaxBackward(group(g.Grad(0), i, classes), group(g.OutGrad(), i, classes), group(g.Out(), i, classes), classes)
			}
		}),
	}, nil
}
