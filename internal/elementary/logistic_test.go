package elementary_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"descent/internal/elementary"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ulps returns the distance of two numbers in units in the last place of the first.
func ulps(want, got float64) float64 {
	if want == got || want != want && got != got {
		return 0
	}
	return math.Abs(want-got) / (math.Nextafter(math.Abs(want), math.Inf(1)) - math.Abs(want))
}

// The functions agree with package math within the bounds of their comments.
func TestErrors(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	inf := math.Inf(1)
	edges := []float64{0, math.Copysign(0, -1), 1e-310, 1e-20, 1e-8, .1, .25, .84375, 1, 1.25, 1 / .35, 6, 28, 36, 37, 709, 710, 746, 1e300, inf, math.NaN()}
	for _, f := range []struct {
		name         string
		own, library func(float64) float64
		positive     bool
		bound        float64
	}{
		{"Erfc", elementary.Erfc, math.Erfc, false, 4}, // no bit off without fused products: see TestBitsOfMath
		{"Expm1", elementary.Expm1, math.Expm1, false, 4},
		{"Log1p", elementary.Log1p, math.Log1p, true, 4},
		{"Logistic", elementary.Logistic, func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }, true, 2},
	} {
		worst := 0.
		check := func(x float64) {
			if f.positive {
				x = math.Abs(x)
			}
			off := ulps(f.library(x), f.own(x))
			if worst = max(worst, off); !(off <= f.bound) {
				require.Fail(t, "too far off", "%s(%v) = %v: want %v", f.name, x, f.own(x), f.library(x))
			}
		}
		for _, x := range edges {
			check(x)
			check(-x)
		}
		for range 50_000 {
			check(60*r.Float64() - 30)
			check(2*r.Float64() - 1)
			check(math.Ldexp(r.Float64()-.5, r.IntN(200)-190))
		}
		t.Logf("%s: %v ulp at most", f.name, worst)
	}
}

// Erfc agrees with the series of its integral in many digits. Package math cannot
// serve as its own reference.
func TestErfcSeries(t *testing.T) {
	for _, x := range []float64{-5, -2.5, -1.2, -.8, -.1, .01, .3, .84, .9, 1.24, 1.3, 2, 2.8, 2.9, 4, 5.5} {
		// erf x = 2/√π Σ (−1)ⁿ x²ⁿ⁺¹/(n!(2n+1))
		const bits = 400
		number := func(v float64) *big.Float { return new(big.Float).SetPrec(bits).SetFloat64(v) }
		sum, power := number(0), number(x)
		for n := range 300 {
			sum.Add(sum, new(big.Float).Quo(power, number(float64(2*n+1))))
			power.Mul(power, number(x))
			power.Mul(power, number(x))
			power.Quo(power, number(-float64(n+1)))
		}
		pi, _, err := big.ParseFloat("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798214808651", 10, bits, big.ToNearestEven)
		require.NoError(t, err)
		sum.Mul(sum, new(big.Float).Quo(number(2), new(big.Float).SetPrec(bits).Sqrt(pi)))
		want, _ := sum.Sub(number(1), sum).Float64()
		assert.LessOrEqual(t, ulps(want, elementary.Erfc(x)), 2., "erfc(%v)", x)
	}
}

// Large values do not overflow, as they would in a careless formula.
func TestSoftplus(t *testing.T) {
	inf := math.Inf(1)
	for x, want := range map[float64]float64{-inf: 0, -1e300: 0, -800: 0, 0: math.Ln2, 800: 800, 1e300: 1e300, inf: inf} {
		assert.Equal(t, want, elementary.Softplus(x), x)
	}
	assert.InEpsilon(t, math.Exp(-40), elementary.Softplus(-40), 1e-15)
	assert.True(t, math.IsNaN(elementary.Softplus(math.NaN())))
	assert.Zero(t, elementary.Logistic(-1e300))
	assert.InEpsilon(t, math.Exp(-700), elementary.Logistic(-700), 1e-15)
}
