package autograd

import (
	"fmt"

	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// SoftmaxCrossEntropy adds the mean over the active rows of
//
//	log Σ_c e^{x_c} − x_label
//
// computed without overflow. x is lanes [groups, classes, 16], labels an int32
// vector of at least Rows labels in [0, classes); a label out of range makes
// the run fail. The result is a scalar.
func (b *Builder) SoftmaxCrossEntropy(x, labels *gorgonia.Node) (*gorgonia.Node, error) {
	const name = "softmax cross-entropy"
	if err := b.checkLanes(name, x, 1); err != nil {
		return nil, err
	}
	if labels == nil || labels.Dtype() != tensor.Int32 || len(labels.Shape()) != 1 || labels.Shape()[0] < b.rows {
		return nil, fmt.Errorf("autograd: %s: labels %v: want an int32 vector of %d", name, labels, b.rows)
	}
	if b.dtype == tensor.Float64 {
		return addCrossEntropy[float64](b, x, labels)
	}
	return addCrossEntropy[float32](b, x, labels)
}

func addCrossEntropy[T Float](b *Builder, x, labels *gorgonia.Node) (*gorgonia.Node, error) {
	k, classes := kernel.Set[T]{ISA: b.engine.isa}, RowShape(x)[0]
	forward := func(d []T, active int, x, y gorgonia.Value, sums []float64) error {
		logits, labels := dataOf[T](x), y.(*tensor.Dense).Int32s()
		for r, l := range labels[:active] {
			if l < 0 || int(l) >= classes {
				return fmt.Errorf("autograd: softmax cross-entropy: label %d of row %d: want 0 to %d", l, r, classes-1)
			}
		}
		b.engine.pool.Run(len(sums), func(g, _ int) {
			n := min(max(active-g*Lanes, 0), Lanes)
			sums[g] = k.SoftmaxCrossEntropy(classes, n, group(d, g, classes), group(logits, g, classes), labels[min(g*Lanes, len(labels)):])
		})
		return nil
	}
	return addLoss(b, "softmax cross-entropy", gorgonia.Nodes{x, labels}, []float64{1}, 1, forward)
}

// SquaredError adds the mean, over the active rows and the values of a row, of
//
//	(x − target)², or half of it
//
// as the book has it with the half and PyTorch without. x and target are lanes
// of the same shape; the gradient goes to both. The result is a scalar.
func (b *Builder) SquaredError(x, target *gorgonia.Node, half bool) (*gorgonia.Node, error) {
	const name = "squared error"
	for _, n := range []*gorgonia.Node{x, target} {
		if err := b.checkLanes(name, n, 0); err != nil {
			return nil, err
		}
	}
	if !x.Shape().Eq(target.Shape()) {
		return nil, fmt.Errorf("autograd: %s: rows of shape %v with targets of shape %v: want the same", name, RowShape(x), RowShape(target))
	}
	scale := 1 / float64(size(RowShape(x)))
	if half {
		scale /= 2
	}
	if b.dtype == tensor.Float64 {
		return addSquaredError[float64](b, x, target, scale)
	}
	return addSquaredError[float32](b, x, target, scale)
}

func addSquaredError[T Float](b *Builder, x, target *gorgonia.Node, scale float64) (*gorgonia.Node, error) {
	k, features := kernel.Set[T]{ISA: b.engine.isa}, size(RowShape(x))
	forward := func(d []T, active int, x, y gorgonia.Value, sums []float64) error {
		p, t := dataOf[T](x), dataOf[T](y)
		b.engine.pool.Run(len(sums), func(g, _ int) {
			n := min(max(active-g*Lanes, 0), Lanes)
			sums[g] = k.SquaredError(features, n, group(d, g, features), group(p, g, features), group(t, g, features))
		})
		return nil
	}
	return addLoss(b, "squared error", gorgonia.Nodes{x, target}, []float64{2, -2}, scale, forward)
}

// addLoss adds the scalar loss = scale/active · Σ sums of a pair of nodes.
// forward fills sums, one a group, and d, to which the loss's derivative is
// proportional: with respect to input i it is factor[i]·scale/active·d. d is
// shared by the forward and the backward pass.
func addLoss[T Float](b *Builder, name string, in gorgonia.Nodes, factor []float64, scale float64, forward func(d []T, active int, x, y gorgonia.Value, sums []float64) error) (*gorgonia.Node, error) {
	k, sums := kernel.Set[T]{ISA: b.engine.isa}, make([]float64, b.Groups())
	_, d := newDense[T](b, in[0].Shape()...)
	out, loss := newScalar[T]()
	all := append(in[:len(in):len(in)], b.active)
	do := func(v []gorgonia.Value) (gorgonia.Value, error) {
		active := lastRow(v[2]) + 1
		if err := forward(d, active, v[0], v[1], sums); err != nil {
			return nil, err
		}
		var sum float64
		for _, s := range sums {
			sum += s
		}
		loss[0] = T(sum * scale / float64(active))
		return out, nil
	}
	sym := func(in gorgonia.Nodes, y, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		bufs, data := make([]*tensor.Dense, len(in)), make([][]T, len(factor))
		for i := range factor {
			if b.needsGrad(in[i]) {
				bufs[i], data[i] = newDense[T](b, in[i].Shape()...)
			}
		}
		return b.backward(name+" backward", gorgonia.Nodes{y, grad, b.active}, bufs, func(v []gorgonia.Value) error {
			c := float64(dataOf[T](v[1])[0]) * scale / float64(lastRow(v[2])+1)
			for i, dx := range data {
				if dx != nil {
					k.Scale(dx, d, T(c*factor[i]))
				}
			}
			return nil
		})
	}
	differentiable := []bool{true, len(factor) > 1, false}
	return b.apply(newOp(name, all, b.dtype, nil, do), all, differentiable, sym)
}

// MeanRows adds the mean over the active rows of a vector with one value a
// row, of at least Rows values: the last step of a loss written on rows.
func (b *Builder) MeanRows(x *gorgonia.Node) (*gorgonia.Node, error) {
	if err := b.checkFloat("mean of rows", x); err != nil {
		return nil, err
	}
	if s := x.Shape(); len(s) == 0 || s.TotalSize() != s[0] || s[0] < b.rows {
		return nil, fmt.Errorf("autograd: mean of rows: input of shape %v: want one value for each of %d rows", s, b.rows)
	}
	if b.dtype == tensor.Float64 {
		return addMeanRows[float64](b, x)
	}
	return addMeanRows[float32](b, x)
}

func addMeanRows[T Float](b *Builder, x *gorgonia.Node) (*gorgonia.Node, error) {
	out, mean := newScalar[T]()
	in := gorgonia.Nodes{x, b.active}
	do := func(v []gorgonia.Value) (gorgonia.Value, error) {
		rows := dataOf[T](v[0])[:lastRow(v[1])+1]
		var sum float64
		for _, r := range rows {
			sum += float64(r)
		}
		mean[0] = T(sum / float64(len(rows)))
		return out, nil
	}
	sym := func(in gorgonia.Nodes, _, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		dx, dxData := newDense[T](b, in[0].Shape()...)
		return b.backward("mean of rows backward", gorgonia.Nodes{grad, in[1]}, []*tensor.Dense{dx, nil}, func(v []gorgonia.Value) error {
			active := lastRow(v[1]) + 1
			g := dataOf[T](v[0])[0] / T(active)
			for i := range dxData {
				dxData[i] = 0
				if i < active {
					dxData[i] = g
				}
			}
			return nil
		})
	}
	return b.apply(newOp("mean of rows", in, b.dtype, nil, do), in, []bool{true, false}, sym)
}
