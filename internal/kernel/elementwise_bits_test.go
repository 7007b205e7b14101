package kernel

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// eachISA runs a property with the vector kernels of each instruction set.
func eachISA(t *testing.T, property func(t *rapid.T, k Set[float32])) {
	for _, isa := range vectorISAs(t) {
		t.Run(isa.String(), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { property(t, Set[float32]{isa}) })
		})
	}
}

// rapidSets runs a property with the vector kernels of all instruction sets at once.
func rapidSets(t *testing.T, property func(t *rapid.T, sets []Set[float32])) {
	var sets []Set[float32]
	for _, isa := range vectorISAs(t) {
		sets = append(sets, Set[float32]{isa})
	}
	rapid.Check(t, func(t *rapid.T) { property(t, sets) })
}

// special32 holds every kind of float32: zeros, denormals, the largest numbers,
// infinities, NaN.
var special32 = []float32{
	0, float32(math.Copysign(0, -1)), 1, -1, 0.625, math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32, 1e-40, -1e-40,
	math.MaxFloat32, -math.MaxFloat32, 88.72, 88.73, -87.4, -103.97, -104, 1e30, -1e30, float32(inf), float32(-inf), float32(nan),
}

// wild returns n numbers, of which about one in four is special.
func wild(s *sampler, n int) *buffer[float32] {
	b := values[float32](s, n)
	for i := range b.data {
		if s.intn(4) == 0 {
			b.data[i] = special32[s.intn(len(special32))]
		}
	}
	return b
}

// sameBits requires the same bits, except that any NaN equals any other.
func sameBits(t require.TestingT, want, got []float32, what string) {
	require.Len(t, got, len(want), what)
	for i, w := range want {
		if g := got[i]; math.Float32bits(g) != math.Float32bits(w) && (g == g || w == w) {
			require.FailNow(t, "other bits", "%s[%d] = %v, want %v", what, i, g, w)
		}
	}
}

// elementwiseKernels are the kernels of up to four slices that give the same
// bits with every instruction set. The slices that they write come first.
var elementwiseKernels = []struct {
	name    string
	writes  int
	reads   int // slices that are only read
	inPlace bool
	run     func(k Set[float32], x [][]float32, a []float32)
}{
	{"ReLU", 1, 1, true, func(k Set[float32], x [][]float32, _ []float32) { k.ReLU(x[0], x[1]) }},
	{"ReLUBackward", 1, 2, true, func(k Set[float32], x [][]float32, _ []float32) { k.ReLUBackward(x[0], x[1], x[2]) }},
	{"SigmoidBackward", 1, 2, true, func(k Set[float32], x [][]float32, _ []float32) { k.SigmoidBackward(x[0], x[1], x[2]) }},
	{"TanhBackward", 1, 2, true, func(k Set[float32], x [][]float32, _ []float32) { k.TanhBackward(x[0], x[1], x[2]) }},
	{"LeakyReLU", 1, 1, true, func(k Set[float32], x [][]float32, a []float32) { k.LeakyReLU(x[0], x[1], a[0]) }},
	{"LeakyReLUBackward", 1, 2, true, func(k Set[float32], x [][]float32, a []float32) { k.LeakyReLUBackward(x[0], x[1], x[2], a[0]) }},
	{"Add", 1, 2, true, func(k Set[float32], x [][]float32, _ []float32) { k.Add(x[0], x[1], x[2]) }},
	{"Scale", 1, 1, true, func(k Set[float32], x [][]float32, a []float32) { k.Scale(x[0], x[1], a[0]) }},
	{"SumSquares", 1, 1, false, func(k Set[float32], x [][]float32, _ []float32) {
		if total := k.SumSquares(x[1]); len(x[0]) > 1 {
			bits := math.Float64bits(total)
			if total != total {
				bits = math.MaxUint64
			}
			x[0][0], x[0][1] = float32(bits>>40), float32(bits&(1<<40-1)>>20)
		}
	}},
}

// Elementwise kernels give the same bits with and without vectors, for any length
// and any numbers, also in place, and write nothing else.
func TestElementwiseSameBits(t *testing.T) {
	for _, c := range elementwiseKernels {
		t.Run(c.name, func(t *testing.T) {
			eachISA(t, func(t *rapid.T, k Set[float32]) {
				n, s := rapid.IntRange(0, 100).Draw(t, "n"), newSampler(t)
				factors := make([]float32, 9)
				for i := range factors {
					factors[i] = float32(math.Abs(s.float()))
				}
				var bufs []*buffer[float32]
				var want, got [][]float32
				for range c.writes + c.reads {
					b := wild(s, n)
					bufs = append(bufs, b)
					want, got = append(want, append([]float32(nil), b.data...)), append(got, b.data)
				}
				if c.inPlace && rapid.Bool().Draw(t, "in place") {
					want[0], got[0] = want[1], got[1]
				}
				c.run(Set[float32]{Go}, want, factors)
				c.run(k, got, factors)
				for i := range got {
					sameBits(t, want[i], got[i], label("slice", i))
					bufs[i].check(t, label("slice", i))
				}
			})
		})
	}
}
