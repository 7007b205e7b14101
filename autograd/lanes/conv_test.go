package lanes

import (
	"cmp"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// convCase is a convolution of rows [c, h, w] with o kernels [kh, kw].
type convCase struct {
	rows, c, h, w, o, kh, kw int
	bias                     bool
	opt                      Conv2DOptions
}

var convCases = []convCase{
	{rows: 1, c: 1, h: 1, w: 1, o: 1, kh: 1, kw: 1},
	{rows: 1, c: 1, h: 5, w: 5, o: 1, kh: 3, kw: 3, bias: true},
	{rows: 2, c: 2, h: 5, w: 7, o: 3, kh: 1, kw: 1, bias: true},
	{rows: 2, c: 3, h: 5, w: 5, o: 2, kh: 2, kw: 3, bias: true},
	{rows: 1, c: 2, h: 7, w: 5, o: 4, kh: 3, kw: 2, opt: Conv2DOptions{StrideH: 2, StrideW: 2}},
	{rows: 2, c: 1, h: 9, w: 9, o: 2, kh: 5, kw: 5, bias: true, opt: Conv2DOptions{PadH: 2, PadW: 2}},
	{rows: 1, c: 2, h: 9, w: 7, o: 2, kh: 3, kw: 3, bias: true, opt: Conv2DOptions{StrideH: 3, StrideW: 3, PadH: 1, PadW: 1}},
	{rows: 1, c: 2, h: 7, w: 9, o: 1, kh: 3, kw: 5, bias: true, opt: Conv2DOptions{StrideH: 1, StrideW: 3, PadH: 2, PadW: 1}},
	{rows: 1, c: 1, h: 5, w: 5, o: 2, kh: 2, kw: 2, opt: Conv2DOptions{StrideH: 3, StrideW: 2, PadH: 0, PadW: 1}},
	{rows: 1, c: 1, h: 3, w: 3, o: 1, kh: 5, kw: 5, bias: true, opt: Conv2DOptions{PadH: 1, PadW: 2}},
	{rows: 17, c: 1, h: 3, w: 3, o: 2, kh: 2, kw: 2, bias: true, opt: Conv2DOptions{PadH: 1}},
	{rows: 2, c: 2, h: 5, w: 5, o: 3, kh: 3, kw: 3, bias: true, opt: Conv2DOptions{PadH: 1, PadW: 1, ReLU: true}},
	{rows: 2, c: 2, h: 5, w: 5, o: 3, kh: 3, kw: 3, opt: Conv2DOptions{StrideH: 2, StrideW: 1, ReLU: true}},
	{rows: 2, c: 1, h: 7, w: 7, o: 3, kh: 2, kw: 2, bias: true, opt: Conv2DOptions{Pool: &PoolOptions{H: 2, W: 2}}},
	{rows: 2, c: 2, h: 7, w: 7, o: 2, kh: 2, kw: 2, bias: true, opt: Conv2DOptions{ReLU: true, Pool: &PoolOptions{H: 2, W: 2}}},
	{rows: 1, c: 2, h: 9, w: 7, o: 2, kh: 3, kw: 3, bias: true, opt: Conv2DOptions{PadH: 1, PadW: 1, ReLU: true, Pool: &PoolOptions{H: 3, W: 3, StrideH: 2, StrideW: 2}}},
	{rows: 1, c: 1, h: 9, w: 9, o: 2, kh: 3, kw: 3, opt: Conv2DOptions{ReLU: true, Pool: &PoolOptions{H: 3, W: 2, StrideH: 1, StrideW: 3, PadH: 1, PadW: 1}}},
	{rows: 2, c: 2, h: 5, w: 7, o: 3, kh: 4, kw: 4, bias: true, opt: Conv2DOptions{StrideH: 2, StrideW: 2, PadH: 1, PadW: 1, PadEndH: 1, PadEndW: 1}},
	{rows: 1, c: 1, h: 4, w: 5, o: 2, kh: 2, kw: 3, bias: true, opt: Conv2DOptions{PadEndH: 1, PadEndW: 2, ReLU: true, Pool: &PoolOptions{H: 2, W: 2}}},
	{rows: 17, c: 1, h: 4, w: 4, o: 1, kh: 3, kw: 3, bias: true, opt: Conv2DOptions{PadH: 1, PadW: 1, ReLU: true, Pool: &PoolOptions{H: 2, W: 2}}},
	{rows: 2, c: 4, h: 5, w: 4, o: 4, kh: 3, kw: 3, bias: true, opt: Conv2DOptions{PadH: 1, PadW: 1, Groups: 4, ReLU: true}},
	{rows: 1, c: 4, h: 5, w: 4, o: 6, kh: 2, kw: 3, bias: true, opt: Conv2DOptions{StrideH: 2, Groups: 2, Pool: &PoolOptions{H: 2, W: 2}}},
	{rows: 1, c: 2, h: 7, w: 8, o: 2, kh: 3, kw: 2, bias: true, opt: Conv2DOptions{PadH: 2, PadW: 1, DilationH: 2, DilationW: 3}},
	{rows: 1, c: 3, h: 9, w: 8, o: 6, kh: 3, kw: 3, opt: Conv2DOptions{StrideH: 2, StrideW: 3, PadH: 3, DilationH: 4, DilationW: 2, Groups: 3}},
}

func (c convCase) String() string {
	s := fmt.Sprintf("%d rows %dx%dx%d kernel %dx%dx%d stride %dx%d pad %dx%d", c.rows, c.c, c.h, c.w, c.o, c.kh, c.kw,
		cmp.Or(c.opt.StrideH, 1), cmp.Or(c.opt.StrideW, 1), c.opt.PadH, c.opt.PadW)
	if c.opt.PadEndH+c.opt.PadEndW > 0 {
		s += fmt.Sprintf(" end %dx%d", c.opt.PadEndH, c.opt.PadEndW)
	}
	if c.opt.Groups > 1 || c.opt.DilationH > 1 || c.opt.DilationW > 1 {
		s += fmt.Sprintf(" groups %d dilation %dx%d", c.opt.Groups, c.opt.DilationH, c.opt.DilationW)
	}
	if c.bias {
		s += " bias"
	}
	if c.opt.ReLU {
		s += " relu"
	}
	if p := c.opt.Pool; p != nil {
		s += fmt.Sprintf(" pool %dx%d stride %dx%d", p.H, p.W, p.StrideH, p.StrideW)
	}
	return s
}

// inputs returns the shapes of rows, weight and, if there is one, bias.
func (c convCase) inputs() [][]int {
	shapes := [][]int{{c.rows, c.c, c.h, c.w}, {c.o, c.c / max(c.opt.Groups, 1), c.kh, c.kw}}
	if c.bias {
		shapes = append(shapes, []int{c.o})
	}
	return shapes
}

func TestConv2DGradient(t *testing.T) {
	var checks []check
	for _, c := range convCases {
		checks = append(checks, check{
			name: c.String(), rows: c.rows, inputs: c.inputs(),
			build: onLanes(func(b *Builder, x *gorgonia.Node, rest gorgonia.Nodes) (*gorgonia.Node, error) {
				return b.Conv2D(x, rest[0], optional(rest[1:]), c.opt)
			}),
		})
	}
	runChecks(t, checks)
}

// optional returns the first node, or nil.
func optional(n gorgonia.Nodes) *gorgonia.Node {
	if len(n) == 0 {
		return nil
	}
	return n[0]
}

// Convolution with ReLU and pooling in one operation computes the same bits as
// in three, forward and backward.
func TestConv2DFusedEqualsSeparate(t *testing.T) {
	for _, c := range convCases {
		t.Run(c.String(), func(t *testing.T) {
			fused := c.run(t, func(b *Builder, x, w, bias *gorgonia.Node) (*gorgonia.Node, error) {
				return b.Conv2D(x, w, bias, c.opt)
			})
			separate := c.run(t, func(b *Builder, x, w, bias *gorgonia.Node) (*gorgonia.Node, error) {
				plain := c.opt
				plain.ReLU, plain.Pool = false, nil
				y, err := b.Conv2D(x, w, bias, plain)
				if err == nil && c.opt.ReLU {
					y, err = b.ReLU(y)
				}
				if err == nil && c.opt.Pool != nil {
					y, err = b.MaxPool2D(y, *c.opt.Pool)
				}
				return y, err
			})
			assert.Equal(t, separate, fused)
		})
	}
}

// run returns the output and the gradients of one run in float32.
func (c convCase) run(t *testing.T, build func(b *Builder, x, w, bias *gorgonia.Node) (*gorgonia.Node, error)) [][]float32 {
	b := newTestBuilder(t, c.rows, tensor.Float32)
	var in gorgonia.Nodes
	for _, shape := range c.inputs() {
		in = append(in, variable(t, b, "x", normal[float32](size(shape), fmt.Sprint(shape)), shape...))
	}
	x := must(t)(b.FromRows(in[0]))
	y := must(t)(build(b, x, in[1], optional(in[2:])))
	s := newTestSession(t, b, Program{Loss: contract(t, b, y), Wrt: in, Outputs: gorgonia.Nodes{y}})
	require.NoError(t, s.Run(c.rows, 0))
	out := [][]float32{Output[float32](s, 0)}
	for i := range in {
		out = append(out, GradientOf[float32](s, i))
	}
	return out
}
