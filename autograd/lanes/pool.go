package lanes

import (
	"cmp"

	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
)

// PoolOptions describe the windows of a pooling operation.
type PoolOptions struct {
	H, W             int // size of a window
	StrideH, StrideW int // steps between windows; if zero, H and W
	PadH, PadW       int // rows and columns added on each side, at most half a window
}

// geometry returns the pooling of rows [c, h, w], or an error if the windows do
// not fit.
func (o PoolOptions) geometry(c, h, w int) (*kernel.PoolGeometry, error) {
	g, err := kernel.NewPoolGeometry(kernel.PoolGeometry{
		C: c, H: h, W: w, KH: o.H, KW: o.W,
		StrideH: cmp.Or(o.StrideH, o.H), StrideW: cmp.Or(o.StrideW, o.W), PadH: o.PadH, PadW: o.PadW,
	})
	return &g, err
}

// of returns the pooling of input 0, and the shape of its result.
func (o PoolOptions) of(s Site) (*kernel.PoolGeometry, []int, error) {
	row := s.Row(0)
	g, err := o.geometry(row[0], row[1], row[2])
	return g, s.InLanes(row[0], g.OH, g.OW), err
}

var (
	maxPool2d = Op[PoolOptions]{Name: "maxpool2d", Inputs: []Input{{Name: "input", Dims: 3}}, Channelwise: true, F32: newMaxPool[float32], F64: newMaxPool[float64]}
	avgPool2d = Op[PoolOptions]{Name: "avgpool2d", Inputs: []Input{{Name: "input", Dims: 3}}, Channelwise: true, F32: newAvgPool[float32], F64: newAvgPool[float64]}
)

// MaxPool2D adds the maximum over windows of each channel:
//
//	x [groups, C, H, W, 16]
//	y [groups, C, (H + 2·PadH − opt.H)/StrideH + 1, (W + 2·PadW − opt.W)/StrideW + 1, 16]
//
// Padding is never the maximum. The gradient goes to the first maximum of a window;
// a NaN counts as a maximum, as in PyTorch.
func (o Ops) MaxPool2D(x *gorgonia.Node, opt PoolOptions) (*gorgonia.Node, error) {
	return maxPool2d.Add(o, opt, x)
}

func newMaxPool[T Float](s Site, opt PoolOptions) (Body[T], error) {
	p, shape, err := opt.of(s)
	if err != nil {
		return Body[T]{}, err
	}
	k := set[T](s)
	masks, err := newMasks(s, p.C*p.OH*p.OW*p.KH*p.KW)
	return Body[T]{
		Joins:   true,
		Shape:   shape,
		Forward: EachGroup(func(g Group[T]) { k.MaxPoolForward(p, g.Out(), masks[g.Index], g.In(0), false) }),
		// dx is dy at the winner of each window, and zero elsewhere.
		Backward: EachGroup(func(g Group[T]) { k.MaxPoolBackward(p, g.Grad(0), g.OutGrad(), masks[g.Index]) }),
	}, err
}

// AvgPool2D adds the mean over windows of each channel, with the shapes of
// [Ops.MaxPool2D]. Padding counts as zeros, PyTorch's default.
func (o Ops) AvgPool2D(x *gorgonia.Node, opt PoolOptions) (*gorgonia.Node, error) {
	return avgPool2d.Add(o, opt, x)
}

func newAvgPool[T Float](s Site, opt PoolOptions) (Body[T], error) {
	p, shape, err := opt.of(s)
	if err != nil {
		return Body[T]{}, err
	}
	k := set[T](s)
	return Body[T]{
		Joins:   true,
		Shape:   shape,
		Forward: EachGroup(func(g Group[T]) { k.AvgPoolForward(p, g.Out(), g.In(0)) }),
		// dx is the sum of dy/(H·W) over the windows that a pixel is in.
		Backward: EachGroup(func(g Group[T]) { k.AvgPoolBackward(p, g.Grad(0), g.OutGrad()) }),
	}, nil
}
