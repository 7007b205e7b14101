package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// vectorISAs returns the instruction sets to test against the plain loops.
func vectorISAs(t testing.TB) []ISA {
	var all []ISA
	for _, i := range []ISA{AVX2, AVX512} {
		if i.Available() == nil {
			all = append(all, i)
		}
	}
	if len(all) == 0 {
		t.Skip("no vector kernels on this machine or in this build")
	}
	return all
}

// guarded returns n random values between guard words, and a check of the guards.
func guarded(r *rand.Rand, n int, scale float64) ([]float32, func(t *testing.T)) {
	const guard, word = 32, 12345.678
	b := make([]float32, n+2*guard)
	for i := range b {
		b[i] = word
	}
	x := b[guard : guard+n : guard+n]
	for i := range x {
		x[i] = float32(scale * r.NormFloat64())
	}
	return x, func(t *testing.T) {
		t.Helper()
		for i := range guard {
			require.EqualValues(t, float32(word), b[i])
			require.EqualValues(t, float32(word), b[guard+n+i])
		}
	}
}

// close32 checks that each element of got is within tolerance·max(1, |want|) of want.
func close32(t *testing.T, want, got []float32, tolerance float64, what string) {
	t.Helper()
	require.Len(t, got, len(want), what)
	for i, w := range want {
		if !(math.Abs(float64(w)-float64(got[i])) <= tolerance*max(1, math.Abs(float64(w)))) { // calling require for each would take longer than everything else
			t.Fatalf("%s: element %d: want %v, got %v", what, i, w, got[i])
		}
	}
}

func randomConv(r *rand.Rand) (ConvGeometry, *PoolGeometry) {
	for {
		g, err := NewConvGeometry(ConvGeometry{
			C: 1 + r.IntN(7), H: 1 + r.IntN(9), W: 1 + r.IntN(9), OC: 1 + r.IntN(14), KH: 1 + r.IntN(5), KW: 1 + r.IntN(5),
			StrideH: 1 + r.IntN(3), StrideW: 1 + r.IntN(3), PadH: r.IntN(4), PadW: r.IntN(4),
			PadEndH: max(r.IntN(6)-3, 0), PadEndW: max(r.IntN(6)-3, 0),
			DilationH: max(r.IntN(6)-2, 1), DilationW: max(r.IntN(6)-2, 1), Groups: max(r.IntN(8)-4, 1),
		})
		if err != nil {
			continue
		}
		if r.IntN(2) == 0 {
			return g, nil
		}
		size, stride := 2, 2
		if r.IntN(3) == 0 {
			size, stride = 1+r.IntN(3), 1+r.IntN(3)
		}
		p, err := NewPoolGeometry(PoolGeometry{C: g.OC, H: g.OH, W: g.OW, KH: size, KW: size, StrideH: stride, StrideW: stride})
		if err == nil {
			return g, &p
		}
	}
}

func TestConvolutionAgreesWithPlainLoops(t *testing.T) {
	for _, isa := range vectorISAs(t) {
		t.Run(isa.String(), func(t *testing.T) {
			r := rand.New(rand.NewPCG(7, 7))
			for range 300 {
				g, p := randomConv(r)
				testConvolution(t, r, isa, g, p, r.IntN(2) == 0, r.IntN(4) > 0)
			}
		})
	}
}

// testConvolution runs a group through the plain loops and the vector kernels.
func testConvolution(t *testing.T, r *rand.Rand, isa ISA, g ConvGeometry, p *PoolGeometry, relu, wantDX bool) {
	t.Helper()
	plain := Set[float32]{ISA: Go}.NewConvolution(g, p, relu, 1, wantDX)
	fast := Set[float32]{ISA: isa}.NewConvolution(g, p, relu, 2, wantDX)
	what := fmt.Sprintf("%v %+v pool %+v relu %v", isa, g, p, relu)
	x, _ := guarded(r, g.C*g.H*g.W*Lanes, 1)
	w, _ := guarded(r, g.OC*g.weights(), 1)
	bias, _ := guarded(r, g.OC, 1)
	if r.IntN(4) == 0 {
		bias = nil
	}
	dy, _ := guarded(r, plain.Outputs()*Lanes, 1)
	type result struct {
		y, dx, dw, db []float32
		mask          []uint16
	}
	run := func(c *Convolution[float32], worker int) result {
		var res result
		var checks [4]func(*testing.T)
		res.y, checks[0] = guarded(r, c.Outputs()*Lanes, 1)
		res.dx, checks[1] = guarded(r, len(x), 1)
		res.dw, checks[2] = guarded(r, len(w), 1)
		res.db, checks[3] = guarded(r, g.OC, 1)
		if p != nil {
			res.mask = make([]uint16, c.MaskSize())
		}
		dx := res.dx
		if !wantDX {
			dx = nil
		}
		c.Forward(worker, res.y, res.mask, x, w, bias)
		c.Backward(worker, dx, res.dw, res.db, dy, res.y, res.mask, x, w)
		for _, check := range checks {
			check(t)
		}
		return res
	}
	want := run(plain, 0)
	for worker := range 2 { // in the second run the worker's memory has been used
		got := run(fast, worker/2)
		close32(t, want.y, got.y, 1e-4, what+": y")
		if p != nil && assert.ObjectsAreEqual(want.mask, got.mask) == false {
			return // a near tie went the other way: the gradients may differ
		}
		close32(t, want.dw, got.dw, 1e-3, what+": dw")
		close32(t, want.db, got.db, 1e-3, what+": db")
		if wantDX {
			close32(t, want.dx, got.dx, 1e-4, what+": dx")
		}
	}
}

// All vector instruction sets give the same bits.
func TestConvolutionSameBits(t *testing.T) {
	isas := vectorISAs(t)
	r := rand.New(rand.NewPCG(8, 8))
	for range 100 {
		g, p := randomConv(r)
		x, _ := guarded(r, g.C*g.H*g.W*Lanes, 1)
		w, _ := guarded(r, g.OC*g.weights(), 1)
		var first [][]float32
		for _, isa := range isas {
			c := Set[float32]{ISA: isa}.NewConvolution(g, p, true, 1, true)
			y, dx, dw, db := make([]float32, c.Outputs()*Lanes), make([]float32, len(x)), make([]float32, len(w)), make([]float32, g.OC)
			mask := make([]uint16, c.MaskSize())
			c.Forward(0, y, mask, x, w, nil)
			c.Backward(0, dx, dw, db, y, y, mask, x, w)
			all := [][]float32{y, dx, dw, db}
			if first == nil {
				first = all
			}
			require.Equal(t, first, all, "%v %+v %+v", isa, g, p)
		}
	}
}
