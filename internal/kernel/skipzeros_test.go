package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// skipCase is a convolution with a max pool, and a group for its backward pass.
type skipCase struct {
	g        ConvGeometry
	p        PoolGeometry
	x, w, dy []float32
	mask     []uint16
}

// newSkipCase draws a group in which the given share of windows has a live
// gradient.
func newSkipCase(r *rand.Rand, g ConvGeometry, p PoolGeometry, live float64) *skipCase {
	c := &skipCase{g: g, p: p}
	c.x, _ = guarded(r, g.C*g.H*g.W*Lanes, 1)
	c.w, _ = guarded(r, g.OC*g.C*g.KH*g.KW, 1)
	outs, window := g.OC*p.OH*p.OW, p.KH*p.KW
	c.dy, _ = guarded(r, outs*Lanes, 1)
	c.mask = make([]uint16, outs*window)
	for o := range outs {
		ky := forwardSpan(o/p.OW%p.OH, p.KH, p.StrideH, p.PadH, p.H)
		kx := forwardSpan(o%p.OW, p.KW, p.StrideW, p.PadW, p.W)
		for l := range Lanes {
			if r.Float64() < live {
				y, x := ky.first+r.IntN(ky.end-ky.first), kx.first+r.IntN(kx.end-kx.first)
				c.mask[o*window+y*p.KW+x] |= 1 << l
			}
		}
	}
	return c
}

// gradients holds the gradients that a test asked for.
type gradients struct{ dx, dw, db []float32 }

func (c *skipCase) backward(t *testing.T, conv *Convolution[float32], worker int, dx, dw, db bool) gradients {
	t.Helper()
	var g gradients
	var checks []func(*testing.T)
	r := rand.New(rand.NewPCG(5, 5))
	for _, b := range []struct {
		want bool
		to   *[]float32
		n    int
	}{{dx, &g.dx, len(c.x)}, {dw, &g.dw, len(c.w)}, {db, &g.db, c.g.OC}} {
		if b.want {
			var check func(*testing.T)
			*b.to, check = guarded(r, b.n, 1)
			checks = append(checks, check)
		}
	}
	conv.Backward(worker, g.dx, g.dw, g.db, c.dy, nil, c.mask, c.x, c.w)
	for _, check := range checks {
		check(t)
	}
	return g
}

// closeNorm requires that two vectors differ by at most 1e-5 of their length.
func closeNorm(t *testing.T, want, got []float32, what string) {
	t.Helper()
	require.Len(t, got, len(want), what)
	var norm, off float64
	for i, v := range want {
		norm += float64(v) * float64(v)
		off += (float64(v) - float64(got[i])) * (float64(v) - float64(got[i]))
	}
	require.LessOrEqual(t, math.Sqrt(off), 1e-5*math.Sqrt(norm), what)
}

func randomSkipping(r *rand.Rand) (ConvGeometry, PoolGeometry) {
	for {
		g, err := NewConvGeometry(ConvGeometry{
			C: 1 + r.IntN(20), H: 1 + r.IntN(12), W: 1 + r.IntN(12), OC: 1 + r.IntN(9), KH: 1 + r.IntN(7), KW: 1 + r.IntN(7),
			StrideH: 1 + r.IntN(3), StrideW: 1 + r.IntN(3), PadH: r.IntN(4), PadW: r.IntN(4),
		})
		if err != nil {
			continue
		}
		p := PoolGeometry{C: g.OC, H: g.OH, W: g.OW, KH: 2, KW: 2, StrideH: 2, StrideW: 2}
		switch r.IntN(3) {
		case 0:
			p.KH, p.KW, p.StrideH, p.StrideW = 3, 3, 3, 3
		case 1: // windows may overlap
			p.KH, p.KW, p.StrideH, p.StrideW, p.PadH, p.PadW = 1+r.IntN(4), 1+r.IntN(4), 1+r.IntN(3), 1+r.IntN(3), r.IntN(2), r.IntN(2)
		}
		if p, err = NewPoolGeometry(p); err == nil {
			return g, p
		}
	}
}

func TestSkipZerosAgreesWithPlainLoops(t *testing.T) {
	isas := vectorISAs(t)
	r := rand.New(rand.NewPCG(9, 9))
	for range 400 {
		g, p := randomSkipping(r)
		c := newSkipCase(r, g, p, []float64{0, .1, .5, 1}[r.IntN(4)])
		dx, dw, db := r.IntN(4) > 0, r.IntN(4) > 0, r.IntN(4) > 0
		plain := Set[float32]{ISA: Go}.NewConvolution(g, &p, true, 1, dx)
		want := c.backward(t, plain, 0, dx, dw, db)
		var first *gradients
		for _, isa := range isas {
			what := fmt.Sprintf("%v %+v %+v", isa, g, p)
			fast := Set[float32]{ISA: isa}.NewConvolution(g, &p, true, 2, dx)
			fast.SetSkipZeros(SkipAlways)
			for i := range 3 { // in the second run a worker's memory has been used
				got := c.backward(t, fast, i/2, dx, dw, db)
				closeNorm(t, want.dx, got.dx, what+": dx")
				closeNorm(t, want.dw, got.dw, what+": dw")
				closeNorm(t, want.db, got.db, what+": db")
				if first == nil {
					first = &got
				}
				require.Equal(t, *first, got, "%s: bits", what)
			}
		}
	}
}

// The lists are made from the masks of the forward pass: with and without a ReLU,
// and with the bits of all windows or of none.
func TestSkipZerosAfterForward(t *testing.T) {
	g, err := NewConvGeometry(ConvGeometry{C: 3, H: 12, W: 10, OC: 5, KH: 3, KW: 3, StrideH: 1, StrideW: 1, PadH: 1, PadW: 1})
	require.NoError(t, err)
	p, err := NewPoolGeometry(PoolGeometry{C: 5, H: 12, W: 10, KH: 2, KW: 2, StrideH: 2, StrideW: 2})
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(10, 10))
	for _, isa := range vectorISAs(t) {
		for _, bias := range []float32{-1e3, 0, 1e3} {
			for _, relu := range []bool{false, true} {
				c := newSkipCase(r, g, p, 0)
				conv := Set[float32]{ISA: isa}.NewConvolution(g, &p, relu, 1, true)
				b := make([]float32, g.OC)
				for i := range b {
					b[i] = bias
				}
				conv.Forward(0, make([]float32, len(c.dy)), c.mask, c.x, c.w, b)
				share := float64(countBits(c.mask)) / float64(len(c.dy))
				if relu {
					assert.InDelta(t, map[float32]float64{-1e3: 0, 0: .9, 1e3: 1}[bias], share, .1)
				} else {
					assert.EqualValues(t, 1, share)
				}
				conv.SetSkipZeros(SkipNever)
				want := c.backward(t, conv, 0, true, true, true)
				conv.SetSkipZeros(SkipAlways)
				got := c.backward(t, conv, 0, true, true, true)
				closeNorm(t, want.dx, got.dx, "dx")
				closeNorm(t, want.dw, got.dw, "dw")
				closeNorm(t, want.db, got.db, "db")
			}
		}
	}
}

// Zero gradients are not in the lists: their factors are not read. NaN gradients are
// in the lists.
func TestSkipZerosLeavesOutZeros(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 13))
	for _, isa := range vectorISAs(t) {
		g, p := randomSkipping(r)
		c := newSkipCase(r, g, p, 1)
		conv := Set[float32]{ISA: isa}.NewConvolution(g, &p, true, 1, true)
		conv.SetSkipZeros(SkipAlways)
		for i := range c.dy {
			if i%Lanes == 3 {
				c.dy[i] = 0
			}
		}
		want := c.backward(t, conv, 0, true, true, true)
		for i := range c.x {
			if i%Lanes == 3 {
				c.x[i] = float32(math.Inf(1))
			}
		}
		require.Equal(t, want, c.backward(t, conv, 0, true, true, true), isa)
		c.dy[0] = float32(math.NaN())
		got := c.backward(t, conv, 0, true, true, true)
		assert.True(t, math.IsNaN(float64(got.db[0])), isa)
		assert.NotContains(t, fmt.Sprint(got.db[1:]), "NaN", isa)
	}
}

func TestParseSkipZeros(t *testing.T) {
	for _, s := range []SkipZeros{SkipAuto, SkipNever, SkipAlways} {
		require.NoError(t, s.Valid())
		got, err := ParseSkipZeros(s.String())
		require.NoError(t, err)
		assert.Equal(t, s, got)
	}
	_, err := ParseSkipZeros("often")
	assert.EqualError(t, err, `kernel: SkipZeros "often": want one of auto, never, always`)
	assert.EqualError(t, SkipZeros(7).Valid(), "kernel: SkipZeros(7): want SkipAuto, SkipNever or SkipAlways")
}
