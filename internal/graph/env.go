package graph

import "descent/internal/kernel"

// Env is the environment in which an operation computes. The zero value is the
// caller's goroutine and the best instruction set.
type Env struct {
	Run     kernel.Runner // on the workers; if nil, in the caller's goroutine
	Threads int           // the number of workers, if Run is not nil
	ISA     kernel.ISA
	Flush   func() // does the work that operations have postponed; if nil, they postpone nothing
}

// Grain is the number of elements that are worth handing to a worker.
const Grain = 1 << 13

// Tasks returns the number of pieces into which work on n elements is divided. It does
// not depend on the number of workers, but is 1 if there are none.
func (e Env) Tasks(n int) int {
	if e.Run == nil || e.Threads < 2 || n < 2*Grain {
		return 1
	}
	return (n + Grain - 1) / Grain
}

// Split calls f for pieces of n elements, on the workers if there are many.
func (e Env) Split(n int, f func(from, to, worker int)) {
	tasks := e.Tasks(n)
	if tasks == 1 {
		f(0, n, 0)
		return
	}
	e.Run(tasks, func(i, worker int) { f(i*Grain, min((i+1)*Grain, n), worker) })
}
