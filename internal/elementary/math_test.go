//go:build amd64 && !amd64.v3

package elementary_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// Package math is built without fused products here, and has the same bits.
func TestBitsOfMath(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	arguments := []float64{
		0, math.Copysign(0, -1), 1, -1, .5, .625, math.Pi, math.MaxFloat64, math.SmallestNonzeroFloat64,
		math.Inf(1), math.Inf(-1), math.NaN(), 1 << 29, math.Nextafter(1<<29, 0),
	}
	for range 100_000 {
		arguments = append(arguments, 8*r.Float64()-4, r.Float64()-.5, math.Ldexp(r.Float64()-.5, r.IntN(2000)-950))
	}
	for _, f := range functions {
		for _, x := range arguments {
			want, got := f.library(x), f.own(x)
			same := math.Float64bits(want) == math.Float64bits(got) || math.IsNaN(want) && math.IsNaN(got)
			require.True(t, same, "%s(%v) = %v: want %v", f.name, x, got, want)
		}
	}
}
