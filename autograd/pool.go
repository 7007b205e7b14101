package autograd

import (
	"fmt"

	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// PoolOptions are the windows of a pooling.
type PoolOptions struct {
	H, W             int // size of a window
	StrideH, StrideW int // steps between windows; if zero, H and W
	PadH, PadW       int // rows and columns added on each side, at most half a window
}

// geometry returns the pooling of rows [c, h, w], or an error if the windows do
// not fit.
func (o PoolOptions) geometry(c, h, w int) (*kernel.Pool, error) {
	g := kernel.Pool{C: c, H: h, W: w, KH: o.H, KW: o.W, StrideH: o.StrideH, StrideW: o.StrideW, PadH: o.PadH, PadW: o.PadW}
	if g.StrideH == 0 {
		g.StrideH = o.H
	}
	if g.StrideW == 0 {
		g.StrideW = o.W
	}
	g, err := kernel.NewPool(g)
	return &g, err
}

// MaxPool2D adds the maximum over windows of each channel:
//
//	x [groups, C, H, W, 16]
//	y [groups, C, (H + 2·PadH − opt.H)/StrideH + 1, (W + 2·PadW − opt.W)/StrideW + 1, 16]
//
// Padding never wins. The gradient goes to the first maximum of a window; a NaN
// counts as one, as in PyTorch.
func (b *Builder) MaxPool2D(x *gorgonia.Node, opt PoolOptions) (*gorgonia.Node, error) {
	return b.pool("maxpool2d", x, opt, addMaxPool[float32], addMaxPool[float64])
}

// AvgPool2D adds the mean over windows of each channel, with shapes as
// [Builder.MaxPool2D] has them. Padding counts as zeros, as PyTorch has it by
// default.
func (b *Builder) AvgPool2D(x *gorgonia.Node, opt PoolOptions) (*gorgonia.Node, error) {
	return b.pool("avgpool2d", x, opt, addAvgPool[float32], addAvgPool[float64])
}

func (b *Builder) pool(name string, x *gorgonia.Node, opt PoolOptions, f32, f64 func(*Builder, *gorgonia.Node, *kernel.Pool) (*gorgonia.Node, error)) (*gorgonia.Node, error) {
	if err := b.checkLanes(name, x, 3); err != nil {
		return nil, err
	}
	row := RowShape(x)
	g, err := opt.geometry(row[0], row[1], row[2])
	if err != nil {
		return nil, fmt.Errorf("autograd: %s: %w", name, err)
	}
	if b.dtype == tensor.Float64 {
		return f64(b, x, g)
	}
	return f32(b, x, g)
}

func addMaxPool[T Float](b *Builder, x *gorgonia.Node, g *kernel.Pool) (*gorgonia.Node, error) {
	k := kernel.Set[T]{ISA: b.engine.isa}
	in, n, masks := g.C*g.H*g.W, g.C*g.OH*g.OW, g.C*g.OH*g.OW*g.KH*g.KW
	out, y := newDense[T](b, b.lanesShape(g.C, g.OH, g.OW)...)
	var mask []uint16 // the winners of each window, kept if there is a backward pass
	nodes := gorgonia.Nodes{x}
	forward := func(v []gorgonia.Value) (gorgonia.Value, error) {
		x := dataOf[T](v[0])
		b.engine.pool.Run(b.Groups(), func(i, _ int) {
			var m []uint16
			if mask != nil {
				m = mask[i*masks : (i+1)*masks]
			}
			k.MaxPoolForward(g, group(y, i, n), m, group(x, i, in), false)
		})
		return out, nil
	}
	// dx is dy at the winner of each window, and zero elsewhere.
	sym := func(nodes gorgonia.Nodes, y, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		if take[uint16](b, b.Groups(), masks) {
			mask = make([]uint16, b.Groups()*masks)
		}
		dx, dxData := newDense[T](b, nodes[0].Shape()...)
		return b.backward("maxpool2d backward", gorgonia.Nodes{grad, y}, []*tensor.Dense{dx}, func(v []gorgonia.Value) error {
			dy := dataOf[T](v[0])
			b.engine.pool.Run(b.Groups(), func(i, _ int) {
				k.MaxPoolBackward(g, group(dxData, i, in), group(dy, i, n), mask[i*masks:(i+1)*masks])
			})
			return nil
		})
	}
	return b.apply(newOp("maxpool2d", nodes, b.dtype, out.Shape(), forward), nodes, []bool{true}, sym)
}

func addAvgPool[T Float](b *Builder, x *gorgonia.Node, g *kernel.Pool) (*gorgonia.Node, error) {
	k := kernel.Set[T]{ISA: b.engine.isa}
	in, n := g.C*g.H*g.W, g.C*g.OH*g.OW
	out, y := newDense[T](b, b.lanesShape(g.C, g.OH, g.OW)...)
	nodes := gorgonia.Nodes{x}
	forward := func(v []gorgonia.Value) (gorgonia.Value, error) {
		x := dataOf[T](v[0])
		b.engine.pool.Run(b.Groups(), func(i, _ int) {
			k.AvgPoolForward(g, group(y, i, n), group(x, i, in))
		})
		return out, nil
	}
	// dx is the sum of dy/(H·W) over the windows that a pixel is in.
	sym := func(nodes gorgonia.Nodes, _, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		dx, dxData := newDense[T](b, nodes[0].Shape()...)
		return b.backward("avgpool2d backward", gorgonia.Nodes{grad}, []*tensor.Dense{dx}, func(v []gorgonia.Value) error {
			dy := dataOf[T](v[0])
			b.engine.pool.Run(b.Groups(), func(i, _ int) {
				k.AvgPoolBackward(g, group(dxData, i, in), group(dy, i, n))
			})
			return nil
		})
	}
	return b.apply(newOp("avgpool2d", nodes, b.dtype, out.Shape(), forward), nodes, []bool{true}, sym)
}
