package autograd

import (
	"slices"

	"descent/internal/graph"
	"descent/internal/kernel"
)

// MatMul returns the product of matrices, v·w:
//
//	v [..., m, k]
//	w [..., k, n]
//	y [..., m, n]
//
// for each pair in a stack of matrices; the dimensions before the last two are
// broadcast. A vector must be reshaped to a matrix first.
func (v Var) MatMul(w Var) Var {
	switch {
	case v.err != nil:
		return v
	case w.err != nil:
		return w
	case v.isConst() || w.isConst() || len(v.shape()) < 2 || len(w.shape()) < 2:
		return failed("product of matrices of shapes %v and %v: want 2 or more dimensions", v.Shape(), w.Shape())
	case v.node.Dtype() != w.node.Dtype():
		return failed("product of matrices of %v and %v: want equal types", v.node.Dtype(), w.node.Dtype())
	}
	a, b := v.Shape(), w.Shape()
	m, k, n := a[len(a)-2], a[len(a)-1], b[len(b)-1]
	if b[len(b)-2] != k {
		return failed("product of matrices of shapes %v and %v: want as many columns as rows, [%d %d] and [%d n]", a, b, m, k, k)
	}
	// All of a stack by one matrix is one product.
	if len(b) == 2 && len(a) > 2 {
		return v.Reshape(graph.Size(a[:len(a)-1]), k).MatMul(w).Reshape(append(a[:len(a)-1:len(a)-1], n)...)
	}
	stack, err := broadcast("product of matrices", a[:len(a)-2], b[:len(b)-2])
	if err != nil {
		return Var{err: err}
	}
	v, w = v.stacked(stack), w.stacked(stack)
	if v.err != nil || w.err != nil {
		return v.Add(w)
	}
	count := graph.Size(stack)
	return operation{
		name: "matmul", shape: append(slices.Clone(stack), m, n),
		compute: compute{f32: multiplying[float32](count, m, k, n), f64: multiplying[float64](count, m, k, n)},
		derivative: func(in []Var, _, grad Var) []Var {
			return []Var{grad.MatMul(in[1].turned()), in[0].turned().MatMul(grad)}
		},
	}.apply(v, w)
}

// stacked broadcasts the dimensions before the last two.
func (v Var) stacked(shape []int) Var {
	s := v.Shape()
	return v.BroadcastTo(append(slices.Clone(shape), s[len(s)-2:]...)...)
}

// turned is v with its last two axes exchanged.
func (v Var) turned() Var {
	axes := make([]int, len(v.shape()))
	for i := range axes {
		axes[i] = i
	}
	n := len(axes)
	axes[n-2], axes[n-1] = n-1, n-2
	return v.Transpose(axes...)
}

// multiplying computes the products of count pairs, each by the kernel of a
// dense layer: sixteen columns of the right matrix are a group of rows to it.
func multiplying[T graph.Float](count, m, k, n int) func(graph.Env, []T, [][]T) {
	const lanes = kernel.Lanes
	groups := (n + lanes - 1) / lanes
	x, z := kernel.Alloc[T](groups*k*lanes), kernel.Alloc[T](groups*m*lanes)
	var dense *kernel.Dense[T]
	var threads int
	var isa kernel.ISA
	return func(e graph.Env, y []T, in [][]T) {
		if dense == nil || threads != e.Threads || isa != e.ISA {
			threads, isa = e.Threads, e.ISA
			dense = kernel.Set[T]{ISA: isa}.NewDense(k, m, groups, false, max(threads, 1))
		}
		run := e.Run
		if run == nil {
			run = func(n int, f func(i, worker int)) {
				for i := range n {
					f(i, 0)
				}
			}
		}
		for c := range count {
			a, b, y := in[0][c*m*k:(c+1)*m*k], in[1][c*k*n:(c+1)*k*n], y[c*m*n:(c+1)*m*n]
			for g := range groups {
				width := min(lanes, n-g*lanes)
				for r := range k {
					copy(x[(g*k+r)*lanes:][:width], b[r*n+g*lanes:])
				}
			}
			dense.Forward(run, z, x, a, nil)
			for g := range groups {
				width := min(lanes, n-g*lanes)
				for r := range m {
					copy(y[r*n+g*lanes:][:width], z[(g*m+r)*lanes:])
				}
			}
		}
	}
}
