//go:build amd64 && !purego

package kernel

import "math"

// simdDense is a dense layer on tile kernels.
//
// In the forward pass and the input gradient, the four vectors of a tile are one
// feature of four groups, and the operands are weights. Long sums are computed in
// blocks, so that the vectors of a block stay in the first-level cache while a
// task's outputs use them. This does not change the order of the additions.
type simdDense struct {
	k               *tileKernels
	set             Set[float32]
	in, out, groups int
	floor           float32 // of the outputs

	outputs, inputs           []chunk
	outputBlocks, inputBlocks []chunk         // of sums over them
	quads                     []quad          // groups
	forwardTiles, inputTiles  []tile          // by quad
	step                      step            // the one step of forward and input gradient
	weights                   *simdWeightGrad // nil before the first gradient
	room                      []denseRoom     // by worker
}

// denseRoom is the memory of a worker.
type denseRoom struct {
	a       tileArgs
	vectors int // of the tile
	tiles   [laneColumns]tile
	sums    []float32 // of the chunks of a task, between two blocks
	panel   []float32 // rows of features
}

const (
	sumBlock  = 96   // products that a tile adds up at a time, at most
	packFrom  = 8000 // groups that make packing the weights worthwhile
	mostTiles = 32   // of a task
	tileSums  = tileOutputs * tileVectors * Lanes
)

func newDenseKernels(isa ISA, in, out, groups int, relu bool, workers int) denseKernels {
	d := &simdDense{
		k: kernelsOf(isa), set: Set[float32]{ISA: isa}, in: in, out: out, groups: groups, floor: negInf,
		outputs: chunks(out), inputs: chunks(in), quads: quads(groups),
		outputBlocks: divide(out, sumBlock), inputBlocks: divide(in, sumBlock),
		room: make([]denseRoom, workers),
	}
	if isa == AVX512 { // it reads a vector once, which the second-level cache keeps up with
		d.inputBlocks = []chunk{{0, in}}
	}
	if relu {
		d.floor = 0
	}
	for i := range d.room {
		r := &d.room[i]
		r.a.half = new([tileSums / 2]float32)
		if len(d.inputBlocks) > 1 || len(d.outputBlocks) > 1 {
			r.sums = Alloc[float32](mostTiles * tileSums)
		}
	}
	for _, q := range d.quads {
		f, i := tile{n: 1}, tile{n: 1}
		for v, g := range q.at {
			f.x[v], f.out[v] = g*in*vector, g*out*vector
			i.x[v], i.out[v] = f.out[v], f.x[v]
		}
		d.forwardTiles, d.inputTiles = append(d.forwardTiles, f), append(d.inputTiles, i)
	}
	return d
}

// blockChunks returns how many chunks of outputs a task has, out of n for each of m
// quads: many, since they share the vectors, but few enough to leave some tasks
// for every worker.
func blockChunks(m, n int) int {
	const wanted = 48 // tasks
	return min(max(m*n/wanted, 4), mostTiles)
}

// tasks returns the number of tasks for n chunks for each of m quads.
func tasks(m, n int) int {
	b := blockChunks(m, n)
	return m * ((n + b - 1) / b)
}

// block returns the quad and the chunks of a task.
func block(task, m int, all []chunk) (q int, some []chunk) {
	b := blockChunks(m, len(all))
	first := task / m * b
	return task % m, all[first:min(first+b, len(all))]
}

func (d *simdDense) forwardTasks() int { return tasks(len(d.quads), len(d.outputs)) }

func (d *simdDense) forward(task, worker int, y, x, w, bias []float32) {
	d.multiply(task, worker, y, x, w, bias, false)
}

func (d *simdDense) forwardLower(task, worker int, y, x, w []float32) {
	d.multiply(task, worker, y, x, w, nil, true)
}

// multiply runs a task of the forward pass. With lower, it computes only the part that
// [Dense.ForwardLower] needs.
func (d *simdDense) multiply(task, worker int, y, x, w, bias []float32, lower bool) {
	q, some := block(task, len(d.quads), d.outputs)
	t, r := &d.forwardTiles[q], &d.room[worker]
	a := r.begin(d.quads[q].n)
	a.steps, a.xInner, a.wInner, a.wOut = &d.step, vector, 4, d.in*4
	for _, b := range d.inputBlocks {
		a.x, a.inner = &x[b.first*Lanes], b.n
		last := r.block(b, d.in, t, d.floor)
		for i, o := range some {
			if lower && o.first+o.n <= d.quads[q].at[0]*Lanes {
				continue
			}
			a.operands(w[b.first:], bias, o.first)
			a.out = &y[o.first*Lanes]
			if !last || b.first > 0 {
				r.goOn(i, b, last)
			}
			r.run(d.k, o.n)
		}
	}
}

func (d *simdDense) inputTasks() int { return tasks(len(d.quads), len(d.inputs)) }

func (d *simdDense) inputGrad(task, worker int, dx, dy, w []float32) {
	q, some := block(task, len(d.quads), d.inputs)
	t, r := &d.inputTiles[q], &d.room[worker]
	a := r.begin(d.quads[q].n)
	a.steps, a.xInner, a.wInner, a.wOut = &d.step, vector, d.in*4, 4
	for _, b := range d.outputBlocks {
		a.x, a.inner = &dy[b.first*Lanes], b.n
		last := r.block(b, d.out, t, negInf)
		for i, c := range some {
			a.operands(w[b.first*d.in:], nil, c.first)
			a.out = &dx[c.first*Lanes]
			if !last || b.first > 0 {
				r.goOn(i, b, last)
			}
			r.run(d.k, c.n)
		}
	}
}

// begin prepares for tiles of the given number of vectors.
func (r *denseRoom) begin(vectors int) *tileArgs {
	r.vectors, r.a.count = vectors, 1
	return &r.a
}

// block prepares for block b of sums of n products, and reports whether it is the
// last block. The sums of the last block go to the outputs of tile t.
func (r *denseRoom) block(b chunk, n int, t *tile, floor float32) (last bool) {
	a := &r.a
	a.from = nil
	if b.first+b.n == n {
		a.tiles, a.outStep, a.floor = t, vector, floor
		return true
	}
	kept := &r.tiles[0]
	*kept = *t
	for v := range kept.out {
		kept.out[v] = v * vector
	}
	a.tiles, a.outStep, a.floor = kept, r.vectors*vector, negInf
	return false
}

// goOn makes the sums of the task's chunk i continue those of the block before, if
// any, and keeps them for the block after unless b is the last.
func (r *denseRoom) goOn(i int, b chunk, last bool) {
	kept := &r.sums[i*tileSums]
	if b.first > 0 {
		r.a.from = kept
	}
	if !last {
		r.a.out = kept
	}
}

// run runs the tile kernel for the given number of outputs.
func (r *denseRoom) run(k *tileKernels, outputs int) {
	if r.vectors == 1 {
		k.store1[outputs](&r.a)
	} else {
		k.store4[outputs](&r.a)
	}
}

var negInf = float32(math.Inf(-1))
