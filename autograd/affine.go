package autograd

import (
	"fmt"

	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Affine adds y = W·x + b for each row x:
//
//	x    [groups, in…, 16], any dimensions with in values a row
//	w    [out, in], as PyTorch stores it
//	bias [out], or nil
//	y    [groups, out, 16]
//
// With relu, y = max(0, W·x + b).
func (b *Builder) Affine(x, w, bias *gorgonia.Node, relu bool) (*gorgonia.Node, error) {
	if err := b.checkLanes("affine", x, 0); err != nil {
		return nil, err
	}
	if err := b.checkFloat("affine", w); err != nil {
		return nil, err
	}
	in := size(RowShape(x))
	if s := w.Shape(); len(s) != 2 || s[1] != in {
		return nil, fmt.Errorf("autograd: affine: weight of shape %v with rows of shape %v: want [out %d]", s, RowShape(x), in)
	}
	if err := b.checkBias("affine", bias, w.Shape()[0]); err != nil {
		return nil, err
	}
	if b.dtype == tensor.Float64 {
		return addAffine[float64](b, x, w, bias, relu)
	}
	return addAffine[float32](b, x, w, bias, relu)
}

// checkBias returns an error unless bias is nil or a vector of n values.
func (b *Builder) checkBias(name string, bias *gorgonia.Node, n int) error {
	if bias == nil {
		return nil
	}
	if err := b.checkFloat(name, bias); err != nil {
		return err
	}
	if s := bias.Shape(); len(s) != 1 || s[0] != n {
		return fmt.Errorf("autograd: %s: bias of shape %v: want [%d]", name, s, n)
	}
	return nil
}

// affine is the state that an affine operation and its backward pass share.
type affine[T Float] struct {
	kernel  *kernel.Dense[T]
	engine  *Engine
	hasBias bool
	y       []T // [groups, out, 16]
}

func addAffine[T Float](b *Builder, x, w, bias *gorgonia.Node, relu bool) (*gorgonia.Node, error) {
	in, out := size(RowShape(x)), w.Shape()[0]
	value, y := newDense[T](b, b.lanesShape(out)...)
	take[T](b, b.Groups(), out+in, Lanes) // what the kernel may work with
	if b.err != nil {
		return nil, fmt.Errorf("autograd: affine: %w", b.err)
	}
	a := &affine[T]{
		kernel: kernel.Set[T]{ISA: b.engine.isa}.NewDense(in, out, b.Groups(), relu, b.engine.Threads()),
		engine: b.engine, hasBias: bias != nil, y: y,
	}
	nodes := gorgonia.Nodes{x, w}
	if a.hasBias {
		nodes = append(nodes, bias)
	}
	o := newOp("affine", nodes, b.dtype, value.Shape(), func(v []gorgonia.Value) (gorgonia.Value, error) {
		a.forward(v)
		return value, nil
	})
	return b.apply(o, nodes, []bool{true, true, true}, func(in gorgonia.Nodes, y, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		return a.gradients(b, in, o.diff, y, grad)
	})
}

// forward: y[g] = w·x[g] + bias.
func (a *affine[T]) forward(v []gorgonia.Value) {
	var bias []T
	if a.hasBias {
		bias = dataOf[T](v[2])
	}
	a.kernel.Forward(a.engine.pool.Run, a.y, dataOf[T](v[0]), dataOf[T](v[1]), bias)
}

// gradients adds the backward pass, with a buffer for each gradient wanted.
// Its inputs are x, w, y (to come after the forward pass) and dy; it computes
//
//	dx[g] = wᵀ·dy[g]         [groups, in, 16]
//	dw    = Σ_g dy[g]·x[g]ᵀ  [out, in]
//	db    = Σ_g Σ_l dy[g]    [out]
//
// with the ReLU's gate on dy.
func (a *affine[T]) gradients(b *Builder, in gorgonia.Nodes, wanted []bool, y, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	bufs := make([]*tensor.Dense, len(in))
	data := make([][]T, 3)
	for i, n := range in {
		if wanted[i] {
			bufs[i], data[i] = newDense[T](b, n.Shape()...)
		}
	}
	return b.backward("affine backward", gorgonia.Nodes{in[0], in[1], y, grad}, bufs, func(v []gorgonia.Value) error {
		a.kernel.Backward(a.engine.pool.Run, data[0], data[1], data[2], dataOf[T](v[3]), a.y, dataOf[T](v[0]), dataOf[T](v[1]))
		return nil
	})
}
