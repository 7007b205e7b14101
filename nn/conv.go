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
// or with Same, rounded up, [Filters, H/Stride, W/Stride], with the parameters "weight" [Filters, C, Kernel, Kernel] and "bias"
// [Filters], PyTorch's names and shapes.
type Conv2D struct {
	Filters int         // output channels: 1 or more
	Kernel  int         // height and width of the kernel: 1 or more
	Stride  int         // steps between windows; if zero, 1
	Pad     int         // zeros added on each side
	Same    bool        // TensorFlow's padding instead: as little as that takes, the odd row and column at the end
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
		checkSize("Stride", c.Stride, 0), checkSize("Pad", c.Pad, 0), checkSame(c.Same, "Pad", c.Pad))
	if err != nil {
		return nil, err
	}
	row, err := checkImage(x)
	if err != nil {
		return nil, err
	}
	opt := lanes.Conv2DOptions{StrideH: c.Stride, StrideW: c.Stride, PadH: c.Pad, PadW: c.Pad, ReLU: c.relu, Pool: c.pool}
	if c.Same {
		opt.PadH, opt.PadEndH = samePad(row[1], c.Kernel, c.Stride)
		opt.PadW, opt.PadEndW = samePad(row[2], c.Kernel, c.Stride)
	} else if err := checkWindow(row, "kernel", c.Kernel, c.Pad); err != nil {
		return nil, err
	}
	area := c.Kernel * c.Kernel
	fans := Fans{In: row[0] * area, Out: c.Filters * area}
	w, bias, err := s.weightAndBias(c.Weight, c.Bias, c.NoBias, fans, c.Filters, row[0], c.Kernel, c.Kernel)
	if err != nil {
		return nil, err
	}
	return s.Ops.Conv2D(x, w, bias, opt)
}

// samePad returns the zeros on each side of an axis of n pixels, and those more at
// its end, for n/stride outputs, rounded up.
func samePad(n, kernel, stride int) (pad, end int) {
	stride = max(stride, 1)
	total := max((n+stride-1)/stride*stride-stride+kernel-n, 0)
	return total / 2, total % 2
}

// checkSame returns an error for a size that Same replaces.
func checkSame(same bool, field string, value int) error {
	if same && value != 0 {
		return invalid(field, value, "0 with Same")
	}
	return nil
}

// checkImage returns the shape [C, H, W] of the rows of x.
func checkImage(x *gorgonia.Node) ([]int, error) {
	row := lanes.RowShape(x)
	if len(row) != 3 {
		return nil, fmt.Errorf("rows of shape %v: want [channels height width]", row)
	}
	return row, nil
}

// checkWindow returns an error unless a window fits into rows [C, H, W] with their
// padding.
func checkWindow(row []int, what string, size, pad int) error {
	if h, w := row[1]+2*pad, row[2]+2*pad; size > h || size > w {
		return fmt.Errorf("%s %d×%d on rows of shape %v: want at most the padded image, %d×%d", what, size, size, row, h, w)
	}
	return nil
}

func (c Conv2D) String() string {
	return fmt.Sprintf("Conv2D(%s)", kernelText(c.Filters, c.Kernel, c.Stride, c.Pad, c.Same)+option(c.NoBias, ", no bias"))
}

func kernelText(filters, kernel, stride, pad int, same bool) string {
	return fmt.Sprintf("%d, %d×%d%s%s%s", filters, kernel, kernel,
		option(stride > 1, fmt.Sprintf(", stride %d", stride)), option(pad > 0, fmt.Sprintf(", pad %d", pad)), option(same, ", same"))
}
