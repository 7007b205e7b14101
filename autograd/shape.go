package autograd

import (
	"slices"

	"descent/internal/graph"
	"gorgonia.org/gorgonia"
)

// Index returns element i of a vector, a scalar, or part i of a tensor along its
// first axis; i counts from 0.
func (v Var) Index(i int) Var {
	part := v.slice("index", 0, i, i+1)
	if part.err != nil || part.isConst() {
		return part
	}
	return part.Reshape(v.shape()[1:]...)
}

// Slice returns the elements from, …, to − 1 of a vector, or those parts of a
// tensor along its first axis.
func (v Var) Slice(from, to int) Var { return v.slice("slice", 0, from, to) }

// SliceAxis is [Var.Slice] along another axis.
func (v Var) SliceAxis(axis, from, to int) Var { return v.slice("slice", axis, from, to) }

func (v Var) slice(name string, axis, from, to int) Var {
	if v.err != nil {
		return v
	}
	if v.isConst() || len(v.shape()) == 0 {
		return failed("%s %d:%d of a scalar: want a tensor", name, from, to)
	}
	axis, err := v.axis(name, axis)
	if err != nil {
		return Var{err: err}
	}
	shape := v.Shape()
	n := shape[axis]
	if from < 0 || to > n || from >= to {
		return failed("%s %d:%d of %d along axis %d: want a range within it", name, from, to, n, axis)
	}
	rest := n - to
	shape[axis] = to - from
	c := cut(v.Shape(), axis, from, to)
	return operation{
		name: "slice", args: []any{axis, from, to}, shape: shape,
		compute: compute{
			f32: func(_ graph.Env, y []float32, in [][]float32) { copyParts(c, y, in[0], false) },
			f64: func(_ graph.Env, y []float64, in [][]float64) { copyParts(c, y, in[0], false) },
		},
		derivative: func(_ []Var, _, grad Var) []Var { return []Var{grad.pad(axis, from, rest)} },
	}.apply(v.node)
}

// pad is the adjoint of slice: v with zeros before and after it along an axis.
func (v Var) pad(axis, before, after int) Var {
	shape := v.Shape()
	to := before + shape[axis]
	shape[axis] = to + after
	c := cut(shape, axis, before, to)
	return operation{
		name: "pad", args: []any{axis, before, after}, shape: shape,
		compute: compute{
			f32: func(_ graph.Env, y []float32, in [][]float32) { copyParts(c, y, in[0], true) },
			f64: func(_ graph.Env, y []float64, in [][]float64) { copyParts(c, y, in[0], true) },
		},
		derivative: func(_ []Var, _, grad Var) []Var { return []Var{grad.slice("slice", axis, before, to)} },
	}.apply(v.node)
}

// parts are equal stretches of a tensor's memory.
type parts struct{ first, length, every int }

// cut returns where the indices from, …, to − 1 of an axis are.
func cut(shape []int, axis, from, to int) parts {
	inner := graph.Size(shape[axis+1:])
	return parts{from * inner, (to - from) * inner, shape[axis] * inner}
}

// copyParts copies small from parts of large, or back.
func copyParts[T graph.Float](p parts, y, x []T, back bool) {
	small, large := y, x
	if back {
		small, large = x, y
	}
	for i := 0; i*p.length < len(small); i++ {
		s, l := small[i*p.length:(i+1)*p.length], large[p.first+i*p.every:][:p.length]
		if back {
			copy(l, s)
		} else {
			copy(s, l)
		}
	}
}

// Concat returns tensors one after another along an axis; their other
// dimensions must be equal.
func Concat(axis int, all ...Var) Var {
	if len(all) == 0 {
		return failed("concatenation of nothing: want one tensor or more")
	}
	var nodes gorgonia.Nodes
	total := 0
	for i, v := range all {
		if v.err != nil {
			return v
		}
		if v.isConst() || len(v.shape()) == 0 {
			return failed("concatenation: operand %d is a scalar: want a tensor", i)
		}
		a, err := v.axis("concatenation", axis)
		if err != nil {
			return Var{err: err}
		}
		axis = a
		want, got := all[0].Shape(), v.Shape()
		if len(want) == len(got) {
			want[axis], total = got[axis], total+got[axis]
		}
		if !slices.Equal(want, got) || v.node.Dtype() != all[0].node.Dtype() {
			return failed("concatenation along axis %d of %v %v and %v %v: want equal types, and dimensions equal but for that", axis, all[0].node.Dtype(), all[0].Shape(), v.node.Dtype(), got)
		}
		nodes = append(nodes, v.node)
	}
	shape := all[0].Shape()
	shape[axis] = total
	cuts, from := make([]parts, len(all)), 0
	for i, v := range all {
		to := from + v.shape()[axis]
		cuts[i], from = cut(shape, axis, from, to), to
	}
	return operation{
		name: "concat", args: []any{axis}, shape: shape,
		compute: compute{
			f32: func(_ graph.Env, y []float32, in [][]float32) {
				for i, x := range in {
					copyParts(cuts[i], y, x, true)
				}
			},
			f64: func(_ graph.Env, y []float64, in [][]float64) {
				for i, x := range in {
					copyParts(cuts[i], y, x, true)
				}
			},
		},
		derivative: func(in []Var, _, grad Var) []Var {
			grads, from := make([]Var, len(in)), 0
			for i, v := range in {
				to := from + v.shape()[axis]
				grads[i], from = grad.slice("slice", axis, from, to), to
			}
			return grads
		},
	}.apply(nodes...)
}

// Reshape returns the same elements under another shape of the same size. One
// dimension may be −1, for what is left. Without dimensions it is a scalar.
func (v Var) Reshape(shape ...int) Var {
	if i := slices.Index(shape, -1); i >= 0 && v.node != nil {
		shape = slices.Clone(shape)
		if shape[i] = 1; graph.Positive(shape) == nil {
			shape[i] = graph.Size(v.shape()) / graph.Size(shape)
		}
	}
	switch {
	case v.err != nil:
		return v
	case v.isConst():
		return failed("reshape of a constant to %v: want a tensor", shape)
	case graph.Positive(shape) != nil || graph.Size(shape) != graph.Size(v.shape()):
		return failed("reshape of %v to %v: want the same number of elements", v.Shape(), shape)
	case slices.Equal(v.Shape(), shape):
		return v
	}
	old := v.Shape()
	return operation{
		name: "reshape", shape: slices.Clone(shape),
		compute: compute{
			f32: func(_ graph.Env, y []float32, in [][]float32) { copy(y, in[0]) },
			f64: func(_ graph.Env, y []float64, in [][]float64) { copy(y, in[0]) },
		},
		derivative: func(_ []Var, _, grad Var) []Var { return []Var{grad.Reshape(old...)} },
	}.apply(v.node)
}

// Transpose returns the tensor with its axes in another order: axis i of the
// result is axis axes[i] of v. Without axes, in the reverse order.
func (v Var) Transpose(axes ...int) Var {
	if v.err != nil {
		return v
	}
	if v.isConst() || len(v.shape()) == 0 {
		return failed("transpose of a scalar: want a tensor")
	}
	from := v.Shape()
	n := len(from)
	order, back, shape := make([]int, n), slices.Repeat([]int{-1}, n), make([]int, n)
	if len(axes) != 0 && len(axes) != n {
		return failed("transpose of shape %v by %v: want each axis once", from, axes)
	}
	for i := range order {
		order[i] = n - 1 - i
		if len(axes) > 0 {
			a, err := v.axis("transpose", axes[i])
			if err != nil {
				return Var{err: err}
			}
			order[i] = a
		}
		if back[order[i]] >= 0 {
			return failed("transpose of shape %v by %v: want each axis once", from, axes)
		}
		back[order[i]], shape[i] = i, from[order[i]]
	}
	strides := make([]int, n)
	for i, a := range order {
		strides[i] = graph.Size(from[a+1:])
	}
	return operation{
		name: "transpose", args: []any{order}, shape: shape,
		compute:    compute{f32: transposing[float32](shape, strides), f64: transposing[float64](shape, strides)},
		derivative: func(_ []Var, _, grad Var) []Var { return []Var{grad.Transpose(back...)} },
	}.apply(v.node)
}

// transposing copies in the order of the result.
func transposing[T graph.Float](shape, strides []int) func(graph.Env, []T, [][]T) {
	last := len(shape) - 1
	rows := func(y, x []T, from, to int) {
		for r := from; r < to; r++ {
			at, rest := 0, r
			for k := last - 1; k >= 0; k-- {
				at += rest % shape[k] * strides[k]
				rest /= shape[k]
			}
			for i := range shape[last] {
				y[r*shape[last]+i] = x[at+i*strides[last]]
			}
		}
	}
	return func(e graph.Env, y []T, in [][]T) {
		n := len(y) / shape[last]
		if e.Tasks(len(y)) == 1 {
			rows(y, in[0], 0, n)
			return
		}
		each := max(graph.Grain/shape[last], 1)
		e.Run((n+each-1)/each, func(i, _ int) { rows(y, in[0], i*each, min((i+1)*each, n)) })
	}
}
