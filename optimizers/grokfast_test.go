package optimizers

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

var grokfastTests = ruleTests{
	name: "Grokfast",
	golden: map[string]Rule{
		"grokfast momentum":   DefaultGrokfast(SGD{Momentum: .9}),
		"grokfast adam .8 .5": Grokfast{Rule: DefaultAdam(), Alpha: .8, Lambda: .5},
	},
	conforming: []Rule{
		DefaultGrokfast(SGD{}),
		Grokfast{Rule: DefaultNAdamW(), Alpha: .8, Lambda: .5},
		DefaultGrokfast(Cautious{DefaultLAMB()}),
	},
	vary: map[string][2]Rule{
		"Rule":   {DefaultGrokfast(SGD{}), DefaultGrokfast(SGD{Momentum: .9})},
		"Alpha":  {DefaultGrokfast(SGD{}), Grokfast{Rule: SGD{}, Alpha: .9, Lambda: 2}},
		"Lambda": {DefaultGrokfast(SGD{}), Grokfast{Rule: SGD{}, Alpha: .98, Lambda: 1}},
	},
	invalid: map[string]Rule{
		"optimizers: Grokfast: Rule is nil: want a Rule, e.g. SGD{}":                                           Grokfast{},
		"optimizers: Grokfast: Rule: SGD: Momentum = 1: want [0, 1)":                                           DefaultGrokfast(SGD{Momentum: 1}),
		"optimizers: Grokfast: Rule = optimizers.Prodigy: want one that reads no gradients before its updates": DefaultGrokfast(DefaultProdigy()),
		`optimizers: Grokfast: Rule = optimizers.Grokfast: want one without a slot "slow_grad" of its own`:     DefaultGrokfast(DefaultGrokfast(SGD{})),
		"optimizers: Grokfast: Alpha = 1: want [0, 1)":                                                         Grokfast{Rule: SGD{}, Alpha: 1},
		"optimizers: Grokfast: Lambda = -1: want 0 or more":                                                    Grokfast{Rule: SGD{}, Lambda: -1},
	},
	coupled: true, // by the rules inside
}

// A gradient that stays is 1 + λ times as large.
func TestGrokfastConstantGradient(t *testing.T) {
	x, g := []float64{1, -2}, []float64{.5, 4}
	assert.InDeltaSlice(t, []float64{1 - .1*3*.5, -2 - .1*3*4}, oneStep(t, DefaultGrokfast(SGD{}), x, g), 1e-15)
}
