package lanes

import (
	"fmt"

	"descent/internal/kernel"
)

// guardSize is the number of values on each side of a guarded buffer.
const guardSize = 64

// guard is a buffer between values that nobody may change.
type guard[T Float] struct {
	what   string
	filled bool // by the backward pass: a gradient
	all    []T
}

// guardValue is exact in both types, and no result.
const guardValue = -0x1.5555p+77

func newGuard[T Float](what string, filled bool, n int) guard[T] {
	g := guard[T]{what, filled, kernel.Alloc[T](n + 2*guardSize)}
	for i := range guardSize {
		g.all[i], g.all[len(g.all)-1-i] = guardValue, guardValue
	}
	return g
}

func (g guard[T]) data() []T { return g.all[guardSize : len(g.all)-guardSize : len(g.all)-guardSize] }

// poison marks all gradients as not filled.
func (p *Pass[T]) poison() {
	for _, g := range p.guards {
		for i := range g.data() {
			if g.filled {
				g.data()[i] = guardValue
			}
		}
	}
}

// inspect returns an error if an operation wrote beside a buffer, or left a
// part of it as it was.
func (p *Pass[T]) inspect() error {
	for _, g := range p.guards {
		for i := range guardSize {
			if g.all[i] != guardValue || g.all[len(g.all)-1-i] != guardValue {
				return fmt.Errorf("it writes outside %s", g.what)
			}
		}
		if p.OutGrad == nil || !g.filled {
			continue
		}
		for i, v := range g.data() {
			if v == guardValue {
				return fmt.Errorf("it does not fill %s: element %d of %d", g.what, i, len(g.data()))
			}
		}
	}
	return nil
}
