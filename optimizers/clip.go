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
	// GlobalNorm does the same to the gradients of all parameters as one vector.
	// (PyTorch adds 1e-6 to the norm.)
	GlobalNorm float64
	// Adaptive is the λ of adaptive gradient clipping (Brock et al. 2021): the
	// gradient of each unit is scaled by min(1, λ·max(‖w‖, 1e-3)/‖g‖), where
	// ‖w‖ and ‖g‖ are the norms of the unit's weights and gradient. A unit is
	// a row along the first dimension, or an entire parameter of fewer than two
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

// clipper clips the gradients of parameters into its own memory.
type clipper[T Float] struct {
	Clip
	*gradientSums[T]
	memory [][]T
	grads  [][]T  // the gradients for the rule: clipped, or as they are
	by     []norm // by parameter: the scale of its gradient
	one    func(i, worker int)
}

// norm is scale·root, which need not fit a float64, and the limit that it exceeds,
// or 0 if it does not.
type norm struct{ limit, scale, root float64 }

func newClipper[T Float](c Clip, g *gradientSums[T]) *clipper[T] {
	k := &clipper[T]{Clip: c, gradientSums: g, grads: make([][]T, len(g.params)), by: make([]norm, len(g.params))}
	for i, p := range g.params {
		k.grads[i] = p.Grad
		if c != (Clip{}) {
			k.memory = append(k.memory, make([]T, len(p.Grad)))
		}
	}
	k.one = k.clipOne
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
		case c.Norm > 0:
			scale, root = normOf(p.Grad, c.whole[i])
			c.limit(i, c.Norm, scale, root)
		case c.GlobalNorm > 0:
			c.limit(i, c.GlobalNorm, scale, root)
		case c.Adaptive > 0:
			if err := c.adapt(i); err != nil {
				return fmt.Errorf("optimizers: step %d: parameter %q: %w", step, p.Name, err)
			}
		}
	}
	if c.Adaptive == 0 {
		c.team.run(c.size, len(c.pieces), c.one)
	}
	return nil
}

// limit records that a gradient must be scaled down to the limit, if its norm,
// scale·root, is larger.
func (c *clipper[T]) limit(i int, limit, scale, root float64) {
	c.grads[i], c.by[i] = c.params[i].Grad, norm{}
	if limit/scale/root < 1 {
		c.grads[i], c.by[i] = c.memory[i], norm{limit, scale, root}
	}
}

// clipOne clips a piece of a gradient.
func (c *clipper[T]) clipOne(i, _ int) {
	p := c.pieces[i]
	of, by := &c.params[p.of], c.by[p.of]
	dst, g := c.memory[p.of][p.from:p.to], of.Grad[p.from:p.to]
	switch {
	case of.frozen():
	case c.Value > 0:
		kernel.Set[T]{}.Clamp(dst, g, &kernel.ClampStep[T]{Low: -T(c.Value), High: T(c.Value)})
	case by.limit > 0:
		shrink(dst, g, by.limit, by.scale, by.root)
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
