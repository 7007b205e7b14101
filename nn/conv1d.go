package nn

import (
	"cmp"
	"fmt"

	"descent/autograd/lanes"
	"gorgonia.org/gorgonia"
)

// Conv1D is a convolution along one axis: rows [C, L] to rows
//
//	[Filters, (L + 2·Pad − Dilation·(Kernel − 1) − 1)/Stride + 1]
//
// or with Same [Filters, L/Stride], rounded up. The parameters are "weight"
// [Filters, C/Groups, Kernel] and "bias" [Filters], with PyTorch's names and shapes.
type Conv1D struct {
	Filters  int         // output channels: 1 or more
	Kernel   int         // length of the kernel: 1 or more
	Stride   int         // steps between windows; if zero, 1
	Pad      int         // zeros added at each end
	Same     bool        // TensorFlow's padding instead of Pad: as little as needed, the odd zero at the end
	Dilation int         // steps between the values under the kernel; if zero, 1
	Groups   int         // as in [Conv2D]; if zero, 1
	NoBias   bool        // leave the bias out
	Weight   Initializer // if nil, TorchDefault
	Bias     Initializer // if nil, TorchDefault

	relu bool // computes the ReLU that follows
}

// Forward implements [Layer].
func (c Conv1D) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	err := cmp.Or(
		checkSize("Filters", c.Filters, 1), checkSize("Kernel", c.Kernel, 1), checkSize("Stride", c.Stride, 0), checkSize("Pad", c.Pad, 0),
		checkSame(c.Same, "Pad", c.Pad, [2]int{}), checkSize("Dilation", c.Dilation, 0), checkSize("Groups", c.Groups, 0))
	if err != nil {
		return nil, err
	}
	row := lanes.RowShape(x)
	if len(row) != 2 {
		return nil, fmt.Errorf("rows of shape %v: want [channels length]", row)
	}
	win := c.window()
	pad, end, err := win.padding([]int{row[0], 1, row[1]})
	if err = cmp.Or(win.checkGroups(row[0], c.Filters), err); err != nil {
		return nil, err
	}
	in := row[0] / win.groups
	w, bias, err := s.weightAndBias(c.Weight, c.Bias, c.NoBias, win.fans(in, c.Filters), c.Filters, in, c.Kernel)
	if err != nil {
		return nil, err
	}
	return s.Ops.Conv1D(x, w, bias, lanes.Conv1DOptions{
		Stride: win.stride[1], Pad: pad[1], PadEnd: end[1], Dilation: win.dilation[1], Groups: win.groups, ReLU: c.relu,
	})
}

func (c Conv1D) window() convWindow {
	return convWindow{
		kernel: [2]int{1, c.Kernel}, stride: [2]int{1, max(c.Stride, 1)}, pad: [2]int{0, c.Pad},
		dilation: [2]int{1, max(c.Dilation, 1)}, groups: max(c.Groups, 1), same: c.Same, flat: true,
	}
}

func (c Conv1D) String() string {
	return fmt.Sprintf("Conv1D(%s%s)", c.window().text(c.Filters), option(c.NoBias, ", no bias"))
}
