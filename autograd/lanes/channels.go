package lanes

import (
	"fmt"
	"math"
)

// channels is what a batch normalization works with.
type channels[T Float] struct {
	count, area   int // of the channels, and of the values of each in a row
	eps           float64
	mean, inverse []float64 // by channel, the inverse of √(variance + ε)
	// y = (x − near)·scale + shift, where near is the mean as T has it and shift
	// mends what it is off by: a difference of close numbers is exact.
	near, scale, shift []T
	slope, offset      []T       // dx = scale·dy + slope·(x − near) + offset
	parts              []float64 // [groups, count, 2]
}

func newChannels[T Float](s Site, eps float64) (*channels[T], error) {
	if err := checkEps(eps); err != nil {
		return nil, err
	}
	row := s.Row(0)
	for i, name := range []string{1: "weight", 2: "bias"} {
		if s.Has(i) && name != "" && s.Shape(i)[0] != row[0] {
			return nil, fmt.Errorf("%s of shape %v: want [%d]", name, s.Shape(i), row[0])
		}
	}
	n := row[0]
	if err := take[float64](s, 2*s.Groups()+8, n); err != nil {
		return nil, err
	}
	t, f := make([]T, 5*n), make([]float64, 2*n)
	return &channels[T]{
		count: n, area: size(row[1:]), eps: eps,
		mean: f[:n:n], inverse: f[n:],
		near: t[:n:n], scale: t[n : 2*n : 2*n], shift: t[2*n : 3*n : 3*n], slope: t[3*n : 4*n : 4*n], offset: t[4*n:],
		parts: make([]float64, s.Groups()*n*2),
	}, nil
}

// checkEps returns an error unless ε is what may be added to a variance.
func checkEps(eps float64) error {
	if !(eps >= 0) || math.IsInf(eps, 1) {
		return fmt.Errorf("eps = %v: want a finite number, 0 or more", eps)
	}
	return nil
}

// channel returns the part of one channel of a group's activation.
func (n *channels[T]) channel(x []T, c int) []T {
	return x[c*n.area*Lanes : (c+1)*n.area*Lanes]
}

// moments notes the mean and the sum of the squared deviations of each channel
// over the rows of a group that are active.
func (n *channels[T]) moments(g Group[T]) {
	rows, part, x := g.Rows(), group2(n.parts, g.Index, n.count), g.In(0)
	if rows == 0 {
		return
	}
	for c := range n.count {
		of := n.channel(x, c)
		mean := sumOf(of, rows) / float64(rows*n.area)
		part[2*c], part[2*c+1] = mean, squaresOf(of, rows, mean)
	}
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
		n.mean[c], n.inverse[c], unbiased[c] = mean, 1/math.Sqrt(squares/count+n.eps), squares/(count-1)
	}
}

// prepare sets the numbers that make y of x.
func (n *channels[T]) prepare(p *Pass[T]) {
	for c, mean := range n.mean {
		scale, near := n.inverse[c]*valueOr(p.In[1], c, 1), T(mean)
		n.near[c], n.scale[c] = near, T(scale)
		n.shift[c] = T(valueOr(p.In[2], c, 0) - float64((mean-float64(near))*scale))
	}
}

// valueOr returns element i of an optional input.
func valueOr[T Float](x []T, i int, missing float64) float64 {
	if x == nil {
		return missing
	}
	return float64(x[i])
}

func (n *channels[T]) normalize(g Group[T]) {
	x, y := g.In(0), g.Out()
	for c := range n.count {
		near, scale, shift := n.near[c], n.scale[c], n.shift[c]
		from, to := n.channel(x, c), n.channel(y, c)
		to = to[:len(from)]
		for i, v := range from {
			to[i] = T((v-near)*scale) + shift
		}
	}
}

// products notes Σ dy and Σ dy·(x − near) of each channel of a group, the rows
// beyond the batch with it, whose gradient is zero but in a test.
func (n *channels[T]) products(g Group[T]) {
	part, x, dy := group2(n.parts, g.Index, n.count), g.In(0), g.OutGrad()
	for c := range n.count {
		part[2*c], part[2*c+1] = productsOf(n.channel(dy, c), n.channel(x, c), n.near[c])
	}
}

// gradients fills those of weight and bias, and sets the numbers that make dx of
// dy; so many values have a part in the statistics of a channel.
func (n *channels[T]) gradients(p *Pass[T], values float64) {
	for c, mean := range n.mean {
		var sum, product float64
		for g := range p.site.Groups() {
			part := group2(n.parts, g, n.count)
			sum, product = sum+part[2*c], product+part[2*c+1]
		}
		off := mean - float64(n.near[c])
		product = (product - float64(off*sum)) * n.inverse[c]
		if p.Grad[1] != nil {
			p.Grad[1][c] = T(product)
		}
		if p.Grad[2] != nil {
			p.Grad[2][c] = T(sum)
		}
		scale := n.inverse[c] * valueOr(p.In[1], c, 1)
		slope := -scale * n.inverse[c] * product / values
		n.slope[c], n.offset[c] = T(slope), T(-scale*sum/values-float64(slope*off))
	}
}

func (n *channels[T]) backward(g Group[T]) {
	x, dx, dy, rows := g.In(0), g.Grad(0), g.OutGrad(), g.Rows()
	for c := range n.count {
		near, scale, slope, offset := n.near[c], n.scale[c], n.slope[c], n.offset[c]
		from, to, up := n.channel(x, c), n.channel(dx, c), n.channel(dy, c)
		from, up = from[:len(to)], up[:len(to)]
		for i := range to {
			to[i] = T(up[i]*scale) + (T((from[i]-near)*slope) + offset)
		}
		if rows == Lanes {
			continue
		}
		for i := range to {
			if i%Lanes >= rows {
				to[i] = T(up[i] * scale)
			}
		}
	}
}

// group2 returns the part of a group of pairs, count of them in each.
func group2(x []float64, g, count int) []float64 { return x[g*count*2 : (g+1)*count*2] }
