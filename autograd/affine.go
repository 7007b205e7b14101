package autograd

import (
	"fmt"

	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// affineTile is the number of output features whose weight gradients one
// worker computes at a time.
const affineTile = 8

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
	k               kernel.Set[T]
	engine          *Engine
	in, out, groups int
	relu, hasBias   bool
	y               []T // [groups, out, 16]
}

func addAffine[T Float](b *Builder, x, w, bias *gorgonia.Node, relu bool) (*gorgonia.Node, error) {
	a := &affine[T]{
		k: kernel.Set[T]{ISA: b.engine.isa}, engine: b.engine,
		in: size(RowShape(x)), out: w.Shape()[0], groups: b.Groups(), relu: relu, hasBias: bias != nil,
	}
	out, y := newDense[T](b.lanesShape(a.out)...)
	a.y = y
	in := gorgonia.Nodes{x, w}
	if a.hasBias {
		in = append(in, bias)
	}
	o := newOp("affine", in, b.dtype, out.Shape(), func(v []gorgonia.Value) (gorgonia.Value, error) {
		a.forward(v)
		return out, nil
	})
	return b.apply(o, in, []bool{true, true, true}, func(in gorgonia.Nodes, y, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		return a.gradients(in, o.diff, y, grad)
	})
}

// forward: y[g] = w·x[g] + bias.
func (a *affine[T]) forward(v []gorgonia.Value) {
	x, w := dataOf[T](v[0]), dataOf[T](v[1])
	var bias []T
	if a.hasBias {
		bias = dataOf[T](v[2])
	}
	a.engine.pool.Run(a.groups, func(g, _ int) {
		a.k.AffineForward(a.in, a.out, group(a.y, g, a.out), group(x, g, a.in), w, bias, a.relu)
	})
}

// gradients adds the backward pass, with a buffer for each gradient wanted.
// Its inputs are x, w, y (to come after the forward pass) and dy.
func (a *affine[T]) gradients(in gorgonia.Nodes, wanted []bool, y, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	bufs := make([]*tensor.Dense, len(in))
	data := make([][]T, 3)
	for i, n := range in {
		if wanted[i] {
			bufs[i], data[i] = newDense[T](n.Shape()...)
		}
	}
	var gated []T // dy where the ReLU was open
	if a.relu {
		gated = alloc[T](len(a.y))
	}
	return backward("affine backward", gorgonia.Nodes{in[0], in[1], y, grad}, bufs, func(v []gorgonia.Value) error {
		a.backward(dataOf[T](v[0]), dataOf[T](v[1]), dataOf[T](v[3]), gated, data[0], data[1], data[2])
		return nil
	})
}

// backward, from dy [groups, out, 16]:
//
//	dx[g] = wᵀ·dy[g]         [groups, in, 16]
//	dw    = Σ_g dy[g]·x[g]ᵀ  [out, in]
//	db    = Σ_g Σ_l dy[g]    [out]
//
// each if it is not nil.
func (a *affine[T]) backward(x, w, dy, gated, dx, dw, db []T) {
	a.engine.pool.Run(a.groups, func(g, _ int) {
		d := group(dy, g, a.out)
		if a.relu {
			d = group(gated, g, a.out)
			a.k.ReLUBackward(d, group(dy, g, a.out), group(a.y, g, a.out))
		}
		if dx != nil {
			a.k.AffineInputGrad(a.in, a.out, group(dx, g, a.in), d, w)
		}
	})
	if a.relu {
		dy = gated
	}
	if dw != nil {
		a.engine.pool.Run((a.out+affineTile-1)/affineTile, func(i, _ int) {
			o := i * affineTile
			a.k.AffineWeightGrad(a.in, a.out, a.groups, o, min(o+affineTile, a.out), dw, dy, x)
		})
	}
	if db != nil {
		a.k.AffineBiasGrad(a.out, a.groups, db, dy)
	}
}
