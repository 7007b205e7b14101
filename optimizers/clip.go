package optimizers

import (
	"errors"
	"fmt"
	"math"

	"descent/internal/kernel"
)

// Clip limits gradients before a rule sees them. Only one limit may be set; the
// zero value sets none.
type Clip struct {
	Value float64 // limits each element to [−Value, Value]
	// Norm scales the gradient of each parameter by min(1, Norm/‖g‖), where
	// ‖g‖ is its Euclidean norm.
	Norm float64
	// GlobalNorm does so to the gradients of all parameters as one vector.
	// (PyTorch adds 1e-6 to the norm.)
	GlobalNorm float64
	// Adaptive is the λ of adaptive gradient clipping (Brock et al. 2021): the
	// gradient of each unit is scaled by min(1, λ·max(‖w‖, 1e-3)/‖g‖), where
	// ‖w‖ and ‖g‖ are the norms of the unit's weights and gradient. A unit is
	// a row along the first dimension, or all of a parameter of fewer than two
	// dimensions. The paper uses 0.01.
	Adaptive float64
}

// adaptiveFloor is the minimum norm of weights in adaptive clipping, from the paper.
const adaptiveFloor = 1e-3

func (c Clip) validate() error {
	set := 0
	for _, f := range []struct {
		name  string
		value float64
	}{{"Value", c.Value}, {"Norm", c.Norm}, {"GlobalNorm", c.GlobalNorm}, {"Adaptive", c.Adaptive}} {
		if !(f.value >= 0) || math.IsInf(f.value, 1) {
			return fmt.Errorf("optimizers: Clip: %s = %v: want a finite number, 0 or more (0 means no limit)", f.name, f.value)
		}
		if f.value > 0 {
			set++
		}
	}
	if set > 1 {
		return errors.New("optimizers: Clip: several limits are set: want one of Value, Norm, GlobalNorm and Adaptive")
	}
	return nil
}

// clipper clips the gradients of parameters into memory of its own.
type clipper[T Float] struct {
	Clip
	params []Param[T]
	memory [][]T
	grads  [][]T // the gradients for the rule: clipped, or as they are
}

func newClipper[T Float](c Clip, params []Param[T]) *clipper[T] {
	k := &clipper[T]{Clip: c, params: params, grads: make([][]T, len(params))}
	for i, p := range params {
		k.grads[i] = p.Grad
		if c != (Clip{}) {
			k.memory = append(k.memory, make([]T, len(p.Grad)))
		}
	}
	return k
}

// clip sets grads, given the sum of all squares. Frozen parameters have none.
func (c *clipper[T]) clip(squares float64, step int) error {
	if c.Clip == (Clip{}) {
		return nil
	}
	scale, root := 1.0, 0.0
	if c.GlobalNorm > 0 {
		scale, root = gradientNorm(c.params, squares)
	}
	for i := range c.params {
		p := &c.params[i]
		if p.frozen() {
			continue
		}
		switch {
		case c.Value > 0:
			c.grads[i] = c.memory[i]
			limit := T(c.Value)
			kernel.Set[T]{}.Clamp(c.memory[i], p.Grad, &kernel.ClampStep[T]{Low: -limit, High: limit})
		case c.Norm > 0:
			scale, root = scaledNorm(p.Grad)
			c.shrink(i, c.Norm, scale, root)
		case c.GlobalNorm > 0:
			c.shrink(i, c.GlobalNorm, scale, root)
		case c.Adaptive > 0:
			if err := c.adapt(i); err != nil {
				return fmt.Errorf("optimizers: step %d: parameter %q: %w", step, p.Name, err)
			}
		}
	}
	return nil
}

// shrink takes a gradient at the limit, if its norm, scale·root, is larger.
func (c *clipper[T]) shrink(i int, limit, scale, root float64) {
	c.grads[i] = c.params[i].Grad
	if limit/scale/root < 1 {
		c.grads[i] = c.memory[i]
		shrink(c.grads[i], c.params[i].Grad, limit, scale, root)
	}
}

// adapt clips each unit of a parameter.
func (c *clipper[T]) adapt(i int) error {
	p, dst := &c.params[i], c.memory[i]
	if j := notFinite(p.Value); j >= 0 {
		return fmt.Errorf("value[%d] = %v: %w", j, p.Value[j], ErrNotFinite)
	}
	units := 1
	if len(p.Shape) > 1 {
		units = p.Shape[0]
	}
	size := len(p.Grad) / units
	for from := 0; from < len(p.Grad); from += size {
		w, g := p.Value[from:from+size], p.Grad[from:from+size]
		limit := c.Adaptive * max(Norm(w), adaptiveFloor)
		if scale, root := scaledNorm(g); limit/scale/root < 1 {
			shrink(dst[from:from+size], g, limit, scale, root)
		} else {
			copy(dst[from:from+size], g)
		}
	}
	c.grads[i] = dst
	return nil
}
