package lanes

import (
	"cmp"
	"fmt"

	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
)

// Conv2DOptions are the options of [Ops.Conv2D].
type Conv2DOptions struct {
	StrideH, StrideW     int          // steps between windows; if zero, 1
	PadH, PadW           int          // rows and columns of zeros added on each side
	PadEndH, PadEndW     int          // additional ones below and to the right
	DilationH, DilationW int          // from one pixel under the kernel to the next; if zero, 1
	Groups               int          // groups of channels; an output sees only the inputs of its group; if zero, 1
	ReLU                 bool         // y = max(0, convolution)
	Pool                 *PoolOptions // if not nil, the maximum over windows, after the ReLU, in the same operation
}

var conv2d = Op[Conv2DOptions]{
	Name:   "conv2d",
	Inputs: []Input{{Name: "input", Dims: 3}, {Name: "weight", Kind: Param, Dims: 4}, {Name: "bias", Kind: Param, Dims: 1, Optional: true}},
	F32:    newConv2D[float32], F64: newConv2D[float64], few: fewConv, enters: true,
}

// Conv2D adds the cross-correlation that deep learning calls a convolution:
//
//	y[o, i, j] = bias[o] + Σ_{c, p, q} w[o, c, p, q] · x[c, i·StrideH + p·DilationH − PadH, j·StrideW + q·DilationW − PadW]
//
//	x    [groups, C, H, W, 16]
//	w    [O, C/Groups, KH, KW], as PyTorch stores it
//	bias [O], or nil
//	y    [groups, O, (H + 2·PadH + PadEndH − DilationH·(KH − 1) − 1)/StrideH + 1, the same for W, 16]
//
// With Pool, y has the pooled size. With Groups, c is counted from the first channel
// of the group of o; Groups = C is a depthwise convolution.
func (o Ops) Conv2D(x, w, bias *gorgonia.Node, opt Conv2DOptions) (*gorgonia.Node, error) {
	return conv2d.Add(o, opt, x, w, bias)
}

// geometry is the convolution of rows [C, H, W] by a weight [O, C/Groups, KH, KW].
func (opt Conv2DOptions) geometry(row, w []int) (kernel.ConvGeometry, error) {
	return kernel.NewConvGeometry(kernel.ConvGeometry{
		C: row[0], H: row[1], W: row[2], OC: w[0], KH: w[2], KW: w[3],
		StrideH: cmp.Or(opt.StrideH, 1), StrideW: cmp.Or(opt.StrideW, 1),
		PadH: opt.PadH, PadW: opt.PadW, PadEndH: opt.PadEndH, PadEndW: opt.PadEndW,
		DilationH: opt.DilationH, DilationW: opt.DilationW, Groups: opt.Groups,
	})
}

func newConv2D[T Float](s Site, opt Conv2DOptions) (Body[T], error) {
	c, err := opt.geometry(s.Row(0), s.Shape(1))
	if err != nil {
		return Body[T]{}, err
	}
	if opt.Pool == nil {
		return newConv[T](s, c, nil, opt.ReLU, "height width", c.OC, c.OH, c.OW)
	}
	pool, err := opt.Pool.geometry(c.OC, c.OH, c.OW)
	if err != nil {
		return Body[T]{}, err
	}
	return newConv[T](s, c, pool, opt.ReLU, "height width", c.OC, pool.OH, pool.OW)
}

// newConv is the convolution of input 0 by input 1, with output rows of the given
// shape. dims names the last dimensions of the weight.
func newConv[T Float](s Site, c kernel.ConvGeometry, pool *kernel.PoolGeometry, relu bool, dims string, row ...int) (Body[T], error) {
	if w, in := s.Shape(1), c.C/c.Groups; w[1] != in {
		return Body[T]{}, fmt.Errorf("weight of shape %v with rows of shape %v: want [out %d %s]%s", w, s.Row(0), in, dims, groupsText(c.Groups))
	}
	if err := checkBias(s, c.OC); err != nil {
		return Body[T]{}, err
	}
	// A worker has a padded image, the sums and their gradient.
	if err := cmp.Or(take[T](s, s.Threads(), Lanes, c.C, c.H+2*c.PadH+c.PadEndH, c.W+2*c.PadW+c.PadEndW), take[T](s, s.Threads(), Lanes, 2*c.OC, c.OH, c.OW)); err != nil {
		return Body[T]{}, err
	}
	k := set[T](s).NewConvolution(c, pool, relu, s.Threads(), s.Wants(0))
	k.SetSkipZeros(s.b.engine.cfg.SkipZeros)
	if s.Trains() && !s.b.engine.cfg.NoWinograd { // a prediction of a single row must have the same bits, without this algorithm
		if err := take[T](s, s.Threads(), k.UseWinograd()); err != nil {
			return Body[T]{}, err
		}
	}
	masks, err := newMasks(s, k.MaskSize())
	return Body[T]{
		Joins: true,
		Shape: s.InLanes(row...),
		// y[g] = pool(relu(conv(x[g], w) + bias))
		Forward: EachGroup(func(g Group[T]) {
			k.Forward(g.Worker(), g.Out(), masks[g.Index], g.In(0), g.In(1), g.In(2))
		}),
		// Through the pooling and the ReLU to the gradient d of the convolution,
		// and from there
		//
		//	dx[g] = full correlation of d[g] with w        [groups, C, H, W, 16]
		//	dw    = Σ_g correlation of x[g] with d[g] [O, C/Groups, KH, KW]
		//	db    = Σ_g Σ_{i, j, l} d[g]                   [O]
		Backward: EachGroup(func(g Group[T]) {
			k.Backward(g.Worker(), g.Grad(0), g.Grad(1), g.Grad(2), g.OutGrad(), g.Out(), masks[g.Index], g.In(0), g.In(1))
		}),
	}, err
}

// groupsText gives the number of groups of channels in an error.
func groupsText(groups int) string {
	if groups == 1 {
		return ""
	}
	return fmt.Sprintf(" in %d groups", groups)
}

// newMasks returns, by group, n values that note the maxima of windows, or nil if no
// backward pass needs them.
func newMasks(s Site, n int) ([][]uint16, error) {
	masks := make([][]uint16, s.Groups())
	if n == 0 || !s.Trains() {
		return masks, nil
	}
	if err := take[uint16](s, s.Groups(), n); err != nil {
		return nil, err
	}
	for g := range masks {
		masks[g] = make([]uint16, n)
	}
	return masks, nil
}
