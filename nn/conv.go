package nn

import (
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
}

// Forward implements [Layer].
func (c Conv2D) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	return c.forward(s, x, false, nil)
}

func (c Conv2D) forward(s *Scope, x *gorgonia.Node, relu bool, pool *lanes.PoolOptions) (*gorgonia.Node, error) {
	row := lanes.RowShape(x)
	for _, f := range []struct {
		name         string
		value, least int
	}{{"Filters", c.Filters, 1}, {"Kernel", c.Kernel, 1}, {"Stride", c.Stride, 0}, {"Pad", c.Pad, 0}} {
		if err := checkSize(f.name, f.value, f.least); err != nil {
			return nil, err
		}
	}
	if len(row) != 3 {
		return nil, fmt.Errorf("rows of shape %v: want [channels height width]", row)
	}
	area := c.Kernel * c.Kernel
	fans := Fans{In: row[0] * area, Out: c.Filters * area}
	if h, w := row[1]+2*c.Pad, row[2]+2*c.Pad; c.Kernel > h || c.Kernel > w {
		return nil, fmt.Errorf("kernel %d×%d on rows of shape %v: want at most the padded image, %d×%d", c.Kernel, c.Kernel, row, h, w)
	}
	w, err := s.Param("weight", orDefault(c.Weight), fans, c.Filters, row[0], c.Kernel, c.Kernel)
	if err != nil {
		return nil, err
	}
	var bias *gorgonia.Node
	if !c.NoBias {
		if bias, err = s.Param("bias", orDefault(c.Bias), fans, c.Filters); err != nil {
			return nil, err
		}
	}
	return s.Ops.Conv2D(x, w, bias, lanes.Conv2DOptions{
		StrideH: c.Stride, StrideW: c.Stride, PadH: c.Pad, PadW: c.Pad, ReLU: relu, Pool: pool,
	})
}

func (c Conv2D) String() string {
	return fmt.Sprintf("Conv2D(%d, %d×%d%s%s%s)", c.Filters, c.Kernel, c.Kernel,
		option(c.Stride > 1, fmt.Sprintf(", stride %d", c.Stride)), option(c.Pad > 0, fmt.Sprintf(", pad %d", c.Pad)), option(c.NoBias, ", no bias"))
}
