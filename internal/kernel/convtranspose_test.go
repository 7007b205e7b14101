package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A transposed convolution adds to its output each pixel's multiple of the kernel.
func TestConvTranspose(t *testing.T) {
	both(t, convTransposeProperty[float32], convTransposeProperty[float64])
}

func convTransposeProperty[T Float](t *rapid.T) {
	g := drawConv(t) // of the convolution: x is its gradient
	s := newSampler(t)
	nx, ny, nw := g.OC*g.OH*g.OW, g.C*g.H*g.W, g.OC*g.weights()
	x, w, bias, dy := values[T](s, nx*Lanes), values[T](s, nw), values[T](s, g.C), values[T](s, ny*Lanes)
	y, dx, dw, db := newBuffer(ny*Lanes, T(777)), newBuffer(nx*Lanes, T(777)), newBuffer(nw, T(777)), newBuffer(g.C, T(777))
	b := bias.data
	if rapid.Bool().Draw(t, "no bias") {
		b = nil
	}
	relu := rapid.Bool().Draw(t, "relu")
	k := Set[T]{ISA: drawISA(t)}.NewConvTranspose(g, relu, 1)
	for range 2 { // the second time the worker's memory has been used
		k.Forward(0, y.data, x.data, w.data, b)
		k.Backward(0, dx.data, dw.data, db.data, dy.data, y.data, x.data, w.data)
	}

	weights := float64s(w.data)
	wantDW, wantDB := make([]float64, nw), make([]float64, g.C)
	for l := range Lanes {
		xl := image{lane(x.data, l), g.OC, g.OH, g.OW}
		d := image{lane(dy.data, l), g.C, g.H, g.W}
		wantY, wantDX := image{make([]float64, ny), g.C, g.H, g.W}, image{make([]float64, nx), g.OC, g.OH, g.OW}
		for i := range wantY.data {
			if b != nil {
				wantY.data[i] = float64(b[i/(g.H*g.W)])
			}
			if relu && y.data[i*Lanes+l] == 0 {
				d.data[i] = 0
			}
			wantDB[i/(g.H*g.W)] += d.data[i]
		}
		refConv(g, func(oc, oy, ox, c, iy, ix, weight int) {
			wantY.add(c, iy, ix, weights[weight]*xl.at(oc, oy, ox))
			wantDX.add(oc, oy, ox, weights[weight]*d.at(c, iy, ix))
			wantDW[weight] += xl.at(oc, oy, ox) * d.at(c, iy, ix)
		})
		if relu {
			for i, v := range wantY.data {
				wantY.data[i] = max(0, v)
			}
		}
		near[T](t, wantY.data, lane(y.data, l), g.OC*g.KH*g.KW, label("y", l))
		near[T](t, wantDX.data, lane(dx.data, l), g.C*g.KH*g.KW, label("dx", l))
	}
	near[T](t, wantDW, float64s(dw.data), g.OH*g.OW*Lanes, "dw")
	near[T](t, wantDB, float64s(db.data), g.H*g.W*Lanes, "db")
	for _, c := range []struct {
		name string
		*buffer[T]
	}{{"x", x}, {"w", w}, {"bias", bias}, {"dy", dy}, {"y", y}, {"dx", dx}, {"dw", dw}, {"db", db}} {
		c.check(t, c.name)
	}
}

// All vector instruction sets give the same bits.
func TestConvTransposeSameBits(t *testing.T) {
	isas := vectorISAs(t)
	r := rand.New(rand.NewPCG(9, 9))
	for range 100 {
		g, _ := randomConv(r)
		x, _ := guarded(r, g.OC*g.OH*g.OW*Lanes, 1)
		w, _ := guarded(r, g.OC*g.weights(), 1)
		bias, _ := guarded(r, g.C, 1)
		var first [][]float32
		for _, isa := range isas {
			c := Set[float32]{ISA: isa}.NewConvTranspose(g, true, 1)
			y := make([]float32, g.C*g.H*g.W*Lanes)
			dx, dw, db := make([]float32, len(x)), make([]float32, len(w)), make([]float32, g.C)
			c.Forward(0, y, x, w, bias)
			c.Backward(0, dx, dw, db, y, y, x, w)
			all := [][]float32{y, dx, dw, db}
			if first == nil {
				first = all
			}
			require.Equal(t, first, all, "%v %+v", isa, g)
		}
	}
}

// The geometry is that of a convolution from the output's shape to the input's.
func TestNewConvTransposeGeometry(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := func(name string, low, high int) int { return rapid.IntRange(low, high).Draw(t, name) }
		in := ConvGeometry{
			C: n("C", 1, 3), H: n("H", 1, 5), W: n("W", 1, 5), OC: n("OC", 1, 3), KH: n("KH", 1, 5), KW: n("KW", 1, 5),
			StrideH: n("StrideH", 1, 4), StrideW: n("StrideW", 1, 4), PadH: n("PadH", 0, 3), PadW: n("PadW", 0, 3), PadEndH: n("PadEndH", 0, 2), PadEndW: n("PadEndW", 0, 2),
		}
		outH, outW := n("OutPadH", 0, in.StrideH-1), n("OutPadW", 0, in.StrideW-1)
		g, err := NewConvTransposeGeometry(in, outH, outW)
		if err != nil {
			require.ErrorContains(t, err, "want 1×1 or more: less padding")
			return
		}
		require.Equal(t, []int{in.H, in.W, in.C, in.OC}, []int{g.OH, g.OW, g.OC, g.C}, fmt.Sprint(in))
		require.Equal(t, (in.H-1)*in.StrideH+in.KH+outH, g.H+2*g.PadH+g.PadEndH)
		require.Equal(t, (in.W-1)*in.StrideW+in.KW+outW, g.W+2*g.PadW+g.PadEndW)
	})
	good := ConvGeometry{C: 1, H: 3, W: 3, OC: 2, KH: 2, KW: 2, StrideH: 2, StrideW: 1}
	for _, c := range []struct {
		change     func(*ConvGeometry)
		outH, outW int
		want       string
	}{
		{func(g *ConvGeometry) { g.H = 0 }, 0, 0, "kernel: ConvTranspose: H = 0: want 1 or more"},
		{func(g *ConvGeometry) { g.OC = 0 }, 0, 0, "kernel: Conv: C = 0: want 1 or more"},
		{func(g *ConvGeometry) { g.PadW = -1 }, 0, 0, "kernel: ConvTranspose: PadW = -1: want 0 or more"},
		{func(*ConvGeometry) {}, 2, 0, "kernel: ConvTranspose: OutPadH = 2: want 0 to 1, less than the stride"},
		{func(*ConvGeometry) {}, 0, -1, "kernel: ConvTranspose: OutPadW = -1: want 0 to 0, less than the stride"},
		{func(g *ConvGeometry) { g.PadH = 3 }, 0, 0, "kernel: ConvTranspose: output 0×4: want 1×1 or more: less padding"},
		{func(g *ConvGeometry) { g.W, g.StrideW = MaxSize, 2 }, 0, 0, "kernel: Conv: W = 1073741822: want at most 536870911"},
	} {
		g := good
		c.change(&g)
		_, err := NewConvTransposeGeometry(g, c.outH, c.outW)
		assert.EqualError(t, err, c.want)
	}
}
