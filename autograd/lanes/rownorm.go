package lanes

import (
	"fmt"
	"math"
	"slices"

	"gorgonia.org/gorgonia"
)

// rowNormSettings are those of a normalization within rows: of parts of a row that
// lie one after another, each by itself.
type rowNormSettings struct {
	byChannel bool // the parts are groups of channels
	n         int  // so many; otherwise the last n dimensions are a part
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

// LayerNorm adds, for the last dims dimensions of each row, at each place in those
// before them, with their mean and their biased variance,
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

// RMSNorm adds, for the last dims dimensions of each row, at each place in those
// before them,
//
//	y = weight·x/√(mean(x²) + ε)
//
// with shapes as [Ops.LayerNorm] has them (Zhang and Sennrich 2019).
func (o Ops) RMSNorm(x, weight *gorgonia.Node, dims int, eps float64) (*gorgonia.Node, error) {
	return rmsNorm.Add(o, rowNormSettings{n: dims, eps: eps}, x, weight)
}

// GroupNorm adds, for each of groups of C/groups consecutive channels of a row, with
// their mean and their biased variance over all places,
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

// rowNormal is what such a normalization works with.
type rowNormal[T Float] struct {
	rowNormSettings
	parts, size   int           // of a row, and of the values of each
	weights, area int           // of the weights, and of the values that share one
	found         []laneMoments // [groups, parts]
	sums          []float64     // [threads, 2, weights]
}

// laneMoments are those of a part of sixteen rows: the means, and the inverses of
// √(variance + ε).
type laneMoments struct{ mean, inverse [Lanes]float64 }

func newRowNorm[T Float](s Site, c rowNormSettings) (Body[T], error) {
	if err := checkEps(c.eps); err != nil {
		return Body[T]{}, err
	}
	row := s.Row(0)
	r := &rowNormal[T]{rowNormSettings: c}
	want := row[:1] // the shape of the weights
	if c.byChannel {
		if c.n < 1 || row[0]%c.n != 0 {
			return Body[T]{}, fmt.Errorf("groups = %d: want a divisor of %d, the channels", c.n, row[0])
		}
		r.parts, r.area = c.n, size(row[1:])
	} else {
		before := len(row) - c.n
		if c.n < 1 || before < 0 {
			return Body[T]{}, fmt.Errorf("dims = %d: want 1 to %d, the dimensions of rows of shape %v", c.n, len(row), row)
		}
		want = row[before:]
		r.parts, r.area = size(row[:before]), 1
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
	r.found, r.sums = make([]laneMoments, s.Groups()*r.parts), make([]float64, s.Threads()*2*r.weights)
	return Body[T]{Shape: s.Shape(0), Forward: EachGroup(r.forward), Backward: EachGroup(r.backward)}, nil
}

// part returns part i of a row, and the index of its first weight.
func (r *rowNormal[T]) part(x []T, i int) (of []T, weight int) {
	return x[i*r.size*Lanes : (i+1)*r.size*Lanes], i * r.size / r.area % r.weights
}

func (r *rowNormal[T]) forward(g Group[T]) {
	weight, bias := g.In(1), g.In(2)
	for i := range r.parts {
		x, k := r.part(g.In(0), i)
		y, _ := r.part(g.Out(), i)
		m := &r.found[g.Index*r.parts+i]
		measure(m, x, r.size, r.centered, r.eps)
		near, scale, shift := coefficients[T](m)
		for j := 0; j < r.size; k++ {
			w, b := T(valueOr(weight, k, 1)), T(valueOr(bias, k, 0))
			for end := j + r.area; j < end; j++ {
				to := (*[Lanes]T)(y[j*Lanes:])
				for l, v := range (*[Lanes]T)(x[j*Lanes:]) {
					v = T((v-near[l])*scale[l]) + shift[l]
					to[l] = T(v*w) + b
				}
			}
		}
	}
}

// measure finds the moments of n values of each of sixteen rows, the mean taken for
// zero if not centered.
func measure[T Float](m *laneMoments, x []T, n int, centered bool, eps float64) {
	*m = laneMoments{}
	if centered {
		for v := x; len(v) >= Lanes; v = v[Lanes:] {
			for l, v := range (*[Lanes]T)(v) {
				m.mean[l] += float64(v)
			}
		}
		for l := range m.mean {
			m.mean[l] /= float64(n)
		}
	}
	for v := x; len(v) >= Lanes; v = v[Lanes:] {
		for l, v := range (*[Lanes]T)(v) {
			m.inverse[l] += square(float64(v) - m.mean[l])
		}
	}
	for l, s := range m.inverse {
		m.inverse[l] = 1 / math.Sqrt(s/float64(n)+eps)
	}
}

// coefficients returns the numbers of x̂ = (x − near)·scale + shift, as those of
// channels.
func coefficients[T Float](m *laneMoments) (near, scale, shift [Lanes]T) {
	for l, mean := range m.mean {
		near[l], scale[l] = T(mean), T(m.inverse[l])
		shift[l] = T((float64(near[l]) - mean) * m.inverse[l])
	}
	return near, scale, shift
}

// backward computes, with x̂ = (x − mean)/√(variance + ε), h = weight·dy and n values
// in a part,
//
//	dbias = Σ dy, dweight = Σ dy·x̂, dx = (h − Σh/n − x̂·Σ(h·x̂)/n)/√(variance + ε)
//
// without the middle term if the mean is not subtracted.
func (r *rowNormal[T]) backward(g Group[T]) {
	sums := r.sums[g.Worker()*2*r.weights:][:2*r.weights]
	clear(sums)
	for i := range r.parts {
		r.backwardPart(g, i, sums[:r.weights], sums[r.weights:])
	}
	for i, of := range [][]float64{1: sums[:r.weights], 2: sums[r.weights:]} {
		if of != nil && g.Pass().Grad[i] != nil {
			for k, v := range of {
				g.Grad(i)[k] = T(v)
			}
		}
	}
}

func (r *rowNormal[T]) backwardPart(g Group[T], i int, dweight, dbias []float64) {
	x, first := r.part(g.In(0), i)
	dy, _ := r.part(g.OutGrad(), i)
	m := &r.found[g.Index*r.parts+i]
	near, scale, shift := coefficients[T](m)
	var mean, product [Lanes]float64 // of h, and of h·x̂
	for j, k := 0, first; j < r.size; k++ {
		w := T(valueOr(g.In(1), k, 1))
		for end := j + r.area; j < end; j++ {
			up := (*[Lanes]T)(dy[j*Lanes:])
			var db, dw float64
			for l, v := range (*[Lanes]T)(x[j*Lanes:]) {
				v = T((v-near[l])*scale[l]) + shift[l]
				d, dz := float64(up[l]), float64(float64(up[l])*float64(v))
				db, dw = db+d, dw+dz
				mean[l], product[l] = mean[l]+float64(d*float64(w)), product[l]+float64(dz*float64(w))
			}
			dbias[k], dweight[k] = dbias[k]+db, dweight[k]+dw
		}
	}
	if g.Pass().Grad[0] == nil {
		return
	}
	var a, b [Lanes]T
	for l := range a {
		b[l] = T(product[l] / float64(r.size))
		if r.centered {
			a[l] = T(mean[l] / float64(r.size))
		}
	}
	dx, _ := r.part(g.Grad(0), i)
	for j, k := 0, first; j < r.size; k++ {
		w := T(valueOr(g.In(1), k, 1))
		for end := j + r.area; j < end; j++ {
			up, to := (*[Lanes]T)(dy[j*Lanes:]), (*[Lanes]T)(dx[j*Lanes:])
			for l, v := range (*[Lanes]T)(x[j*Lanes:]) {
				v = T((v-near[l])*scale[l]) + shift[l]
				to[l] = ((T(up[l]*w) - a[l]) - T(v*b[l])) * scale[l]
			}
		}
	}
}
