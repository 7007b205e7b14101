package autograd

import (
	"math"
	"slices"

	"descent/internal/graph"
	"descent/internal/kernel"
)

// view says where the elements of one tensor are in the memory of another: at
// the offset, plus each index times the stride of its axis, which is 0 where an
// element is repeated for all indices.
//
// Nearly all operations use views. A mapper reads operands: those of an
// elementwise function, or the elements that a slice, a transpose or a broadcast
// copies. Writing is the adjoint of that: placing puts elements between zeros, and
// folding adds up those that have the same place.
type view struct {
	shape, strides []int
	offset         int
}

// broadcastView returns the view of a tensor under a shape that it is broadcast
// to, or its own.
func broadcastView(from, shape []int) view {
	w := view{shape: shape, strides: make([]int, len(shape))}
	size := 1
	for i := range from {
		d := dimension(from, i+1)
		if d > 1 {
			w.strides[len(shape)-1-i] = size
		}
		size *= d
	}
	return w
}

// nest is the loops through the elements of a view, the inner one first. A run of
// the inner loop is a row.
type nest struct {
	sizes, steps []int
	offset       int
}

// newNest merges axes that are contiguous in memory into one loop.
func newNest(w view) nest {
	n := nest{sizes: []int{1}, steps: []int{1}, offset: w.offset}
	for i, size := range slices.Backward(w.shape) {
		last, step := len(n.sizes)-1, w.strides[i]
		switch {
		case size == 1:
		case n.sizes[last] == 1:
			n.sizes[last], n.steps[last] = size, step
		case step == n.sizes[last]*n.steps[last]:
			n.sizes[last] *= size
		default:
			n.sizes, n.steps = append(n.sizes, size), append(n.steps, step)
		}
	}
	return n
}

// dense reports whether the elements are side by side.
func (n *nest) dense() bool { return len(n.sizes) == 1 && n.steps[0] == 1 }

// at returns where a row begins.
func (n *nest) at(row int) int {
	at := n.offset
	for i := 1; i < len(n.sizes); i++ {
		at += row % n.sizes[i] * n.steps[i]
		row /= n.sizes[i]
	}
	return at
}

// rows calls f with the beginning of each row from one to before another.
func (n *nest) rows(from, to int, f func(row, at int)) {
	for from < to {
		// The rows of the second loop are a step apart.
		at, step, end := n.at(from), 0, to
		if len(n.sizes) > 1 {
			step, end = n.steps[1], min(to, from-from%n.sizes[1]+n.sizes[1])
		}
		for ; from < end; from, at = from+1, at+step {
			f(from, at)
		}
	}
}

// chunk is the number of elements that are computed at once if some have to be
// copied.
const chunk = 512

// source is an operand of an elementwise operation.
type source[T graph.Float] struct {
	nest
	x      []T
	chunks []side[T] // by worker; none if the elements are side by side anyway
}

// side has elements of an operand side by side.
type side[T graph.Float] struct {
	y   []T
	row int // the row whose single element it repeats, or −1
}

// elements returns n elements of one row, or copies of them.
func (s *source[T]) elements(from, n, worker int) []T {
	row, i, inner, step := 0, from, s.sizes[0], s.steps[0]
	if from >= inner {
		row, i = from/inner, from%inner
	}
	inside := i+n <= inner
	if inside && step == 1 {
		return s.x[s.at(row)+i:][:n]
	}
	c := &s.chunks[worker]
	if inside && step == 0 && row == c.row {
		return c.y[:n]
	}
	s.gather(c.y[:n], from)
	if c.row = -1; inside && step == 0 {
		c.row = row
	}
	return c.y[:n]
}

// gather copies elements to y.
func (s *source[T]) gather(y []T, from int) {
	inner, step := s.sizes[0], s.steps[0]
	first := from % inner
	s.rows(from/inner, (from+len(y)-1)/inner+1, func(_, at int) {
		part, x := y[:min(len(y), inner-first)], s.x[at+first*step:]
		y, first = y[len(part):], 0
		switch step {
		case 0:
			part[0] = x[0]
			for n := 1; n < len(part); n *= 2 {
				copy(part[n:], part[:n])
			}
		case 1:
			copy(part, x)
		default:
			for i := range part {
				part[i] = x[i*step]
			}
		}
	})
}

// mapper computes y from operands element by element.
type mapper[T graph.Float] struct {
	f    loop[T] // nil to copy the one operand
	y    []T
	x    []source[T]
	size int // the number of elements that are computed at once: all, or a chunk
	row  int // the shortest row that is long enough to be computed without copies
	isa  kernel.ISA
	do   func(from, to, worker int) // part, made once: a method value takes memory
}

// mapping returns the computation of y = f(x), or of a copy if f is nil.
func mapping[T graph.Float](views []view, f loop[T]) func(graph.Env, []T, [][]T) {
	m := &mapper[T]{f: f, x: make([]source[T], len(views)), size: math.MaxInt, row: math.MaxInt}
	m.do = m.part
	for i, w := range views {
		n := newNest(w)
		if m.x[i].nest = n; !n.dense() {
			m.size = chunk
		}
		if len(n.sizes) > 1 && n.sizes[0] >= 64 {
			m.row = min(m.row, n.sizes[0])
		}
	}
	return func(e graph.Env, y []T, x [][]T) {
		m.y, m.isa = y, e.ISA
		for i := range m.x {
			s := &m.x[i]
			s.x = x[i]
			for f != nil && !s.dense() && len(s.chunks) < max(e.Threads, 1) {
				s.chunks = append(s.chunks, side[T]{y: make([]T, min(chunk, len(y)))})
			}
		}
		e.Split(len(y), m.do)
	}
}

// part computes some elements.
func (m *mapper[T]) part(from, to, worker int) {
	if m.f == nil {
		m.x[0].gather(m.y[from:to], from)
		return
	}
	for i := range m.x {
		if c := m.x[i].chunks; c != nil {
			c[worker].row = -1
		}
	}
	var x [3][]T
	for n := 0; from < to; from += n {
		n = min(to-from, m.size, m.row-from%m.row)
		for k := range m.x {
			x[k] = m.x[k].elements(from, n, worker)
		}
		m.f(kernel.Set[T]{ISA: m.isa}, m.y[from:from+n], x[0], x[1], x[2])
	}
}
