package kernel

// Dense is a dense layer for whole batches, y = W·x + bias of each row, with
// relu max(0, ·) of that. It divides its work into tasks that may run
// concurrently. What a task computes depends on the sizes alone.
//
// Shapes: x [groups][in][16], y [groups][out][16], w [out][in], bias [out].
type Dense[T Float] struct {
	k               Set[T]
	in, out, groups int
	relu            bool
	simd            denseKernels // or nil: the plain loops
	gated           []T          // dy where the ReLU passed its input
}

// denseKernels are the dense layer in vector instructions. A pass has a number
// of tasks.
type denseKernels interface {
	forwardTasks() int
	forward(task, worker int, y, x, w, bias []float32)
	inputTasks() int
	inputGrad(task, worker int, dx, dy, w []float32)
	// The weight gradient takes the batch in n blocks of so many groups, one after
	// another: first pack for each group of a block, then its tasks.
	weightBlocks() (n, groups int)
	pack(group int, x []float32)
	weightTasks() int
	weightGrad(block, task, worker int, dw, dy []float32)
}

// NewDense returns a dense layer for the given number of workers.
func (k Set[T]) NewDense(in, out, groups int, relu bool, workers int) *Dense[T] {
	d := &Dense[T]{k: k, in: in, out: out, groups: groups, relu: relu}
	var zero T
	if _, ok := any(zero).(float32); ok && k.ISA.resolve() > Go {
		d.simd = newDenseKernels(k.ISA.resolve(), in, out, groups, relu, workers)
	}
	return d
}

// A Runner calls f for each i < n, on workers of its own.
type Runner func(n int, f func(i, worker int))

// Forward computes y. bias may be nil.
func (d *Dense[T]) Forward(run Runner, y, x, w, bias []T) {
	if d.simd != nil {
		y, x, w, bias := float32s(y), float32s(x), float32s(w), float32s(bias)
		run(d.simd.forwardTasks(), func(i, worker int) { d.simd.forward(i, worker, y, x, w, bias) })
		return
	}
	run(d.groups, func(g, _ int) {
		d.k.DenseForward(d.in, d.out, of(y, g, d.out), of(x, g, d.in), w, bias, d.relu)
	})
}

// Backward computes dx, dw and db, each unless it is nil, from dy and from
// Forward's arguments and result. All are overwritten.
func (d *Dense[T]) Backward(run Runner, dx, dw, db, dy, y, x, w []T) {
	packs := dw != nil && d.simd != nil
	blocks, size := 1, d.groups
	if packs {
		blocks, size = d.simd.weightBlocks()
	}
	input, weight, bias := d.tasks(dx != nil, dw != nil, db != nil)
	from := dy
	if d.relu {
		if d.gated == nil {
			d.gated = Alloc[T](d.groups * d.out * Lanes)
		}
		dy = d.gated
	}
	for b := range blocks {
		first := b * size
		if d.relu || packs {
			run(min(size, d.groups-first), func(i, _ int) {
				g := first + i
				if d.relu {
					d.k.ReLUBackward(of(d.gated, g, d.out), of(from, g, d.out), of(y, g, d.out))
				}
				if packs {
					d.simd.pack(g, float32s(x))
				}
			})
		}
		n := weight
		if b == blocks-1 {
			n += input + bias
		}
		run(n, func(i, worker int) {
			switch {
			case i < weight:
				d.weightGrad(b, i, worker, dw, dy, x)
			case i < weight+input:
				d.inputGrad(i-weight, worker, dx, dy, w)
			default:
				d.biasGrad(i-weight-input, db, dy)
			}
		})
	}
}

// tasks returns the numbers of tasks of the gradients that are wanted.
func (d *Dense[T]) tasks(dx, dw, db bool) (input, weight, bias int) {
	if dx {
		if input = d.groups; d.simd != nil {
			input = d.simd.inputTasks()
		}
	}
	if dw {
		if weight = (d.out + weightRows - 1) / weightRows; d.simd != nil {
			weight = d.simd.weightTasks()
		}
	}
	if db {
		bias = (d.out + biasBlock - 1) / biasBlock
	}
	return input, weight, bias
}

func (d *Dense[T]) inputGrad(task, worker int, dx, dy, w []T) {
	if d.simd != nil {
		d.simd.inputGrad(task, worker, float32s(dx), float32s(dy), float32s(w))
		return
	}
	d.k.DenseInputGrad(d.in, d.out, of(dx, task, d.in), of(dy, task, d.out), w)
}

// weightRows is the number of rows of dw that the plain loop computes in a task.
const weightRows = 8

func (d *Dense[T]) weightGrad(block, task, worker int, dw, dy, x []T) {
	if d.simd != nil {
		d.simd.weightGrad(block, task, worker, float32s(dw), float32s(dy))
		return
	}
	o := task * weightRows
	d.k.DenseWeightGrad(d.in, d.out, d.groups, o, min(o+weightRows, d.out), dw, dy, x)
}

// biasBlock is the number of outputs whose biases' gradients are computed in a task.
const biasBlock = 32

func (d *Dense[T]) biasGrad(task int, db, dy []T) {
	first := task * biasBlock
	n := min(biasBlock, d.out-first)
	db = db[first : first+n]
	if d.simd == nil {
		d.k.DenseBiasGrad(n, d.groups, d.out, db, dy[first*Lanes:])
		return
	}
	var sums [biasBlock * Lanes]T
	of := sums[:n*Lanes]
	for g := range d.groups {
		d.k.Add(of, of, dy[(g*d.out+first)*Lanes:])
	}
	for o := range db {
		var s T
		for _, v := range of[o*Lanes:][:Lanes] {
			s += v
		}
		db[o] = s
	}
}

// of returns the part of group g of activations of n values a row.
func of[T Float](x []T, g, n int) []T { return x[g*n*Lanes:][:n*Lanes] }
