package lanes

import (
	"fmt"
	"math"
	"slices"

	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
)

// rowNormSettings are the settings of a normalization within rows: of consecutive parts
// of a row, each separately.
type rowNormSettings struct {
	byChannel bool // the parts are n groups of channels
	n         int  // the number of groups; otherwise the last n dimensions are a part
	centered  bool // the mean is subtracted
	eps       float64
}

func rowNorm(name string) Op[rowNormSettings] {
	return Op[rowNormSettings]{
		Name: name, Inputs: []Input{{Name: "input"}, {Name: "weight", Kind: Param, Optional: true}, {Name: "bias", Kind: Param, Optional: true}},
		F32: newRowNorm[float32], F64: newRowNorm[float64],
	}
}

var layerNorm, groupNorm, rmsNorm = rowNorm("layer norm"), rowNorm("group norm"), rowNorm("rms norm")

// LayerNorm adds, for the last dims dimensions of each row, at each position of the
// preceding ones, with their mean and their biased variance,
//
//	y = weight·(x − mean)/√(variance + ε) + bias
//
//	x, y          [groups, …, 16]
//	weight, bias  the last dims dimensions of a row, or nil: 1 and 0
//
// (Ba, Kiros and Hinton 2016). Statistics are computed in float64, from deviations.
func (o Ops) LayerNorm(x, weight, bias *gorgonia.Node, dims int, eps float64) (*gorgonia.Node, error) {
	return layerNorm.Add(o, rowNormSettings{n: dims, centered: true, eps: eps}, x, weight, bias)
}

// RMSNorm adds, for the last dims dimensions of each row, at each position of the
// preceding ones,
//
//	y = weight·x/√(mean(x²) + ε)
//
// with the shapes of [Ops.LayerNorm] (Zhang and Sennrich 2019).
func (o Ops) RMSNorm(x, weight *gorgonia.Node, dims int, eps float64) (*gorgonia.Node, error) {
	return rmsNorm.Add(o, rowNormSettings{n: dims, eps: eps}, x, weight)
}

// GroupNorm adds, for each group of C/groups consecutive channels of a row, with its
// mean and its biased variance over all positions,
//
//	y = weight[c]·(x − mean)/√(variance + ε) + bias[c]
//
//	x, y          [groups, C, …, 16]
//	weight, bias  [C], or nil: 1 and 0
//
// (Wu and He 2018). Statistics are computed in float64, from deviations.
func (o Ops) GroupNorm(x, weight, bias *gorgonia.Node, groups int, eps float64) (*gorgonia.Node, error) {
	return groupNorm.Add(o, rowNormSettings{byChannel: true, n: groups, centered: true, eps: eps}, x, weight, bias)
}

// rowNormal is the working memory of such a normalization.
type rowNormal[T Float] struct {
	rowNormSettings
	kernel      kernel.Set[T]
	parts, size int // of a row, and of the values of each
	weights     int
	run, share  int           // the values of a part that the kernels take at once, and their weights: one for all, or one each
	found       []laneMoments // [groups, parts]
	sums        [][2]float64  // [threads, weights]: the gradients of bias and weight
}

// laneMoments are those of a part of sixteen rows: the means, and the inverses of
// √(variance + ε).
type laneMoments struct{ mean, inverse [Lanes]float64 }

func newRowNorm[T Float](s Site, c rowNormSettings) (Body[T], error) {
	if err := checkEps(c.eps); err != nil {
		return Body[T]{}, err
	}
	row := s.Row(0)
	r := &rowNormal[T]{rowNormSettings: c, kernel: set[T](s)}
	want := row[:1] // the shape of the weights
	if c.byChannel {
		if c.n < 1 || row[0]%c.n != 0 {
			return Body[T]{}, fmt.Errorf("groups = %d: want a divisor of the %d channels", c.n, row[0])
		}
		r.parts, r.run, r.share = c.n, size(row[1:]), 1
	} else {
		before := len(row) - c.n
		if c.n < 1 || before < 0 {
			return Body[T]{}, fmt.Errorf("dims = %d: want 1 to %d, the dimensions of rows of shape %v", c.n, len(row), row)
		}
		want = row[before:]
		r.parts, r.run, r.share = size(row[:before]), size(want), size(want)
	}
	r.size, r.weights = size(row)/r.parts, size(want)
	for i, name := range []string{1: "weight", 2: "bias"} {
		if i > 0 && s.Has(i) && !slices.Equal(s.Shape(i), want) {
			return Body[T]{}, fmt.Errorf("%s of shape %v: want %v", name, s.Shape(i), want)
		}
	}
	if err := take[laneMoments](s, s.Groups(), r.parts); err != nil {
		return Body[T]{}, err
	}
	if err := take[float64](s, s.Threads(), 2, r.weights); err != nil {
		return Body[T]{}, err
	}
	r.found, r.sums = make([]laneMoments, s.Groups()*r.parts), make([][2]float64, s.Threads()*r.weights)
	return Body[T]{Joins: true, Shape: s.Shape(0), Forward: EachGroup(r.forward), Backward: EachGroup(r.backward)}, nil
}

// runs calls f for each run of values of part i, with the position of the first in a
// row and that of its weight.
func (r *rowNormal[T]) runs(i int, f func(first, weight int)) {
	for j := i * r.size; j < (i+1)*r.size; j += r.run {
		f(j, j/r.run*r.share%r.weights)
	}
}

// of returns the values of a run; sharing returns its weights, nil if there are none.
func (r *rowNormal[T]) of(x []T, first int) []T { return x[first*Lanes : (first+r.run)*Lanes] }

func (r *rowNormal[T]) sharing(w []T, first int) []T {
	if w == nil {
		return nil
	}
	return w[first : first+r.share]
}

func (r *rowNormal[T]) forward(g Group[T]) {
	x, y := g.In(0), g.Out()
	for i := range r.parts {
		m := &r.found[g.Index*r.parts+i]
		r.measure(m, group(x, i, r.size))
		n := normalOf[T](m)
		r.runs(i, func(j, k int) {
			r.kernel.Normalize(r.of(y, j), r.of(x, j), nil, &n, r.sharing(g.In(1), k), r.sharing(g.In(2), k), T(math.Inf(-1)))
		})
	}
}

// measure computes the moments of a part of each of sixteen rows, with a mean of zero if
// not centered.
func (r *rowNormal[T]) measure(m *laneMoments, x []T) {
	m.mean = [Lanes]float64{}
	if r.centered {
		r.kernel.LaneSums(&m.mean, x)
		for l := range m.mean {
			m.mean[l] /= float64(r.size)
		}
	}
	r.kernel.LaneSquares(&m.inverse, &m.mean, x)
	for l, s := range m.inverse {
		m.inverse[l] = 1 / math.Sqrt(s/float64(r.size)+r.eps)
	}
}

// normalOf returns the numbers of x̂.
func normalOf[T Float](m *laneMoments) (n kernel.Normal[T]) {
	for l, mean := range m.mean {
		n.Near[l], n.Scale[l] = T(mean), T(m.inverse[l])
		n.Shift[l] = T((float64(n.Near[l]) - mean) * m.inverse[l])
	}
	return n
}

// backward computes, with x̂ = (x − mean)/√(variance + ε), h = weight·dy and n values
// in a part,
//
//	dbias = Σ dy, dweight = Σ dy·x̂, dx = (h − Σh/n − x̂·Σ(h·x̂)/n)/√(variance + ε)
//
// without the middle term if the mean is not subtracted.
func (r *rowNormal[T]) backward(g Group[T]) {
	sums := r.sums[g.Worker()*r.weights:][:r.weights]
	clear(sums)
	for i := range r.parts {
		r.backwardPart(g, i, sums)
	}
	for i := range 2 { // bias and weight
		if d := g.Grad(2 - i); d != nil {
			for k, s := range sums {
				d[k] = T(s[i])
			}
		}
	}
}

func (r *rowNormal[T]) backwardPart(g Group[T], i int, grads [][2]float64) {
	x, dy, dx, weight := g.In(0), g.OutGrad(), g.Grad(0), g.In(1)
	m := &r.found[g.Index*r.parts+i]
	n := normalOf[T](m)
	var sums, products [Lanes]float64 // of h, and of h·x̂
	r.runs(i, func(j, k int) {
		r.kernel.NormalSums(&sums, &products, grads[k:k+r.share], r.of(dy, j), r.of(x, j), &n, r.sharing(weight, k))
	})
	if dx == nil {
		return
	}
	// dx is h/√(variance + ε) + slope·(x − near) + offset.
	d := kernel.NormalGrad[T]{Near: n.Near, Scale: n.Scale}
	for l, inverse := range m.inverse {
		slope := -inverse * inverse * (products[l] / float64(r.size))
		offset := float64(slope * (float64(n.Near[l]) - m.mean[l]))
		if r.centered {
			offset -= float64(sums[l] / float64(r.size) * inverse)
		}
		d.Slope[l], d.Offset[l] = T(slope), T(offset)
	}
	r.runs(i, func(j, k int) {
		r.kernel.NormalizeGrad(r.of(dx, j), r.of(dy, j), r.of(x, j), &d, r.sharing(weight, k))
	})
}
