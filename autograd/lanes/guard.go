package lanes

import (
	"fmt"
	"slices"

	"descent/internal/graph"
	"descent/internal/kernel"
	"gorgonia.org/tensor"
)

// guardSize is the number of values on each side of a guarded buffer.
const guardSize = 64

// guardValue is exact in both types and never a result.
const guardValue = -0x1.5555p+77

// guard is the memory next to a buffer, which must not change.
type guard[T Float] struct {
	what   string // the buffer
	values []T
}

// buffer returns zeroed memory of a shape, with guards on both sides if the engine
// checks for writes outside of it.
func (p *Pass[T]) buffer(what string, shape ...int) (*tensor.Dense, []T, error) {
	if err := take[T](p.site, shape...); err != nil {
		return nil, nil, err
	}
	if !p.site.b.engine.cfg.Check {
		d, data := graph.NewDense[T](shape...)
		return d, data, nil
	}
	all := kernel.Alloc[T](size(shape) + 2*guardSize)
	end := len(all) - guardSize
	for _, beside := range [][]T{all[:guardSize], all[end:]} {
		mark(beside)
		p.guards = append(p.guards, guard[T]{what, beside})
	}
	data := all[guardSize:end:end]
	return graph.Dense(data, shape...), data, nil
}

func mark[T Float](x []T) {
	for i := range x {
		x[i] = guardValue
	}
}

// poison marks all gradients as not filled.
func (p *Pass[T]) poison() {
	if p.site.b.engine.cfg.Check {
		for i := range p.Grad {
			mark(p.filled(i))
		}
	}
}

// inspect returns an error if an operation wrote outside a buffer or did not fill a
// gradient completely.
func (p *Pass[T]) inspect() error {
	for _, g := range p.guards {
		if slices.ContainsFunc(g.values, func(v T) bool { return v != guardValue }) {
			return fmt.Errorf("it writes outside %s", g.what)
		}
	}
	if !p.site.b.engine.cfg.Check || p.OutGrad == nil {
		return nil
	}
	for i, in := range p.site.inputs {
		if d := p.filled(i); slices.Contains(d, guardValue) {
			return fmt.Errorf("it does not fill the gradient of %s: element %d of %d", in.Name, slices.Index(d, guardValue), len(d))
		}
	}
	return nil
}
