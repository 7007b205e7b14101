package autograd

import (
	"fmt"
	"slices"

	"descent/internal/graph"
)

// read returns the elements of v that a view selects. adjoint returns v's gradient
// given that of the result.
func (v Var) read(name string, w view, adjoint func(grad Var) Var) Var {
	return operation{
		name: name, args: []any{w}, shape: w.shape,
		compute:    compute{f32: mapping[float32]([]view{w}, nil), f64: mapping[float64]([]view{w}, nil)},
		derivative: func(_ []Var, _, grad Var) []Var { return []Var{adjoint(grad)} },
	}.apply(v)
}

// Index returns element i of a vector, as a scalar, or part i of a tensor along its
// first axis; i counts from 0.
func (v Var) Index(i int) Var { return v.slice("index", 0, i, i+1) }

// Slice returns the elements from, …, to − 1 of a vector, or those parts of a
// tensor along its first axis.
func (v Var) Slice(from, to int) Var { return v.slice("slice", 0, from, to) }

// SliceAxis is [Var.Slice] along another axis.
func (v Var) SliceAxis(axis, from, to int) Var { return v.slice("slice", axis, from, to) }

// slice returns some indices of an axis, or one index of the first axis, which the
// result then no longer has.
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
	if n := shape[axis]; from < 0 || to > n || from >= to {
		return failed("%s %d:%d of %d along axis %d: want a range within it", name, from, to, n, axis)
	}
	w := part(shape, axis, from, to)
	kept := w.shape
	if name == "index" {
		w.shape, w.strides = w.shape[1:], w.strides[1:]
	}
	return v.read(name, w, func(grad Var) Var { return place("pad", shape, axis, from, grad.Reshape(kept...)) })
}

// part returns the view of the indices from, …, to − 1 of an axis.
func part(shape []int, axis, from, to int) view {
	w := broadcastView(shape, slices.Clone(shape))
	w.shape[axis], w.offset = to-from, from*w.strides[axis]
	return w
}

// place is the adjoint of slices: a tensor of the given shape with others one
// after another along an axis, and zeros before and after them.
func place(name string, shape []int, axis, from int, all ...Var) Var {
	starts, nests := []int{from}, []nest{}
	for _, v := range all {
		to := from + v.shape()[axis]
		starts, nests, from = append(starts, to), append(nests, newNest(part(shape, axis, from, to))), to
	}
	return operation{
		name: name, args: []any{axis, starts}, shape: shape,
		compute: compute{f32: placing[float32](nests), f64: placing[float64](nests)},
		derivative: func(_ []Var, _, grad Var) []Var {
			var grads []Var
			for i := range all {
				grads = append(grads, grad.SliceAxis(axis, starts[i], starts[i+1]))
			}
			return grads
		},
	}.apply(all...)
}

// placing copies each input to its place. The zeros around them were there from
// the start.
func placing[T graph.Float](nests []nest) func(graph.Env, []T, [][]T) {
	return func(_ graph.Env, y []T, in [][]T) {
		for i, n := range nests {
			size, step := n.sizes[0], n.steps[0]
			n.rows(0, len(in[i])/size, func(row, at int) {
				x := in[i][row*size:][:size]
				if step == 1 {
					copy(y[at:], x)
					return
				}
				for j, v := range x {
					y[at+j*step] = v
				}
			})
		}
	}
}

// Concat concatenates tensors along an axis; their other dimensions must be equal.
func Concat(axis int, all ...Var) Var {
	if len(all) == 0 {
		return failed("concatenation of nothing: want 1 or more tensors")
	}
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
			return failed("concatenation along axis %d of %v %v and %v %v: want equal types, and dimensions equal except along that axis", axis, all[0].node.Dtype(), all[0].Shape(), v.node.Dtype(), got)
		}
	}
	shape := all[0].Shape()
	shape[axis] = total
	return place("concat", shape, axis, 0, all...)
}

// Reshape returns the same elements with another shape of the same size. One
// dimension may be −1, to be inferred from the size. Without dimensions the result
// is a scalar.
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
	shape = slices.Clone(shape)
	return v.read("reshape", broadcastView(shape, shape), func(grad Var) Var { return grad.Reshape(old...) })
}

// Transpose returns the tensor with its axes in another order: axis i of the
// result is axis axes[i] of v. Without axes, their order is reversed.
func (v Var) Transpose(axes ...int) Var {
	if v.err != nil {
		return v
	}
	if v.isConst() || len(v.shape()) == 0 {
		return failed("transpose of a scalar: want a tensor")
	}
	from := broadcastView(v.Shape(), v.Shape())
	n := len(from.shape)
	if len(axes) == 0 {
		axes = make([]int, n)
		for i := range axes {
			axes[i] = n - 1 - i
		}
	}
	var w view
	back := slices.Repeat([]int{-1}, n)
	for i, axis := range axes {
		a, err := v.axis("transpose", axis)
		if len(axes) != n || err == nil && back[a] >= 0 {
			return failed("transpose of shape %v by %v: want each axis once", from.shape, axes)
		}
		if err != nil {
			return Var{err: err}
		}
		back[a] = i
		w.shape, w.strides = append(w.shape, from.shape[a]), append(w.strides, from.strides[a])
	}
	return v.read("transpose", w, func(grad Var) Var { return grad.Transpose(back...) })
}

// BroadcastTo returns v broadcast to the given shape. The shapes are aligned at the
// last dimension; dimensions of 1 and missing ones are repeated.
func (v Var) BroadcastTo(shape ...int) Var {
	switch {
	case v.err != nil:
		return v
	case v.isConst():
		return failed("broadcast of a constant: use it as it is")
	case len(shape) == 0 || graph.Positive(shape) != nil:
		return failed("broadcast to shape %v: want dimensions of 1 or more", shape)
	}
	from := v.Shape()
	both, err := broadcast("broadcast", from, shape)
	switch {
	case err != nil:
		return Var{err: err}
	case !slices.Equal(both, shape):
		return failed("broadcast of shape %v to %v: want dimensions that are equal or 1, counted from the last", from, shape)
	case slices.Equal(from, shape):
		return v
	}
	return v.read("broadcast", broadcastView(from, both), func(grad Var) Var { return grad.sumTo(from) })
}

// broadcast returns the shape of two operands together.
func broadcast(name string, a, b []int) ([]int, error) {
	shape := make([]int, max(len(a), len(b)))
	for i := range shape {
		p, q := dimension(a, len(shape)-i), dimension(b, len(shape)-i)
		if p != q && p != 1 && q != 1 {
			return nil, fmt.Errorf("autograd: expression: %s of shapes %v and %v: want dimensions that are equal or 1, counted from the last", name, a, b)
		}
		shape[i] = max(p, q)
	}
	return shape, nil
}

// dimension returns dimension number i of a shape, counted from 1 at the last.
func dimension(shape []int, i int) int {
	if i > len(shape) {
		return 1
	}
	return shape[len(shape)-i]
}
