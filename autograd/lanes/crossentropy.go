package lanes

import (
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
