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
		{Name: "addend", Optional: true},
	},
	F32: newBatchNorm[float32], F64: newBatchNorm[float64],
}

// batchStatistics are the settings of a batch normalization and the statistics of the
// last batch.
type batchStatistics struct {
	BatchNormOptions
	mean, variance []float64 // by channel; the variance is the unbiased one
}

// BatchNormOptions are the options of [Ops.BatchNorm] and [Ops.BatchNormFixed].
type BatchNormOptions struct {
	Eps  float64        // ε, finite, 0 or more
	Add  *gorgonia.Node // if not nil, added to y; has the shape of x
	ReLU bool           // y = max(0, ·) of that, in the same operation
}

// BatchNorm adds, for each channel c, the first index of a row, with its mean and
// its biased variance over the active rows and all positions of the batch,
//
//	y = weight[c]·(x − mean)/√(variance + ε) + bias[c]
//
//	x, y          [groups, C, …, 16]
//	weight, bias  [C], or nil: 1 and 0
//
// and then what the options say (Ioffe and Szegedy 2015). It also returns the mean [C]
// and the unbiased variance [C], n/(n − 1) times the biased one; they have no gradients.
// For a batch that has one value in a channel, [Session.Run] returns an error.
//
// Statistics are computed in float64, from deviations, group after group.
func (o Ops) BatchNorm(x, weight, bias *gorgonia.Node, c BatchNormOptions) (y, mean, variance *gorgonia.Node, err error) {
	s := &batchStatistics{BatchNormOptions: c}
	if y, err = batchNorm.Add(o, s, x, weight, bias, c.Add); err == nil {
		mean, err = batchStatistic.Add(o, s.mean, y)
	}
	if err == nil {
		variance, err = batchStatistic.Add(o, s.variance, y)
	}
	return y, mean, variance, err
}

func newBatchNorm[T Float](s Site, c *batchStatistics) (Body[T], error) {
	const addend = 3
	n, err := newChannels[T](s, c.BatchNormOptions, addend)
	if err != nil {
		return Body[T]{}, err
	}
	c.mean, c.variance = n.mean, make([]float64, n.count)
	normalize, products, backward := n.normalize(addend), n.products(addend), n.backward(addend)
	return Body[T]{
		Joins: true,
		Shape: s.Shape(0),
		Forward: func(p *Pass[T]) error {
			values := p.Rows() * n.area
			if values < 2 {
				return errors.New("one value in each channel, whose variance is 0: want a batch of 2 or more rows")
			}
			p.Each(n.moments)
			n.gather(p, c.variance)
			n.prepare(p)
			p.Last(normalize)
			return nil
		},
		// With x̂ = (x − mean)/√(variance + ε) and n values in a channel
		//
		//	dbias = Σ dy, dweight = Σ dy·x̂, dx = weight/√(variance + ε)·(dy − dbias/n − x̂·dweight/n)
		//
		// Rows beyond the batch do not count in the statistics.
		Backward: func(p *Pass[T]) error {
			p.Each(products)
			n.gradients(p, float64(p.Rows()*n.area))
			if p.Grad[0] != nil {
				p.Last(backward)
			}
			return nil
		},
	}, nil
}

var batchStatistic = Op[[]float64]{
	Name: "batch statistic", Inputs: []Input{{Name: "output"}},
	F32: newBatchStatistic[float32], F64: newBatchStatistic[float64],
}

// newBatchStatistic copies a statistic of a batch normalization, after it has run.
func newBatchStatistic[T Float](_ Site, of []float64) (Body[T], error) {
	return Body[T]{Joins: true, Shape: []int{len(of)}, Forward: func(p *Pass[T]) error {
		for c, v := range of {
			p.Out[c] = T(v)
		}
		return nil
	}}, nil
}

var batchNormFixed = Op[BatchNormOptions]{
	Name: "batch norm of given statistics", Inputs: []Input{
		{Name: "input"},
		{Name: "weight", Kind: Whole, Dims: 1, Optional: true},
		{Name: "bias", Kind: Whole, Dims: 1, Optional: true},
		{Name: "mean", Kind: Data, Dims: 1},
		{Name: "variance", Kind: Data, Dims: 1},
		{Name: "addend", Optional: true},
	},
	F32: newBatchNormFixed[float32], F64: newBatchNormFixed[float64], few: fewBatchNormFixed,
}

// BatchNormFixed is [Ops.BatchNorm] with a given mean [C] and variance [C], such as
// the running ones in evaluation. They get no gradient.
func (o Ops) BatchNormFixed(x, weight, bias, mean, variance *gorgonia.Node, c BatchNormOptions) (*gorgonia.Node, error) {
	return batchNormFixed.Add(o, c, x, weight, bias, mean, variance, c.Add)
}

func newBatchNormFixed[T Float](s Site, c BatchNormOptions) (Body[T], error) {
	n, err := fixedChannels[T](s, c)
	if err != nil {
		return Body[T]{}, err
	}
	normalize, products, backward := n.normalize(fixedAddend), n.products(fixedAddend), n.backward(fixedAddend)
	return Body[T]{
		Joins: true,
		Shape: s.Shape(0),
		Forward: func(p *Pass[T]) error {
			n.fix(p)
			p.Last(normalize)
			return nil
		},
		Backward: func(p *Pass[T]) error { // dx = dy·weight/√(variance + ε)
			p.Each(products)
			n.gradients(p, math.Inf(1))
			if p.Grad[0] != nil {
				p.Last(backward)
			}
			return nil
		},
	}, nil
}

// fixedAddend is the index of the input of batchNormFixed that is added.
const fixedAddend = 5

// fixedChannels returns the channels of a normalization by given statistics.
func fixedChannels[T Float](s Site, c BatchNormOptions) (*channels[T], error) {
	n, err := newChannels[T](s, c, fixedAddend)
	if err != nil {
		return nil, err
	}
	for i, name := range []string{3: "mean", 4: "variance"} {
		if name != "" && s.Shape(i)[0] != n.count {
			return nil, fmt.Errorf("%s of shape %v: want [%d]", name, s.Shape(i), n.count)
		}
	}
	return n, nil
}

// fix sets the numbers that make y of x from the given statistics.
func (n *channels[T]) fix(p *Pass[T]) {
	for c := range n.mean {
		n.mean[c], n.inverse[c] = float64(p.In[3][c]), 1/math.Sqrt(float64(p.In[4][c])+n.Eps)
	}
	n.prepare(p)
}
