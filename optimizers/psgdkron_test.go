package optimizers

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var psgdKronTests = ruleTests{
	name: "PSGDKron",
	golden: map[string]Rule{
		"psgd": DefaultPSGDKron(),
		"psgd .5 fit .7 anneal .5 least .3 up to 3": PSGDKron{Momentum: .5, FitRate: .7, Flat: 2, Anneal: .5, MinProb: .3, MaxDim: 3, Trust: .5},
	},
	conforming: []Rule{
		DefaultPSGDKron(),
		PSGDKron{FitRate: .7, Flat: 1, Anneal: .5, MinProb: .3, MaxDim: 3, Trust: .5},
	},
	vary: map[string][2]Rule{
		"Momentum": {DefaultPSGDKron(), PSGDKron{Momentum: .8, FitRate: .1, Flat: 250, MaxDim: 8192, Anneal: .001, MinProb: .03, Trust: 1.5}},
		"FitRate":  {DefaultPSGDKron(), PSGDKron{Momentum: .9, FitRate: .2, Flat: 250, MaxDim: 8192, Anneal: .001, MinProb: .03, Trust: 1.5}},
		"Flat":     {PSGDKron{FitRate: .1, Flat: 2, Anneal: 9, Trust: 1}, PSGDKron{FitRate: .1, Flat: 4, Anneal: 9, Trust: 1}},
		"Anneal":   {PSGDKron{FitRate: .1, Anneal: 9, Trust: 1}, PSGDKron{FitRate: .1, Trust: 1}},
		"MinProb":  {PSGDKron{FitRate: .1, Anneal: 9, Trust: 1}, PSGDKron{FitRate: .1, Anneal: 9, MinProb: .9, Trust: 1}},
		"MaxDim":   {DefaultPSGDKron(), PSGDKron{Momentum: .9, FitRate: .1, Flat: 250, Anneal: .001, MinProb: .03, Trust: 1.5}},
		"Trust":    {DefaultPSGDKron(), PSGDKron{Momentum: .9, FitRate: .1, Flat: 250, MaxDim: 8192, Anneal: .001, MinProb: .03, Trust: 1}},
	},
	invalid: map[string]Rule{
		"optimizers: PSGDKron: Momentum = 1: want [0, 1)":   PSGDKron{Momentum: 1, FitRate: .1, Trust: 1},
		"optimizers: PSGDKron: FitRate = 0: want (0, 1)":    PSGDKron{Trust: 1},
		"optimizers: PSGDKron: Flat = -1: want 0 or more":   PSGDKron{FitRate: .1, Flat: -1, Trust: 1},
		"optimizers: PSGDKron: Anneal = -1: want 0 or more": PSGDKron{FitRate: .1, Anneal: -1, Trust: 1},
		"optimizers: PSGDKron: MinProb = 1.5: want [0, 1]":  PSGDKron{FitRate: .1, MinProb: 1.5, Trust: 1},
		"optimizers: PSGDKron: MaxDim = -1: want 0 or more": PSGDKron{FitRate: .1, MaxDim: -1, Trust: 1},
		"optimizers: PSGDKron: Trust = 0: want more than 0": PSGDKron{FitRate: .1},
	},
	matrices:   true,
	coupled:    true,
	decomposes: true,
}

// Gradients of fixed scales, four powers of ten apart, are nearly white after some
// steps.
func TestPSGDKronWhitens(t *testing.T) {
	p := []Param[float64]{param[float64]("w", 2, 2)}
	o := bind(t, PSGDKron{FitRate: .1, MinProb: 1, MaxDim: 2, Trust: 1e9}, p)
	sums := make([]float64, 4)
	for step := range 3000 {
		a, b := normals(1, uint64(2*step))
		c, d := normals(1, uint64(2*step+1))
		copy(p[0].Grad, []float64{100 * a, 10 * b, .1 * c, .01 * d})
		before := values(p)[0]
		require.NoError(t, o.Step(1))
		if step >= 1000 {
			for i := range sums {
				s := before[i] - p[0].Value[i]
				sums[i] += s * s / 2000
			}
		}
	}
	for i, scale := range []float64{100, 10, .1, .01} {
		assert.InDelta(t, 0, math.Log10(sums[i]), .5, "gradients of %v", scale)
	}
}

// A gradient of zeros leaves the factors alone.
func TestPSGDKronZeroGradient(t *testing.T) {
	p := model[float32]()
	before := values(p)
	o := bind(t, DefaultPSGDKron(), p)
	require.NoError(t, o.Step(.1))
	one := o.State().Slots
	require.NoError(t, o.Step(.1))
	assert.Equal(t, one, o.State().Slots)
	assert.Equal(t, before, values(p))
	assert.Equal(t, []float32{1, 0, 0, 1}, one[1].Values)
	assert.Equal(t, []float32{1, 1, 1, 1, 1}, one[4].Values)
}
