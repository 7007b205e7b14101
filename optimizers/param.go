package optimizers

import (
	"fmt"
	"slices"
)

// Float is the element type of parameters and gradients.
type Float interface{ float32 | float64 }

// Param is a view of one parameter tensor and its gradient in the memory of
// the model that owns them. A step writes Value and only reads Grad.
type Param[T Float] struct {
	Name  string // unique among the parameters of a model, e.g. "0.weight"
	Shape []int  // positive dimensions; their product is len(Value); none for a scalar
	Value []T    // elements in row-major order
	Grad  []T    // gradient of the loss, as long as Value

	// Frozen, if not nil and true at a Step, leaves the parameter out of that
	// step: its value, slots and count of updates stay unchanged, and its
	// gradient is not read and not part of any norm. Every Step reads Frozen
	// again, so a parameter can freeze and thaw. [Optimizer.Swap] still exchanges
	// its two points if it was updated before it froze.
	Frozen *bool
}

// frozen reports whether the parameter is left out of steps now.
func (p *Param[T]) frozen() bool { return p.Frozen != nil && *p.Frozen }

// checkParams returns an error if a list of parameters is invalid.
func checkParams[T Float](params []Param[T]) error {
	if len(params) == 0 {
		return fmt.Errorf("optimizers: no parameters: want 1 or more")
	}
	seen := make(map[string]int, len(params))
	for i, p := range params {
		if p.Name == "" {
			return fmt.Errorf("optimizers: parameter %d: Name is empty: want a unique name", i)
		}
		if j, dup := seen[p.Name]; dup {
			return fmt.Errorf("optimizers: parameters %d and %d are both named %q: want unique names", j, i, p.Name)
		}
		seen[p.Name] = i
		size, ok := elements(p.Shape)
		if !ok {
			return fmt.Errorf("optimizers: parameter %q: Shape = %v: want positive dimensions", p.Name, p.Shape)
		}
		if len(p.Value) != size {
			return fmt.Errorf("optimizers: parameter %q: Value has %d elements: want %d for shape %v", p.Name, len(p.Value), size, p.Shape)
		}
		if len(p.Grad) != size {
			return fmt.Errorf("optimizers: parameter %q: Grad has %d elements: want %d for shape %v", p.Name, len(p.Grad), size, p.Shape)
		}
		if j := notFinite(p.Value); j >= 0 {
			return fmt.Errorf("optimizers: parameter %q: value[%d] = %v: %w", p.Name, j, p.Value[j], ErrNotFinite)
		}
	}
	return nil
}

// elements is the product of a shape, and false if a dimension is not
// positive or the product does not fit an int.
func elements(shape []int) (int, bool) {
	if slices.ContainsFunc(shape, func(d int) bool { return d <= 0 }) {
		return 0, false
	}
	n := 1
	for _, d := range shape {
		if n > int(^uint(0)>>1)/d {
			return 0, false
		}
		n *= d
	}
	return n, true
}
