package kernel

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The kernels are tested against the definitions below, simple loops over
// rows [N][C][H][W] in float64, for sizes that rapid draws. Every buffer that a
// kernel gets is between guard words.

// guard is the number of words on either side of each buffer that must not change.
const guard = 24

// buffer is a kernel's slice with guards before and after it.
type buffer[E float32 | float64 | uint16 | uint8] struct {
	data []E
	all  []E
	mark E
}

func newBuffer[E float32 | float64 | uint16 | uint8](n int, mark E) *buffer[E] {
	all := make([]E, n+2*guard)
	for i := range all {
		all[i] = mark // the inside too: an overwriting kernel must not read it
	}
	// The capacity includes the guards, to catch a kernel that slices beyond the length.
	return &buffer[E]{data: all[guard : guard+n], all: all, mark: mark}
}

func (b *buffer[E]) check(t require.TestingT, what string) {
	for i, v := range b.all {
		if (i < guard || i >= guard+len(b.data)) && v != b.mark {
			require.FailNow(t, "guard word overwritten", "%s: element %d of %d is %v", what, i-guard, len(b.data), v)
		}
	}
}

// isas returns the available instruction sets, the plain loops first.
func isas() (have []ISA) {
	for i := Go; i <= Best(); i++ {
		have = append(have, i)
	}
	return have
}

func drawISA(t *rapid.T) ISA { return rapid.SampledFrom(isas()).Draw(t, "ISA") }

// sampler draws numbers from one drawn seed: rapid shrinks sizes, not data.
type sampler struct{ state uint64 }

func newSampler(t *rapid.T) *sampler {
	return &sampler{rapid.Uint64().Draw(t, "data")}
}

func (s *sampler) uint64() uint64 { s.state += golden; return mix(s.state) }

// float returns a number that is uniform in [−1, 1).
func (s *sampler) float() float64 { return float64(s.uint64()>>11)/(1<<52) - 1 }

func (s *sampler) intn(n int) int { return int(s.uint64() % uint64(n)) }

func values[T Float](s *sampler, n int) *buffer[T] {
	b := newBuffer(n, T(12345))
	for i := range b.data {
		b.data[i] = T(s.float())
	}
	return b
}

// small draws whole numbers in [−3, 3]: sums are exact, and pooling meets ties.
func small[T Float](s *sampler, n int) *buffer[T] {
	b := newBuffer(n, T(12345))
	for i := range b.data {
		b.data[i] = T(s.intn(7) - 3)
	}
	return b
}

// lane extracts one lane as float64.
func lane[T Float](x []T, l int) []float64 {
	row := make([]float64, len(x)/Lanes)
	for f := range row {
		row[f] = float64(x[f*Lanes+l])
	}
	return row
}

func float64s[T Float](x []T) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

// epsilon returns the unit roundoff of T.
func epsilon[T Float]() float64 {
	if T(1)+T(1e-10) == 1 {
		return math.Ldexp(1, -24)
	}
	return math.Ldexp(1, -53)
}

// near requires two sums of n products of numbers up to 1 to agree to rounding:
// n additions, each off by at most ε times the largest partial sum, n.
func near[T Float](t require.TestingT, want, got []float64, n int, what string) {
	require.Len(t, got, len(want), what)
	tolerance := epsilon[T]() * float64(n+8) * math.Sqrt(float64(n+8)) * 2
	for i := range want {
		if math.IsNaN(want[i]) && math.IsNaN(got[i]) || want[i] == got[i] {
			continue
		}
		if d := math.Abs(want[i] - got[i]); !(d <= tolerance) {
			require.FailNow(t, "not the definition's value", "%s[%d] = %v, want %v (off by %.3g, tolerance %.3g)", what, i, got[i], want[i], d, tolerance)
		}
	}
}

func inner(a, b []float64) float64 {
	var s float64
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

// both runs a property for float32 and float64.
func both(t *testing.T, f32, f64 func(*rapid.T)) {
	t.Run("float32", func(t *testing.T) { rapid.Check(t, f32) })
	t.Run("float64", func(t *testing.T) { rapid.Check(t, f64) })
}

func drawConv(t *rapid.T) ConvGeometry {
	n := func(name string, lo, hi int) int { return rapid.IntRange(lo, hi).Draw(t, name) }
	g := ConvGeometry{
		C: n("C", 1, 5), OC: n("OC", 1, 5),
		KH: n("KH", 1, 5), KW: n("KW", 1, 5),
		StrideH: n("StrideH", 1, 3), StrideW: n("StrideW", 1, 3),
		PadH: n("PadH", 0, 6), PadW: n("PadW", 0, 6),
		DilationH: 1, DilationW: 1, Groups: 1,
	}
	if rapid.Bool().Draw(t, "dilated") {
		g.DilationH, g.DilationW = n("DilationH", 1, 4), n("DilationW", 1, 4)
	}
	if rapid.Bool().Draw(t, "grouped") {
		g.Groups = n("Groups", 1, 4)
		g.C, g.OC = g.Groups*n("C of a group", 1, 3), g.Groups*n("OC of a group", 1, 3)
	}
	if rapid.Bool().Draw(t, "uneven") {
		g.PadEndH, g.PadEndW = n("PadEndH", 0, 3), n("PadEndW", 0, 3)
	}
	kh, kw := g.reach()
	g.H = n("H", max(1, kh-2*g.PadH-g.PadEndH), max(11, kh))
	g.W = n("W", max(1, kw-2*g.PadW-g.PadEndW), max(11, kw))
	g, err := NewConvGeometry(g)
	require.NoError(t, err)
	return g
}

func drawPool(t *rapid.T) PoolGeometry {
	n := func(name string, lo, hi int) int { return rapid.IntRange(lo, hi).Draw(t, name) }
	g := PoolGeometry{
		C: n("C", 1, 3), KH: n("KH", 1, 4), KW: n("KW", 1, 4),
		StrideH: n("StrideH", 1, 3), StrideW: n("StrideW", 1, 3),
	}
	g.PadH, g.PadW = n("PadH", 0, g.KH/2), n("PadW", 0, g.KW/2)
	if rapid.Bool().Draw(t, "halving") { // has special kernels
		g.KH, g.KW, g.StrideH, g.StrideW, g.PadH, g.PadW = 2, 2, 2, 2, 0, 0
	}
	g.H = n("H", max(1, g.KH-2*g.PadH), 9)
	g.W = n("W", max(1, g.KW-2*g.PadW), 9)
	g, err := NewPoolGeometry(g)
	require.NoError(t, err)
	return g
}

// image is one row's [C][H][W], zero outside.
type image struct {
	data    []float64
	c, h, w int
}

func (m image) inside(y, x int) bool { return y >= 0 && y < m.h && x >= 0 && x < m.w }

func (m image) at(c, y, x int) float64 {
	if !m.inside(y, x) {
		return 0
	}
	return m.data[(c*m.h+y)*m.w+x]
}

func (m image) add(c, y, x int, v float64) {
	if m.inside(y, x) {
		m.data[(c*m.h+y)*m.w+x] += v
	}
}

// refConv calls f for every product of the convolution of one image, with its
// output, input and weight indices. The input may be outside the image.
func refConv(g ConvGeometry, f func(oc, oy, ox, c, iy, ix, weight int)) {
	for oc := range g.OC {
		for oy := range g.OH {
			for ox := range g.OW {
				for c := range g.C / g.Groups {
					in := oc/(g.OC/g.Groups)*(g.C/g.Groups) + c
					for ky := range g.KH {
						for kx := range g.KW {
							f(oc, oy, ox, in, oy*g.StrideH+ky*g.DilationH-g.PadH, ox*g.StrideW+kx*g.DilationW-g.PadW, (oc*g.C/g.Groups+c)*g.KH*g.KW+ky*g.KW+kx)
						}
					}
				}
			}
		}
	}
}

func label(what string, l int) string { return fmt.Sprintf("%s, lane %d", what, l) }
