package autograd

import (
	"fmt"
	"slices"

	"descent/internal/graph"
)

// layout says how two operands that are broadcast to one shape lie in memory:
// outer loops around an inner one, in which each operand has either an element
// for each of the result's, or one for all.
type layout struct {
	shape []int // of the result
	outer []int // lengths of the outer loops, the outermost first
	inner int
	step  [2][]int // by operand, what an index of an outer loop is worth
	dense [2]bool  // by operand, whether the inner loop goes through it
}

// broadcast returns the layout of two operands.
func broadcast(name string, a, b []int) (layout, error) {
	var l layout
	n := max(len(a), len(b))
	l.shape = make([]int, n)
	sizes := [2]int{1, 1}
	for i := n - 1; i >= 0; i-- {
		d := [2]int{dimension(a, n-i), dimension(b, n-i)}
		if d[0] != d[1] && d[0] != 1 && d[1] != 1 {
			return l, fmt.Errorf("autograd: expression: %s of shapes %v and %v: want dimensions that are equal or 1, counted from the last", name, a, b)
		}
		size := max(d[0], d[1])
		l.shape[i] = size
		if size > 1 {
			l.add(size, [2]bool{d[0] > 1, d[1] > 1}, sizes)
		}
		sizes[0], sizes[1] = sizes[0]*d[0], sizes[1]*d[1]
	}
	if l.inner == 0 {
		l.inner, l.dense = 1, [2]bool{true, true}
	}
	slices.Reverse(l.outer)
	slices.Reverse(l.step[0])
	slices.Reverse(l.step[1])
	return l, nil
}

// dimension returns dimension number i of a shape, counted from 1 at the last.
func dimension(shape []int, i int) int {
	if i > len(shape) {
		return 1
	}
	return shape[len(shape)-i]
}

// add puts a loop around those that there are, or makes the outermost longer.
func (l *layout) add(size int, dense [2]bool, sizes [2]int) {
	if len(l.outer) == 0 && (l.inner == 0 || l.dense == dense) {
		l.inner, l.dense = max(l.inner, 1)*size, dense
		return
	}
	k := len(l.outer) - 1
	var step [2]int
	for i := range step {
		if dense[i] {
			step[i] = sizes[i]
		}
	}
	if k >= 0 && (l.step[0][k] > 0) == dense[0] && (l.step[1][k] > 0) == dense[1] {
		l.outer[k] *= size
		return
	}
	l.outer, l.step[0], l.step[1] = append(l.outer, size), append(l.step[0], step[0]), append(l.step[1], step[1])
}

// rows returns the number of times that the inner loop runs.
func (l layout) rows() int {
	n := 1
	for _, d := range l.outer {
		n *= d
	}
	return n
}

// at returns where the operands are at a row.
func (l layout) at(row int) (a, b int) {
	for k := len(l.outer) - 1; k >= 0; k-- {
		i := row % l.outer[k]
		row /= l.outer[k]
		a, b = a+i*l.step[0][k], b+i*l.step[1][k]
	}
	return a, b
}

// chunk is the number of times that an operand's one element for all is
// written down, to be an operand like any other.
const chunk = 256

// walker computes an elementwise operation of two broadcast operands.
type walker[T graph.Float] struct {
	layout
	f     func(y, a, b []T)
	space [][2][]T // by worker, for elements that go with many
}

// run fills y.
func (w *walker[T]) run(e graph.Env, y, a, b []T) {
	for len(w.space) < max(e.Threads, 1) {
		w.space = append(w.space, [2][]T{make([]T, min(chunk, w.inner)), make([]T, min(chunk, w.inner))})
	}
	tasks := e.Tasks(len(y))
	switch rows := w.rows(); {
	case tasks == 1:
		w.do(0, y, a, b, 0, rows)
	case rows == 1:
		e.Run(tasks, func(i, worker int) {
			from, to := i*graph.Grain, min((i+1)*graph.Grain, len(y))
			w.row(worker, y[from:to], w.piece(0, a, from, to), w.piece(1, b, from, to))
		})
	default:
		each := max(graph.Grain/w.inner, 1)
		e.Run((rows+each-1)/each, func(i, worker int) { w.do(worker, y, a, b, i*each, min((i+1)*each, rows)) })
	}
}

// piece returns a part of what the inner loop goes through, or the element for
// all.
func (w *walker[T]) piece(operand int, x []T, from, to int) []T {
	if w.dense[operand] {
		return x[from:to]
	}
	return x[:1]
}

// do computes some rows.
func (w *walker[T]) do(worker int, y, a, b []T, from, to int) {
	for r := from; r < to; r++ {
		i, j := w.at(r)
		w.row(worker, y[r*w.inner:(r+1)*w.inner], w.piece(0, a[i:], 0, w.inner), w.piece(1, b[j:], 0, w.inner))
	}
}

// row computes a row, or a part of one.
func (w *walker[T]) row(worker int, y, a, b []T) {
	if len(a) == len(y) && len(b) == len(y) {
		w.f(y, a, b)
		return
	}
	x := [2][]T{a, b}
	for i, s := range w.space[worker] {
		if len(x[i]) < len(y) {
			s = s[:min(len(y), len(s))]
			for j := range s {
				s[j] = x[i][0]
			}
			x[i] = s
		}
	}
	for from := 0; from < len(y); from += chunk {
		to := min(from+chunk, len(y))
		w.f(y[from:to], slice(x[0], len(y), from, to), slice(x[1], len(y), from, to))
	}
}

// slice returns a part of an operand of n elements, or of one that repeats.
func slice[T any](x []T, n, from, to int) []T {
	if len(x) < n {
		return x[:to-from]
	}
	return x[from:to]
}

// BroadcastTo returns a tensor of the given shape, with which v's is aligned at
// the last dimension; dimensions of 1 and missing ones are repeated.
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
	l, err := broadcast("broadcast", from, shape)
	if err != nil {
		return Var{err: err}
	}
	if !slices.Equal(l.shape, shape) {
		return failed("broadcast of shape %v to %v: want dimensions that are equal or 1, counted from the last", from, shape)
	}
	if slices.Equal(from, shape) {
		return v
	}
	return operation{
		name: "broadcast", shape: shape,
		compute:    compute{f32: repeating[float32](l), f64: repeating[float64](l)},
		derivative: func(_ []Var, _, grad Var) []Var { return []Var{grad.sumTo(from)} },
	}.apply(v.node)
}

// repeating copies the first of two operands; the second is the result.
func repeating[T graph.Float](l layout) func(e graph.Env, y []T, in [][]T) {
	w := &walker[T]{layout: l, f: func(y, a, _ []T) { copy(y, a) }}
	return func(e graph.Env, y []T, in [][]T) { w.run(e, y, in[0], y) }
}
