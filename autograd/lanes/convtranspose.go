package lanes

import (
	"cmp"
	"fmt"

	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
)

// ConvTranspose2DOptions are the options of [Ops.ConvTranspose2D].
type ConvTranspose2DOptions struct {
	StrideH, StrideW     int  // rows and columns of the output per row and column of the input; if zero, 1
	PadH, PadW           int  // rows and columns cut off on each side
	PadEndH, PadEndW     int  // additional ones cut off below and to the right
	OutPadH, OutPadW     int  // rows added below and columns added to the right: less than the stride
	DilationH, DilationW int  // as in [Conv2DOptions]
	Groups               int  // as in [Conv2DOptions]
	ReLU                 bool // y = max(0, transposed convolution)
}

var convTranspose2d = Op[ConvTranspose2DOptions]{
	Name:   "convtranspose2d",
	Inputs: []Input{{Name: "input", Dims: 3}, {Name: "weight", Kind: Param, Dims: 4}, {Name: "bias", Kind: Param, Dims: 1, Optional: true}},
	F32:    newConvTranspose[float32], F64: newConvTranspose[float64],
}

// ConvTranspose2D adds the transposed convolution, which is the input gradient of
// [Ops.Conv2D]: each input pixel adds a multiple of the kernel to the output,
//
//	y[o, i·StrideH + p·DilationH − PadH, j·StrideW + q·DilationW − PadW] += w[c, o, p, q] · x[c, i, j]
//
// where that is inside y, which starts as bias. With Groups, o of the weight is
// counted from the first of the group of c.
//
//	x    [groups, C, H, W, 16]
//	w    [C, O/Groups, KH, KW], as PyTorch stores it
//	bias [O], or nil
//	y    [groups, O, (H − 1)·StrideH − 2·PadH − PadEndH + DilationH·(KH − 1) + 1 + OutPadH, the same for W, 16]
func (o Ops) ConvTranspose2D(x, w, bias *gorgonia.Node, opt ConvTranspose2DOptions) (*gorgonia.Node, error) {
	return convTranspose2d.Add(o, opt, x, w, bias)
}

func newConvTranspose[T Float](s Site, opt ConvTranspose2DOptions) (Body[T], error) {
	row, w := s.Row(0), s.Shape(1)
	if w[0] != row[0] {
		return Body[T]{}, fmt.Errorf("weight of shape %v with rows of shape %v: want [%d out height width]", w, row, row[0])
	}
	out := w[1] * max(opt.Groups, 1)
	if err := checkBias(s, out); err != nil {
		return Body[T]{}, err
	}
	c, err := kernel.NewConvTransposeGeometry(kernel.ConvGeometry{
		C: row[0], H: row[1], W: row[2], OC: out, KH: w[2], KW: w[3],
		StrideH: cmp.Or(opt.StrideH, 1), StrideW: cmp.Or(opt.StrideW, 1),
		PadH: opt.PadH, PadW: opt.PadW, PadEndH: opt.PadEndH, PadEndW: opt.PadEndW,
		DilationH: opt.DilationH, DilationW: opt.DilationW, Groups: opt.Groups,
	}, opt.OutPadH, opt.OutPadW)
	if err != nil {
		return Body[T]{}, err
	}
	// A worker has a padded output, its gradient, and a padded input.
	err = cmp.Or(take[T](s, s.Threads(), Lanes, 2*c.C, c.H+2*c.PadH+c.PadEndH, c.W+2*c.PadW+c.PadEndW), take[T](s, s.Threads(), Lanes, c.OC, c.OH+2, c.OW+2))
	if err != nil {
		return Body[T]{}, err
	}
	k := set[T](s).NewConvTranspose(c, opt.ReLU, s.Threads())
	return Body[T]{
		Joins:   true,
		Shape:   s.InLanes(c.C, c.H, c.W),
		Forward: EachGroup(func(g Group[T]) { k.Forward(g.Worker(), g.Out(), g.In(0), g.In(1), g.In(2)) }),
		// Through the ReLU to the gradient d of the sums, and from there
		//
		//	dx[g] = conv(d[g], w)                     [groups, C, H, W, 16]
		//	dw    = Σ_g correlation of d[g] with x[g] [C, O/Groups, KH, KW]
		//	db    = Σ_g Σ_{i, j, l} d[g]              [O]
		Backward: EachGroup(func(g Group[T]) {
			k.Backward(g.Worker(), g.Grad(0), g.Grad(1), g.Grad(2), g.OutGrad(), g.Out(), g.In(0), g.In(1))
		}),
	}, nil
}
