//go:build amd64 && !purego

package kernel

import (
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSkipZerosOffsets(t *testing.T) {
	var a skipArgs
	assert.Equal(t, []uintptr{0, 8, 16, 24, 32, 40, 48}, []uintptr{
		unsafe.Offsetof(a.x), unsafe.Offsetof(a.row), unsafe.Offsetof(a.offsets), unsafe.Offsetof(a.values),
		unsafe.Offsetof(a.n), unsafe.Offsetof(a.w), unsafe.Offsetof(a.wRow),
	})
	var l listArgs
	assert.Equal(t, []uintptr{0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80}, []uintptr{
		unsafe.Offsetof(l.dy), unsafe.Offsetof(l.mask), unsafe.Offsetof(l.base), unsafe.Offsetof(l.places), unsafe.Offsetof(l.lanes),
		unsafe.Offsetof(l.windows), unsafe.Offsetof(l.window), unsafe.Offsetof(l.offsets), unsafe.Offsetof(l.values),
		unsafe.Offsetof(l.sums), unsafe.Offsetof(l.n),
	})
	var r skipRowsArgs
	assert.Equal(t, []uintptr{0, 128, 136, 144, 152}, []uintptr{
		unsafe.Offsetof(r.row), unsafe.Offsetof(r.lanes), unsafe.Offsetof(r.nowhere), unsafe.Offsetof(r.blocks), unsafe.Offsetof(r.n),
	})
	var b skipBlock
	assert.Equal(t, []uintptr{0, 4, 20}, []uintptr{unsafe.Offsetof(b.at), unsafe.Offsetof(b.lanes), unsafe.Sizeof(b)})
}

// SkipAuto chooses one of the two passes for each gradient, by the number of live
// entries alone.
func TestSkipZerosAuto(t *testing.T) {
	g, err := NewConvGeometry(ConvGeometry{C: 3, H: 14, W: 14, OC: 8, KH: 5, KW: 5, StrideH: 1, StrideW: 1})
	require.NoError(t, err)
	p, err := NewPoolGeometry(PoolGeometry{C: g.OC, H: g.OH, W: g.OW, KH: 2, KW: 2, StrideH: 2, StrideW: 2})
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(11, 11))
	for _, isa := range vectorISAs(t) {
		plan := newConvSkipper(isa, &g, &p, 1).(*skipConv)
		windows := g.OC * p.OH * p.OW * Lanes
		require.Less(t, windows/2, plan.mostDX)
		require.Less(t, plan.mostDX, plan.mostDW)
		require.Less(t, plan.mostDW, windows*2)
		for _, limits := range [][2]int{{0, 0}, {0, windows}, {windows, 0}, {windows, windows}} {
			for _, wanted := range [][3]bool{{true, true, true}, {false, true, true}, {true, false, true}, {true, true, false}} {
				backward := func(c *skipCase, s SkipZeros) gradients {
					conv := Set[float32]{ISA: isa}.NewConvolution(g, &p, true, 1, true)
					conv.SetSkipZeros(s)
					skip := conv.skipper.(*skipConv)
					skip.mostDX, skip.mostDW = limits[0], limits[1]
					return c.backward(t, conv, 0, wanted[0], wanted[1], wanted[2])
				}
				c := newSkipCase(r, g, p, .5)
				want, skip := backward(c, SkipNever), backward(c, SkipAlways)
				require.NotEqual(t, want, skip, "a comparison that tells nothing")
				if limits[0] > 0 {
					want.dx = skip.dx
				}
				if limits[1] > 0 {
					want.dw, want.db = skip.dw, skip.db
				}
				assert.Equal(t, want, backward(c, SkipAuto), "limits %v, wanted %v", limits, wanted)
			}
		}
	}
}

func TestSkipZerosLimits(t *testing.T) {
	g, err := NewConvGeometry(ConvGeometry{C: 1, H: 8, W: 8, OC: 2, KH: 1, KW: 1, StrideH: 1, StrideW: 1})
	require.NoError(t, err)
	p, err := NewPoolGeometry(PoolGeometry{C: 2, H: 8, W: 8, KH: 2, KW: 2, StrideH: 2, StrideW: 2})
	require.NoError(t, err)
	c := newConvSkipper(Best(), &g, &p, 1).(*skipConv)
	dx, dw := c.pays(g.OC * p.OH * p.OW * Lanes)
	assert.False(t, dx || dw, "one weight has nothing to gain from lists")
	c.mostDX, c.mostDW = 10, 20
	for live, want := range map[int][2]bool{10: {true, true}, 11: {false, true}, 20: {false, true}, 21: {false, false}} {
		dx, dw := c.pays(live)
		assert.Equal(t, want, [2]bool{dx, dw}, live)
	}
}

// No vector of a window leaves its row or the image: it would read and write
// memory beyond them.
func TestSkipZerosWindowsStayInRows(t *testing.T) {
	r := rand.New(rand.NewPCG(12, 12))
	for range 300 {
		g, p := randomSkipping(r)
		c := newConvSkipper(Best(), &g, &p, 1).(*skipConv)
		for oy := range g.OH {
			for ox := range g.OW {
				at := oy*g.StrideH*c.row + ox*g.StrideW*g.C*4
				require.LessOrEqual(t, at%c.row+c.width*4, c.row, "%+v", g)
				require.LessOrEqual(t, (at/c.row+g.KH)*c.row, c.image, "%+v", g)
			}
		}
		for i, base := range c.base {
			ky := forwardSpan(i/p.OW, p.KH, p.StrideH, p.PadH, p.H)
			kx := forwardSpan(i%p.OW, p.KW, p.StrideW, p.PadW, p.W)
			first := int(base) + int(c.places[ky.first*p.KW+kx.first])
			last := int(base) + int(c.places[(ky.end-1)*p.KW+kx.end-1])
			require.GreaterOrEqual(t, first, 0, "%+v %+v", g, p)
			require.LessOrEqual(t, last, (g.OH-1)*g.StrideH*c.row+(g.OW-1)*g.StrideW*g.C*4, "%+v %+v", g, p)
		}
		for _, b := range c.blocks {
			require.GreaterOrEqual(t, b.at, int32(0))
			require.LessOrEqual(t, int(b.at)%c.row+16, c.row, "%+v", g)
			require.LessOrEqual(t, int(b.at)+16, c.image, "%+v", g)
		}
	}
}
