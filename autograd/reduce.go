package autograd

import (
	"slices"

	"descent/internal/memory"
	"gorgonia.org/tensor"
)

// Sum returns the sum of all elements, a scalar.
func (v Var) Sum() Var {
	if v.err != nil || v.isConst() || len(v.shape()) == 0 {
		return v
	}
	shape := v.shape().Clone()
	c := compute{f32: sum[float32], f64: sum[float64]}
	return apply("sum", c, nil, func(_ []Var, _, grad Var) []Var { return []Var{grad.Fill(shape...)} }, v.node)
}

// sum adds in float64, in order.
func sum[T Float](y []T, in [][]T) {
	var s float64
	for _, x := range in[0] {
		s += float64(x)
	}
	y[0] = T(s)
}

// Mean returns the mean of all elements, a scalar.
func (v Var) Mean() Var {
	if v.err != nil || v.isConst() || len(v.shape()) == 0 {
		return v
	}
	return v.Sum().Div(Const(float64(v.shape().TotalSize())))
}

// Dot returns the sum of the products of v's and w's elements, a scalar.
func (v Var) Dot(w Var) Var { return v.Mul(w).Sum() }

// Fill returns a tensor of the given shape whose elements are all the scalar v.
func (v Var) Fill(shape ...int) Var {
	switch {
	case v.err != nil:
		return v
	case v.isConst():
		return failed("fill of a constant: use it as it is")
	case len(v.shape()) != 0:
		return failed("fill of a tensor of shape %v: want a scalar", v.shape())
	case positive(shape) != nil || len(shape) == 0:
		return failed("fill to shape %v: want dimensions of 1 or more", shape)
	}
	if err := (&memory.Budget{Limit: memory.Machine()}).Take(8, shape...); err != nil {
		return failed("fill: %w", err)
	}
	c := compute{f32: fill[float32], f64: fill[float64]}
	return apply("fill", c, shape, func(_ []Var, _, grad Var) []Var { return []Var{grad.Sum()} }, v.node)
}

func fill[T Float](y []T, in [][]T) {
	for i := range y {
		y[i] = in[0][0]
	}
}

// Index returns element i of a vector, a scalar; i counts from 0.
func (v Var) Index(i int) Var { return v.slice("index", i, i+1, nil) }

// Slice returns the elements from, …, to − 1 of a vector.
func (v Var) Slice(from, to int) Var { return v.slice("slice", from, to, tensor.Shape{to - from}) }

func (v Var) slice(name string, from, to int, shape tensor.Shape) Var {
	switch {
	case v.err != nil:
		return v
	case v.isConst() || len(v.shape()) != 1:
		return failed("%s %d:%d of %v: want a vector", name, from, to, v)
	case from < 0 || to > v.shape()[0] || from >= to:
		return failed("%s %d:%d of a vector of %d: want a range within it", name, from, to, v.shape()[0])
	}
	c := compute{
		f32: func(y []float32, in [][]float32) { copy(y, in[0][from:to]) },
		f64: func(y []float64, in [][]float64) { copy(y, in[0][from:to]) },
	}
	n := v.shape()[0]
	return apply(name, c, shape, func(_ []Var, _, grad Var) []Var { return []Var{grad.pad(from, to, n)} }, v.node)
}

// pad is the adjoint of slice: a vector of n elements, those from, …, to − 1
// being v's and the others 0.
func (v Var) pad(from, to, n int) Var {
	c := compute{
		f32: func(y []float32, in [][]float32) { copy(y[from:to], in[0]) },
		f64: func(y []float64, in [][]float64) { copy(y[from:to], in[0]) },
	}
	shape := v.shape().Clone()
	return apply("pad", c, tensor.Shape{n}, func(_ []Var, _, grad Var) []Var {
		return []Var{grad.slice("slice", from, to, shape)}
	}, v.node)
}

// Reshape returns the same elements under another shape of the same size.
func (v Var) Reshape(shape ...int) Var {
	switch {
	case v.err != nil:
		return v
	case v.isConst() || len(v.shape()) == 0:
		return failed("reshape of a scalar to %v: want a tensor", shape)
	case positive(shape) != nil || tensor.Shape(shape).TotalSize() != v.shape().TotalSize():
		return failed("reshape of %v to %v: want the same number of elements", v.shape(), shape)
	}
	old := v.shape().Clone()
	c := compute{
		f32: func(y []float32, in [][]float32) { copy(y, in[0]) },
		f64: func(y []float64, in [][]float64) { copy(y, in[0]) },
	}
	return apply("reshape", c, slices.Clone(shape), func(_ []Var, _, grad Var) []Var {
		return []Var{grad.Reshape(old...)}
	}, v.node)
}
