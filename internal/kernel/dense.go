package kernel

// Dense is a dense layer for whole batches. It computes y = W·x + bias for each row,
// or max(0, W·x + bias) with relu. It divides its work into tasks that may run
// concurrently. The division depends on the sizes alone.
//
// Shapes: x [groups][in][16], y [groups][out][16], w [out][in], bias [out].
type Dense[T Float] struct {
	k               Set[T]
	in, out, groups int
	relu            bool
	simd            denseKernels // or nil: the plain loops
	gated           []T          // dy where the ReLU passed its input
}

// denseKernels is a dense layer in vector instructions. Each pass consists of a
// number of tasks.
type denseKernels interface {
	forwardTasks() int
	forward(task, worker int, y, x, w, bias []float32)
	forwardLower(task, worker int, y, x, w []float32)
	inputTasks() int
	inputGrad(task, worker int, dx, dy, w []float32)
	weightTasks() int
	weightGrad(task, worker int, dw, db, dy, x []float32) // dw or db may be nil
	weightSumTasks() int
	weightSums(task int, dw, db []float32) // after weightGrad
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

// A Runner calls f for each i < n, on its own workers.
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

// ForwardLower is Forward without a bias. It computes at least the outputs o ≥ 16·g of
// each group g: half of a product that is known to be symmetric.
func (d *Dense[T]) ForwardLower(run Runner, y, x, w []T) {
	if d.simd == nil {
		d.Forward(run, y, x, w, nil)
		return
	}
	of32, x32, w32 := float32s(y), float32s(x), float32s(w)
	run(d.simd.forwardTasks(), func(i, worker int) { d.simd.forwardLower(i, worker, of32, x32, w32) })
}

// Backward computes dx, dw and db, each unless it is nil, from dy and from
// Forward's arguments and result. All are overwritten.
func (d *Dense[T]) Backward(run Runner, dx, dw, db, dy, y, x, w []T) {
	if d.relu {
		if d.gated == nil {
			d.gated = Alloc[T](d.groups * d.out * Lanes)
		}
		run(d.groups, func(g, _ int) { d.k.ReLUBackward(of(d.gated, g, d.out), of(dy, g, d.out), of(y, g, d.out)) })
		dy = d.gated
	}
	if d.simd != nil {
		d.gradients(run, float32s(dx), float32s(dw), float32s(db), float32s(dy), float32s(x), float32s(w))
	} else {
		d.plainGradients(run, dx, dw, db, dy, x, w)
	}
}

func (d *Dense[T]) gradients(run Runner, dx, dw, db, dy, x, w []float32) {
	var weight, input, sums int
	if dw != nil || db != nil {
		weight = d.simd.weightTasks()
		sums = d.simd.weightSumTasks()
	}
	if dx != nil {
		input = d.simd.inputTasks()
	}
	run(weight+input, func(i, worker int) {
		if i < weight {
			d.simd.weightGrad(i, worker, dw, db, dy, x)
		} else {
			d.simd.inputGrad(i-weight, worker, dx, dy, w)
		}
	})
	run(sums, func(i, _ int) { d.simd.weightSums(i, dw, db) })
}

func (d *Dense[T]) plainGradients(run Runner, dx, dw, db, dy, x, w []T) {
	const outputs = 8 // of a task
	tasks := (d.out + outputs - 1) / outputs
	if dx != nil {
		run(d.groups, func(g, _ int) { d.k.DenseInputGrad(d.in, d.out, of(dx, g, d.in), of(dy, g, d.out), w) })
	}
	if dw != nil {
		run(tasks, func(i, _ int) {
			o := i * outputs
			d.k.DenseWeightGrad(d.in, d.out, d.groups, o, min(o+outputs, d.out), dw, dy, x)
		})
	}
	if db != nil {
		run(tasks, func(i, _ int) {
			o := i * outputs
			d.k.DenseBiasGrad(min(outputs, d.out-o), d.groups, d.out, db[o:], dy[o*Lanes:])
		})
	}
}

// of returns group g of activations with n values a row.
func of[T Float](x []T, g, n int) []T { return x[g*n*Lanes:][:n*Lanes] }
