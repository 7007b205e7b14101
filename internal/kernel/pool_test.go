package kernel

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// refMax returns the winner of a window and its position in the window, chosen as
// in PyTorch: a pixel replaces the best so far if it is larger, or if it is a NaN
// and the best is not. The position is −1 if relu lets no gradient through.
func refMax(g PoolGeometry, x image, c, oy, ox int, relu bool) (best float64, at int) {
	best, at = math.Inf(-1), -1
	for ky := range g.KH {
		for kx := range g.KW {
			iy, ix := oy*g.StrideH+ky-g.PadH, ox*g.StrideW+kx-g.PadW
			if !x.inside(iy, ix) {
				continue
			}
			v := x.at(c, iy, ix)
			if at < 0 || v > best || math.IsNaN(v) && !math.IsNaN(best) {
				best, at = v, ky*g.KW+kx
			}
		}
	}
	if relu && best <= 0 {
		return 0, -1
	}
	return best, at
}

func TestMaxPool(t *testing.T) { both(t, maxPoolProperty[float32], maxPoolProperty[float64]) }

func maxPoolProperty[T Float](t *rapid.T) {
	g := drawPool(t)
	s := newSampler(t)
	k := Set[T]{ISA: drawISA(t)}
	nx, ny, window := g.C*g.H*g.W, g.C*g.OH*g.OW, g.KH*g.KW
	x, dy := small[T](s, nx*Lanes), small[T](s, ny*Lanes) // ties, and exact sums
	special := []T{T(math.NaN()), T(math.Inf(1)), T(math.Inf(-1)), T(math.Copysign(0, -1))}
	from := rapid.IntRange(0, 2).Draw(t, "special, from") // with a NaN the plain loop computes everything
	special = special[from:rapid.IntRange(from+1, 4).Draw(t, "special, to")]
	if one := rapid.IntRange(-6, 6).Draw(t, "special, one in"); one < 0 {
		x.data[s.intn(len(x.data))] = special[0]
	} else if one > 0 {
		for i := range x.data {
			if s.intn(one) == 0 {
				x.data[i] = special[s.intn(len(special))]
			}
		}
	}
	y, dx, mask := newBuffer(ny*Lanes, T(777)), newBuffer(nx*Lanes, T(777)), newBuffer(ny*window, uint16(0xbeef))
	relu := rapid.Bool().Draw(t, "relu")

	k.MaxPoolForward(&g, y.data, mask.data, x.data, relu)
	k.MaxPoolBackward(&g, dx.data, dy.data, mask.data)

	for l := range Lanes {
		xl, dyl := image{lane(x.data, l), g.C, g.H, g.W}, lane(dy.data, l)
		wantY := make([]float64, ny)
		wantDX := image{make([]float64, nx), g.C, g.H, g.W}
		for o := range ny {
			c, oy, ox := o/(g.OH*g.OW), o/g.OW%g.OH, o%g.OW
			best, at := refMax(g, xl, c, oy, ox, relu)
			wantY[o] = best
			for p, m := range mask.data[o*window:][:window] {
				require.Equal(t, p == at, m>>l&1 == 1, "mask of output %d, position %d, lane %d: won %d", o, p, l, at)
			}
			if at >= 0 {
				wantDX.add(c, oy*g.StrideH+at/g.KW-g.PadH, ox*g.StrideW+at%g.KW-g.PadW, dyl[o])
			}
		}
		near[T](t, wantY, lane(y.data, l), 0, label("y", l))
		near[T](t, wantDX.data, lane(dx.data, l), 0, label("dx", l))
	}
	x.check(t, "x")
	dy.check(t, "dy")
	y.check(t, "y")
	dx.check(t, "dx")
	mask.check(t, "mask")

	again := newBuffer(ny*Lanes, T(777))
	k.MaxPoolForward(&g, again.data, nil, x.data, relu)
	require.Equal(t, lanesBits(y.data), lanesBits(again.data), "without a mask")
	again.check(t, "y without a mask")

	// Into larger planes, it writes the same pixels, and nothing between them.
	rowStep := g.W + s.intn(4)
	planeStep := g.H*rowStep + s.intn(4)
	pixels := make([]bool, (g.C-1)*planeStep+(g.H-1)*rowStep+g.W)
	padded := newBuffer(len(pixels)*Lanes, T(777))
	k.MaxPoolBackwardPadded(&g, padded.data, rowStep, planeStep, dy.data, mask.data)
	for p := range nx {
		at := p/(g.H*g.W)*planeStep + p/g.W%g.H*rowStep + p%g.W
		pixels[at] = true
		require.Equal(t, dx.data[p*Lanes:][:Lanes], padded.data[at*Lanes:][:Lanes], "pixel %d", p)
	}
	for at, pixel := range pixels {
		for _, v := range padded.data[at*Lanes:][:Lanes] {
			require.True(t, pixel || v == 777, "written between rows, at vector %d", at)
		}
	}
	padded.check(t, "padded dx")
}

// lanesBits compares NaNs as equal and zeros by sign.
func lanesBits[T Float](x []T) []uint64 {
	b := make([]uint64, len(x))
	for i, v := range x {
		b[i] = math.Float64bits(float64(v))
	}
	return b
}

// TestPoolBits compares instruction sets: the order of additions is the plain
// loop's except where windows overlap on the border.
func TestPoolBits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawPool(t)
		s := newSampler(t)
		nx, ny := g.C*g.H*g.W*Lanes, g.C*g.OH*g.OW*Lanes
		x, dy := values[float32](s, nx), values[float32](s, ny)
		for i := range x.data {
			if s.intn(2) == 0 {
				x.data[i] = float32(math.Copysign(0, s.float()))
			}
		}
		relu := rapid.Bool().Draw(t, "relu")
		all := func(isa ISA) (out [4][]float32, mask []uint16) {
			k := Set[float32]{ISA: isa}
			out = [4][]float32{make([]float32, ny), make([]float32, nx), make([]float32, ny), make([]float32, nx)}
			mask = make([]uint16, g.C*g.OH*g.OW*g.KH*g.KW)
			k.MaxPoolForward(&g, out[0], mask, x.data, relu)
			k.MaxPoolBackward(&g, out[1], dy.data, mask)
			k.AvgPoolForward(&g, out[2], x.data)
			k.AvgPoolBackward(&g, out[3], dy.data)
			return out, mask
		}
		plain, plainMask := all(Go)
		first, firstMask := all(Auto)
		require.Equal(t, plainMask, firstMask)
		require.Equal(t, lanesBits(plain[0]), lanesBits(first[0]))
		require.Equal(t, plain[2], first[2])
		for i := range plain {
			near[float32](t, float64s(plain[i]), float64s(first[i]), g.KH*g.KW, "against the plain loop")
		}
		for _, isa := range isas()[1:] {
			out, mask := all(isa)
			require.Equal(t, firstMask, mask, isa)
			for i := range out {
				require.Equal(t, lanesBits(first[i]), lanesBits(out[i]), "%v, output %d", isa, i)
			}
		}
	})
}

func TestAvgPool(t *testing.T) { both(t, avgPoolProperty[float32], avgPoolProperty[float64]) }

func avgPoolProperty[T Float](t *rapid.T) {
	g := drawPool(t)
	s := newSampler(t)
	k := Set[T]{ISA: drawISA(t)}
	nx, ny := g.C*g.H*g.W, g.C*g.OH*g.OW
	x, dy := values[T](s, nx*Lanes), values[T](s, ny*Lanes)
	y, dx := newBuffer(ny*Lanes, T(777)), newBuffer(nx*Lanes, T(777))
	k.AvgPoolForward(&g, y.data, x.data)
	k.AvgPoolBackward(&g, dx.data, dy.data)
	for l := range Lanes {
		xl, dyl := image{lane(x.data, l), g.C, g.H, g.W}, lane(dy.data, l)
		wantY := make([]float64, ny)
		wantDX := image{make([]float64, nx), g.C, g.H, g.W}
		for o := range ny {
			c, oy, ox := o/(g.OH*g.OW), o/g.OW%g.OH, o%g.OW
			for p := range g.KH * g.KW {
				iy, ix := oy*g.StrideH+p/g.KW-g.PadH, ox*g.StrideW+p%g.KW-g.PadW
				wantY[o] += xl.at(c, iy, ix) / float64(g.KH*g.KW)
				wantDX.add(c, iy, ix, dyl[o]/float64(g.KH*g.KW))
			}
		}
		near[T](t, wantY, lane(y.data, l), 1, label("y", l))
		near[T](t, wantDX.data, lane(dx.data, l), 1, label("dx", l))
	}
	x.check(t, "x")
	dy.check(t, "dy")
	y.check(t, "y")
	dx.check(t, "dx")
}

func TestNewPoolErrors(t *testing.T) {
	good := PoolGeometry{C: 6, H: 7, W: 7, KH: 2, KW: 2, StrideH: 2, StrideW: 2}
	g, err := NewPoolGeometry(good)
	require.NoError(t, err)
	assert.Equal(t, []int{3, 3}, []int{g.OH, g.OW})
	for want, change := range map[string]func(*PoolGeometry){
		"kernel: Pool: C = 0: want 1 or more":                            func(g *PoolGeometry) { g.C = 0 },
		"kernel: Pool: StrideW = 0: want 1 or more":                      func(g *PoolGeometry) { g.StrideW = 0 },
		"kernel: Pool: PadH = -1: want 0 or more":                        func(g *PoolGeometry) { g.PadH = -1 },
		"kernel: Pool: kernel 2×8: larger than the padded image of 7×7":  func(g *PoolGeometry) { g.KW = 8 },
		"kernel: Pool: padding 0×2: want at most half the window of 2×2": func(g *PoolGeometry) { g.PadW = 2 },
		"kernel: Pool: padding 2×0: want at most half the window of 3×2": func(g *PoolGeometry) { g.KH, g.PadH = 3, 2 },
		"kernel: Pool: 250000000 windows of 25000×25000 in 200 channels: too large to index": func(g *PoolGeometry) {
			g.C, g.H, g.W, g.KH, g.KW, g.StrideH, g.StrideW = 200, 24999+25000, 24999+10000, 25000, 25000, 1, 1
		},
	} {
		bad := good
		change(&bad)
		_, err := NewPoolGeometry(bad)
		assert.EqualError(t, err, want)
	}
}
