package lanes

import (
	"fmt"
	"testing"

	"gorgonia.org/gorgonia"
	"pgregory.net/rapid"
)

// transposeCase is a transposed convolution of rows [c, h, w] with o kernels
// [kh, kw].
type transposeCase struct {
	rows, c, h, w, o, kh, kw int
	bias                     bool
	opt                      ConvTranspose2DOptions
}

var transposeCases = []transposeCase{
	{rows: 1, c: 1, h: 1, w: 1, o: 1, kh: 1, kw: 1},
	{rows: 2, c: 2, h: 3, w: 4, o: 3, kh: 3, kw: 3, bias: true},
	{rows: 2, c: 3, h: 4, w: 3, o: 2, kh: 2, kw: 3, bias: true, opt: ConvTranspose2DOptions{PadH: 1, PadW: 2}},
	{rows: 1, c: 2, h: 3, w: 3, o: 2, kh: 4, kw: 4, bias: true, opt: ConvTranspose2DOptions{StrideH: 2, StrideW: 2, PadH: 1, PadW: 1}},
	{rows: 1, c: 2, h: 4, w: 3, o: 2, kh: 4, kw: 4, bias: true, opt: ConvTranspose2DOptions{PadH: 1, PadW: 1, PadEndH: 1, PadEndW: 1}},
	{rows: 1, c: 2, h: 3, w: 2, o: 1, kh: 3, kw: 2, bias: true, opt: ConvTranspose2DOptions{StrideH: 2, StrideW: 3, PadH: 1, OutPadH: 1, OutPadW: 2}},
	{rows: 2, c: 1, h: 2, w: 3, o: 2, kh: 1, kw: 2, opt: ConvTranspose2DOptions{StrideH: 3, StrideW: 3}},
	{rows: 17, c: 1, h: 2, w: 2, o: 2, kh: 2, kw: 2, bias: true, opt: ConvTranspose2DOptions{StrideH: 2, StrideW: 2, ReLU: true}},
	{rows: 2, c: 2, h: 3, w: 3, o: 2, kh: 3, kw: 3, opt: ConvTranspose2DOptions{PadH: 1, PadW: 1, ReLU: true}},
	{rows: 2, c: 4, h: 3, w: 2, o: 6, kh: 3, kw: 2, bias: true, opt: ConvTranspose2DOptions{StrideH: 2, PadH: 1, DilationH: 1, DilationW: 3, Groups: 2, ReLU: true}},
}

func (c transposeCase) operation() operation {
	o := operation{name: fmt.Sprintf("%+v", c), rows: c.rows, inputs: [][]int{{c.rows, c.c, c.h, c.w}, {c.c, c.o / max(c.opt.Groups, 1), c.kh, c.kw}}}
	if c.bias {
		o.inputs = append(o.inputs, []int{c.o})
	}
	o.build = onLanes(func(b *Builder, x *gorgonia.Node, rest gorgonia.Nodes) (*gorgonia.Node, error) {
		return b.ConvTranspose2D(x, rest[0], optional(rest[1:]), c.opt)
	})
	return o
}

func TestConvTranspose2DGradient(t *testing.T) {
	var checks []check
	for _, c := range transposeCases {
		o := c.operation()
		checks = append(checks, check{name: o.name, rows: o.rows, inputs: o.inputs, build: o.build})
	}
	runChecks(t, checks)
}

// drawTranspose draws a transposed convolution whose output has a pixel.
func drawTranspose(r *rapid.T, rows int) transposeCase {
	draw := func(name string, low, high int) int { return rapid.IntRange(low, high).Draw(r, name) }
	c := transposeCase{
		rows: rows, c: draw("channels", 1, 9), h: draw("height", 1, 7), w: draw("width", 1, 7), o: draw("out", 1, 14), kh: draw("kernel h", 1, 5), kw: draw("kernel w", 1, 5), bias: rapid.Bool().Draw(r, "bias"),
		opt: ConvTranspose2DOptions{StrideH: draw("stride h", 1, 3), StrideW: draw("stride w", 1, 3), ReLU: rapid.Bool().Draw(r, "relu"), DilationH: draw("dilation h", 1, 3), DilationW: draw("dilation w", 1, 3), Groups: draw("groups", 1, 3)},
	}
	c.c, c.o = c.c*c.opt.Groups, c.o*c.opt.Groups
	cut := func(name string, n, k, stride, dilation int) (pad, end, out int) {
		total := draw("cut "+name, 0, min((n-1)*stride+dilation*(k-1), 5))
		return total / 2, total % 2, draw("out pad "+name, 0, stride-1)
	}
	c.opt.PadH, c.opt.PadEndH, c.opt.OutPadH = cut("h", c.h, c.kh, c.opt.StrideH, c.opt.DilationH)
	c.opt.PadW, c.opt.PadEndW, c.opt.OutPadW = cut("w", c.w, c.kw, c.opt.StrideW, c.opt.DilationW)
	return c
}
