package lanes

import (
	"descent/internal/rng"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Pass is one run of an operation, forward or backward, over a batch.
type Pass[T Float] struct {
	In      [][]T // the inputs, nil for one that is missing or not of type T
	Out     []T   // the output
	Grad    [][]T // by input, its gradient; nil if not wanted
	OutGrad []T   // the gradient of the output; nil in the forward pass

	// Run calls f(i, worker) for every i < n, on the workers. What a call
	// computes must not depend on the worker, and no two may write to the same
	// place.
	Run func(n int, f func(i, worker int))

	site   Site
	body   Body[T]
	values []gorgonia.Value // of the inputs
	sizes  []int            // of the inputs; asking a node for its shape allocates
	out    gorgonia.Value
	grads  []*tensor.Dense // of Grad
	parts  [][]T           // by input, the gradients of a Param, one per group
	guards []guard[T]
	lanes  bool // the output is in lanes
	each   func(g Group[T])
	call   func(i, worker int) // calls each
	late   bool                // each is in the queue
}

// Rows returns the number of rows of the batch: the first, active ones.
func (p *Pass[T]) Rows() int { return p.site.b.active }

// Ints returns input i, of int32.
func (p *Pass[T]) Ints(i int) []int32 { return p.values[i].(*tensor.Dense).Int32s() }

// Bytes returns input i, of uint8.
func (p *Pass[T]) Bytes(i int) []uint8 { return p.values[i].(*tensor.Dense).Uint8s() }

// Key returns 64 random bits that depend on a key and on the step, to key a
// generator with. They are the same in the two passes of a step.
func (p *Pass[T]) Key(key uint64) uint64 {
	return rng.Mix(rng.Mix(key, 1)+uint64(p.site.b.step), 1) // key + step alone would give key+1 the numbers of the next step
}

// Bits returns 64 random bits that depend only on the key, the step, a row of the
// batch and a number i, 0 or more.
func (p *Pass[T]) Bits(key uint64, row, i int) uint64 {
	return rng.Mix(rng.Mix(p.Key(key), uint64(row)+1), uint64(i)+1)
}

// Each calls f for every group of the batch, on the workers: see [EachGroup].
func (p *Pass[T]) Each(f func(g Group[T])) {
	if p.Last(f); p.late {
		p.site.b.queue.flush()
	}
}

// Last is Each for the last loop of a pass. If [Body.Joins] is set, f may be called
// later, group by group with the loops of the operations that follow.
func (p *Pass[T]) Last(f func(g Group[T])) {
	b := p.site.b
	if p.late {
		b.queue.flush()
	}
	p.each = f
	switch {
	case p.body.Joins && b.queue.on && !b.blocks:
		p.late, b.queue.loops = true, append(b.queue.loops, p)
	case b.blocks: // each of which is a row
		p.Run(b.active/Lanes, p.call)
	default:
		p.Run(b.Groups(), p.call)
	}
}

func (p *Pass[T]) group(i, worker int) { p.call(i, worker) }
func (p *Pass[T]) name() string        { return p.site.name }

// end ends a pass.
func (p *Pass[T]) end(ran bool) {
	if p.late = false; ran && p.OutGrad != nil {
		for i, parts := range p.parts {
			sumParts(p.Grad[i], parts)
		}
	}
}

// filled returns what Backward fills for the gradient of input i.
func (p *Pass[T]) filled(i int) []T {
	if p.parts[i] != nil {
		return p.parts[i]
	}
	return p.Grad[i]
}

// EachGroup returns a pass that is one loop over the groups of the batch, on the
// workers: f must write only to the memory of its group.
func EachGroup[T Float](f func(g Group[T])) func(p *Pass[T]) error {
	return func(p *Pass[T]) error {
		p.Last(f)
		return nil
	}
}

// Group is sixteen rows of a batch.
type Group[T Float] struct {
	Index  int // the first row is 16·Index
	worker int
	p      *Pass[T]
}

// Pass returns the pass of the group.
func (g Group[T]) Pass() *Pass[T] { return g.p }

// Worker returns the number of the worker, less than [Site.Threads].
func (g Group[T]) Worker() int { return g.worker }

// Rows returns the number of rows that belong to the batch: 16, fewer at the
// batch's end, or 0 beyond it. The others repeat the batch's last row.
func (g Group[T]) Rows() int { return min(max(g.p.site.b.active-g.Index*Lanes, 0), Lanes) }

// In returns the group's part of an input in lanes, [row..., 16], or all of
// another input.
func (g Group[T]) In(i int) []T { return g.part(g.p.In[i], g.p.site.inputs[i].Kind == InLanes) }

// Out returns the group's part of the output, or all of it if not in lanes.
func (g Group[T]) Out() []T { return g.part(g.p.Out, g.p.lanes) }

// OutGrad returns the group's part of the output's gradient.
func (g Group[T]) OutGrad() []T { return g.part(g.p.OutGrad, g.p.lanes) }

// Grad returns the memory for the gradient of an input: the group's part for one in
// lanes, the group's own for a Param. It is nil if the gradient is not wanted.
func (g Group[T]) Grad(i int) []T {
	return g.part(g.p.filled(i), g.p.site.inputs[i].Kind != Whole)
}

func (g Group[T]) part(x []T, split bool) []T {
	if !split || x == nil {
		return x
	}
	n := len(x) / g.p.site.Groups()
	return x[g.Index*n : (g.Index+1)*n : (g.Index+1)*n]
}
