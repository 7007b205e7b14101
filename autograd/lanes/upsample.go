package lanes

import (
	"cmp"
	"fmt"
	"math"

	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
)

// UpsampleOptions are the options of [Ops.Upsample].
type UpsampleOptions struct {
	ScaleH, ScaleW int  // rows and columns of the output per row and column of the input; if zero, 1
	Bilinear       bool // interpolate between the four nearest pixels instead of taking the nearest
}

var upsample = Op[UpsampleOptions]{
	Name: "upsample", Inputs: []Input{{Name: "input", Dims: 3}}, Channelwise: true,
	F32: newUpsample[float32], F64: newUpsample[float64],
}

// Upsample adds the enlargement of images by integer factors:
//
//	x [groups, C, H, W, 16]
//	y [groups, C, H·ScaleH, W·ScaleW, 16]
//
// The nearest pixel of y[c, i, j] is x[c, ⌊i/ScaleH⌋, ⌊j/ScaleW⌋]. With Bilinear, each
// axis is interpolated linearly at (i + ½)/Scale − ½, which is clipped to the image:
// PyTorch's align_corners=False.
func (o Ops) Upsample(x *gorgonia.Node, opt UpsampleOptions) (*gorgonia.Node, error) {
	return upsample.Add(o, opt, x)
}

func newUpsample[T Float](s Site, opt UpsampleOptions) (Body[T], error) {
	row := s.Row(0)
	for i, scale := range []int{opt.ScaleH, opt.ScaleW} {
		if scale < 0 || scale > kernel.MaxSize {
			return Body[T]{}, fmt.Errorf("%s = %d: want 0 (1) to %d", []string{"ScaleH", "ScaleW"}[i], scale, kernel.MaxSize)
		}
	}
	c, h, w := row[0], row[1], row[2]
	shape := s.InLanes(c, h*cmp.Or(opt.ScaleH, 1), w*cmp.Or(opt.ScaleW, 1))
	// A worker has a row of an image.
	err := cmp.Or(take[T](s, c, shape[2], shape[3]), take[T](s, s.Threads(), Lanes, w))
	if err != nil {
		return Body[T]{}, err
	}
	rows, cols := between[T](h, shape[2], opt.Bilinear), between[T](w, shape[3], opt.Bilinear)
	rooms := make([][]T, s.Threads())
	for i := range rooms {
		rooms[i] = make([]T, w*Lanes)
	}
	return Body[T]{
		Joins: true,
		Shape: shape,
		Forward: EachGroup(func(g Group[T]) {
			y, line := g.Out(), rooms[g.Worker()]
			for x := g.In(0); len(x) > 0; x = x[h*w*Lanes:] {
				for _, r := range rows {
					mix(line, x[r.low*w*Lanes:], x[r.high*w*Lanes:], r.toHigh)
					for _, c := range cols {
						mix(y[:Lanes], line[c.low*Lanes:], line[c.high*Lanes:], c.toHigh)
						y = y[Lanes:]
					}
				}
			}
		}),
		Backward: EachGroup(func(g Group[T]) { // each gradient goes back in the same shares
			dy, line := g.OutGrad(), rooms[g.Worker()]
			clear(g.Grad(0))
			for dx := g.Grad(0); len(dx) > 0; dx = dx[h*w*Lanes:] {
				for _, r := range rows {
					clear(line)
					for _, c := range cols {
						unmix(line[c.low*Lanes:], line[c.high*Lanes:], dy[:Lanes], c.toHigh)
						dy = dy[Lanes:]
					}
					unmix(dx[r.low*w*Lanes:], dx[r.high*w*Lanes:], line, r.toHigh)
				}
			}
		}),
	}, nil
}

// place is the position of a pixel of the output between two of the input.
type place[T Float] struct {
	low, high int
	toHigh    T // the share of the second
}

// between returns the places of an axis of n pixels that becomes one of out.
func between[T Float](n, out int, linear bool) []place[T] {
	all := make([]place[T], out)
	scale := out / n
	for i := range all {
		all[i] = place[T]{low: i / scale, high: i / scale}
		if linear {
			at := max((float64(i)+.5)/float64(scale)-.5, 0)
			low := int(math.Floor(at))
			all[i] = place[T]{low, min(low+1, n-1), T(at - float64(low))}
		}
	}
	return all
}

// mix computes y = (1−b)·low + b·high. The conversions keep compilers from fusing.
func mix[T Float](y, low, high []T, b T) {
	if b == 0 {
		copy(y, low)
		return
	}
	a := 1 - b
	low, high = low[:len(y)], high[:len(y)]
	for i := range y {
		y[i] = T(a*low[i]) + T(b*high[i])
	}
}

// unmix adds the shares of d to the gradients of low and high.
func unmix[T Float](low, high, d []T, b T) {
	if b == 0 {
		low = low[:len(d)]
		for i, d := range d {
			low[i] += d
		}
		return
	}
	a := 1 - b
	low, high = low[:len(d)], high[:len(d)]
	for i, d := range d {
		low[i] += T(a * d)
		high[i] += T(b * d)
	}
}
