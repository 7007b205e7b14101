package optimizers

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var nadamTests = ruleTests{
	name: "NAdam",
	golden: map[string]Rule{
		"nadam":                              DefaultNAdam(),
		"nadam .7 .9 eps .1 psi .2 decay .3": NAdam{Beta1: .7, Beta2: .9, Eps: .1, MomentumDecay: .2, WeightDecay: .3},
		"nadam decoupled .1":                 NAdam{Beta1: .9, Beta2: .999, Eps: 1e-8, MomentumDecay: .004, WeightDecay: .1, Decoupled: true},
	},
	conforming: []Rule{
		DefaultNAdam(),
		NAdam{Beta1: .7, Beta2: .9, Eps: .1, MomentumDecay: .2, WeightDecay: .3},
		NAdam{Beta1: .7, Beta2: .9, Eps: .1, WeightDecay: .3, Decoupled: true},
	},
	vary: map[string][2]Rule{
		"Beta1":         {NAdam{Beta1: .9, Eps: 1e-8}, NAdam{Beta1: .8, Eps: 1e-8}},
		"Beta2":         {NAdam{Beta2: .99, Eps: 1e-8}, NAdam{Beta2: .9, Eps: 1e-8}},
		"Eps":           {NAdam{Eps: 1e-8}, NAdam{Eps: 1e-6}},
		"MomentumDecay": {NAdam{Beta1: .9, Eps: 1e-8}, NAdam{Beta1: .9, Eps: 1e-8, MomentumDecay: .004}},
		"WeightDecay":   {NAdam{Beta2: .9, Eps: 1e-8}, NAdam{Beta2: .9, Eps: 1e-8, WeightDecay: .1}},
		"Decoupled":     {NAdam{Eps: 1e-8, WeightDecay: .1}, NAdam{Eps: 1e-8, WeightDecay: .1, Decoupled: true}},
	},
	invalid: map[string]Rule{
		"optimizers: NAdam: Beta1 = 1: want [0, 1)":                     NAdam{Beta1: 1, Beta2: .999, Eps: 1e-8},
		"optimizers: NAdam: Beta2 = NaN: want [0, 1)":                   NAdam{Beta1: .9, Beta2: nan, Eps: 1e-8},
		"optimizers: NAdam: Eps = 0: want more than 0":                  NAdam{Beta1: .9, Beta2: .999},
		"optimizers: NAdam: MomentumDecay = -0.1: want 0 or more":       NAdam{Eps: 1e-8, MomentumDecay: -.1},
		"optimizers: NAdam: MomentumDecay = +Inf: want a finite number": NAdam{Eps: 1e-8, MomentumDecay: inf},
		"optimizers: NAdam: WeightDecay = -0.1: want 0 or more":         NAdam{Eps: 1e-8, WeightDecay: -.1},
	},
}

// The product is taken on from step to step, once however many parameters.
func TestNAdamProduct(t *testing.T) {
	params := model[float32]()
	o := bind(t, NAdam{Beta1: .9, Beta2: .999, Eps: 1e-8, MomentumDecay: .5}, params)
	steps(t, o, params, 0, 5)
	want := 1.0
	for step := 1.0; step <= 5; step++ {
		want *= .9 * (1 - .5*math.Pow(.96, step*.5))
	}
	state := o.State()
	require.Len(t, state.Globals, 1)
	assert.Equal(t, "product", state.Globals[0].Name)
	assert.InEpsilon(t, want, state.Globals[0].Value, 1e-14)
}

// Without averages and decay μ is zero, and what is left is g/(|g|+ε).
func TestNAdamWithoutMomentum(t *testing.T) {
	got := oneStep(t, NAdam{Eps: .5}, []float64{1, 1}, []float64{2, -.5})
	assert.InDeltaSlice(t, []float64{1 - .1*2/2.5, 1 + .1*.5/1}, got, 1e-15)
}
