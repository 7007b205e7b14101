package nn

import (
	"fmt"

	"gorgonia.org/gorgonia"
)

// ResNetShortcut says how a residual net changes the shape of a shortcut where the
// body of its block changes the shape.
type ResNetShortcut int

// The options of the paper.
const (
	// ResNetA takes every second pixel and adds channels of zeros, half of them
	// before the others and half after. It has no parameters. The paper uses it for
	// small images.
	ResNetA ResNetShortcut = iota
	// ResNetB is a 1×1 convolution with batch normalization.
	ResNetB
)

// ResNet returns the residual net for small images of He et al. (2016), section 4.2:
// rows [C, H, W] to rows [classes]. Its depth is 6n + 2: a 3×3 convolution of 16
// filters; n blocks of two convolutions of 16 filters, n of 32 and n of 64; global
// average pooling and a dense layer. The first block of 32 filters and the first of 64
// halve the image. Batch normalization follows each convolution, which has no bias,
// and a ReLU follows the first normalization and the sum of each block.
//
// ResNet(20, 10, ResNetA) has 269,722 parameters for images of three channels. The
// weights are drawn as in [HeNormal]. For another depth or option, [NewModel] returns
// an error.
func ResNet(depth, classes int, shortcut ResNetShortcut) Seq {
	n := (depth - 2) / 6
	if depth < 8 || depth != 6*n+2 || depth > 1_000_000 {
		return Seq{noNet{fmt.Sprintf("ResNet(%d)", depth), invalid("depth", depth, "8, 14, 20 or another 6n + 2, at most 1000000")}}
	}
	if shortcut != ResNetA && shortcut != ResNetB {
		return Seq{noNet{fmt.Sprintf("ResNet(%d)", depth), invalid("shortcut", int(shortcut), "ResNetA or ResNetB")}}
	}
	q := append(resNetConv(16, 3, 1), ReLU{})
	for i := range 3 * n {
		filters, stride := 16<<(i/n), 1
		block := Residual{}
		if i > 0 && i%n == 0 {
			stride = 2
			block.Shortcut = Sequential(AvgPool2D{Size: 1, Stride: 2}, PadChannels{Before: filters / 4, After: filters / 4})
			if shortcut == ResNetB {
				block.Shortcut = resNetConv(filters, 1, 2)
			}
		}
		block.Body = append(append(resNetConv(filters, 3, stride), ReLU{}), resNetConv(filters, 3, 1)...)
		q = append(q, block, ReLU{})
	}
	return append(q, GlobalAvgPool{}, Dense{Units: classes, Weight: HeNormal{}, Bias: Constant(0)})
}

// resNetConv is a convolution that keeps the image, or takes every second pixel, and
// batch normalization.
func resNetConv(filters, kernel, stride int) Seq {
	return Sequential(Conv2D{Filters: filters, Kernel: kernel, Stride: stride, Pad: kernel / 2, NoBias: true, Weight: HeNormal{}}, BatchNorm{})
}

// noNet is a network that cannot be built.
type noNet struct {
	name string
	err  error
}

func (n noNet) Forward(*Scope, *gorgonia.Node) (*gorgonia.Node, error) { return nil, n.err }

func (n noNet) String() string { return n.name }
