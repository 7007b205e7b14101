package twosum_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"descent/internal/twosum"
	"github.com/stretchr/testify/assert"
)

// The sum of numbers of many sizes is the exact one, rounded once.
func TestTotal(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		var total twosum.Total
		exact := new(big.Float).SetPrec(2000)
		for range 1000 {
			v := math.Ldexp(r.NormFloat64(), r.IntN(60)-30)
			total.Add(v)
			exact.Add(exact, big.NewFloat(v))
		}
		want, _ := exact.Float64()
		assert.Equal(t, want, total.Value())
	}
	var total twosum.Total
	for range 1_000_000 {
		total.Add(.1)
	}
	assert.Equal(t, 100_000., total.Value())
	total.Add(math.Inf(1))
	assert.True(t, math.IsNaN(total.Value()))
}

func TestSum(t *testing.T) {
	high, low := twosum.Sum(1, 0x1p-60)
	assert.Equal(t, []float64{1, 0x1p-60}, []float64{high, low})
	high, low = twosum.Sum(0x1p-60, 1)
	assert.Equal(t, []float64{1, 0x1p-60}, []float64{high, low})
}
