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
	k       kernel.Set[T]
	engine  *Engine
	g       kernel.Conv
	pool    *kernel.Pool // nil without pooling
	relu    bool
	hasBias bool
	groups  int
	y       []T      // [groups, OC, OH, OW, 16], or of the pooled size
	mask    []uint16 // with pooling: the winners of each window
	scratch [][]T    // by worker: one group's convolution before pooling, and its gradient
}

func addConv[T Float](b *Builder, x, w, bias *gorgonia.Node, g kernel.Conv, p *kernel.Pool, relu bool) (*gorgonia.Node, error) {
	c := &conv[T]{
		k: kernel.Set[T]{ISA: b.engine.isa}, engine: b.engine, g: g, pool: p, relu: relu, hasBias: bias != nil, groups: b.Groups(),
	}
	oh, ow := g.OH, g.OW
	in := gorgonia.Nodes{x, w}
	if c.hasBias {
		in = append(in, bias)
	}
	if p != nil {
		oh, ow = p.OH, p.OW
		c.needScratch()
	}
	out, y := newDense[T](b.lanesShape(g.OC, oh, ow)...)
	c.y = y
	o := newOp("conv2d", in, b.dtype, out.Shape(), func(v []gorgonia.Value) (gorgonia.Value, error) {
		c.forward(v)
		return out, nil
	})
	return b.apply(o, in, []bool{true, true, true}, func(in gorgonia.Nodes, y, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		return c.gradients(in, o.diff, y, grad)
	})
}

// needScratch gives each worker room for one group's convolution.
func (c *conv[T]) needScratch() {
	if c.scratch != nil {
		return
	}
	for range c.engine.Threads() {
		c.scratch = append(c.scratch, alloc[T](c.size()*Lanes))
	}
}

// size returns the number of outputs a row before pooling, pooled that after.
func (c *conv[T]) size() int { return c.g.OC * c.g.OH * c.g.OW }

func (c *conv[T]) pooled() int { return c.g.OC * c.pool.OH * c.pool.OW }

// maskSize returns the number of mask words a group: one a window position.
func (c *conv[T]) maskSize() int { return c.pooled() * c.pool.KH * c.pool.KW }

// forward: y[g] = pool(relu(conv(x[g], w) + bias)).
func (c *conv[T]) forward(v []gorgonia.Value) {
	x, w := dataOf[T](v[0]), dataOf[T](v[1])
	var bias []T
	if c.hasBias {
		bias = dataOf[T](v[2])
	}
	features := c.g.C * c.g.H * c.g.W
	c.engine.pool.Run(c.groups, func(g, worker int) {
		if c.pool == nil {
			c.k.ConvForward(&c.g, group(c.y, g, c.size()), group(x, g, features), w, bias, c.relu)
			return
		}
		full := c.scratch[worker]
		c.k.ConvForward(&c.g, full, group(x, g, features), w, bias, false)
		var mask []uint16 // without a backward pass nobody asks who won
		if c.mask != nil {
			mask = c.mask[g*c.maskSize() : (g+1)*c.maskSize()]
		}
		c.k.MaxPoolForward(c.pool, group(c.y, g, c.pooled()), mask, full, c.relu)
	})
}

// gradients adds the backward pass, with a buffer for each gradient wanted.
// Its inputs are x, w, y (to come after the forward pass) and dy.
func (c *conv[T]) gradients(in gorgonia.Nodes, wanted []bool, y, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	bufs := make([]*tensor.Dense, len(in))
	b := convBackward[T]{conv: c}
	if c.pool != nil {
		c.mask = make([]uint16, c.groups*c.maskSize())
	}
	c.needScratch()
	for i, dst := range []*[]T{&b.dx, &b.dw, &b.db} {
		if i < len(in) && wanted[i] {
			bufs[i], *dst = newDense[T](in[i].Shape()...)
		}
	}
	b.dwParts, b.dbParts = alloc[T](c.groups*len(b.dw)), alloc[T](c.groups*len(b.db))
	return backward("conv2d backward", gorgonia.Nodes{in[0], in[1], y, grad}, bufs, func(v []gorgonia.Value) error {
		b.run(dataOf[T](v[0]), dataOf[T](v[1]), dataOf[T](v[3]))
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
	features := b.g.C * b.g.H * b.g.W
	b.engine.pool.Run(b.groups, func(g, worker int) {
		d := b.preActivation(g, worker, dy)
		if b.dw != nil {
			n := len(b.dw)
			b.k.ConvWeightGrad(&b.g, b.dwParts[g*n:(g+1)*n], d, group(x, g, features))
		}
		if b.db != nil {
			n := len(b.db)
			b.k.ConvBiasGrad(&b.g, b.dbParts[g*n:(g+1)*n], d)
		}
		if b.dx != nil {
			b.k.ConvInputGrad(&b.g, group(b.dx, g, features), d, w)
		}
	})
	sumParts(b.dw, b.dwParts)
	sumParts(b.db, b.dbParts)
}

// preActivation returns one group's gradient of the convolution itself.
func (b *convBackward[T]) preActivation(g, worker int, dy []T) []T {
	switch {
	case b.pool != nil:
		b.k.MaxPoolBackward(b.pool, b.scratch[worker], group(dy, g, b.pooled()), b.mask[g*b.maskSize():(g+1)*b.maskSize()])
	case b.relu:
		b.k.ReLUBackward(b.scratch[worker], group(dy, g, b.size()), group(b.y, g, b.size()))
	default:
		return group(dy, g, b.size())
	}
	return b.scratch[worker]
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
