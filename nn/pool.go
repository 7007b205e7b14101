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
	Pad    int // pixels added on each side, never the maximum: at most Size/2
}

// Forward implements [Layer].
func (p MaxPool2D) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	return pooling(p).forward(x, s.Ops.MaxPool2D)
}

func (p MaxPool2D) String() string { return "MaxPool2D" + pooling(p).String() }

// AvgPool2D takes the mean over windows of each channel, with the shapes of
// [MaxPool2D]. Padding counts as zeros, PyTorch's default.
type AvgPool2D struct {
	Size   int // height and width of a window: 1 or more
	Stride int // steps between windows; if zero, Size
	Pad    int // zeros added on each side: at most Size/2
}

// Forward implements [Layer].
func (p AvgPool2D) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	return pooling(p).forward(x, s.Ops.AvgPool2D)
}

func (p AvgPool2D) String() string { return "AvgPool2D" + pooling(p).String() }

// pooling is either of them.
type pooling struct{ Size, Stride, Pad int }

func (p pooling) options() lanes.PoolOptions {
	return lanes.PoolOptions{H: p.Size, W: p.Size, StrideH: p.Stride, StrideW: p.Stride, PadH: p.Pad, PadW: p.Pad}
}

func (p pooling) forward(x *gorgonia.Node, add func(*gorgonia.Node, lanes.PoolOptions) (*gorgonia.Node, error)) (*gorgonia.Node, error) {
	if err := checkSize("Size", p.Size, 1); err != nil {
		return nil, err
	}
	if p.Stride < 0 {
		return nil, invalid("Stride", p.Stride, "0 (Size) or more")
	}
	if p.Pad < 0 || p.Pad > p.Size/2 {
		return nil, invalid("Pad", p.Pad, fmt.Sprintf("0 to %d, half of Size", p.Size/2))
	}
	row, err := checkImage(x)
	if err == nil {
		err = checkWindow(row, "window", p.Size, p.Pad)
	}
	if err != nil {
		return nil, err
	}
	return add(x, p.options())
}

// checkWindow returns an error unless a window fits into rows [C, H, W] with their
// padding.
func checkWindow(row []int, what string, size, pad int) error {
	if h, w := row[1]+2*pad, row[2]+2*pad; size > h || size > w {
		return fmt.Errorf("%s %d×%d on rows of shape %v: want at most the padded image, %d×%d", what, size, size, row, h, w)
	}
	return nil
}

func (p pooling) String() string {
	return fmt.Sprintf("(%d×%d%s%s)", p.Size, p.Size,
		option(p.Stride > 0 && p.Stride != p.Size, fmt.Sprintf(", stride %d", p.Stride)), option(p.Pad > 0, fmt.Sprintf(", pad %d", p.Pad)))
}
