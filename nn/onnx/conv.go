package onnx

import (
	"slices"

	"descent/nn"
	"descent/nn/internal/walk"
)

// convAttributes are the options of a convolution, of each axis.
type convAttributes struct {
	kernel, stride, pad, dilation []int
	groups                        int
}

// axes returns an option for height and width: hw, or if that is zero, both twice.
func axes(both int, hw [2]int) []int {
	if hw == [2]int{} {
		return []int{both, both}
	}
	return hw[:]
}

// encode returns the attributes; dilation and groups are left out where they are 1. The
// third is the padding.
func (c convAttributes) encode() []message {
	stride, dilation := positive(c.stride), positive(c.dilation)
	all := []message{intsAttribute("kernel_shape", c.kernel...), intsAttribute("strides", stride...), intsAttribute("pads", append(slices.Clone(c.pad), c.pad...)...)}
	if slices.Max(dilation) > 1 {
		all = append(all, intsAttribute("dilations", dilation...))
	}
	if c.groups > 1 {
		all = append(all, intAttribute("group", c.groups))
	}
	return all
}

// reach is the pixels of an axis under the kernel and between them.
func (c convAttributes) reach(axis int) int { return max(c.dilation[axis], 1)*(c.kernel[axis]-1) + 1 }

// samePads is the padding with Same of images whose size the stride divides: all
// begins, then all ends.
func (c convAttributes) samePads() []int {
	n := len(c.kernel)
	pads := make([]int, 2*n)
	for i, stride := range positive(c.stride) {
		total := max(c.reach(i)-stride, 0)
		pads[i], pads[n+i] = total/2, total-total/2
	}
	return pads
}

// positive returns sizes with 1 for zero.
func positive(sizes []int) []int {
	sizes = slices.Clone(sizes)
	for i, n := range sizes {
		sizes[i] = max(n, 1)
	}
	return sizes
}

// conv adds a convolution. Programs do not accept SAME_UPPER with a dilation: with
// strides of 1, its padding does not depend on the size of the image.
func (g *graph) conv(path string, l nn.Layer, noBias, same bool, c convAttributes) error {
	attributes := c.encode()
	dilated := slices.Max(c.dilation) > 1
	switch {
	case same && dilated && slices.Max(c.stride) > 1:
		return walk.Error(path, l, "it has no ONNX form: want no Same, or no Stride or Dilation with it")
	case same && dilated:
		attributes[2] = intsAttribute("pads", c.samePads()...)
	case same:
		attributes[2] = textAttribute("auto_pad", "SAME_UPPER")
	}
	parameters, err := g.parameters(path, l, weightAndBias(noBias)...)
	g.node(path, "Conv", parameters, attributes...)
	return err
}

// convTranspose adds a transposed convolution. Its padding for TensorFlow's sizes is
// spelled out: SAME_UPPER means one thing in the description of the operator and
// another in programs.
func (g *graph) convTranspose(path string, l nn.ConvTranspose2D) error {
	c := convAttributes{axes(l.Kernel, l.KernelHW), axes(l.Stride, l.StrideHW), axes(l.Pad, l.PadHW), axes(l.Dilation, l.DilationHW), l.Groups}
	attributes, out := c.encode(), slices.Clone(axes(l.OutputPad, l.OutputPadHW))
	if l.Same {
		attributes[2] = intsAttribute("pads", c.samePads()...)
		for i := range out {
			out[i] = max(positive(c.stride)[i]-c.reach(i), 0)
		}
	}
	parameters, err := g.parameters(path, l, weightAndBias(l.NoBias)...)
	g.node(path, "ConvTranspose", parameters, append(attributes, intsAttribute("output_padding", out...))...)
	return err
}

// upsample adds the enlargement of images.
func (g *graph) upsample(path string, l nn.Upsample) {
	from, scale := g.last, axes(l.Scale, l.ScaleHW)
	scales := g.join(walk.Within(path, "scales"), "Constant", nil, floatsAttribute("value_floats", 1, 1, float32(scale[0]), float32(scale[1])))
	if l.Bilinear {
		g.join(path, "Resize", []string{from, "", scales}, textAttribute("mode", "linear"), textAttribute("coordinate_transformation_mode", "half_pixel"))
		return
	}
	g.join(path, "Resize", []string{from, "", scales}, textAttribute("mode", "nearest"), textAttribute("coordinate_transformation_mode", "asymmetric"), textAttribute("nearest_mode", "floor"))
}
