package nn

import (
	"fmt"

	"descent/autograd/lanes"
	"gorgonia.org/gorgonia"
)

// MaxPool2D takes the maximum over windows of each channel: rows [C, H, W] to
// rows
//
//	[C, (H + 2·Pad − Size)/Stride + 1, (W + 2·Pad − Size)/Stride + 1]
type MaxPool2D struct {
	Size   int // height and width of a window: 1 or more
	Stride int // steps between windows; if zero, Size
	Pad    int // pixels added on each side, which never win: at most Size/2
}

// Forward implements [Layer].
func (p MaxPool2D) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	o, err := poolOptions(x, p.Size, p.Stride, p.Pad)
	if err != nil {
		return nil, err
	}
	return s.Ops.MaxPool2D(x, o)
}

func (p MaxPool2D) String() string { return poolString("MaxPool2D", p.Size, p.Stride, p.Pad) }

// AvgPool2D takes the mean over windows of each channel, with shapes as
// [MaxPool2D] has them. Padding counts as zeros, PyTorch's default.
type AvgPool2D struct {
	Size   int // height and width of a window: 1 or more
	Stride int // steps between windows; if zero, Size
	Pad    int // zeros added on each side: at most Size/2
}

// Forward implements [Layer].
func (p AvgPool2D) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	o, err := poolOptions(x, p.Size, p.Stride, p.Pad)
	if err != nil {
		return nil, err
	}
	return s.Ops.AvgPool2D(x, o)
}

func (p AvgPool2D) String() string { return poolString("AvgPool2D", p.Size, p.Stride, p.Pad) }

// poolOptions checks the fields of a pooling layer that gets x.
func poolOptions(x *gorgonia.Node, size, stride, pad int) (lanes.PoolOptions, error) {
	o := lanes.PoolOptions{H: size, W: size, StrideH: stride, StrideW: stride, PadH: pad, PadW: pad}
	row := lanes.RowShape(x)
	if err := checkSize("Size", size, 1); err != nil {
		return o, err
	}
	switch {
	case stride < 0:
		return o, invalid("Stride", stride, "0 (Size) or more")
	case pad < 0 || pad > size/2:
		return o, invalid("Pad", pad, fmt.Sprintf("0 to %d, half of Size", size/2))
	case len(row) != 3:
		return o, fmt.Errorf("rows of shape %v: want [channels height width]", row)
	case size > row[1]+2*pad || size > row[2]+2*pad:
		return o, fmt.Errorf("window %d×%d on rows of shape %v: want at most the padded image, %d×%d", size, size, row, row[1]+2*pad, row[2]+2*pad)
	}
	return o, nil
}

func poolString(name string, size, stride, pad int) string {
	return fmt.Sprintf("%s(%d×%d%s%s)", name, size, size,
		option(stride > 0 && stride != size, fmt.Sprintf(", stride %d", stride)), option(pad > 0, fmt.Sprintf(", pad %d", pad)))
}
