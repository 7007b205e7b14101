//go:build amd64 && !purego

package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTileOffsets(t *testing.T) {
	var a tileArgs
	assert.Equal(t, []uintptr{0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120, 128, 136, 144, 152}, []uintptr{
		unsafe.Offsetof(a.x), unsafe.Offsetof(a.w), unsafe.Offsetof(a.steps), unsafe.Offsetof(a.tiles), unsafe.Offsetof(a.count),
		unsafe.Offsetof(a.inner), unsafe.Offsetof(a.xInner), unsafe.Offsetof(a.wInner), unsafe.Offsetof(a.wOut),
		unsafe.Offsetof(a.out), unsafe.Offsetof(a.outStep), unsafe.Offsetof(a.bias), unsafe.Offsetof(a.floor),
		unsafe.Offsetof(a.mask), unsafe.Offsetof(a.maskOut), unsafe.Offsetof(a.live), unsafe.Offsetof(a.nan), unsafe.Offsetof(a.half), unsafe.Offsetof(a.from), unsafe.Offsetof(a.biasOut),
	})
	var p tile
	assert.Equal(t, []uintptr{0, 32, 64, 72, 80, 88}, []uintptr{
		unsafe.Offsetof(p.x), unsafe.Offsetof(p.out), unsafe.Offsetof(p.steps), unsafe.Offsetof(p.n), unsafe.Offsetof(p.w), unsafe.Sizeof(p),
	})
	var s step
	assert.Equal(t, []uintptr{0, 8, 16}, []uintptr{unsafe.Offsetof(s.x), unsafe.Offsetof(s.w), unsafe.Sizeof(s)})
}

// tileCase is a random problem for a tile kernel, with its solution.
type tileCase struct {
	nv, nr     int
	x, w, bias []float32
	out        []float32
	mask       []uint16
	steps      []step
	tiles      []tile
	a          tileArgs
	sums       [][]float64 // by tile: nr × nv × 16
}

func newTileCase(r *rand.Rand, nv, nr, operandLanes int) *tileCase {
	c := &tileCase{nv: nv, nr: nr}
	const size = 4096
	c.x, c.w, c.bias, c.out, c.mask = make([]float32, size), make([]float32, size), make([]float32, 8), make([]float32, size), make([]uint16, size)
	for _, s := range [][]float32{c.x, c.w, c.bias} {
		for i := range s {
			s[i] = float32(r.NormFloat64())
		}
	}
	c.a = tileArgs{inner: 1 + r.IntN(5), xInner: 4 * r.IntN(20), wInner: 4 * r.IntN(20), wOut: 4 * r.IntN(100)}
	for range 5 {
		c.steps = append(c.steps, step{4 * r.IntN(900), 4 * r.IntN(900)})
	}
	for range 1 + r.IntN(3) {
		var t tile
		for v := range t.x {
			t.x[v] = 4 * r.IntN(900)
		}
		first := r.IntN(5)
		t.steps, t.n = int(unsafe.Sizeof(step{}))*first, r.IntN(6-first)
		c.tiles = append(c.tiles, t)
		sums := make([]float64, nr*nv*Lanes)
		for j := range nr {
			for v := range nv {
				for l := range Lanes {
					s := float64(c.bias[j])
					if operandLanes > 1 {
						s = 0
					}
					for _, st := range c.steps[first : first+t.n] {
						for i := range c.a.inner {
							s += float64(c.x[(t.x[v]+st.x+i*c.a.xInner)/4+l]) * float64(c.w[(j*c.a.wOut+st.w+i*c.a.wInner)/4+l*(operandLanes-1)/15])
						}
					}
					sums[(j*nv+v)*Lanes+l] = s
				}
			}
		}
		c.sums = append(c.sums, sums)
	}
	c.a.x, c.a.w, c.a.steps, c.a.tiles, c.a.count = &c.x[0], &c.w[0], &c.steps[0], &c.tiles[0], len(c.tiles)
	c.a.out, c.a.bias, c.a.mask, c.a.half = &c.out[0], &c.bias[0], &c.mask[0], new([192]float32)
	return c
}

func eachTileISA(t *testing.T, f func(t *testing.T, k *tileKernels)) {
	for _, isa := range []ISA{AVX2, AVX512} {
		t.Run(isa.String(), func(t *testing.T) {
			if isa.Available() != nil {
				t.Skip("not available on this machine")
			}
			f(t, kernelsOf(isa))
		})
	}
}

func TestTileStore(t *testing.T) {
	eachTileISA(t, func(t *testing.T, k *tileKernels) {
		r := rand.New(rand.NewPCG(1, 2))
		for range 300 {
			nv, nr := 1+3*r.IntN(2), 1+r.IntN(6)
			c := newTileCase(r, nv, nr, 1)
			c.a.floor = []float32{0, float32(math.Inf(-1))}[r.IntN(2)]
			c.a.outStep = 4 * nv * Lanes * len(c.tiles)
			for i := range c.tiles {
				for v := range nv {
					c.tiles[i].out[v] = 4 * Lanes * (i*nv + v)
				}
			}
			if r.IntN(2) == 0 { // all tiles start from the same sums
				from := make([]float32, nr*nv*Lanes)
				for i := range from {
					from[i] = float32(r.NormFloat64())
					for t := range c.sums {
						c.sums[t][i] += float64(from[i] - c.bias[i/Lanes/nv])
					}
				}
				c.a.from = &from[0]
			}
			floor := float64(c.a.floor)
			table := k.store1
			if nv == 4 {
				table = k.store4
				if r.IntN(2) == 0 {
					table, c.out = k.stream4, Alloc[float32](len(c.out))
					c.a.out = &c.out[0]
				}
			}
			table[nr](&c.a)
			fence()
			for i, sums := range c.sums {
				for n, s := range sums {
					j, v, l := n/Lanes/nv, n/Lanes%nv, n%Lanes
					if got := float64(c.out[((j*len(c.tiles)+i)*nv+v)*Lanes+l]); !(math.Abs(got-max(floor, s)) <= 1e-5) {
						t.Fatalf("%d vectors, %d outputs, tile %d, output %d, vector %d, lane %d: got %v, want %v", nv, nr, i, j, v, l, got, max(floor, s))
					}
				}
			}
			rest := c.out[nr*nv*Lanes*len(c.tiles):]
			require.Equal(t, make([]float32, len(rest)), rest)
		}
	})
}

func TestTileSum(t *testing.T) {
	eachTileISA(t, func(t *testing.T, k *tileKernels) {
		r := rand.New(rand.NewPCG(1, 2))
		for range 300 {
			nr := 1 + r.IntN(6)
			c := newTileCase(r, 4, nr, 16)
			c.a.outStep = 4 * 4 * len(c.tiles)
			for i := range c.tiles {
				c.tiles[i].out[0] = 4 * 4 * i
			}
			for i := range c.out {
				c.out[i] = 1
			}
			k.sum4[nr](&c.a)
			for i, sums := range c.sums {
				for n := 0; n < len(sums); n += Lanes {
					s := 0.0
					for _, v := range sums[n : n+Lanes] {
						s += v
					}
					j, v := n/Lanes/4, n/Lanes%4
					require.InDelta(t, s, c.out[(j*len(c.tiles)+i)*4+v], 1e-4)
				}
			}
			rest, ones := c.out[nr*4*len(c.tiles):], make([]float32, len(c.out))
			fill(ones, 1)
			require.Equal(t, ones[:len(rest)], rest)
		}
	})
}

func TestTilePool(t *testing.T) {
	eachTileISA(t, func(t *testing.T, k *tileKernels) {
		r := rand.New(rand.NewPCG(1, 2))
		for range 300 {
			nr := 1 + r.IntN(6)
			c := newTileCase(r, 4, nr, 1)
			relu := r.IntN(2) == 0
			c.a.live = ^uint64(0)
			c.a.floor = float32(math.Inf(-1))
			if relu {
				c.a.live, c.a.floor = 0, 0
			}
			c.a.outStep, c.a.maskOut = 4*Lanes*len(c.tiles), 8*len(c.tiles)
			for i := range c.tiles {
				c.tiles[i].out[0], c.tiles[i].out[1] = 4*Lanes*i, 8*i
			}
			k.pool4[nr](&c.a)
			require.Zero(t, c.a.nan)
			for i, sums := range c.sums {
				for j := range nr {
					for l := range Lanes {
						best, at := math.Inf(-1), 0
						for v := range 4 {
							if s := sums[(j*4+v)*Lanes+l]; s > best+1e-5 {
								best, at = s, v
							}
						}
						if relu {
							best = max(best, 0)
						}
						if got := float64(c.out[(j*len(c.tiles)+i)*Lanes+l]); !(math.Abs(got-best) <= 1e-5) {
							t.Fatalf("%v: want %v", got, best)
						}
						for v := range 4 {
							bit := c.mask[(j*len(c.tiles)+i)*4+v]>>l&1 == 1
							if want := v == at && (best > 0 || !relu); bit != want {
								t.Fatalf("bit %v of %d outputs, tile %d, output %d, lane %d, vector %d, sums %v", bit, nr, i, j, l, v, sums[j*4*Lanes:])
							}
						}
					}
				}
			}
		}
	})
}
