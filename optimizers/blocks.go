package optimizers

import "descent/internal/kernel"

// Workers are goroutines that share the work of a step: those of
// [Config].Threads, or those of a model.
type Workers interface {
	// Threads returns the number of workers.
	Threads() int
	// Run calls f(i, worker) for every i in [0, n) and returns when all calls
	// have returned. worker is in [0, Threads()), and no two calls with the same
	// worker overlap. f must not call Run.
	Run(n int, f func(i, worker int))
}

// Elementwise is implemented by a [Rule] that may update each element independently
// of the others: from its value, its gradient, its elements of the slots, its index
// in the parameter and the numbers of the update. Workers then share the parameters
// in blocks: an [Update] describes one block, and several goroutines call the rule
// at once. A [Wrapper] is elementwise only if it implements Elementwise itself.
type Elementwise interface {
	// Elementwise reports whether the rule is elementwise with its
	// hyperparameters and its inner rule. The argument is the rule itself, or a
	// rule that embeds it, whose update may differ: for that, it returns false.
	Elementwise(rule Rule) bool
}

// elementwise reports whether a rule declares itself elementwise.
func elementwise(rule Rule) bool {
	e, ok := rule.(Elementwise)
	return ok && e.Elementwise(rule)
}

// is reports whether a rule is an R.
func is[R Rule](rule Rule) bool {
	_, ok := rule.(R)
	return ok
}

// blockSize is the largest number of elements in a block. Longer sums are added up
// block by block, whatever the number of threads.
const blockSize = 1 << 16

// blocks returns the number of blocks of n elements.
func blocks(n int) int { return (n + blockSize - 1) / blockSize }

// block returns where block i of n elements begins and ends. Blocks are of nearly
// equal size, and begin at a cache line if the first one does.
func block(n, i int) (from, to int) {
	count := blocks(n)
	size := (n + count - 1) / count
	size = (size + 15) &^ 15
	return min(i*size, n), min((i+1)*size, n)
}

// piece is a block of one of the parameters or updates.
type piece struct{ of, from, to int }

// appendPieces appends the blocks of n elements.
func appendPieces(all []piece, of, n int) []piece {
	for i := range blocks(n) {
		from, to := block(n, i)
		all = append(all, piece{of, from, to})
	}
	return all
}

// descend is the kernel's SGD, on workers if not nil.
func descend[T Float](w Workers, x, g []T, c *kernel.SGDStep[T]) {
	if w == nil {
		kernel.Set[T]{}.SGD(x, g, c)
		return
	}
	step := *c
	w.Run(blocks(len(x)), func(i, _ int) {
		from, to := block(len(x), i)
		kernel.Set[T]{}.SGD(x[from:to], g[from:to], &step)
	})
}

// descendWith is the kernel's Momentum, on workers if not nil.
func descendWith[T Float](w Workers, x, v, g []T, c *kernel.MomentumStep[T]) {
	if w == nil {
		kernel.Set[T]{}.Momentum(x, v, g, c)
		return
	}
	step := *c
	w.Run(blocks(len(x)), func(i, _ int) {
		from, to := block(len(x), i)
		kernel.Set[T]{}.Momentum(x[from:to], v[from:to], g[from:to], &step)
	})
}
