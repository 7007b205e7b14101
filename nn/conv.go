package nn

import (
	"cmp"
	"fmt"

	"descent/autograd/lanes"
	"gorgonia.org/gorgonia"
)

// Conv2D is a convolution: rows [C, H, W] to rows
//
//	[Filters, (H + 2·Pad − Dilation·(Kernel − 1) − 1)/Stride + 1, and the same for W]
//
// or with Same [Filters, H/Stride, W/Stride], rounded up. The parameters are
// "weight" [Filters, C/Groups, Kernel, Kernel] and "bias" [Filters], with PyTorch's
// names and shapes. If height and width differ, set the option's HW field instead,
// such as KernelHW: [2]int{1, 7}.
type Conv2D struct {
	Filters  int         // output channels: 1 or more
	Kernel   int         // height and width of the kernel: 1 or more
	Stride   int         // steps between windows; if zero, 1
	Pad      int         // zeros added on each side
	Same     bool        // TensorFlow's padding instead of Pad: as little as needed, the odd row and column at the end
	Dilation int         // steps between the pixels under the kernel; if zero, 1
	Groups   int         // groups of channels and of filters; a filter sees the channels of its group. C for a depthwise convolution; if zero, 1
	NoBias   bool        // leave the bias out
	Weight   Initializer // if nil, TorchDefault
	Bias     Initializer // if nil, TorchDefault

	KernelHW, StrideHW, PadHW, DilationHW [2]int // height and width; if zero, the fields above apply

	relu bool               // computes the ReLU that follows,
	pool *lanes.PoolOptions // and the max pooling after that
}

// Forward implements [Layer].
func (c Conv2D) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	err := cmp.Or(
		checkSize("Filters", c.Filters, 1), checkAxes("Kernel", c.Kernel, c.KernelHW, 1), checkAxes("Stride", c.Stride, c.StrideHW, 0),
		checkAxes("Pad", c.Pad, c.PadHW, 0), checkSame(c.Same, "Pad", c.Pad, c.PadHW),
		checkAxes("Dilation", c.Dilation, c.DilationHW, 0), checkSize("Groups", c.Groups, 0))
	if err != nil {
		return nil, err
	}
	row, err := checkImage(x)
	if err != nil {
		return nil, err
	}
	win := c.window()
	pad, end, err := win.padding(row)
	if err = cmp.Or(win.checkGroups(row[0], c.Filters), err); err != nil {
		return nil, err
	}
	in := row[0] / win.groups
	w, bias, err := s.weightAndBias(c.Weight, c.Bias, c.NoBias, win.fans(in, c.Filters), c.Filters, in, win.kernel[0], win.kernel[1])
	if err != nil {
		return nil, err
	}
	return s.Ops.Conv2D(x, w, bias, lanes.Conv2DOptions{
		StrideH: win.stride[0], StrideW: win.stride[1], PadH: pad[0], PadW: pad[1], PadEndH: end[0], PadEndW: end[1],
		DilationH: win.dilation[0], DilationW: win.dilation[1], Groups: win.groups, ReLU: c.relu, Pool: c.pool,
	})
}

func (c Conv2D) window() convWindow {
	return convWindow{
		kernel: axes(c.Kernel, c.KernelHW), stride: positive(c.Stride, c.StrideHW), pad: axes(c.Pad, c.PadHW),
		dilation: positive(c.Dilation, c.DilationHW), groups: max(c.Groups, 1), same: c.Same,
	}
}

func (c Conv2D) String() string {
	return fmt.Sprintf("Conv2D(%s%s)", c.window().text(c.Filters), option(c.NoBias, ", no bias"))
}
