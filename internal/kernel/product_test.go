package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The vector kernels agree with the plain loop to rounding and with each other to the
// bit, and leave everything outside the result unchanged.
func TestProduct(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 11))
	for range 200 {
		p := productTile{
			tiles: 1 + r.IntN(4), n: 1 + r.IntN(40), xTile: r.IntN(9), xOut: r.IntN(9), xInner: r.IntN(9),
			wOut: r.IntN(9), wInner: r.IntN(9), add: r.IntN(2) == 0,
		}
		if p.outX, p.outW = 1, p.tiles*productX+r.IntN(3); r.IntN(2) == 0 {
			p.outX, p.outW = productW+r.IntN(3), 1
		}
		what := fmt.Sprintf("%+v", p)
		x, _ := guarded(r, ((p.tiles-1)*p.xTile+3*p.xOut+(p.n-1)*p.xInner+1)*Lanes, 1)
		w, _ := guarded(r, (5*p.wOut+(p.n-1)*p.wInner+1)*Lanes, 1)
		size := ((p.tiles*productX-1)*p.outX + 5*p.outW + 1) * Lanes
		before, _ := guarded(r, size, 1)
		run := func(isa ISA) []float32 {
			out, check := guarded(r, size, 1)
			copy(out, before)
			Set[float32]{isa}.product(&p, out, x, w)
			check(t)
			return out
		}
		want := run(Go)
		for i := range size / Lanes { // c and j are the indices of place i, if it belongs to the result
			c, j := i/p.outX, i%p.outX
			if p.outX == 1 {
				c, j = i%p.outW, i/p.outW
			}
			if c >= p.tiles*productX || j >= productW {
				require.Equal(t, before[i*Lanes:][:Lanes], want[i*Lanes:][:Lanes], what)
				continue
			}
			var sum float64
			if p.add {
				sum = float64(before[i*Lanes+3])
			}
			for k := range p.n {
				sum += float64(x[(c/4*p.xTile+c%4*p.xOut+k*p.xInner)*Lanes+3]) * float64(w[(j*p.wOut+k*p.wInner)*Lanes+3])
			}
			require.InDelta(t, sum, want[i*Lanes+3], 1e-4, what)
		}
		var first []float32
		for _, isa := range vectorISAs(t) {
			got := run(isa)
			close32(t, want, got, 1e-4, what)
			if first == nil {
				first = got
			}
			require.Equal(t, first, got, what)
		}
	}
}

func TestSoftmax(t *testing.T) {
	r := rand.New(rand.NewPCG(12, 12))
	for range 100 {
		n := 1 + r.IntN(70)
		x, _ := guarded(r, n*Lanes, 5)
		if r.IntN(3) == 0 {
			x[r.IntN(len(x))] = -1e30 // a masked key
		}
		dy, _ := guarded(r, n*Lanes, 1)
		run := func(isa ISA) [2][]float32 {
			y, c0 := guarded(r, n*Lanes, 1)
			dx, c1 := guarded(r, n*Lanes, 1)
			k := Set[float32]{isa}
			k.Softmax(y, x, n)
			k.SoftmaxBackward(dx, dy, y, n)
			c0(t)
			c1(t)
			inPlace := append([]float32{}, x...)
			k.Softmax(inPlace, inPlace, n)
			require.Equal(t, y, inPlace)
			up := append([]float32{}, dy...)
			k.SoftmaxBackward(up, up, y, n)
			require.Equal(t, dx, up)
			return [2][]float32{y, dx}
		}
		want := run(Go)
		for l := range Lanes {
			var top, sum, mean float64 = math.Inf(-1), 0, 0
			for i := l; i < len(x); i += Lanes {
				top = max(top, float64(x[i]))
			}
			for i := l; i < len(x); i += Lanes {
				sum += math.Exp(float64(x[i]) - top)
			}
			for i := l; i < len(x); i += Lanes {
				y := math.Exp(float64(x[i])-top) / sum
				require.InDelta(t, y, want[0][i], 1e-6)
				mean += y * float64(dy[i])
			}
			for i := l; i < len(x); i += Lanes {
				require.InDelta(t, float64(want[0][i])*(float64(dy[i])-mean), want[1][i], 2e-6)
			}
		}
		var first [2][]float32
		for _, isa := range vectorISAs(t) {
			got := run(isa)
			for i := range got {
				close32(t, want[i], got[i], 1e-5, "softmax")
			}
			if first[0] == nil {
				first = got
			}
			require.Equal(t, first, got)
		}
	}
}

// A NaN is not lost. If all keys are masked, all weights are equal.
func TestSoftmaxOfExtremes(t *testing.T) {
	for _, isa := range isas() {
		k, x := Set[float32]{isa}, make([]float32, 2*Lanes)
		for i := range x {
			x[i] = -1e30
		}
		x[3] = float32(math.NaN())
		x[4] = 1e30
		k.Softmax(x, x, 2)
		assert.Equal(t, []float32{.5, 1, 0}, []float32{x[0], x[4], x[4+Lanes]})
		assert.True(t, x[3] != x[3] && x[3+Lanes] != x[3+Lanes])
	}
}

// BenchmarkProduct measures the products in a step of a small transformer: 128 places,
// heads of width 32.
func BenchmarkProduct(b *testing.B) {
	const places, width = 128, 33
	x, w, out := Alloc[float32](places*width*Lanes), Alloc[float32](places*width*Lanes), Alloc[float32](places*places*Lanes)
	for name, p := range map[string]productTile{
		"scores":  {tiles: places / 4, n: 32, xTile: 4 * width, xOut: width, xInner: 1, wOut: width, wInner: 1, outW: places, outX: 1},
		"values":  {tiles: 8, n: places, xTile: 4, xOut: 1, xInner: width, wOut: places, wInner: 1, outW: width, outX: 1},
		"columns": {tiles: 8, n: 24, xTile: 4, xOut: 1, xInner: width, wOut: 1, wInner: places, outW: width, outX: 1, add: true},
	} {
		for _, isa := range isas() {
			k := Set[float32]{isa}
			b.Run(name+"/"+isa.String(), func(b *testing.B) {
				from := w
				if name != "scores" {
					from = out
				}
				for b.Loop() {
					for c := range places / productW {
						switch name {
						case "scores":
							k.product(&p, out[c*6*places*Lanes:], x, from[c*6*width*Lanes:])
						case "values":
							k.product(&p, w, x, from[c*6*places*Lanes:])
						default:
							k.product(&p, w[c*6*width*Lanes:], x, from[c*6*Lanes:])
						}
					}
				}
				reportShare(b, isa, 1, places/productW*p.tiles*productX*productW*p.n*Lanes)
			})
		}
	}
}
