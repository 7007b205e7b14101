package lanes

import (
	"errors"
	"fmt"
	"math"

	"gorgonia.org/gorgonia"
)

var batchNorm = Op[*batchStatistics]{
	Name: "batch norm", Inputs: []Input{
		{Name: "input"},
		{Name: "weight", Kind: Whole, Dims: 1, Optional: true},
		{Name: "bias", Kind: Whole, Dims: 1, Optional: true},
	},
	F32: newBatchNorm[float32], F64: newBatchNorm[float64],
}

// batchStatistics are the settings of a batch normalization, and what it found of
// the last batch.
type batchStatistics struct {
	eps            float64
	mean, variance []float64 // by channel; the variance is the unbiased one
}

// BatchNorm adds, for each channel c, the first index of a row, with its mean and
// its biased variance over the active rows and all places of the batch,
//
//	y = weight[c]·(x − mean)/√(variance + ε) + bias[c]
//
//	x, y          [groups, C, …, 16]
//	weight, bias  [C], or nil: 1 and 0
//
// (Ioffe and Szegedy 2015). It returns the mean [C] too, and the unbiased variance
// [C], n/(n − 1) of the other: they have no gradients. A batch that has one value
// in a channel is an error of [Session.Run].
//
// Statistics are computed in float64, from deviations, group after group.
func (o Ops) BatchNorm(x, weight, bias *gorgonia.Node, eps float64) (y, mean, variance *gorgonia.Node, err error) {
	s := &batchStatistics{eps: eps}
	if y, err = batchNorm.Add(o, s, x, weight, bias); err == nil {
		mean, err = batchStatistic.Add(o, s.mean, y)
	}
	if err == nil {
		variance, err = batchStatistic.Add(o, s.variance, y)
	}
	return y, mean, variance, err
}

func newBatchNorm[T Float](s Site, c *batchStatistics) (Body[T], error) {
	n, err := newChannels[T](s, c.eps)
	if err != nil {
		return Body[T]{}, err
	}
	c.mean, c.variance = n.mean, make([]float64, n.count)
	return Body[T]{
		Shape: s.Shape(0),
		Forward: func(p *Pass[T]) error {
			values := p.Rows() * n.area
			if values < 2 {
				return errors.New("one value in each channel, whose variance is 0: want a batch of 2 rows or more")
			}
			p.Each(n.moments)
			n.gather(p, c.variance)
			n.prepare(p)
			p.Each(n.normalize)
			return nil
		},
		// With x̂ = (x − mean)/√(variance + ε) and n values in a channel
		//
		//	dbias = Σ dy, dweight = Σ dy·x̂, dx = weight/√(variance + ε)·(dy − dbias/n − x̂·dweight/n)
		//
		// Rows beyond the batch have no part in the statistics.
		Backward: func(p *Pass[T]) error {
			p.Each(n.products)
			n.gradients(p, float64(p.Rows()*n.area))
			if p.Grad[0] != nil {
				p.Each(n.backward)
			}
			return nil
		},
	}, nil
}

var batchStatistic = Op[[]float64]{
	Name: "batch statistic", Inputs: []Input{{Name: "output", Kind: Data}},
	F32: newBatchStatistic[float32], F64: newBatchStatistic[float64],
}

// newBatchStatistic copies what a batch normalization found, after it.
func newBatchStatistic[T Float](_ Site, of []float64) (Body[T], error) {
	return Body[T]{Shape: []int{len(of)}, Forward: func(p *Pass[T]) error {
		for c, v := range of {
			p.Out[c] = T(v)
		}
		return nil
	}}, nil
}

var batchNormFixed = Op[float64]{
	Name: "batch norm of given statistics", Inputs: []Input{
		{Name: "input"},
		{Name: "weight", Kind: Whole, Dims: 1, Optional: true},
		{Name: "bias", Kind: Whole, Dims: 1, Optional: true},
		{Name: "mean", Kind: Data, Dims: 1},
		{Name: "variance", Kind: Data, Dims: 1},
	},
	F32: newBatchNormFixed[float32], F64: newBatchNormFixed[float64],
}

// BatchNormFixed is [Ops.BatchNorm] with a mean [C] and a variance [C] that are
// given, such as the running ones in evaluation: they get no gradient.
func (o Ops) BatchNormFixed(x, weight, bias, mean, variance *gorgonia.Node, eps float64) (*gorgonia.Node, error) {
	return batchNormFixed.Add(o, eps, x, weight, bias, mean, variance)
}

func newBatchNormFixed[T Float](s Site, eps float64) (Body[T], error) {
	n, err := newChannels[T](s, eps)
	if err != nil {
		return Body[T]{}, err
	}
	for i, name := range []string{3: "mean", 4: "variance"} {
		if name != "" && s.Shape(i)[0] != n.count {
			return Body[T]{}, fmt.Errorf("%s of shape %v: want [%d]", name, s.Shape(i), n.count)
		}
	}
	return Body[T]{
		Shape: s.Shape(0),
		Forward: func(p *Pass[T]) error {
			for c := range n.mean {
				n.mean[c], n.inverse[c] = float64(p.In[3][c]), 1/math.Sqrt(float64(p.In[4][c])+eps)
			}
			n.prepare(p)
			p.Each(n.normalize)
			return nil
		},
		Backward: func(p *Pass[T]) error { // dx = dy·weight/√(variance + ε)
			p.Each(n.products)
			n.gradients(p, math.Inf(1))
			if p.Grad[0] != nil {
				p.Each(n.backward)
			}
			return nil
		},
	}, nil
}
