package optimizers

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var rmsPropTests = ruleTests{
	name: "RMSProp",
	golden: map[string]Rule{
		"rmsprop":                         DefaultRMSProp(),
		"rmsprop .9":                      RMSProp{Rho: .9, Eps: 1e-8},
		"rmsprop .9 eps .1":               RMSProp{Rho: .9, Eps: .1},
		"rmsprop .9 decay .3":             RMSProp{Rho: .9, Eps: 1e-8, WeightDecay: .3},
		"rmsprop .9 momentum .5":          RMSProp{Rho: .9, Eps: 1e-8, Momentum: .5},
		"rmsprop .9 centered":             RMSProp{Rho: .9, Eps: 1e-8, Centered: true},
		"rmsprop .9 centered momentum .9": RMSProp{Rho: .9, Eps: 1e-8, Centered: true, Momentum: .9},
		"rmsprop all":                     RMSProp{Rho: .7, Eps: .01, Centered: true, Momentum: .4, WeightDecay: .2},
		"rmsprop d2l":                     D2LRMSProp(),
		"rmsprop inside .1":               RMSProp{Rho: .8, Eps: .1, EpsInside: true},
		"rmsprop inside .01 centered":     RMSProp{Rho: .8, Eps: .01, EpsInside: true, Centered: true},
	},
	conforming: []Rule{
		RMSProp{Eps: 1e-8},
		RMSProp{Rho: 1, Eps: .1},
		DefaultRMSProp(),
		D2LRMSProp(),
		RMSProp{Rho: .9, Eps: 1e-8, Centered: true},
		RMSProp{Rho: .9, Eps: 1e-8, Momentum: .9},
		RMSProp{Rho: .9, Eps: .01, EpsInside: true, Centered: true, Momentum: .9, WeightDecay: .1},
	},
	vary: map[string][2]Rule{
		"Rho":         {RMSProp{Rho: .9, Eps: .1}, RMSProp{Rho: .8, Eps: .1}},
		"Eps":         {RMSProp{Rho: .9, Eps: .1}, RMSProp{Rho: .9, Eps: .2}},
		"EpsInside":   {RMSProp{Rho: .9, Eps: .1}, RMSProp{Rho: .9, Eps: .1, EpsInside: true}},
		"Centered":    {RMSProp{Rho: .9, Eps: .1}, RMSProp{Rho: .9, Eps: .1, Centered: true}},
		"Momentum":    {RMSProp{Rho: .9, Eps: .1}, RMSProp{Rho: .9, Eps: .1, Momentum: .1}},
		"WeightDecay": {RMSProp{Rho: .9, Eps: .1}, RMSProp{Rho: .9, Eps: .1, WeightDecay: .1}},
	},
	invalid: map[string]Rule{
		"optimizers: RMSProp: Rho = 1.01: want [0, 1]":            RMSProp{Rho: 1.01, Eps: 1},
		"optimizers: RMSProp: Rho = -0.1: want [0, 1]":            RMSProp{Rho: -.1, Eps: 1},
		"optimizers: RMSProp: Rho = NaN: want [0, 1]":             RMSProp{Rho: nan, Eps: 1},
		"optimizers: RMSProp: Rho = 0: want (0, 1] with Centered": RMSProp{Eps: 1, Centered: true},
		"optimizers: RMSProp: Eps = 0: want more than 0":          RMSProp{Rho: .9},
		"optimizers: RMSProp: Momentum = 1: want [0, 1)":          RMSProp{Rho: .9, Eps: 1, Momentum: 1},
		"optimizers: RMSProp: WeightDecay = -1: want 0 or more":   RMSProp{Rho: .9, Eps: 1, WeightDecay: -1},
	},
}

// A gradient that does not vary has no variance but for rounding, which makes
// s − m² negative at times: the root of that is not taken.
func TestCenteredRMSPropOfConstantGradient(t *testing.T) {
	p := []Param[float32]{param[float32]("x", 50)}
	gradient(p, 0)
	o := bind(t, RMSProp{Rho: .9, Eps: 1e-2, Centered: true}, p)
	negative := false
	for range 500 {
		require.NoError(t, o.Step(1e-3))
		slots := o.State().Slots
		for i, x := range p[0].Value {
			s, m := slots[0].Values[i], slots[1].Values[i]
			negative = negative || s-float32(m*m) < 0
			require.False(t, math.IsNaN(float64(x)))
		}
	}
	assert.True(t, negative, "the case is met")
}

// With ρ 0 and next to no ε the rule takes the signs of gradients.
func TestRMSPropWithoutMemory(t *testing.T) {
	p := []Param[float64]{{Name: "x", Shape: []int{3}, Value: make([]float64, 3), Grad: []float64{1e-3, -40, 7}}}
	require.NoError(t, bind(t, RMSProp{Eps: 1e-30}, p).Step(.1))
	assert.InDeltaSlice(t, []float64{-.1, .1, -.1}, p[0].Value, 1e-15)
}

// With ρ 1 the average stays at its first value, zero: descent, at a rate that
// ε makes.
func TestRMSPropThatTakesNothingIn(t *testing.T) {
	for _, c := range []struct {
		rule RMSProp
		rate float64 // of descent, for .1
	}{
		{RMSProp{Rho: 1, Eps: .04}, 2.5},
		{RMSProp{Rho: 1, Eps: .04, EpsInside: true}, .5},
		{RMSProp{Rho: 1, Eps: .04, Centered: true}, 2.5},
	} {
		p := []Param[float64]{{Name: "x", Shape: []int{3}, Value: make([]float64, 3), Grad: []float64{1e-3, -40, 7}}}
		o := bind(t, c.rule, p)
		for range 2 {
			require.NoError(t, o.Step(.1))
		}
		assert.InDeltaSlice(t, []float64{-2e-3 * c.rate, 80 * c.rate, -14 * c.rate}, p[0].Value, 1e-12, "%+v", c.rule)
	}
}
