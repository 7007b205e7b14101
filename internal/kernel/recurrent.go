package kernel

// Cell is a kind of recurrent cell. With products a_k = W_k·x + b_k of an input and
// p_k = R_k·h + c_k of the previous output, one for each gate k of a unit:
//
//	TanhCell   h ← tanh(a₀ + p₀)
//	ReLUCell   h ← max(0, a₀ + p₀)
//	LSTMCell   i, f, g, o = σ(a₀ + p₀), σ(a₁ + p₁), tanh(a₂ + p₂), σ(a₃ + p₃)
//	           c ← f·c + i·g; h ← o·tanh c
//	GRUCell    r, z, n = σ(a₀ + p₀), σ(a₁ + p₁), tanh(a₂ + r·p₂)
//	           h ← n + z·(h − n)
type Cell int

// The cells.
const (
	TanhCell Cell = iota
	ReLUCell
	LSTMCell
	GRUCell
)

// Gates returns the number of gates of a unit.
func (c Cell) Gates() int { return [...]int{1, 1, 4, 3}[c] }

// Recurrent is a recurrent layer for whole batches. It divides its work into tasks
// that may run concurrently. The division depends on the sizes alone.
//
// Shapes: x [groups][steps][in][16], y [groups][steps][hidden][16], wX
// [gates·hidden][in], wH [gates·hidden][hidden], bX, bH [gates·hidden], gate after
// gate as in PyTorch. Internally the gates of a unit are neighbors, [hidden][gates],
// so that a cell finds them in one place.
//
// A [Dense] of groups·steps groups computes the products of all inputs, and the
// gradients of the weights. The products of a step are computed for a block of units at
// a time, which then go through the cell while they are in the first-level cache.
type Recurrent[T Float] struct {
	// H0 and C0 are the output, and the c of an LSTM, before the first step:
	// [groups][hidden][16], initially zero.
	H0, C0 []T

	k                                 Set[T]
	cell                              Cell
	in, hidden, gates, steps, workers int
	quads                             []quad // groups that go through a step together
	units                             int    // of a block
	simd                              recurrentKernels
	products, states                  *Dense[T] // of x; of the previous outputs, only for the gradients of wH and bH
	wX, wH, bX, bH                    []T       // packed
	room, none                        []T       // of each worker; zeros

	a       []T // [groups][steps][hidden][gates][16]: products of x, then gates, then gradients of the products
	c, kept []T // [groups][steps][hidden][16]: c; tanh c, or p₂ of a GRU

	b                  []T // like a: the gradients of p for a GRU; a itself for other cells
	before             []T // like y: the previous outputs
	along              []T // [groups][hidden][16]: the part of the gradient that reaches the step before without a product
	dwX, dwH, dbX, dbH []T // packed
}

// recurrentKernels computes the products of a step in vector instructions, for a quad
// of groups and n units, starting at first.
type recurrentKernels interface {
	// forward sets p [4][n·gates][16] to w·h + bias. Groups of h are step vectors apart.
	forward(q, worker, first, n int, p, h []float32, step int, w, bias []float32)

	// backward sets r [4][n][16] to wᵀ·d. Groups of d are step vectors apart.
	backward(q, worker, first, n int, r, d []float32, step int, w []float32)
}

// NewRecurrent returns a recurrent layer for the given number of workers.
func (k Set[T]) NewRecurrent(cell Cell, in, hidden, steps, groups, workers int) *Recurrent[T] {
	r := &Recurrent[T]{
		k: k, cell: cell, in: in, hidden: hidden, gates: cell.Gates(), steps: steps, workers: workers, units: hidden,
		H0: Alloc[T](groups * hidden * Lanes), a: Alloc[T](groups * steps * hidden * cell.Gates() * Lanes),
	}
	if cell >= LSTMCell {
		r.kept = Alloc[T](groups * steps * hidden * Lanes)
	}
	if cell == LSTMCell {
		r.C0, r.c = Alloc[T](len(r.H0)), Alloc[T](len(r.kept))
	}
	for g := range groups {
		r.quads = append(r.quads, quad{at: [4]int{g}, n: 1})
	}
	var zero T
	if _, ok := any(zero).(float32); ok && k.ISA.resolve() > Go {
		r.units, r.quads = min(hidden, 6), quads(groups)
		r.simd = newRecurrentKernels(k.ISA.resolve(), hidden, r.gates, r.quads, workers)
	}
	r.room = Alloc[T](workers * r.roomEach())
	r.none = make([]T, r.units*Lanes)
	r.products = k.NewDense(in, hidden*r.gates, groups*steps, false, workers)
	r.states = k.NewDense(hidden, hidden*r.gates, groups*steps, false, workers)
	return r
}

// roomEach returns the number of values that a worker needs for the products of a block.
func (r *Recurrent[T]) roomEach() int { return 4 * r.units * r.gates * Lanes }

// Forward computes y. bX and bH may be nil.
func (r *Recurrent[T]) Forward(run Runner, y, x, wX, wH, bX, bH []T) {
	r.pack(run, &r.wX, wX, r.in)
	r.pack(run, &r.wH, wH, r.hidden)
	r.pack(run, &r.bX, bX, 1)
	r.pack(run, &r.bH, bH, 1)
	r.products.Forward(run, r.a, x, r.wX, r.bX)
	for t := range r.steps {
		r.eachBlock(run, func(q, worker, first, n int) { r.forward(t, q, worker, first, n, y) })
	}
}

// C returns the c of an LSTM after the last step in group g, [hidden][16].
func (r *Recurrent[T]) C(g int) []T { return of(r.c, g*r.steps+r.steps-1, r.hidden) }

// eachBlock calls f for each quad of groups and block of units.
func (r *Recurrent[T]) eachBlock(run Runner, f func(q, worker, first, n int)) {
	run(len(r.quads)*((r.hidden-1)/r.units+1), func(i, worker int) {
		first := i / len(r.quads) * r.units
		f(i%len(r.quads), worker, first, min(r.units, r.hidden-first))
	})
}

// forward computes step t for some units.
func (r *Recurrent[T]) forward(t, q, worker, first, n int, y []T) {
	p := r.room[worker*r.roomEach():][:r.roomEach()]
	if r.simd != nil {
		h, step := r.H0, r.hidden
		if t > 0 {
			h, step = y[(t-1)*r.hidden*Lanes:], r.steps*r.hidden
		}
		r.simd.forward(q, worker, first, n, float32s(p), float32s(h), step, float32s(r.wH), float32s(r.bH))
	}
	for v, g := range r.quads[q].groups() {
		h := r.past(y, r.H0, g, t, 0, r.hidden)
		if r.simd == nil {
			r.k.DenseForward(r.hidden, r.hidden*r.gates, p, h, r.wH, r.bH, false)
		}
		p := p[v*n*r.gates*Lanes:][:n*r.gates*Lanes]
		a, to := r.at(r.a, g, t, first*r.gates, n*r.gates), r.at(y, g, t, first, n)
		switch r.cell {
		case LSTMCell:
			r.k.lstm(a, p, r.past(r.c, r.C0, g, t, first, n), r.at(r.c, g, t, first, n), r.at(r.kept, g, t, first, n), to)
		case GRUCell:
			r.k.gru(a, p, h[first*Lanes:][:n*Lanes], r.at(r.kept, g, t, first, n), to)
		default:
			r.k.Add(a, a, p)
			if r.cell == ReLUCell {
				r.k.ReLU(to, a)
			} else {
				r.k.Tanh(to, a)
			}
		}
	}
}

// at returns n vectors, starting at first, of those of group g at step t.
func (r *Recurrent[T]) at(x []T, g, t, first, n int) []T {
	each := len(x) / (len(r.H0) / (r.hidden * Lanes)) / r.steps
	return x[(g*r.steps+t)*each+first*Lanes:][:n*Lanes]
}

// past returns the same vectors of the step before, which are in initial if t is 0.
func (r *Recurrent[T]) past(x, initial []T, g, t, first, n int) []T {
	if t == 0 {
		return initial[(g*r.hidden+first)*Lanes:][:n*Lanes]
	}
	return r.at(x, g, t-1, first, n)
}

// Backward computes the gradients that are not nil, from dy and from Forward's
// arguments and result. All are overwritten. Call it only once after each Forward.
func (r *Recurrent[T]) Backward(run Runner, dx, dwX, dwH, dbX, dbH, dy, y, x []T) {
	if r.along == nil {
		r.along, r.before = Alloc[T](len(r.H0)), Alloc[T](len(y))
		if r.b = r.a; r.cell == GRUCell {
			r.b = Alloc[T](len(r.a))
		}
	}
	clear(r.along)
	for t := r.steps - 1; t >= 0; t-- {
		r.eachBlock(run, func(q, worker, first, n int) { r.backward(t, q, worker, first, n, dy, y) })
	}
	r.products.Backward(run, dx, r.unpacked(&r.dwX, dwX), r.unpacked(&r.dbX, dbX), r.a, nil, x, r.wX)
	if dwH != nil {
		run(len(r.H0)/(r.hidden*Lanes), func(g, _ int) {
			for t := range r.steps {
				copy(r.at(r.before, g, t, 0, r.hidden), r.past(y, r.H0, g, t, 0, r.hidden))
			}
		})
	}
	same := r.cell != GRUCell && dbX != nil && dbH != nil // the gradients of both biases are the same
	packedH := r.unpacked(&r.dbH, dbH)
	if same {
		packedH = nil
	}
	r.states.Backward(run, nil, r.unpacked(&r.dwH, dwH), packedH, r.b, nil, r.before, nil)
	r.unpack(run, dwX, r.dwX, r.in)
	r.unpack(run, dwH, r.dwH, r.hidden)
	r.unpack(run, dbX, r.dbX, 1)
	if same {
		copy(dbH, dbX)
	} else {
		r.unpack(run, dbH, r.dbH, 1)
	}
}

// backward replaces the gates of step t of some units by gradients.
func (r *Recurrent[T]) backward(t, q, worker, first, n int, dy, y []T) {
	room, last := r.room[worker*r.roomEach():][:r.roomEach()], t == r.steps-1
	if r.simd != nil && !last {
		each := r.hidden * r.gates
		r.simd.backward(q, worker, first, n, float32s(room), float32s(r.b[(t+1)*each*Lanes:]), r.steps*each, float32s(r.wH))
	}
	for v, g := range r.quads[q].groups() {
		if r.simd == nil && !last {
			r.k.DenseInputGrad(r.hidden, r.hidden*r.gates, room, r.at(r.b, g, t+1, 0, r.hidden*r.gates), r.wH)
		}
		later := room[v*n*Lanes:][:n*Lanes]
		if last {
			later = r.none[:n*Lanes]
		}
		a, along := r.at(r.a, g, t, first*r.gates, n*r.gates), r.along[(g*r.hidden+first)*Lanes:][:n*Lanes]
		d := r.at(dy, g, t, first, n)
		switch r.cell {
		case LSTMCell:
			r.k.lstmBackward(a, d, later, r.past(r.c, r.C0, g, t, first, n), r.at(r.kept, g, t, first, n), along)
		case GRUCell:
			r.k.gruBackward(a, r.at(r.b, g, t, first*r.gates, n*r.gates), d, later, r.past(y, r.H0, g, t, first, n), r.at(r.kept, g, t, first, n), along)
		default:
			r.k.Add(a, d, later)
			if r.cell == ReLUCell {
				r.k.ReLUBackward(a, a, r.at(y, g, t, first, n))
			} else {
				r.k.TanhBackward(a, a, r.at(y, g, t, first, n))
			}
		}
	}
}

// groups returns the distinct groups of a quad.
func (q quad) groups() []int {
	n := 1
	for n < q.n && q.at[n] != q.at[n-1] {
		n++
	}
	return q.at[:n]
}

// pack sets packed to x as rows of n values, with the gates of a unit side by side.
func (r *Recurrent[T]) pack(run Runner, packed *[]T, x []T, n int) {
	if r.gates == 1 || x == nil {
		*packed = x
		return
	}
	if *packed == nil {
		*packed = Alloc[T](len(x))
	}
	to := *packed
	run(r.gates, func(k, _ int) {
		for u := range r.hidden {
			copy(to[(u*r.gates+k)*n:][:n], x[(k*r.hidden+u)*n:][:n])
		}
	})
}

// unpacked returns the slice for a gradient before it is unpacked.
func (r *Recurrent[T]) unpacked(packed *[]T, dst []T) []T {
	if r.gates == 1 || dst == nil {
		return dst
	}
	if *packed == nil {
		*packed = Alloc[T](len(dst))
	}
	return *packed
}

// unpack is the inverse of pack.
func (r *Recurrent[T]) unpack(run Runner, dst, packed []T, n int) {
	if r.gates == 1 || dst == nil {
		return
	}
	run(r.gates, func(k, _ int) {
		for u := range r.hidden {
			copy(dst[(k*r.hidden+u)*n:][:n], packed[(u*r.gates+k)*n:][:n])
		}
	})
}
