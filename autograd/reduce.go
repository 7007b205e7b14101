package autograd

import (
	"math"
	"slices"

	"descent/internal/graph"
)

// Sum returns the sum over the given axes, which the result no longer has, or over
// all axes if none is given.
func (v Var) Sum(axes ...int) Var {
	return v.reduce("sum", axes, v.sum)
}

// sum returns the sum over the axes along which a tensor of the shape kept would
// be broadcast to v's.
func (v Var) sum(shape, kept []int) Var {
	from := v.Shape()
	w := broadcastView(kept, from)
	n := newNest(w)
	return operation{
		name: "sum", args: []any{kept}, shape: shape,
		compute: compute{f32: folding(n, 0, sum[float32], addTo[float32]), f64: folding(n, 0, sum[float64], addTo[float64])},
		derivative: func(_ []Var, _, grad Var) []Var {
			return []Var{grad.read("broadcast", w, func(g Var) Var { return g.sum(shape, kept) })}
		},
	}.apply(v)
}

// Mean returns the mean over the given axes: see [Var.Sum].
func (v Var) Mean(axes ...int) Var {
	s := v.Sum(axes...)
	if s.node == nil {
		return s
	}
	return s.Div(Const(float64(graph.Size(v.shape())) / float64(graph.Size(s.shape()))))
}

// Max returns the maximum over the given axes: see [Var.Sum]. The derivative goes to
// the elements that equal the maximum, in equal parts.
func (v Var) Max(axes ...int) Var {
	return v.reduce("max", axes, func(shape, kept []int) Var {
		n := newNest(broadcastView(kept, v.shape()))
		return operation{
			name: "max", args: []any{kept}, shape: shape,
			compute: compute{
				f32: folding(n, math.Inf(-1), larger[float32], largerOf[float32]),
				f64: folding(n, math.Inf(-1), larger[float64], largerOf[float64]),
			},
			derivative: func(in []Var, out, grad Var) []Var {
				winners := in[0].Equal(out.Reshape(kept...))
				share := grad.Reshape(kept...).Div(winners.Sum(axes...).Reshape(kept...))
				return []Var{winners.Mul(share)}
			},
		}.apply(v)
	})
}

// LogSumExp returns log Σ e^v over the axes, without overflow: see [Var.Sum].
func (v Var) LogSumExp(axes ...int) Var {
	return v.reduce("log-sum-exp", axes, func(shape, kept []int) Var {
		top := v.Max(axes...).Detach()
		top = Const(0).Where(top.Abs().Equal(Const(math.Inf(1))), top)
		return v.Sub(top.Reshape(kept...)).Exp().Sum(axes...).Log().Add(top)
	})
}

// reduce calls f with the shape without the axes and the shape with 1 in their place.
func (v Var) reduce(name string, axes []int, f func(shape, kept []int) Var) Var {
	if v.err != nil || v.isConst() || len(v.shape()) == 0 && len(axes) == 0 {
		return v
	}
	removed := slices.Repeat([]bool{len(axes) == 0}, len(v.shape()))
	for _, a := range axes {
		i, err := v.axis(name, a)
		if err != nil {
			return Var{err: err}
		}
		removed[i] = true
	}
	var shape []int
	kept := v.Shape()
	for i, d := range kept {
		if removed[i] {
			kept[i] = 1
		} else {
			shape = append(shape, d)
		}
	}
	return f(shape, kept)
}

// folding returns the computation of a reduction of the elements that have the
// same place in a view, in order, from a start in float64. one reduces elements
// to s; each reduces each element to its own element of s.
func folding[T graph.Float](n nest, start float64, one func(s float64, x []T) float64, each func(s []float64, x []T)) func(graph.Env, []T, [][]T) {
	last := len(n.sizes) - 1
	rows := graph.Size(n.sizes[1:])
	var x []T
	var s []float64
	size := n.sizes[0]
	fold := func(row, at int) {
		part := x[row*size:][:size]
		if n.steps[0] == 0 {
			s[at] = one(s[at], part)
		} else {
			each(s[at:][:size], part)
		}
	}
	outermost := func(i, _ int) { n.rows(i*rows/n.sizes[last], (i+1)*rows/n.sizes[last], fold) }
	return func(e graph.Env, y []T, in [][]T) {
		if x = in[0]; s == nil {
			s = make([]float64, len(y))
		}
		for i := range s {
			s[i] = start
		}
		// The results of the outermost loop may be apart.
		if last == 0 || n.steps[last] == 0 || e.Tasks(len(x)) == 1 {
			n.rows(0, rows, fold)
		} else {
			e.Run(n.sizes[last], outermost)
		}
		for i, v := range s {
			y[i] = T(v)
		}
	}
}

// sum adds to s the elements of x: in order if they are few, otherwise in
// four sums, which do not wait for each other.
func sum[T graph.Float](s float64, x []T) float64 {
	if len(x) < 64 {
		for _, v := range x {
			s += float64(v)
		}
		return s
	}
	var a, b, c, d float64
	for ; len(x) >= 4; x = x[4:] {
		a += float64(x[0])
		b += float64(x[1])
		c += float64(x[2])
		d += float64(x[3])
	}
	return sum(s+(a+b)+(c+d), x)
}

// addTo adds the elements of x to those of s.
func addTo[T graph.Float](s []float64, x []T) {
	for i, v := range x {
		s[i] += float64(v)
	}
}

// larger returns the largest of s and the elements of x, or NaN if one is.
func larger[T graph.Float](s float64, x []T) float64 {
	top := T(s)
	for _, v := range x {
		if !(v <= top) && top == top {
			top = v
		}
	}
	return float64(top)
}

// largerOf is larger for each element.
func largerOf[T graph.Float](s []float64, x []T) {
	for i, v := range x {
		if w := float64(v); !(w <= s[i]) && s[i] == s[i] {
			s[i] = w
		}
	}
}

// Dot returns the sum of the products of v's and w's elements, a scalar.
func (v Var) Dot(w Var) Var { return v.Mul(w).Sum() }
