package nn

import (
	"cmp"
	"fmt"

	"descent/autograd/lanes"
	"gorgonia.org/gorgonia"
)

// ConvTranspose2D is a transposed convolution, which enlarges images (Zeiler et al.
// 2010): rows [C, H, W] to rows
//
//	[Filters, (H − 1)·Stride − 2·Pad + Kernel + OutputPad, (W − 1)·Stride − 2·Pad + Kernel + OutputPad]
//
// or with Same [Filters, H·Stride, W·Stride]. It turns the shapes of a [Conv2D] with
// the same Kernel, Stride and Pad around: each pixel adds its multiple of the kernel
// to the output. The parameters are "weight" [C, Filters, Kernel, Kernel] and "bias"
// [Filters], PyTorch's names and shapes. [Fans] are PyTorch's too: In is
// Filters·Kernel², Out is C·Kernel².
type ConvTranspose2D struct {
	Filters   int         // output channels: 1 or more
	Kernel    int         // height and width of the kernel: 1 or more
	Stride    int         // pixels of the output to one of the input; if zero, 1
	Pad       int         // pixels of the output cut off on each side
	Same      bool        // TensorFlow's padding instead, the odd row and column at the end
	OutputPad int         // rows and columns added at the end, less than Stride
	NoBias    bool        // leave the bias out
	Weight    Initializer // if nil, TorchDefault
	Bias      Initializer // if nil, TorchDefault

	relu bool // computes the ReLU that follows
}

// Forward implements [Layer].
func (c ConvTranspose2D) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	err := cmp.Or(
		checkSize("Filters", c.Filters, 1), checkSize("Kernel", c.Kernel, 1), checkSize("Stride", c.Stride, 0), checkSize("Pad", c.Pad, 0),
		checkSame(c.Same, "Pad", c.Pad), checkSame(c.Same, "OutputPad", c.OutputPad))
	stride := max(c.Stride, 1)
	if err == nil && (c.OutputPad < 0 || c.OutputPad >= stride) {
		err = invalid("OutputPad", c.OutputPad, fmt.Sprintf("0 to %d, less than Stride", stride-1))
	}
	if err != nil {
		return nil, err
	}
	row, err := checkImage(x)
	if err != nil {
		return nil, err
	}
	opt := lanes.ConvTranspose2DOptions{StrideH: stride, StrideW: stride, PadH: c.Pad, PadW: c.Pad, OutPadH: c.OutputPad, OutPadW: c.OutputPad, ReLU: c.relu}
	if c.Same {
		// The padding of a convolution of the output, whose size Stride divides.
		opt.PadH, opt.PadEndH = samePad(stride, c.Kernel, stride)
		opt.OutPadH = max(stride-c.Kernel, 0)
		opt.PadW, opt.PadEndW, opt.OutPadW = opt.PadH, opt.PadEndH, opt.OutPadH
	} else if n := (min(row[1], row[2])-1)*stride + c.Kernel + c.OutputPad - 2*c.Pad; n < 1 {
		return nil, invalid("Pad", c.Pad, fmt.Sprintf("at most %d for rows of shape %v, which leaves a pixel", (n+2*c.Pad-1)/2, row))
	}
	area := c.Kernel * c.Kernel
	fans := Fans{In: c.Filters * area, Out: row[0] * area}
	w, err := s.Param("weight", cmp.Or[Initializer](c.Weight, TorchDefault{}), fans, row[0], c.Filters, c.Kernel, c.Kernel)
	if err != nil {
		return nil, err
	}
	bias, err := s.bias(c.Bias, c.NoBias, fans, c.Filters)
	if err != nil {
		return nil, err
	}
	return s.Ops.ConvTranspose2D(x, w, bias, opt)
}

func (c ConvTranspose2D) String() string {
	return fmt.Sprintf("ConvTranspose2D(%s)", kernelText(c.Filters, c.Kernel, c.Stride, c.Pad, c.Same)+
		option(c.OutputPad > 0, fmt.Sprintf(", output pad %d", c.OutputPad))+option(c.NoBias, ", no bias"))
}
