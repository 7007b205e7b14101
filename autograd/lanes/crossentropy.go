package lanes

import (
	"fmt"

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
	k := set[T](s)
	body, err := meanLoss[T]{row: size(row), terms: n, scale: 1 / float64(n), factor: []float64{1}, term: func(g Group[T], term int, d []T) [Lanes]float64 {
		labels := g.p.Ints(1)
		var own [Lanes]int32 // 0 where the weight is
		for r := range g.Rows() {
			if i := g.Index*Lanes + r; weightOf(g.p, 2, i, term) != 0 {
				own[r] = labels[i*n+term]
			}
		}
		return k.SoftmaxCrossEntropy(classes, g.Rows(), d, group(g.In(0), term, classes), own[:])
	}}.body(s)
	mean := body.Forward
	body.Forward = func(p *Pass[T]) error {
		for i, l := range p.Ints(1)[:p.Rows()*n] {
			if (l < 0 || int(l) >= classes) && weightOf(p, 2, i/n, i%n) != 0 {
				return fmt.Errorf("label %d of row %d: want 0 to %d", l, i/n, classes-1)
			}
		}
		return mean(p)
	}
	return body, err
}
