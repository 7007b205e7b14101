package optimizers

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var adoptTests = ruleTests{
	name: "ADOPT",
	golden: map[string]Rule{
		"adopt":                       DefaultADOPT(),
		"adopt .7 .6 eps .1 decay .3": ADOPT{Beta1: .7, Beta2: .6, Eps: .1, WeightDecay: .3},
		"adopt unclipped .5 .9":       ADOPT{Beta1: .5, Beta2: .9, Eps: 1e-6, Unclipped: true},
	},
	conforming: []Rule{
		DefaultADOPT(),
		ADOPT{Beta1: .7, Beta2: .6, Eps: .1, WeightDecay: .3},
		ADOPT{Beta2: .9, Eps: .1},
	},
	vary: map[string][2]Rule{
		"Beta1":       {DefaultADOPT(), ADOPT{Beta1: .8, Beta2: .9999, Eps: 1e-6}},
		"Beta2":       {DefaultADOPT(), ADOPT{Beta1: .9, Beta2: .99, Eps: 1e-6}},
		"Eps":         {DefaultADOPT(), ADOPT{Beta1: .9, Beta2: .9999, Eps: 2}},
		"WeightDecay": {DefaultADOPT(), ADOPT{Beta1: .9, Beta2: .9999, Eps: 1e-6, WeightDecay: .1}},
		"Unclipped":   {DefaultADOPT(), ADOPT{Beta1: .9, Beta2: .9999, Eps: 1e-6, Unclipped: true}},
	},
	invalid: map[string]Rule{
		"optimizers: ADOPT: Beta1 = 1: want [0, 1)":             ADOPT{Beta1: 1, Beta2: .999, Eps: 1e-8},
		"optimizers: ADOPT: Beta2 = NaN: want [0, 1)":           ADOPT{Beta1: .9, Beta2: nan, Eps: 1e-8},
		"optimizers: ADOPT: Eps = 0: want more than 0":          ADOPT{Beta1: .9, Beta2: .999},
		"optimizers: ADOPT: WeightDecay = -0.1: want 0 or more": ADOPT{Beta1: .9, Beta2: .999, Eps: 1e-8, WeightDecay: -.1},
	},
	still: 1,
}

// On the function of Reddi et al. (2018) that Adam climbs, with a gradient of 101
// in each 101 steps and −10 in the others, which are 3.1 times as many as weigh
// against it, ADOPT descends.
func TestADOPTConverges(t *testing.T) {
	run := func(rule Rule) float64 {
		p := []Param[float64]{{Name: "w", Shape: []int{1}, Value: []float64{0}, Grad: []float64{0}}}
		o := bind(t, rule, p)
		for i := range 5000 {
			p[0].Grad[0] = -1
			if i%50 == 0 {
				p[0].Grad[0] = 99
			}
			require.NoError(t, o.Step(.01))
		}
		return p[0].Value[0]
	}
	assert.Negative(t, run(ADOPT{Beta2: .9, Eps: 1e-6, Unclipped: true}), "the mean gradient is 1")
	assert.Positive(t, run(Adam{Beta2: .9, Eps: 1e-8}))
}
