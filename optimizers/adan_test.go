package optimizers

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

var adanTests = ruleTests{
	name: "Adan",
	golden: map[string]Rule{
		"adan":                           DefaultAdan(),
		"adan .7 .8 .9 eps .1 decay .3":  Adan{Beta1: .7, Beta2: .8, Beta3: .9, Eps: .1, WeightDecay: .3},
		"adan .9 .5 .6 decay .3 no prox": Adan{Beta1: .9, Beta2: .5, Beta3: .6, Eps: 1e-8, WeightDecay: .3, NoProx: true},
	},
	conforming: []Rule{
		DefaultAdan(),
		Adan{Beta1: .7, Beta2: .8, Beta3: .9, Eps: .1, WeightDecay: .3},
		Adan{Beta2: .8, Beta3: .9, Eps: .1, WeightDecay: .3, NoProx: true},
	},
	vary: map[string][2]Rule{
		"Beta1":       {DefaultAdan(), Adan{Beta1: .9, Beta2: .92, Beta3: .99, Eps: 1e-8}},
		"Beta2":       {DefaultAdan(), Adan{Beta1: .98, Beta2: .9, Beta3: .99, Eps: 1e-8}},
		"Beta3":       {DefaultAdan(), Adan{Beta1: .98, Beta2: .92, Beta3: .9, Eps: 1e-8}},
		"Eps":         {DefaultAdan(), Adan{Beta1: .98, Beta2: .92, Beta3: .99, Eps: 1e-6}},
		"WeightDecay": {DefaultAdan(), Adan{Beta1: .98, Beta2: .92, Beta3: .99, Eps: 1e-8, WeightDecay: .1}},
		"NoProx":      {Adan{Beta3: .9, Eps: 1e-8, WeightDecay: .3}, Adan{Beta3: .9, Eps: 1e-8, WeightDecay: .3, NoProx: true}},
	},
	invalid: map[string]Rule{
		"optimizers: Adan: Beta1 = 1: want [0, 1)":             Adan{Beta1: 1, Beta2: .9, Beta3: .9, Eps: 1e-8},
		"optimizers: Adan: Beta2 = NaN: want [0, 1)":           Adan{Beta1: .9, Beta2: nan, Eps: 1e-8},
		"optimizers: Adan: Beta3 = -1: want [0, 1)":            Adan{Beta3: -1, Eps: 1e-8},
		"optimizers: Adan: Eps = 0: want more than 0":          Adan{Beta1: .9, Beta2: .999},
		"optimizers: Adan: WeightDecay = -0.1: want 0 or more": Adan{Eps: 1e-8, WeightDecay: -.1},
	},
}

// A gradient that does not change has no change to look ahead by: Adam.
func TestAdanFirstStep(t *testing.T) {
	x, g := []float64{1, -2, .5}, []float64{3, -.01, 1e-4}
	for i, got := range oneStep(t, Adan{Beta1: .9, Beta2: .8, Beta3: .7, Eps: 1e-3}, x, g) {
		assert.InDelta(t, x[i]-.1*g[i]/(math.Abs(g[i])+1e-3), got, 1e-15)
	}
}
