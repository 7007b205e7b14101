package optimizers

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

var radamTests = ruleTests{
	name: "RAdam",
	golden: map[string]Rule{
		"radam":                        DefaultRAdam(),
		"radam .7 .95 eps .1 decay .3": RAdam{Beta1: .7, Beta2: .95, Eps: .1, WeightDecay: .3},
		"radam .9 .6":                  RAdam{Beta1: .9, Beta2: .6, Eps: 1e-8},
	},
	conforming: []Rule{
		DefaultRAdam(),
		RAdam{Beta1: .7, Beta2: .95, Eps: .1, WeightDecay: .3},
	},
	vary: map[string][2]Rule{
		"Beta1":       {DefaultRAdam(), RAdam{Beta1: .8, Beta2: .999, Eps: 1e-8}},
		"Beta2":       {DefaultRAdam(), RAdam{Beta1: .9, Beta2: .99, Eps: 1e-8}},
		"Eps":         {DefaultRAdam(), RAdam{Beta1: .9, Beta2: .999, Eps: 1e-3}},
		"WeightDecay": {DefaultRAdam(), RAdam{Beta1: .9, Beta2: .999, Eps: 1e-8, WeightDecay: .01}},
	},
	invalid: map[string]Rule{
		"optimizers: RAdam: Beta1 = 1: want [0, 1)":             RAdam{Beta1: 1, Beta2: .999, Eps: 1e-8},
		"optimizers: RAdam: Beta2 = NaN: want [0, 1)":           RAdam{Beta1: .9, Beta2: nan, Eps: 1e-8},
		"optimizers: RAdam: Eps = 0: want more than 0":          RAdam{Beta1: .9, Beta2: .999},
		"optimizers: RAdam: WeightDecay = -0.1: want 0 or more": RAdam{Beta1: .9, Beta2: .999, Eps: 1e-8, WeightDecay: -.1},
	},
}

// For five steps RAdam is the corrected average of gradients, whatever ε.
func TestRAdamBegins(t *testing.T) {
	small, large := model[float64](), model[float64]()
	a := bind(t, RAdam{Beta1: .9, Beta2: .999, Eps: 1e-8}, small)
	b := bind(t, RAdam{Beta1: .9, Beta2: .999, Eps: 1}, large)
	steps(t, a, small, 0, 5)
	steps(t, b, large, 0, 5)
	assert.Equal(t, values(small), values(large))
	steps(t, a, small, 5, 1)
	steps(t, b, large, 5, 1)
	assert.NotEqual(t, values(small), values(large))
}

// The factor rises to 1: in the long run RAdam is Adam, with ε before the
// correction.
func TestRAdamFactor(t *testing.T) {
	r := DefaultRAdam()
	_, ok := r.rectify(5)
	assert.False(t, ok)
	before := 0.0
	for _, step := range []int{6, 7, 10, 100, 1000, 10_000, 100_000} {
		f, ok := r.rectify(step)
		assert.True(t, ok)
		assert.Greater(t, f, before)
		before = f
	}
	assert.InDelta(t, 1, before, 1e-12)

	for step := range 1000 { // ρ∞ = 4: the formula of the factor has a pole there
		_, ok := RAdam{Beta1: .9, Beta2: .6, Eps: 1e-8}.rectify(1 + step)
		assert.False(t, ok)
	}
}
