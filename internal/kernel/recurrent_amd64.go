//go:build amd64 && !purego

package kernel

import "math"

// simdRecurrent computes the products of a step with tile kernels. The four vectors of a
// tile are one unit of four groups, and the operands are the weights as they are in
// memory: in the backward pass, a column of them.
type simdRecurrent struct {
	k             *tileKernels
	hidden, gates int
	quads         []quad
	step          step
	args          []*tileArgs
	tiles         []tile // of each worker
}

func newRecurrentKernels(isa ISA, hidden, gates int, quads []quad, workers int) recurrentKernels {
	r := &simdRecurrent{k: kernelsOf(isa), hidden: hidden, gates: gates, quads: quads, tiles: make([]tile, workers)}
	for range workers {
		r.args = append(r.args, &tileArgs{half: new([tileOutputs * tileVectors * Lanes / 2]float32)})
	}
	return r
}

func (r *simdRecurrent) forward(q, worker, first, n int, p, h []float32, step int, w, bias []float32) {
	a := r.prepare(q, worker, h, step, n*r.gates)
	a.inner, a.wInner, a.wOut = r.hidden, 4, r.hidden*4
	for o := 0; o < n*r.gates; o += tileOutputs {
		a.operands(w, bias, first*r.gates+o)
		a.out = &p[o*Lanes]
		r.run(q, min(tileOutputs, n*r.gates-o), a)
	}
}

func (r *simdRecurrent) backward(q, worker, first, n int, to, d []float32, step int, w []float32) {
	a := r.prepare(q, worker, d, step, n)
	a.inner, a.wInner, a.wOut = r.hidden*r.gates, r.hidden*4, 4
	for o := 0; o < n; o += tileOutputs {
		a.operands(w, nil, first+o)
		a.out = &to[o*Lanes]
		r.run(q, min(tileOutputs, n-o), a)
	}
}

// prepare sets the arguments for the vectors of a quad, each of which goes to n vectors.
func (r *simdRecurrent) prepare(q, worker int, x []float32, step, n int) *tileArgs {
	t, a := &r.tiles[worker], r.args[worker]
	*t = tile{n: 1}
	for v, g := range r.quads[q].at {
		t.x[v], t.out[v] = g*step*vector, v*n*vector
	}
	a.x, a.steps, a.tiles, a.count = &x[0], &r.step, t, 1
	a.xInner, a.outStep, a.floor = vector, vector, float32(math.Inf(-1))
	return a
}

func (r *simdRecurrent) run(q, outputs int, a *tileArgs) {
	if r.quads[q].n == 1 {
		r.k.store1[outputs](a)
	} else {
		r.k.store4[outputs](a)
	}
}

// Each of these reports whether it computed everything.

func lstmVectors[T Float](isa ISA, a, p, c, next, tc, h []T) bool {
	isa, n := vectorized[T](isa, len(h))
	switch isa {
	case AVX2:
		lstmAVX2(first(a), first(p), first(c), first(next), first(tc), first(h), n/Lanes)
	case AVX512:
		lstmAVX512(first(a), first(p), first(c), first(next), first(tc), first(h), n/Lanes)
	}
	return n > 0
}

func lstmBackwardVectors[T Float](isa ISA, a, dh, r, c, tc, dc []T) bool {
	isa, n := vectorized[T](isa, len(dh))
	switch isa {
	case AVX2:
		lstmBackwardAVX2(first(a), first(dh), first(r), first(c), first(tc), first(dc), n/Lanes)
	case AVX512:
		lstmBackwardAVX512(first(a), first(dh), first(r), first(c), first(tc), first(dc), n/Lanes)
	}
	return n > 0
}

func gruVectors[T Float](isa ISA, a, p, before, q, h []T) bool {
	isa, n := vectorized[T](isa, len(h))
	switch isa {
	case AVX2:
		gruAVX2(first(a), first(p), first(before), first(q), first(h), n/Lanes)
	case AVX512:
		gruAVX512(first(a), first(p), first(before), first(q), first(h), n/Lanes)
	}
	return n > 0
}

func gruBackwardVectors[T Float](isa ISA, a, b, dh, r, before, q, along []T) bool {
	isa, n := vectorized[T](isa, len(dh))
	switch isa {
	case AVX2:
		gruBackwardAVX2(first(a), first(b), first(dh), first(r), first(before), first(q), first(along), n/Lanes)
	case AVX512:
		gruBackwardAVX512(first(a), first(b), first(dh), first(r), first(before), first(q), first(along), n/Lanes)
	}
	return n > 0
}
