package autograd

import (
	"math"
	"slices"

	"descent/internal/graph"
)

// Sum returns the sum over some axes, which the result does not have any more;
// over all of them if none is given.
func (v Var) Sum(axes ...int) Var {
	return v.reduce("sum", axes, adding[float32], adding[float64], func(_, _, g Var) Var { return g })
}

// Mean returns the mean over some axes: see [Var.Sum].
func (v Var) Mean(axes ...int) Var {
	s := v.Sum(axes...)
	if s.node == nil {
		return s
	}
	return s.Div(Const(float64(graph.Size(v.shape())) / float64(graph.Size(s.shape()))))
}

// Max returns the maximum over some axes: see [Var.Sum]. The derivative goes to
// the elements that are equal to it, in equal parts.
func (v Var) Max(axes ...int) Var {
	return v.reduce("max", axes, maximum[float32], maximum[float64], func(x, y, g Var) Var {
		winners := x.Equal(y)
		return winners.Mul(g.Div(winners.Sum(axes...).Reshape(y.Shape()...)))
	})
}

// LogSumExp returns log Σ e^v over some axes, without overflow: see [Var.Sum].
func (v Var) LogSumExp(axes ...int) Var {
	if v.err != nil || v.isConst() {
		return v
	}
	kept, err := v.kept("log-sum-exp", axes)
	if err != nil {
		return Var{err: err}
	}
	top := v.Max(axes...).Detach()
	top = Const(0).Where(top.Abs().Equal(Const(math.Inf(1))), top)
	if len(kept) == 0 {
		return v.Sub(top).Exp().Sum(axes...).Log().Add(top)
	}
	return v.Sub(top.Reshape(kept...)).Exp().Sum(axes...).Log().Add(top)
}

// kept returns the shape of v with 1 in place of the axes to reduce.
func (v Var) kept(name string, axes []int) ([]int, error) {
	kept := v.Shape()
	for _, a := range axes {
		i, err := v.axis(name, a)
		if err != nil {
			return nil, err
		}
		kept[i] = 1
	}
	for i := range kept {
		if len(axes) == 0 {
			kept[i] = 1
		}
	}
	return kept, nil
}

// reduce reduces over axes. d returns the gradient of x from x, y and y's
// gradient, y and its gradient having 1 in place of the axes: it is broadcast
// to the shape of x.
func (v Var) reduce(name string, axes []int, f32 func(l layout) func(graph.Env, []float32, [][]float32), f64 func(l layout) func(graph.Env, []float64, [][]float64), d func(x, y, g Var) Var) Var {
	if v.err != nil || v.isConst() || len(v.shape()) == 0 && len(axes) == 0 {
		return v
	}
	kept, err := v.kept(name, axes)
	if err != nil {
		return Var{err: err}
	}
	var shape []int
	for i, n := range kept {
		if len(axes) > 0 && !slices.ContainsFunc(axes, func(a int) bool { return a == i || a == i-len(kept) }) {
			shape = append(shape, n)
		}
	}
	from := v.Shape()
	l, err := broadcast(name, from, kept)
	if err != nil {
		return Var{err: err}
	}
	return operation{
		name: name, args: []any{kept}, shape: shape,
		compute: compute{f32: f32(l), f64: f64(l)},
		derivative: func(in []Var, out, grad Var) []Var {
			return []Var{d(in[0], out.Reshape(kept...), grad.Reshape(kept...)).BroadcastTo(from...)}
		},
	}.apply(v.node)
}

// adding sums in float64, in order.
func adding[T graph.Float](l layout) func(graph.Env, []T, [][]T) {
	var sums []float64
	return func(e graph.Env, y []T, in [][]T) {
		if len(sums) < len(y) {
			sums = make([]float64, len(y))
		}
		clear(sums)
		l.fold(e, len(y), func(from, to int) {
			for r := from; r < to; r++ {
				_, at := l.at(r)
				x := in[0][r*l.inner : (r+1)*l.inner]
				if !l.dense[1] {
					sums[at] = sum(sums[at], x)
					continue
				}
				s := sums[at : at+len(x)]
				for i, v := range x {
					s[i] += float64(v)
				}
			}
		})
		for i, s := range sums {
			y[i] = T(s)
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

func maximum[T graph.Float](l layout) func(graph.Env, []T, [][]T) {
	return func(e graph.Env, y []T, in [][]T) {
		for i := range y {
			y[i] = T(math.Inf(-1))
		}
		l.fold(e, len(y), func(from, to int) {
			for r := from; r < to; r++ {
				_, at := l.at(r)
				x := in[0][r*l.inner : (r+1)*l.inner]
				if !l.dense[1] {
					y[at] = larger(y[at], x...)
					continue
				}
				for i, v := range x {
					y[at+i] = larger(y[at+i], v)
				}
			}
		})
	}
}

// larger returns the largest of some values, or NaN if one is.
func larger[T graph.Float](top T, x ...T) T {
	for _, v := range x {
		if !(v <= top) && top == top {
			top = v
		}
	}
	return top
}

// fold calls f for all rows of the first operand, on the workers if the results
// of the outermost loop, the second operand, are apart: each is reduced in
// order.
func (l layout) fold(e graph.Env, results int, f func(from, to int)) {
	rows := l.rows()
	if e.Tasks(rows*l.inner) == 1 || len(l.outer) == 0 || l.step[1][0] == 0 || results == 1 {
		f(0, rows)
		return
	}
	n, each := l.outer[0], rows/l.outer[0]
	e.Run(n, func(i, _ int) { f(i*each, (i+1)*each) })
}

// Dot returns the sum of the products of v's and w's elements, a scalar.
func (v Var) Dot(w Var) Var { return v.Mul(w).Sum() }
