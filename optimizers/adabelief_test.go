package optimizers

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var adaBeliefTests = ruleTests{
	name: "AdaBelief",
	golden: map[string]Rule{
		"adabelief":                       DefaultAdaBelief(),
		"adabelief .7 .9 eps .1 decay .3": AdaBelief{Beta1: .7, Beta2: .9, Eps: .1, WeightDecay: .3},
	},
	conforming: []Rule{
		DefaultAdaBelief(),
		AdaBelief{Beta1: .7, Beta2: .9, Eps: .1, WeightDecay: .3},
	},
	vary: map[string][2]Rule{
		"Beta1":       {DefaultAdaBelief(), AdaBelief{Beta1: .8, Beta2: .999, Eps: 1e-16}},
		"Beta2":       {DefaultAdaBelief(), AdaBelief{Beta1: .9, Beta2: .99, Eps: 1e-16}},
		"Eps":         {DefaultAdaBelief(), AdaBelief{Beta1: .9, Beta2: .999, Eps: 1e-6}},
		"WeightDecay": {DefaultAdaBelief(), AdaBelief{Beta1: .9, Beta2: .999, Eps: 1e-16, WeightDecay: .1}},
	},
	invalid: map[string]Rule{
		"optimizers: AdaBelief: Beta1 = 1: want [0, 1)":             AdaBelief{Beta1: 1, Beta2: .999, Eps: 1e-8},
		"optimizers: AdaBelief: Beta2 = NaN: want [0, 1)":           AdaBelief{Beta1: .9, Beta2: nan, Eps: 1e-8},
		"optimizers: AdaBelief: Eps = 0: want more than 0":          AdaBelief{Beta1: .9, Beta2: .999},
		"optimizers: AdaBelief: WeightDecay = -0.1: want 0 or more": AdaBelief{Beta1: .9, Beta2: .999, Eps: 1e-8, WeightDecay: -.1},
	},
}

// A gradient that stays is believed: the steps are far longer than Adam's.
func TestAdaBeliefBelieves(t *testing.T) {
	way := func(rule Rule) float64 {
		p := []Param[float64]{{Name: "w", Shape: []int{1}, Value: []float64{0}, Grad: []float64{1}}}
		o := bind(t, rule, p)
		for range 100 {
			require.NoError(t, o.Step(.1))
		}
		return -p[0].Value[0]
	}
	assert.InDelta(t, 10, way(Adam{Beta1: .9, Beta2: .9, Eps: 1e-8}), 1e-3)
	assert.Greater(t, way(AdaBelief{Beta1: .9, Beta2: .9, Eps: 1e-8}), 100.)
}
