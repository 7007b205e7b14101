package kernel

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// normCase is a test case for the pieces of a normalization.
type normCase[T Float] struct {
	vectors                      int
	x, y, z, dy, w, b            *buffer[T] // y may be nil, which gates nothing
	n                            Normal[T]
	g                            NormalGrad[T]
	mean                         [Lanes]float64
	near, floor                  T
	pairs                        int
	sums, products, squares, raw [Lanes]float64
	grads                        [][2]float64
	outs                         []*buffer[T] // y, dx, gated
}

func drawNorm[T Float](t *rapid.T) *normCase[T] {
	n, s := rapid.IntRange(0, 9).Draw(t, "vectors"), newSampler(t)
	c := &normCase[T]{vectors: n, near: T(s.float()), floor: T(math.Inf(-1)), pairs: max(n, 1)}
	for _, b := range []**buffer[T]{&c.x, &c.y, &c.z, &c.dy} {
		*b = values[T](s, n*Lanes)
	}
	if rapid.Bool().Draw(t, "floor") {
		c.floor = 0
	}
	each := rapid.SampledFrom([]int{0, 1, n}).Draw(t, "numbers")
	c.w, c.b = values[T](s, each), values[T](s, rapid.SampledFrom([]int{0, 1, n}).Draw(t, "biases"))
	if each == 1 || rapid.Bool().Draw(t, "one pair") {
		c.pairs = 1
	}
	for l := range Lanes {
		c.n.Near[l], c.n.Scale[l], c.n.Shift[l] = T(s.float()), T(s.float()), T(s.float())
		c.g.Near[l], c.g.Scale[l], c.g.Slope[l], c.g.Offset[l] = c.n.Near[l], T(s.float()), T(s.float()), T(s.float())
		c.mean[l] = s.float()
	}
	return c
}

// run computes everything into new buffers. gates and adds say whether y and z take part.
func (c *normCase[T]) run(k Set[T], gates, adds bool) {
	c.outs = []*buffer[T]{newBuffer(len(c.x.data), T(777)), newBuffer(len(c.x.data), T(777)), newBuffer(len(c.x.data), T(777))}
	c.grads = make([][2]float64, c.pairs)
	var y, z []T
	if gates {
		y = c.y.data
	}
	if adds {
		z = c.z.data
	}
	var more [2][Lanes]float64
	for i := range more {
		more[i][3] = 1.5
	}
	k.LaneSums(&c.raw, c.x.data)
	k.LaneSquares(&c.squares, &c.mean, c.x.data)
	k.LaneProducts(&c.sums, &c.products, c.outs[2].data, c.dy.data, y, c.x.data, c.near)
	k.Normalize(c.outs[0].data, c.x.data, z, &c.n, c.w.data, c.b.data, c.floor)
	k.NormalSums(&more[0], &more[1], c.grads, c.dy.data, c.x.data, &c.n, c.w.data)
	k.NormalizeGrad(c.outs[1].data, c.dy.data, c.x.data, &c.g, c.w.data)
	c.grads = append(c.grads, [2]float64{})
	for l := range Lanes { // keep them with the pairs
		c.grads = append(c.grads, [2]float64{more[0][l], more[1][l]})
	}
}

// numberOf returns the number for vector i: x has one for each vector or one for all.
func numberOf[T Float](x []T, i int, missing float64) float64 {
	switch len(x) {
	case 0:
		return missing
	case 1:
		return float64(x[0])
	}
	return float64(x[i])
}

func normProperty[T Float](t *rapid.T) {
	c := drawNorm[T](t)
	gates, adds := rapid.Bool().Draw(t, "gates"), rapid.Bool().Draw(t, "adds")
	c.run(Set[T]{drawISA(t)}, gates, adds)
	var raw, squares, sums, products, h, hx [Lanes]float64
	h[3], hx[3] = 1.5, 1.5
	grads := make([][2]float64, c.pairs)
	want := make([][]float64, 3)
	for i, v := range c.x.data {
		l, x, dy := i%Lanes, float64(v), float64(c.dy.data[i])
		raw[l] += x
		squares[l] += (x - c.mean[l]) * (x - c.mean[l])
		w, b := numberOf(c.w.data, i/Lanes, 1), numberOf(c.b.data, i/Lanes, 0)
		xhat := (x-float64(c.n.Near[l]))*float64(c.n.Scale[l]) + float64(c.n.Shift[l])
		y := xhat*w + b
		if adds {
			y += float64(c.z.data[i])
		}
		h[l], hx[l] = h[l]+w*dy, hx[l]+w*dy*xhat
		pair := min(i/Lanes, c.pairs-1)
		grads[pair][0], grads[pair][1] = grads[pair][0]+dy, grads[pair][1]+dy*xhat
		want[0] = append(want[0], max(y, float64(c.floor)))
		want[1] = append(want[1], dy*w*float64(c.g.Scale[l])+(x-float64(c.g.Near[l]))*float64(c.g.Slope[l])+float64(c.g.Offset[l]))
		gated := dy
		if gates && c.y.data[i] <= 0 {
			gated = 0
		}
		want[2] = append(want[2], gated)
		sums[l], products[l] = sums[l]+gated, products[l]+gated*(x-float64(c.near))
	}
	near[T](t, want[0], float64s(c.outs[0].data), 2, "y")
	near[T](t, want[1], float64s(c.outs[1].data), 2, "dx")
	if gates {
		near[T](t, want[2], float64s(c.outs[2].data), 0, "gated")
	}
	n := c.vectors
	near[T](t, raw[:], c.raw[:], n, "sums of x")
	near[T](t, squares[:], c.squares[:], n, "squares")
	near[T](t, sums[:], c.sums[:], n, "sums of dy")
	near[T](t, products[:], c.products[:], 4*n, "products")
	for i, g := range grads {
		near[T](t, g[:], c.grads[i][:], 16*n, "gradients")
	}
	for l, g := range c.grads[c.pairs+1:] {
		near[T](t, []float64{h[l], hx[l]}, g[:], 8*n, "sums of h")
	}
	for _, b := range append(c.outs, c.x, c.y, c.z, c.dy, c.w, c.b) {
		b.check(t, "buffer")
	}
}

func TestNorm(t *testing.T) { both(t, normProperty[float32], normProperty[float64]) }

// The vector kernels give the same bits as the plain loops, also in place.
func TestNormSameBits(t *testing.T) {
	eachISA(t, func(t *rapid.T, k Set[float32]) {
		c := drawNorm[float32](t)
		if rapid.Bool().Draw(t, "specials") && c.vectors > 0 {
			for i, s := range special32 {
				c.x.data[(i*7)%len(c.x.data)], c.dy.data[(i*5)%len(c.x.data)], c.y.data[(i*3)%len(c.x.data)] = s, s, s
			}
		}
		gates, adds := rapid.Bool().Draw(t, "gates"), rapid.Bool().Draw(t, "adds")
		want := *c
		want.run(Set[float32]{Go}, gates, adds)
		c.run(k, gates, adds)
		for i, b := range want.outs {
			sameBits(t, b.data, c.outs[i].data, label("slice", i))
		}
		for i, s := range [][Lanes]float64{want.raw, want.squares, want.sums, want.products} {
			got := [][Lanes]float64{c.raw, c.squares, c.sums, c.products}[i]
			sameBits64(t, s[:], got[:], label("sums", i))
		}
		for i, g := range want.grads {
			sameBits64(t, g[:], c.grads[i][:], label("gradients", i))
		}
		var y []float32
		if gates {
			y = c.y.data
		}
		gated := c.outs[2].data
		k.LaneProducts(&c.sums, &c.products, c.dy.data, c.dy.data, y, c.x.data, c.near)
		sameBits64(t, want.products[:], c.products[:], "in place")
		if gates {
			sameBits(t, gated, c.dy.data, "gated in place")
		}
		k.Normalize(c.z.data, c.x.data, c.z.data, &c.n, c.w.data, c.b.data, c.floor)
		if adds {
			sameBits(t, c.outs[0].data, c.z.data, "normalized in place")
		}
	})
}

// sameBits64 is sameBits for float64.
func sameBits64(t require.TestingT, want, got []float64, what string) {
	for i, w := range want {
		if g := got[i]; math.Float64bits(g) != math.Float64bits(w) && (g == g || w == w) {
			require.FailNow(t, "other bits", "%s[%d] = %v, want %v", what, i, g, w)
		}
	}
}
