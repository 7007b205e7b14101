package autograd

import (
	"fmt"

	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Conv2DOptions are the options of [Builder.Conv2D].
type Conv2DOptions struct {
	StrideH, StrideW int  // steps between windows; if zero, 1
	PadH, PadW       int  // rows and columns of zeros added on each side
	ReLU             bool // y = max(0, convolution)

	// Pool, if not nil, takes the maximum over windows of the convolution,
	// after the ReLU if there is one, in the same operation.
	Pool *PoolOptions
}

// Conv2D adds the cross-correlation that deep learning calls a convolution:
//
//	y[o, i, j] = bias[o] + Σ_{c, p, q} w[o, c, p, q] · x[c, i·StrideH + p − PadH, j·StrideW + q − PadW]
//
//	x    [groups, C, H, W, 16]
//	w    [O, C, KH, KW], as PyTorch stores it
//	bias [O], or nil
//	y    [groups, O, (H + 2·PadH − KH)/StrideH + 1, (W + 2·PadW − KW)/StrideW + 1, 16]
//
// or, with Pool, y of the pooled size.
func (b *Builder) Conv2D(x, w, bias *gorgonia.Node, opt Conv2DOptions) (*gorgonia.Node, error) {
	if err := b.checkLanes("conv2d", x, 3); err != nil {
		return nil, err
	}
	if err := b.checkFloat("conv2d", w); err != nil {
		return nil, err
	}
	row, s := RowShape(x), w.Shape()
	if len(s) != 4 || s[1] != row[0] {
		return nil, fmt.Errorf("autograd: conv2d: weight of shape %v with rows of shape %v: want [out %d height width]", s, row, row[0])
	}
	if err := b.checkBias("conv2d", bias, s[0]); err != nil {
		return nil, err
	}
	g, err := kernel.NewConv(kernel.Conv{
		C: row[0], H: row[1], W: row[2], OC: s[0], KH: s[2], KW: s[3],
		StrideH: orOne(opt.StrideH), StrideW: orOne(opt.StrideW), PadH: opt.PadH, PadW: opt.PadW,
	})
	if err != nil {
		return nil, fmt.Errorf("autograd: conv2d: %w", err)
	}
	var p *kernel.Pool
	if opt.Pool != nil {
		if p, err = opt.Pool.geometry(g.OC, g.OH, g.OW); err != nil {
			return nil, fmt.Errorf("autograd: conv2d: %w", err)
		}
	}
	if b.dtype == tensor.Float64 {
		return addConv[float64](b, x, w, bias, g, p, opt.ReLU)
	}
	return addConv[float32](b, x, w, bias, g, p, opt.ReLU)
}

// orOne returns n, or 1 for the zero value of an option.
func orOne(n int) int {
	if n == 0 {
		return 1
	}
	return n
}

// conv is the state that a convolution and its backward pass share.
type conv[T Float] struct {
	kernel   *kernel.Convolution[T]
	engine   *Engine
	groups   int
	features int // values of an input row
	outputs  int // values of an output row
	hasBias  bool
	y        []T      // [groups, O, OH, OW, 16], or of the pooled size
	mask     []uint16 // with pooling: the winners of each window; nil without a backward pass
}

func addConv[T Float](b *Builder, x, w, bias *gorgonia.Node, g kernel.Conv, p *kernel.Pool, relu bool) (*gorgonia.Node, error) {
	// A worker has a padded image, the sums and their gradient.
	take[T](b, b.engine.Threads(), Lanes, g.C, g.H+2*g.PadH, g.W+2*g.PadW)
	take[T](b, b.engine.Threads(), Lanes, 2*g.OC, g.OH, g.OW)
	if b.err != nil {
		return nil, fmt.Errorf("autograd: conv2d: %w", b.err)
	}
	k := kernel.Set[T]{ISA: b.engine.isa}.NewConvolution(g, p, relu, b.engine.Threads(), b.needsGrad(x))
	k.Sparse = b.engine.sparse
	c := &conv[T]{kernel: k, engine: b.engine, groups: b.Groups(), features: g.C * g.H * g.W, outputs: k.Outputs(), hasBias: bias != nil}
	oh, ow := g.OH, g.OW
	in := gorgonia.Nodes{x, w}
	if c.hasBias {
		in = append(in, bias)
	}
	if p != nil {
		oh, ow = p.OH, p.OW
	}
	out, y := newDense[T](b, b.lanesShape(g.OC, oh, ow)...)
	c.y = y
	o := newOp("conv2d", in, b.dtype, out.Shape(), func(v []gorgonia.Value) (gorgonia.Value, error) {
		c.forward(v)
		return out, nil
	})
	return b.apply(o, in, []bool{true, true, true}, func(in gorgonia.Nodes, y, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		return c.gradients(b, in, o.diff, y, grad)
	})
}

// forward: y[g] = pool(relu(conv(x[g], w) + bias)).
func (c *conv[T]) forward(v []gorgonia.Value) {
	x, w := dataOf[T](v[0]), dataOf[T](v[1])
	var bias []T
	if c.hasBias {
		bias = dataOf[T](v[2])
	}
	c.engine.pool.Run(c.groups, func(g, worker int) {
		c.kernel.Forward(worker, group(c.y, g, c.outputs), c.maskOf(g), group(x, g, c.features), w, bias)
	})
}

// maskOf returns the mask of group g, or nil if there is none.
func (c *conv[T]) maskOf(g int) []uint16 {
	if c.mask == nil {
		return nil
	}
	n := c.kernel.MaskSize()
	return c.mask[g*n : (g+1)*n]
}

// gradients adds the backward pass, with a buffer for each gradient wanted.
// Its inputs are x, w, y (to come after the forward pass) and dy.
func (c *conv[T]) gradients(b *Builder, in gorgonia.Nodes, wanted []bool, y, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	bufs := make([]*tensor.Dense, len(in))
	back := convBackward[T]{conv: c}
	if n := c.kernel.MaskSize(); n > 0 && take[uint16](b, c.groups, n) {
		c.mask = make([]uint16, c.groups*n)
	}
	for i, dst := range []*[]T{&back.dx, &back.dw, &back.db} {
		if i < len(in) && wanted[i] {
			bufs[i], *dst = newDense[T](b, in[i].Shape()...)
		}
	}
	if take[T](b, c.groups, len(back.dw)+len(back.db)) {
		back.dwParts, back.dbParts = kernel.Alloc[T](c.groups*len(back.dw)), kernel.Alloc[T](c.groups*len(back.db))
	}
	return b.backward("conv2d backward", gorgonia.Nodes{in[0], in[1], y, grad}, bufs, func(v []gorgonia.Value) error {
		back.run(dataOf[T](v[0]), dataOf[T](v[1]), dataOf[T](v[3]))
		return nil
	})
}

// convBackward has the buffers of a convolution's gradients; those that are
// not wanted are nil.
type convBackward[T Float] struct {
	*conv[T]
	dx, dw, db       []T
	dwParts, dbParts []T // one a group, added in order: the same bits with any number of threads
}

// run, from dy [groups, O, OH', OW', 16]: through the pooling and the ReLU to
// the gradient d of the convolution, and from there
//
//	dx[g] = full correlation of d[g] with w   [groups, C, H, W, 16]
//	dw    = Σ_g correlation of x[g] with d[g] [O, C, KH, KW]
//	db    = Σ_g Σ_{i, j, l} d[g]              [O]
func (b *convBackward[T]) run(x, w, dy []T) {
	b.engine.pool.Run(b.groups, func(g, worker int) {
		var dx []T
		if b.dx != nil {
			dx = group(b.dx, g, b.features)
		}
		b.kernel.Backward(worker, dx, part(b.dwParts, g, len(b.dw)), part(b.dbParts, g, len(b.db)),
			group(dy, g, b.outputs), group(b.y, g, b.outputs), b.maskOf(g), group(x, g, b.features), w)
	})
	sumParts(b.dw, b.dwParts)
	sumParts(b.db, b.dbParts)
}

// part returns part i of parts of n values each, or nil if n is 0.
func part[T Float](parts []T, i, n int) []T {
	if n == 0 {
		return nil
	}
	return parts[i*n : (i+1)*n]
}

// sumParts sets dst to the sum of the parts of its length, in order.
func sumParts[T Float](dst, parts []T) {
	if len(dst) == 0 {
		return
	}
	copy(dst, parts)
	for p := parts[len(dst):]; len(p) > 0; p = p[len(dst):] {
		for i, v := range p[:len(dst)] {
			dst[i] += v
		}
	}
}
