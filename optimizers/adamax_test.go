package optimizers

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var adamaxTests = ruleTests{
	name: "Adamax",
	golden: map[string]Rule{
		"adamax":                       DefaultAdamax(),
		"adamax .7 .8 eps .1 decay .3": Adamax{Beta1: .7, Beta2: .8, Eps: .1, WeightDecay: .3},
	},
	conforming: []Rule{
		DefaultAdamax(),
		Adamax{Beta1: .7, Beta2: .8, Eps: .1, WeightDecay: .3},
	},
	vary: map[string][2]Rule{
		"Beta1":       {DefaultAdamax(), Adamax{Beta1: .8, Beta2: .999, Eps: 1e-8}},
		"Beta2":       {DefaultAdamax(), Adamax{Beta1: .9, Beta2: .5, Eps: 1e-8}},
		"Eps":         {DefaultAdamax(), Adamax{Beta1: .9, Beta2: .999, Eps: 1e-6}},
		"WeightDecay": {DefaultAdamax(), Adamax{Beta1: .9, Beta2: .999, Eps: 1e-8, WeightDecay: .01}},
	},
	invalid: map[string]Rule{
		"optimizers: Adamax: Beta1 = 1: want [0, 1)":             Adamax{Beta1: 1, Beta2: .999, Eps: 1e-8},
		"optimizers: Adamax: Beta2 = NaN: want [0, 1)":           Adamax{Beta1: .9, Beta2: nan, Eps: 1e-8},
		"optimizers: Adamax: Eps = 0: want more than 0":          Adamax{Beta1: .9, Beta2: .999},
		"optimizers: Adamax: WeightDecay = -0.1: want 0 or more": Adamax{Beta1: .9, Beta2: .999, Eps: 1e-8, WeightDecay: -.1},
	},
}

// u is the largest gradient, forgotten at β2 a step, and never averaged.
func TestAdamaxNorm(t *testing.T) {
	p := []Param[float64]{param[float64]("w", 1)}
	o := bind(t, Adamax{Beta1: .9, Beta2: .5, Eps: 1e-8}, p)
	for i, g := range []float64{-8, 1, 1, -3} {
		p[0].Grad[0] = g
		require.NoError(t, o.Step(.1))
		assert.InDelta(t, []float64{8, 4, 2, 3}[i], o.State().Slots[1].Values[0], 1e-7)
	}
}
