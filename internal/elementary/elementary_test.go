package elementary_test

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"testing"

	"descent/internal/elementary"
	"github.com/stretchr/testify/assert"
)

func sin(x float64) float64 { s, _ := elementary.Sincos(x); return s }
func cos(x float64) float64 { _, c := elementary.Sincos(x); return c }

var functions = []struct {
	name         string
	own, library func(float64) float64
	width        float64 // of the interval around 0 for the fingerprint
	fingerprint  uint64
}{
	{"Sin", elementary.Sin, math.Sin, 20, 0x40b73452bbe6db5c},
	{"Cos", elementary.Cos, math.Cos, 20, 0x943b757cf25eedd0},
	{"sine of Sincos", sin, math.Sin, 20, 0x40b73452bbe6db5c},
	{"cosine of Sincos", cos, math.Cos, 20, 0x943b757cf25eedd0},
	{"Sinh", elementary.Sinh, math.Sinh, 1, 0xf39c69d528115cb4},
	{"Tanh", elementary.Tanh, math.Tanh, 1.25, 0x92ae82b0a14695f3},
	{"Erfc", elementary.Erfc, math.Erfc, 2.5, 0xdfe701e207bcf16},
}

// The fingerprints are those of package math without fused products. They are for
// arguments for which no function uses math.Exp, which differs from one kind of
// processor to another.
func TestBits(t *testing.T) {
	for _, f := range functions {
		r := rand.New(rand.NewPCG(1, 2))
		h := fnv.New64a()
		for range 100_000 {
			y := f.own(f.width * (r.Float64() - .5))
			h.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(y)))
		}
		assert.Equal(t, f.fingerprint, h.Sum64(), "%s: %#x", f.name, h.Sum64())
	}
}
