package lanes

import (
	"fmt"
	"math"
	"slices"

	"descent/internal/kernel"
)

// channels is the working memory of a batch normalization.
type channels[T Float] struct {
	BatchNormOptions
	kernel        kernel.Set[T]
	count, area   int       // of the channels, and of the values of each in a row
	mean, inverse []float64 // by channel, the inverse of √(variance + ε)
	forward       []kernel.Normal[T]
	gradient      []kernel.NormalGrad[T]
	parts         []float64 // [groups, count, 2]
	gated         []T       // dy behind the ReLU, if no gradient has room for it
}

// newChannels checks the inputs. addend is the index of the input that is added.
func newChannels[T Float](s Site, o BatchNormOptions, addend int) (*channels[T], error) {
	if err := checkEps(o.Eps); err != nil {
		return nil, err
	}
	row := s.Row(0)
	for i, name := range []string{1: "weight", 2: "bias"} {
		if s.Has(i) && name != "" && s.Shape(i)[0] != row[0] {
			return nil, fmt.Errorf("%s of shape %v: want [%d]", name, s.Shape(i), row[0])
		}
	}
	if s.Has(addend) && !slices.Equal(s.Row(addend), row) {
		return nil, fmt.Errorf("rows of shape %v added to rows of shape %v: want one shape", s.Row(addend), row)
	}
	n := row[0]
	if err := take[float64](s, 2*s.Groups()+60, n); err != nil {
		return nil, err
	}
	c := &channels[T]{
		BatchNormOptions: o, kernel: set[T](s), count: n, area: size(row[1:]),
		mean: make([]float64, n), inverse: make([]float64, n),
		forward: make([]kernel.Normal[T], n), gradient: make([]kernel.NormalGrad[T], n),
		parts: make([]float64, s.Groups()*n*2),
	}
	if o.ReLU && s.Trains() && !s.Wants(0) && !s.Wants(addend) {
		if err := take[T](s, s.Shape(0)...); err != nil {
			return nil, err
		}
		c.gated = kernel.Alloc[T](size(s.Shape(0)))
	}
	return c, nil
}

// checkEps returns an error unless ε may be added to a variance.
func checkEps(eps float64) error {
	if !(eps >= 0) || math.IsInf(eps, 1) {
		return fmt.Errorf("eps = %v: want 0 or more, finite", eps)
	}
	return nil
}

// channel returns the part of one channel of a group's activation, nil if there is
// none.
func (n *channels[T]) channel(x []T, c int) []T {
	if x == nil {
		return nil
	}
	return group(x, c, n.area)
}

// moments notes the mean and the sum of the squared deviations of each channel
// over the active rows of a group.
func (n *channels[T]) moments(g Group[T]) {
	rows, part, x := g.Rows(), group2(n.parts, g.Index, n.count), g.In(0)
	if rows == 0 {
		return
	}
	for c := range n.count {
		var sums, mean [Lanes]float64
		of := n.channel(x, c)
		n.kernel.LaneSums(&sums, of)
		m := total(sums[:rows]) / float64(rows*n.area)
		for l := range mean {
			mean[l] = m
		}
		n.kernel.LaneSquares(&sums, &mean, of)
		part[2*c], part[2*c+1] = m, total(sums[:rows])
	}
}

// total adds in order.
func total(x []float64) (sum float64) {
	for _, v := range x {
		sum += v
	}
	return sum
}

// gather joins the moments of the groups, in their order (Chan, Golub and LeVeque
// 1983), and notes the unbiased variance.
func (n *channels[T]) gather(p *Pass[T], unbiased []float64) {
	rows := p.Rows()
	for c := range n.count {
		var mean, squares, count float64
		for g := 0; g*Lanes < rows; g++ {
			part, more := group2(n.parts, g, n.count), float64(min(rows-g*Lanes, Lanes)*n.area)
			d, all := part[2*c]-mean, count+more
			mean += float64(d * (more / all))
			squares += part[2*c+1] + float64(float64(d*d)*(count*(more/all)))
			count = all
		}
		n.mean[c], n.inverse[c], unbiased[c] = mean, 1/math.Sqrt(squares/count+n.Eps), squares/(count-1)
	}
}

// prepare sets the numbers that make y of x, the same for all lanes.
func (n *channels[T]) prepare(p *Pass[T]) {
	for c, mean := range n.mean {
		scale, near := n.inverse[c]*valueOr(p.In[1], c, 1), T(mean)
		shift := T(valueOr(p.In[2], c, 0) - float64((mean-float64(near))*scale))
		for l := range Lanes {
			f := &n.forward[c]
			f.Near[l], f.Scale[l], f.Shift[l] = near, T(scale), shift
		}
	}
}

// valueOr returns element i of an optional input.
func valueOr[T Float](x []T, i int, missing float64) float64 {
	if x == nil {
		return missing
	}
	return float64(x[i])
}

// floor returns the lower bound of y.
func (n *channels[T]) floor() T {
	if n.ReLU {
		return 0
	}
	return T(math.Inf(-1))
}

// normalize returns a loop that computes y, with an input that is added.
func (n *channels[T]) normalize(addend int) func(Group[T]) {
	floor := n.floor()
	return func(g Group[T]) {
		x, y, z := g.In(0), g.Out(), g.In(addend)
		for c := range n.count {
			n.kernel.Normalize(n.channel(y, c), n.channel(x, c), n.channel(z, c), &n.forward[c], nil, nil, floor)
		}
	}
}

// behind returns the memory for the gradient of the ReLU's input, which is also that
// of an input that is added. Without a ReLU it is dy.
func (n *channels[T]) behind(g Group[T], addend int) []T {
	switch dz := g.Grad(addend); {
	case !n.ReLU:
		return g.OutGrad()
	case dz != nil:
		return dz
	case n.gated != nil:
		return group(n.gated, g.Index, n.count*n.area)
	}
	return g.Grad(0)
}

// products returns a loop that notes Σ dy and Σ dy·(x − near) of each channel of a
// group, including the rows beyond the batch, whose gradient is zero except in a test.
// It fills the gradient of an input that is added.
func (n *channels[T]) products(addend int) func(Group[T]) {
	return func(g Group[T]) {
		part, x, dy, gated := group2(n.parts, g.Index, n.count), g.In(0), g.OutGrad(), n.behind(g, addend)
		var y []T
		if n.ReLU {
			y = g.Out()
		} else {
			copy(g.Grad(addend), dy)
		}
		for c := range n.count {
			var sums, products [Lanes]float64
			n.kernel.LaneProducts(&sums, &products, n.channel(gated, c), n.channel(dy, c), n.channel(y, c), n.channel(x, c), n.forward[c].Near[0])
			part[2*c], part[2*c+1] = total(sums[:]), total(products[:])
		}
	}
}

// gradients fills those of weight and bias, and sets the numbers that make dx of dy.
// The statistics of a channel are over the given number of values.
func (n *channels[T]) gradients(p *Pass[T], values float64) {
	for c, mean := range n.mean {
		var sum, product float64
		for g := range p.site.Groups() {
			part := group2(n.parts, g, n.count)
			sum, product = sum+part[2*c], product+part[2*c+1]
		}
		near := n.forward[c].Near[0]
		off := mean - float64(near)
		product = (product - float64(off*sum)) * n.inverse[c]
		if p.Grad[1] != nil {
			p.Grad[1][c] = T(product)
		}
		if p.Grad[2] != nil {
			p.Grad[2][c] = T(sum)
		}
		scale := n.inverse[c] * valueOr(p.In[1], c, 1)
		slope := -scale * n.inverse[c] * product / values
		offset := -scale*sum/values - float64(slope*off)
		for l := range Lanes {
			d := &n.gradient[c]
			d.Near[l], d.Scale[l], d.Slope[l], d.Offset[l] = near, T(scale), T(slope), T(offset)
		}
	}
}

// backward returns a loop that fills dx.
func (n *channels[T]) backward(addend int) func(Group[T]) {
	return func(g Group[T]) {
		x, dx, dy := g.In(0), g.Grad(0), n.behind(g, addend)
		for c := range n.count {
			d := &n.gradient[c]
			if rows := g.Rows(); rows < Lanes { // the others have no part in the statistics
				some := *d
				clear(some.Slope[rows:])
				clear(some.Offset[rows:])
				d = &some
			}
			n.kernel.NormalizeGrad(n.channel(dx, c), n.channel(dy, c), n.channel(x, c), d, nil)
		}
	}
}

// group2 returns the part of a group of pairs, count of them in each.
func group2(x []float64, g, count int) []float64 { return x[g*count*2 : (g+1)*count*2] }
