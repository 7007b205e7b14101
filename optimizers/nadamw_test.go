package optimizers

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

var nadamWTests = ruleTests{
	name: "NAdamW",
	golden: map[string]Rule{
		"nadamw":                       DefaultNAdamW(),
		"nadamw .7 .9 eps .1 decay .3": NAdamW{Beta1: .7, Beta2: .9, Eps: .1, WeightDecay: .3},
	},
	conforming: []Rule{
		DefaultNAdamW(),
		NAdamW{Beta1: .7, Beta2: .9, Eps: .1},
	},
	vary: map[string][2]Rule{
		"Beta1":       {DefaultNAdamW(), NAdamW{Beta1: .8, Beta2: .999, Eps: 1e-8, WeightDecay: .01}},
		"Beta2":       {DefaultNAdamW(), NAdamW{Beta1: .9, Beta2: .99, Eps: 1e-8, WeightDecay: .01}},
		"Eps":         {DefaultNAdamW(), NAdamW{Beta1: .9, Beta2: .999, Eps: 1e-6, WeightDecay: .01}},
		"WeightDecay": {DefaultNAdamW(), NAdamW{Beta1: .9, Beta2: .999, Eps: 1e-8}},
	},
	invalid: map[string]Rule{
		"optimizers: NAdamW: Beta1 = 1: want [0, 1)":             NAdamW{Beta1: 1, Beta2: .999, Eps: 1e-8},
		"optimizers: NAdamW: Beta2 = NaN: want [0, 1)":           NAdamW{Beta1: .9, Beta2: nan, Eps: 1e-8},
		"optimizers: NAdamW: Eps = 0: want more than 0":          NAdamW{Beta1: .9, Beta2: .999},
		"optimizers: NAdamW: WeightDecay = -0.1: want 0 or more": NAdamW{Beta1: .9, Beta2: .999, Eps: 1e-8, WeightDecay: -.1},
	},
}

// Without an average of gradients there is nothing to look ahead from: AdamW.
func TestNAdamWWithoutMomentumIsAdamW(t *testing.T) {
	p, q := model[float64](), model[float64]()
	steps(t, bind(t, NAdamW{Beta2: .9, Eps: 1e-8, WeightDecay: .1}, p), p, 0, 6)
	steps(t, bind(t, AdamW{Beta2: .9, Eps: 1e-8, WeightDecay: .1}, q), q, 0, 6)
	for i := range p {
		assert.InDeltaSlice(t, q[i].Value, p[i].Value, 1e-14)
	}
}
