package lanes

import "gorgonia.org/gorgonia"

// Conv1DOptions are the options of [Ops.Conv1D].
type Conv1DOptions struct {
	Stride   int  // steps between windows; if zero, 1
	Pad      int  // zeros added at each end
	PadEnd   int  // additional ones at the end
	Dilation int  // from one position under the kernel to the next; if zero, 1
	Groups   int  // as in [Conv2DOptions]
	ReLU     bool // y = max(0, convolution)
}

var conv1d = Op[Conv1DOptions]{
	Name:   "conv1d",
	Inputs: []Input{{Name: "input", Dims: 2}, {Name: "weight", Kind: Param, Dims: 3}, {Name: "bias", Kind: Param, Dims: 1, Optional: true}},
	F32:    newConv1D[float32], F64: newConv1D[float64],
}

// Conv1D adds a convolution along one axis, which is [Ops.Conv2D] of images one
// pixel high:
//
//	y[o, i] = bias[o] + Σ_{c, p} w[o, c, p] · x[c, i·Stride + p·Dilation − Pad]
//
//	x    [groups, C, L, 16]
//	w    [O, C/Groups, K], as PyTorch stores it
//	bias [O], or nil
//	y    [groups, O, (L + 2·Pad + PadEnd − Dilation·(K − 1) − 1)/Stride + 1, 16]
func (o Ops) Conv1D(x, w, bias *gorgonia.Node, opt Conv1DOptions) (*gorgonia.Node, error) {
	return conv1d.Add(o, opt, x, w, bias)
}

func newConv1D[T Float](s Site, opt Conv1DOptions) (Body[T], error) {
	row, w := s.Row(0), s.Shape(1)
	flat := Conv2DOptions{StrideW: opt.Stride, PadW: opt.Pad, PadEndW: opt.PadEnd, DilationW: opt.Dilation, Groups: opt.Groups}
	c, err := flat.geometry([]int{row[0], 1, row[1]}, []int{w[0], w[1], 1, w[2]})
	if err != nil {
		return Body[T]{}, err
	}
	return newConv[T](s, c, nil, opt.ReLU, "length", c.OC, c.OW)
}
