package nn

import (
	"cmp"
	"fmt"

	"descent/autograd/lanes"
	"gorgonia.org/gorgonia"
)

// Conv2D is a convolution: rows [C, H, W] to rows
//
//	[Filters, (H + 2·Pad − Kernel)/Stride + 1, (W + 2·Pad − Kernel)/Stride + 1]
//
// with the parameters "weight" [Filters, C, Kernel, Kernel] and "bias"
// [Filters], PyTorch's names and shapes.
type Conv2D struct {
	Filters int         // output channels: 1 or more
	Kernel  int         // height and width of the kernel: 1 or more
	Stride  int         // steps between windows; if zero, 1
	Pad     int         // zeros added on each side
	NoBias  bool        // leave the bias out
	Weight  Initializer // if nil, TorchDefault
	Bias    Initializer // if nil, TorchDefault

	relu bool               // computes the ReLU that follows,
	pool *lanes.PoolOptions // and the max pooling after that
}

// Forward implements [Layer].
func (c Conv2D) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	err := cmp.Or(
		checkSize("Filters", c.Filters, 1), checkSize("Kernel", c.Kernel, 1),
		checkSize("Stride", c.Stride, 0), checkSize("Pad", c.Pad, 0))
	if err != nil {
		return nil, err
	}
	row, err := checkWindow(x, "kernel", c.Kernel, c.Pad)
	if err != nil {
		return nil, err
	}
	area := c.Kernel * c.Kernel
	fans := Fans{In: row[0] * area, Out: c.Filters * area}
	w, bias, err := s.weightAndBias(c.Weight, c.Bias, c.NoBias, fans, c.Filters, row[0], c.Kernel, c.Kernel)
	if err != nil {
		return nil, err
	}
	return s.Ops.Conv2D(x, w, bias, lanes.Conv2DOptions{
		StrideH: c.Stride, StrideW: c.Stride, PadH: c.Pad, PadW: c.Pad, ReLU: c.relu, Pool: c.pool,
	})
}

// checkWindow returns the shape [C, H, W] of the rows of x, or an error unless a
// window fits into them with their padding.
func checkWindow(x *gorgonia.Node, what string, size, pad int) ([]int, error) {
	row := lanes.RowShape(x)
	if len(row) != 3 {
		return nil, fmt.Errorf("rows of shape %v: want [channels height width]", row)
	}
	if h, w := row[1]+2*pad, row[2]+2*pad; size > h || size > w {
		return nil, fmt.Errorf("%s %d×%d on rows of shape %v: want at most the padded image, %d×%d", what, size, size, row, h, w)
	}
	return row, nil
}

func (c Conv2D) String() string {
	return fmt.Sprintf("Conv2D(%d, %d×%d%s%s%s)", c.Filters, c.Kernel, c.Kernel,
		option(c.Stride > 1, fmt.Sprintf(", stride %d", c.Stride)), option(c.Pad > 0, fmt.Sprintf(", pad %d", c.Pad)), option(c.NoBias, ", no bias"))
}
