package optimizers

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var decoupledDecayTests = ruleTests{
	name: "DecoupledDecay",
	golden: map[string]Rule{
		"sgdw decay .3":                          DecoupledDecay{Rule: SGD{Momentum: .9}, WeightDecay: .3},
		"sgdw decay .03 of rate .1":              DecoupledDecay{Rule: SGD{Momentum: .9}, WeightDecay: .03, Rate: .1},
		"decoupled adam decay .3":                DecoupledDecay{Rule: DefaultAdam(), WeightDecay: .3},
		"cautious decay adam .3":                 DecoupledDecay{Rule: DefaultAdam(), WeightDecay: .3, Cautious: true},
		"cautious decay momentum .03 of rate .1": DecoupledDecay{Rule: SGD{Momentum: .9}, WeightDecay: .03, Rate: .1, Cautious: true},
	},
	conforming: []Rule{
		DefaultSGDW(),
		DecoupledDecay{Rule: DefaultNAdamW(), WeightDecay: .03, Rate: .1, Cautious: true},
		DecoupledDecay{Rule: Cautious{DefaultLAMB()}, WeightDecay: .3},
	},
	vary: map[string][2]Rule{
		"Rule":        {DefaultSGDW(), DecoupledDecay{Rule: SGD{}, WeightDecay: 1e-4}},
		"WeightDecay": {DefaultSGDW(), DecoupledDecay{Rule: SGD{Momentum: .9}, WeightDecay: .1}},
		"Rate":        {DefaultSGDW(), DecoupledDecay{Rule: SGD{Momentum: .9}, WeightDecay: 1e-4, Rate: .1}},
		"Cautious":    {DecoupledDecay{Rule: SGD{}, WeightDecay: .1}, DecoupledDecay{Rule: SGD{}, WeightDecay: .1, Cautious: true}},
	},
	invalid: map[string]Rule{
		"optimizers: DecoupledDecay: Rule is nil: want a Rule, e.g. SGD{}":                                     DecoupledDecay{},
		"optimizers: DecoupledDecay: Rule: SGD: Momentum = 1: want [0, 1)":                                     DecoupledDecay{Rule: SGD{Momentum: 1}},
		"optimizers: DecoupledDecay: Rule = optimizers.EMA: want one without a point of evaluation of its own": DecoupledDecay{Rule: DefaultEMA(SGD{})},
		"optimizers: DecoupledDecay: WeightDecay = -1: want 0 or more":                                         DecoupledDecay{Rule: SGD{}, WeightDecay: -1},
		"optimizers: DecoupledDecay: Rate = NaN: want a finite number":                                         DecoupledDecay{Rule: SGD{}, Rate: nan},
	},
	coupled: true, // by the rules inside
}

// Around Adam it is AdamW, and a group scales it.
func TestDecoupledDecayIsAdamW(t *testing.T) {
	config := Config{Groups: []Group{{Vectors: true, LRScale: .5, DecayScale: 3}}}
	run := func(rule Rule) [][]float64 {
		params := model[float64]()
		o, err := New(rule, params, config)
		require.NoError(t, err)
		steps(t, o, params, 0, 6)
		return values(params)
	}
	want := run(AdamW{Beta1: .9, Beta2: .9, Eps: 1e-8, WeightDecay: .2})
	for i, got := range run(DecoupledDecay{Rule: Adam{Beta1: .9, Beta2: .9, Eps: 1e-8}, WeightDecay: .2}) {
		assert.InDeltaSlice(t, want[i], got, 1e-14)
	}
}

// Cautious decay leaves alone what the step moves away from zero.
func TestCautiousDecay(t *testing.T) {
	p := []Param[float64]{{Name: "w", Shape: []int{5}, Value: []float64{1, 1, -1, -1, 1}, Grad: []float64{1, -1, 1, -1, 0}}}
	require.NoError(t, bind(t, DecoupledDecay{Rule: SGD{}, WeightDecay: .25, Cautious: true}, p).Step(1))
	assert.Equal(t, []float64{0 - .25, 2, -2, 0 + .25, .75}, p[0].Value)
}
