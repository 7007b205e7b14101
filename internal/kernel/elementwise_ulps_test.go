package kernel

import (
	"flag"
	"math"
	"slices"
	"testing"

	"descent/internal/elementary"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var everyFloat = flag.Bool("everyfloat", false, "test the elementwise functions with every float32, which takes minutes")

type unaryFunction struct {
	name string
	run  func(k Set[float32], y, x []float32)
	want func(x float64) float64
	ulps float64
}

// off returns the error of f(x) in units in the last place. The error of a SiLU is the
// error of its gate times x, also where the gate is denormal.
func (f unaryFunction) off(got, x float32) float64 {
	want := f.want(float64(x))
	if f.name == "SiLU" && math.Abs(want-float64(got)) < 1e-43 {
		return 0
	}
	return ulps(got, want)
}

// unary holds the elementwise functions of one slice, and bounds on their errors in
// units in the last place. The largest errors of the first four over every float32 are
// 1.010, 0.500, 1.977 and 1.466. Those of GELU and SiLU over a choice of numbers are 5.7
// and 2.5.
var unary = []unaryFunction{
	{"Exp", Set[float32].Exp, math.Exp, 1.1},
	{"Log", Set[float32].Log, math.Log, 0.51},
	{"Sigmoid", Set[float32].Sigmoid, func(x float64) float64 {
		if x < 0 {
			return math.Exp(x) / (1 + math.Exp(x))
		}
		return 1 / (1 + math.Exp(-x))
	}, 2},
	{"Tanh", Set[float32].Tanh, math.Tanh, 2},
	{"GELU", Set[float32].GELU, func(x float64) float64 {
		if x < -38 { // without the sign of −0
			return 0
		}
		return geluOf(x)
	}, 6},
	{"Softplus", func(k Set[float32], y, x []float32) { k.Softplus(y, x, 1.5) }, func(x float64) float64 {
		return max(x, 0) + elementary.Log1p(math.Exp(-1.5*math.Abs(x)))/1.5
	}, 0.51},
	{"ELU", func(k Set[float32], y, x []float32) { k.ELU(y, x, 1.5) }, func(x float64) float64 {
		if x <= 0 {
			return 1.5 * elementary.Expm1(x)
		}
		return x
	}, 0.51},
	{"SiLU", func(k Set[float32], y, x []float32) { k.Gated(y, x, 1, 0) }, func(x float64) float64 {
		if math.IsInf(x, -1) {
			return math.Copysign(0, -1)
		}
		return x * elementary.Logistic(x)
	}, 3},
}

// slopes are the factors of the gradients of activations.
var slopes = []struct {
	name string
	run  func(k Set[float32], dx, dy, x []float32)
	want func(x float64) float64
}{
	{"GELU", Set[float32].GELUBackward, geluSlope},
	{"Softplus", func(k Set[float32], dx, dy, x []float32) { k.SoftplusBackward(dx, dy, x, 1.5) }, func(x float64) float64 {
		return elementary.Logistic(1.5 * x)
	}},
	{"ELU", func(k Set[float32], dx, dy, x []float32) { k.ELUBackward(dx, dy, x, 1.5) }, func(x float64) float64 {
		if x <= 0 {
			return 1.5 * math.Exp(x)
		}
		return 1
	}},
	{"SiLU", func(k Set[float32], dx, dy, x []float32) { k.GatedBackward(dx, dy, x, 1, 0) }, func(x float64) float64 {
		s := elementary.Logistic(x)
		if math.Abs(x) > 1e3 {
			return s
		}
		return s + x*s*(1-s)
	}},
	{"GELU of tanh", func(k Set[float32], dx, dy, x []float32) { k.GatedBackward(dx, dy, x, 1.5, .0625) }, func(x float64) float64 {
		s := elementary.Logistic(1.5*x + x*x*x/16)
		if math.Abs(x) > 1e3 {
			return s
		}
		return s + x*(1.5+3*x*x/16)*s*(1-s)
	}},
}

// The factors are within 3e-7 for a choice of all numbers, with the same bits on each
// instruction set, also in place.
func TestSlopes(t *testing.T) {
	var x, ones []float32
	for bits := uint64(0); bits < 1<<32; bits += 65521 {
		x, ones = append(x, math.Float32frombits(uint32(bits))), append(ones, 1)
	}
	for i := range 1 << 14 {
		x, ones = append(x, float32(i-1<<13)/512), append(ones, 1)
	}
	x, ones = x[:len(x)&^15], ones[:len(x)&^15]
	for _, f := range slopes {
		t.Run(f.name, func(t *testing.T) {
			worst, first := 0.0, []float32(nil)
			for _, isa := range vectorISAs(t) {
				dx := slices.Clone(ones)
				f.run(Set[float32]{isa}, dx, dx, x)
				for i, v := range x {
					want := f.want(float64(v))
					if want != want {
						require.True(t, dx[i] != dx[i])
						continue
					}
					if d := math.Abs(float64(dx[i]) - want); d > worst {
						worst = d
						require.Less(t, d, 3e-7, "%v at %v", isa, v)
					}
				}
				if first == nil {
					first = dx
				}
				sameBits(t, first, dx, isa.String())
			}
			t.Logf("largest error %.3g", worst)
		})
	}
}

// ulps returns how far a float32 is from a value, in units in the last place of the
// value as a float32, also if it is denormal.
func ulps(got float32, want float64) float64 {
	rounded := float32(want)
	switch {
	case got == rounded && (got != 0 || math.Signbit(float64(got)) == math.Signbit(want)) || got != got && want != want:
		if math.IsInf(float64(got), 0) || got != got {
			return 0
		}
	case got != got || want != want || math.IsInf(float64(got), 0) || math.IsInf(float64(rounded), 0), got == 0 && want == 0:
		return math.Inf(1)
	}
	_, e := math.Frexp(want)
	return math.Abs(float64(got)-want) / math.Ldexp(1, max(e-24, -149))
}

// The elementwise functions stay within their error bounds for a dense choice of all
// numbers, with the same bits on each instruction set.
func TestFunctions(t *testing.T) {
	stride := uint64(509) // a prime, so that mantissas have all kinds of low bits
	if *everyFloat {
		stride = 1
	}
	isas := vectorISAs(t)
	for _, f := range unary {
		t.Run(f.name, func(t *testing.T) {
			const block = 1 << 14
			x, first, y := make([]float32, block), make([]float32, block), make([]float32, block)
			worst, worstAt := 0.0, float32(0)
			for bits := uint64(0); bits < 1<<32; bits += stride * block {
				for i := range x {
					x[i] = math.Float32frombits(uint32(bits + uint64(i)*stride))
				}
				f.run(Set[float32]{isas[0]}, first, x)
				for i, v := range x {
					if e := f.off(first[i], v); e > worst {
						worst, worstAt = e, v
					}
				}
				for _, isa := range isas[1:] {
					f.run(Set[float32]{isa}, y, x)
					sameBits(t, first, y, isa.String())
				}
			}
			t.Logf("largest error %.3f ulp, at %v", worst, worstAt)
			assert.LessOrEqual(t, worst, f.ulps, "at %v", worstAt)
		})
	}
}

// The functions stay within their bounds for the numbers at which something changes,
// and for a thousand on either side of them, at any length and in place.
func TestFunctionsOfSpecials(t *testing.T) {
	specials := append([]float32{
		0.5, 2, 16, 17, 10, 9.01, 0.6249999, math.Ln2 / 2, -math.Ln2 / 2, math.Sqrt2, math.Sqrt2 / 2, 104.5, 88, 89, -89, -88, 44, 52,
	}, special32...)
	for _, f := range unary {
		t.Run(f.name, func(t *testing.T) {
			eachISA(t, func(t *rapid.T, k Set[float32]) {
				s, n := newSampler(t), rapid.IntRange(0, 70).Draw(t, "n")
				x, y := newBuffer(n, float32(12345)), newBuffer(n, float32(777))
				for i := range x.data {
					x.data[i] = math.Float32frombits(math.Float32bits(specials[s.intn(len(specials))]) + uint32(s.intn(2001)-1000)*uint32(s.intn(2)))
				}
				f.run(k, y.data, x.data)
				for i, v := range x.data {
					require.LessOrEqual(t, f.off(y.data[i], v), f.ulps, "%v of %v is %v", f.name, v, y.data[i])
				}
				y.check(t, "y")
				f.run(k, x.data, x.data)
				sameBits(t, y.data, x.data, "in place")
				x.check(t, "x")
			})
		})
	}
}

// The plain loops compute the functions of package math.
func TestExpAndLog(t *testing.T) {
	x := []float64{0, 1, -1, 700, -700, 1e-300, inf, -inf, nan}
	y, z := make([]float64, len(x)), make([]float64, len(x))
	Set[float64]{}.Exp(y, x)
	Set[float64]{}.Log(z, x)
	for i, v := range x {
		e, l := math.Exp(v), math.Log(v)
		assert.True(t, y[i] == e || e != e && y[i] != y[i], "exp(%v) = %v", v, y[i])
		assert.True(t, z[i] == l || l != l && z[i] != z[i], "log(%v) = %v", v, z[i])
	}
}

func BenchmarkFunctions(b *testing.B) {
	const n = 6 * 28 * 28 * Lanes
	x, y := random32(n), make([]float32, n)
	for _, f := range unary {
		for _, isa := range append([]ISA{Go}, vectorISAs(b)...) {
			b.Run(f.name+"/"+isa.String(), func(b *testing.B) {
				b.SetBytes(8 * n)
				for b.Loop() {
					f.run(Set[float32]{isa}, y, x)
				}
			})
		}
	}
}
