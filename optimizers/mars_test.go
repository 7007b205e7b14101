package optimizers

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var marsTests = ruleTests{
	name: "MARS",
	golden: map[string]Rule{
		"mars":                                DefaultMARS(),
		"mars .7 .9 gamma .5 eps .1 decay .3": MARS{Beta1: .7, Beta2: .9, Gamma: .5, Eps: .1, WeightDecay: .3},
	},
	conforming: []Rule{
		DefaultMARS(),
		MARS{Beta1: .7, Beta2: .9, Gamma: .5, Eps: .1, WeightDecay: .3},
	},
	vary: map[string][2]Rule{
		"Beta1":       {DefaultMARS(), MARS{Beta1: .9, Beta2: .99, Gamma: .025, Eps: 1e-8}},
		"Beta2":       {DefaultMARS(), MARS{Beta1: .95, Beta2: .9, Gamma: .025, Eps: 1e-8}},
		"Gamma":       {DefaultMARS(), MARS{Beta1: .95, Beta2: .99, Gamma: .1, Eps: 1e-8}},
		"Eps":         {DefaultMARS(), MARS{Beta1: .95, Beta2: .99, Gamma: .025, Eps: 1e-6}},
		"WeightDecay": {DefaultMARS(), MARS{Beta1: .95, Beta2: .99, Gamma: .025, Eps: 1e-8, WeightDecay: .1}},
	},
	invalid: map[string]Rule{
		"optimizers: MARS: Beta1 = 1: want [0, 1)":             MARS{Beta1: 1, Beta2: .9, Eps: 1e-8},
		"optimizers: MARS: Beta2 = NaN: want [0, 1)":           MARS{Beta1: .9, Beta2: nan, Eps: 1e-8},
		"optimizers: MARS: Gamma = -1: want 0 or more":         MARS{Gamma: -1, Eps: 1e-8},
		"optimizers: MARS: Eps = 0: want more than 0":          MARS{Beta1: .9, Beta2: .999},
		"optimizers: MARS: WeightDecay = -0.1: want 0 or more": MARS{Eps: 1e-8, WeightDecay: -.1},
	},
	coupled: true,
}

// Without the correction it is AdamW on gradients of a norm of 1 or less.
func TestMARSWithoutGammaIsAdamW(t *testing.T) {
	p, q := model[float64](), model[float64]()
	one := bind(t, MARS{Beta1: .9, Beta2: .9, Eps: 1e-8, WeightDecay: .1}, p)
	other, err := New(AdamW{Beta1: .9, Beta2: .9, Eps: 1e-8, WeightDecay: .1}, q, Config{Clip: Clip{Norm: 1}})
	require.NoError(t, err)
	steps(t, one, p, 0, 6)
	steps(t, other, q, 0, 6)
	for i := range p {
		assert.InDeltaSlice(t, q[i].Value, p[i].Value, 1e-14)
	}
}
