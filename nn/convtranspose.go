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
//	[Filters, (H − 1)·Stride − 2·Pad + Dilation·(Kernel − 1) + 1 + OutputPad, and the same for W]
//
// or with Same [Filters, H·Stride, W·Stride]. It reverses the shapes of a [Conv2D]
// with the same Kernel, Stride and Pad: each input pixel adds a multiple of the
// kernel to the output. The parameters are "weight" [C, Filters/Groups, Kernel,
// Kernel] and "bias" [Filters], with PyTorch's names and shapes. [Fans] are also
// PyTorch's: In is Filters/Groups·Kernel² and Out is C·Kernel².
type ConvTranspose2D struct {
	Filters   int         // output channels: 1 or more
	Kernel    int         // height and width of the kernel: 1 or more
	Stride    int         // output pixels per input pixel; if zero, 1
	Pad       int         // output pixels cut off on each side
	Same      bool        // TensorFlow's padding instead of Pad, the odd row and column at the end
	OutputPad int         // rows and columns added at the end, less than Stride
	Dilation  int         // steps between the output pixels that an input pixel adds to; if zero, 1
	Groups    int         // as in [Conv2D]; if zero, 1
	NoBias    bool        // leave the bias out
	Weight    Initializer // if nil, TorchDefault
	Bias      Initializer // if nil, TorchDefault

	KernelHW, StrideHW, PadHW, OutputPadHW, DilationHW [2]int // height and width; if zero, the fields above apply

	relu bool // computes the ReLU that follows
}

// Forward implements [Layer].
func (c ConvTranspose2D) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	err := cmp.Or(
		checkSize("Filters", c.Filters, 1), checkAxes("Kernel", c.Kernel, c.KernelHW, 1), checkAxes("Stride", c.Stride, c.StrideHW, 0),
		checkAxes("Pad", c.Pad, c.PadHW, 0), checkSame(c.Same, "Pad", c.Pad, c.PadHW), checkSame(c.Same, "OutputPad", c.OutputPad, c.OutputPadHW),
		checkAxes("Dilation", c.Dilation, c.DilationHW, 0), checkSize("Groups", c.Groups, 0))
	if err != nil {
		return nil, err
	}
	row, err := checkImage(x)
	if err != nil {
		return nil, err
	}
	win := c.window()
	if err := win.checkGroups(row[0], c.Filters); err != nil {
		return nil, err
	}
	pad, end, out, err := c.padding(row)
	if err != nil {
		return nil, err
	}
	perGroup := c.Filters / win.groups
	fans := win.fans(perGroup, row[0])
	w, err := s.Param("weight", cmp.Or[Initializer](c.Weight, TorchDefault{}), fans, row[0], perGroup, win.kernel[0], win.kernel[1])
	if err != nil {
		return nil, err
	}
	bias, err := s.bias(c.Bias, c.NoBias, fans, c.Filters)
	if err != nil {
		return nil, err
	}
	return s.Ops.ConvTranspose2D(x, w, bias, lanes.ConvTranspose2DOptions{
		StrideH: win.stride[0], StrideW: win.stride[1], PadH: pad[0], PadW: pad[1], PadEndH: end[0], PadEndW: end[1], OutPadH: out[0], OutPadW: out[1],
		DilationH: win.dilation[0], DilationW: win.dilation[1], Groups: win.groups, ReLU: c.relu,
	})
}

// padding returns the pixels cut off on each side, the extra ones cut off at the end,
// and those added there.
func (c ConvTranspose2D) padding(row []int) (pad, end, out [2]int, err error) {
	win, both := c.window(), c.OutputPad != 0 && c.OutputPadHW != [2]int{}
	if both {
		return pad, end, out, invalid("OutputPad", c.OutputPad, "0 with OutputPadHW")
	}
	for i, stride := range win.stride {
		if win.same { // the padding of a convolution of the output, whose size Stride divides
			pad[i], end[i] = samePad(stride, win.reach(i), stride)
			out[i] = max(stride-win.reach(i), 0)
			continue
		}
		pad[i], out[i] = win.pad[i], axes(c.OutputPad, c.OutputPadHW)[i]
		if out[i] < 0 || out[i] >= stride {
			return pad, end, out, invalid(axisName("OutputPad", i, c.OutputPadHW), out[i], fmt.Sprintf("0 to %d, less than Stride", stride-1))
		}
		if n := (row[1+i]-1)*stride + win.reach(i) + out[i]; n <= 2*pad[i] {
			return pad, end, out, invalid(axisName("Pad", i, c.PadHW), pad[i], fmt.Sprintf("at most %d for rows of shape %v, so that a pixel remains", (n-1)/2, row))
		}
	}
	return pad, end, out, nil
}

func (c ConvTranspose2D) window() convWindow {
	return convWindow{
		kernel: axes(c.Kernel, c.KernelHW), stride: positive(c.Stride, c.StrideHW), pad: axes(c.Pad, c.PadHW),
		dilation: positive(c.Dilation, c.DilationHW), groups: max(c.Groups, 1), same: c.Same,
	}
}

func (c ConvTranspose2D) String() string {
	win := c.window()
	out := axes(c.OutputPad, c.OutputPadHW)
	return fmt.Sprintf("ConvTranspose2D(%s%s%s)", win.text(c.Filters), option(max(out[0], out[1]) > 0, ", output pad "+win.axesText(out)), option(c.NoBias, ", no bias"))
}
