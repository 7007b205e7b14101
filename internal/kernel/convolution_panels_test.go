package kernel

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// panelConvs returns geometries whose weight gradients are computed with panels: panels of
// the image, panels of the gradients, a kernel's columns as operands, some rows at a time,
// rows left over, channels that do not fill a vector, kernel positions that no output reads,
// and outputs that bypass the caches.
func panelConvs(t *testing.T, r *rand.Rand) (all []ConvGeometry) {
	for _, g := range []ConvGeometry{
		{C: 32, H: 9, W: 28, OC: 64, KH: 1, KW: 1},
		{C: 32, H: 9, W: 7, OC: 5, KH: 1, KW: 1, StrideH: 2, StrideW: 3},
		{C: 80, H: 2, W: 3, OC: 130, KH: 1, KW: 1},
		{C: 20, H: 5, W: 9, OC: 70, KH: 1, KW: 1},
		{C: 1, H: 11, W: 30, OC: 64, KH: 3, KW: 3, PadH: 1, PadW: 1},
		{C: 3, H: 7, W: 8, OC: 70, KH: 2, KW: 5, PadH: 1, PadW: 2, StrideW: 2, DilationH: 2},
		{C: 5, H: 1, W: 1, OC: 17, KH: 3, KW: 3, PadH: 2, PadW: 2},
		{C: 1, H: 28, W: 28, OC: 64, KH: 3, KW: 3, PadH: 1, PadW: 1},
		{C: 64, H: 28, W: 28, OC: 16, KH: 1, KW: 1},
	} {
		all = append(all, withStrides(g))
	}
	for len(all) < 40 {
		all = append(all, withStrides(ConvGeometry{
			C: 1 + r.IntN(24), H: 1 + r.IntN(9), W: 1 + r.IntN(20), OC: 16 + r.IntN(70), KH: 1 + r.IntN(4), KW: 1 + r.IntN(4),
			StrideH: 1 + r.IntN(3), StrideW: 1 + r.IntN(3), PadH: r.IntN(4), PadW: r.IntN(4), PadEndH: r.IntN(2), PadEndW: r.IntN(2),
			DilationH: 1 + r.IntN(2), DilationW: 1 + r.IntN(2),
		}))
	}
	var valid []ConvGeometry
	for _, g := range all {
		if g, err := NewConvGeometry(g); err == nil {
			valid = append(valid, g)
		}
	}
	require.Greater(t, len(valid), 30)
	return valid
}

func withStrides(g ConvGeometry) ConvGeometry {
	g.StrideH, g.StrideW = max(g.StrideH, 1), max(g.StrideW, 1)
	return g
}

func TestConvolutionPanelsAgreeWithPlainLoops(t *testing.T) {
	for _, isa := range vectorISAs(t) {
		t.Run(isa.String(), func(t *testing.T) {
			r := rand.New(rand.NewPCG(9, 9))
			for _, g := range panelConvs(t, r) {
				for _, relu := range []bool{false, true} {
					for _, dx := range []bool{false, true} {
						testConvolution(t, r, isa, g, nil, relu, dx)
					}
				}
			}
		})
	}
}

// All instruction sets give the same bits, whether or not the outputs begin at a cache
// line.
func TestConvolutionPanelsSameBits(t *testing.T) {
	isas := vectorISAs(t)
	r := rand.New(rand.NewPCG(10, 10))
	for _, g := range panelConvs(t, r) {
		x, _ := guarded(r, g.C*g.H*g.W*Lanes, 1)
		w, _ := guarded(r, g.OC*g.weights(), 1)
		for _, wantDX := range []bool{false, true} {
			var first [][]float32
			for _, isa := range isas {
				for skip := range 2 {
					c := Set[float32]{ISA: isa}.NewConvolution(g, nil, true, 1, wantDX)
					y, dx := Alloc[float32](c.Outputs()*Lanes + skip)[skip:], []float32(nil)
					if wantDX {
						dx = Alloc[float32](len(x) + skip)[skip:]
					}
					dw, db := make([]float32, len(w)), make([]float32, g.OC)
					c.Forward(0, y, nil, x, w, nil)
					c.Backward(0, dx, dw, db, y, y, nil, x, w)
					all := [][]float32{y, dx, dw, db}
					if first == nil {
						first = all
					}
					require.Equal(t, first, all, "%v %+v", isa, g)
				}
			}
		}
	}
}
