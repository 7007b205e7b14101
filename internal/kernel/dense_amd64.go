//go:build amd64 && !purego

package kernel

import "math"

// simdDense is a dense layer on tile kernels.
//
// In the forward pass and the input gradient, the four vectors of a tile are a
// feature of four groups, and the operands are the weights as they lie in memory.
type simdDense struct {
	k               *tileKernels
	isa             ISA
	in, out, groups int
	relu            bool

	outputs, inputs []chunk
	quads           []quad // groups
	step            step   // the one step of forward and input gradient
	forwardTiles    []tile // by quad
	inputTiles      []tile // by quad
	weights         *denseWeights
	args            []*tileArgs
}

func newDenseKernels(isa ISA, in, out, groups int, relu bool, workers int) denseKernels {
	d := &simdDense{
		k: kernelsOf(isa), isa: isa, in: in, out: out, groups: groups, relu: relu,
		outputs: chunks(out), inputs: chunks(in), quads: quads(groups),
	}
	for range workers {
		d.args = append(d.args, &tileArgs{half: new([tileOutputs * tileVectors * Lanes / 2]float32)})
	}
	for _, q := range d.quads {
		f, i := tile{n: 1}, tile{n: 1}
		for v, g := range q.at {
			f.x[v], f.out[v] = g*in*vector, g*out*vector
			i.x[v], i.out[v] = f.out[v], f.x[v]
		}
		d.forwardTiles, d.inputTiles = append(d.forwardTiles, f), append(d.inputTiles, i)
	}
	d.weights = newDenseWeights(isa, in, out, groups, workers)
	return d
}

// blockChunks is how many chunks of outputs a task has, out of n for each of m
// quads: many, since they share the vectors, but few enough to leave some tasks
// for every worker.
func blockChunks(m, n int) int {
	const wanted = 48 // tasks
	return min(max(m*n/wanted, 4), 32)
}

// tasks is the number of tasks of n chunks for each of m quads.
func tasks(m, n int) int {
	b := blockChunks(m, n)
	return m * ((n + b - 1) / b)
}

// part returns the quad and the chunks of a task.
func part(task, m int, all []chunk) (q int, some []chunk) {
	b := blockChunks(m, len(all))
	first := task / m * b
	return task % m, all[first:min(first+b, len(all))]
}

func (d *simdDense) forwardTasks() int { return tasks(len(d.quads), len(d.outputs)) }

func (d *simdDense) forward(task, worker int, y, x, w, bias []float32) {
	q, some := part(task, len(d.quads), d.outputs)
	a := d.args[worker]
	d.prepare(a, &x[0], &d.forwardTiles[q], d.in, vector, 4, d.in*4)
	if d.relu {
		a.floor = 0
	}
	for _, o := range some {
		a.operands(w, bias, o.first)
		a.out = &y[o.first*Lanes]
		d.run(d.quads[q].n, o.n, a)
	}
}

func (d *simdDense) inputTasks() int { return tasks(len(d.quads), len(d.inputs)) }

func (d *simdDense) inputGrad(task, worker int, dx, dy, w []float32) {
	q, some := part(task, len(d.quads), d.inputs)
	a := d.args[worker]
	d.prepare(a, &dy[0], &d.inputTiles[q], d.out, vector, d.in*4, 4)
	for _, i := range some {
		a.operands(w, nil, i.first)
		a.out = &dx[i.first*Lanes]
		d.run(d.quads[q].n, i.n, a)
	}
}

func (d *simdDense) pack(group int, x []float32) { d.weights.pack(group, x) }

func (d *simdDense) weightBlocks() (n, groups int) {
	w := d.weights
	if w.rows == nil { // forward alone needs none
		w.rows = Alloc[float32](w.size)
	}
	return w.blocks(), w.block
}

func (d *simdDense) weightTasks() int { return tasks(len(d.weights.panels), len(d.outputs)) }

func (d *simdDense) weightGrad(block, task, worker int, dw, dy []float32) {
	w := d.weights
	p, some := part(task, len(w.panels), d.outputs)
	w.gradient(d.k, d.args[worker], &w.room[worker], block, &w.panels[p], some, dw, dy)
}

// prepare sets the arguments of one tile with sums of n products.
func (d *simdDense) prepare(a *tileArgs, x *float32, t *tile, n, xInner, wInner, wOut int) {
	a.x, a.steps, a.tiles, a.count = x, &d.step, t, 1
	a.inner, a.xInner, a.wInner, a.wOut = n, xInner, wInner, wOut
	a.outStep, a.floor = vector, float32(math.Inf(-1))
}

func (d *simdDense) run(vectors, outputs int, a *tileArgs) {
	if vectors == 1 {
		d.k.store1[outputs](a)
	} else {
		d.k.store4[outputs](a)
	}
}
